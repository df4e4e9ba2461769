import { ABSENT } from './outcomes.ts';

/** What a value can be: its outcomes, and as far as it is known those of what it holds. */
export interface Shape {
  readonly outcomes: number;
  /** Never null, if perhaps an empty list, which counts as absent, too. */
  readonly isThere?: boolean | undefined;
  /** Of a list: what its items can be; undefined where that is not known. */
  readonly item?: Shape | undefined;
  /** Of a tuple: what its elements can be; undefined where that is not known. */
  readonly elements?: ReadonlyMap<string, Shape> | undefined;
}

/** What cannot be at all: the items of an empty list. */
export const NEVER: Shape = { outcomes: 0 };

const NULL: Shape = { outcomes: ABSENT };

/** One or the other. */
export function either(a: Shape, b: Shape): Shape {
  if (a.outcomes === 0) return b;
  if (b.outcomes === 0) return a;
  const [held, other] = holdsNothing(a) ? [b, b] : holdsNothing(b) ? [a, a] : [a, b];
  return {
    outcomes: a.outcomes | b.outcomes,
    isThere: a.isThere === true && b.isThere === true,
    item: held.item && other.item && either(held.item, other.item),
    elements: held.elements && other.elements && eachElement(held.elements, other.elements),
  };
}

/** Null says nothing of what is held. */
function holdsNothing({ outcomes, item, elements }: Shape): boolean {
  return outcomes === ABSENT && item === undefined && elements === undefined;
}

function eachElement(
  a: ReadonlyMap<string, Shape>,
  b: ReadonlyMap<string, Shape>,
): ReadonlyMap<string, Shape> {
  return new Map(
    [...a].flatMap(([name, shape]) => {
      const other = b.get(name);
      return other ? [[name, either(shape, other)] as const] : [];
    }),
  );
}

/** An element of a tuple, which is absent where the tuple is; undefined where it is not known. */
export function elementShape({ outcomes, elements }: Shape, name: string): Shape | undefined {
  const element = elements?.get(name);
  return element && { ...element, outcomes: element.outcomes | (outcomes & ABSENT) };
}

/**
 * The items of the lists put together; undefined where those of one are not known. A list that is null
 * stays among them as an item that is null.
 */
export function itemShape(lists: readonly Shape[]): Shape | undefined {
  let items: Shape | undefined = NEVER;
  for (const list of lists) {
    if (list.outcomes !== 0 && list.isThere !== true) items = items && either(items, NULL);
    if (holdsNothing(list)) continue;
    items = items && list.item && either(items, list.item);
  }
  return items;
}

/** The same for the same shape. */
export function shapeText({ outcomes, isThere, item, elements }: Shape): string {
  const held = elements && [...elements].map(([name, shape]) => `${name}:${shapeText(shape)}`);
  return `${outcomes}${isThere === true ? '!' : ''}${item ? `[${shapeText(item)}]` : ''}${held ? `{${held.join()}}` : ''}`;
}

import { doAddition } from 'cql-execution/lib/datatypes/quantity.js';
import {
  isMissing,
  ask,
  binary,
  type CqlObject,
  type NodeCompilers,
  type Running,
} from '../code.ts';

/** An interval of cql-execution's, of which the upper bound may be moved. */
interface Stretch {
  readonly low: unknown;
  high: unknown;
  copy(): Stretch;
  getPointSize(): Width;
}

/** What may lie between two intervals that are one all the same. */
interface Width {
  readonly value: number;
  readonly unit: string;
}

/** Intervals that overlap or meet, made one; as cql-execution does it, whatever it makes of open bounds. */
export const COLLAPSE: NodeCompilers = {
  Collapse: binary((intervals, per, run) => {
    if (isMissing(intervals)) return null;
    const list = (intervals as (Stretch | null | undefined)[]).flatMap((one) =>
      isMissing(one) ? [] : [one.copy()],
    );
    return collapse(list, per as Width | null | undefined, run);
  }),
};

function collapse(list: Stretch[], per: Width | null | undefined, run: Running): Stretch[] {
  const [first] = list;
  if (!first || list.length === 1) return list;
  const width = per ?? first.getPointSize();
  run.step(list.length);
  const [start, ...rest] = list.toSorted(byStart);
  const collapsed: Stretch[] = [];
  let current = start ?? first;
  for (const next of rest) {
    const joins = joining(current, next, width);
    if (joins === 'apart') {
      collapsed.push(current);
      current = next;
    } else if (joins === 'beyond') {
      current.high = next.high;
    }
  }
  return [...collapsed, current];
}

/** Whether the second of two, in their order, goes on beyond the first, lies within it, or stands apart. */
function joining(current: Stretch, next: Stretch, width: Width): 'beyond' | 'within' | 'apart' {
  const low = next.low as CqlObject | null;
  const high = current.high as CqlObject | null;
  if (typeof low?.['durationBetween'] === 'function') {
    if (!isMissing(high) && ask(high, 'sameOrAfter', low)) {
      return endsLater(next, current) ? 'beyond' : 'within';
    }
    const gap = high && (ask(high, 'durationBetween', low, width.unit) as { high: number } | null);
    return !isMissing(gap) && gap.high <= width.value ? 'beyond' : 'apart';
  }
  if (typeof low?.['sameOrBefore'] === 'function') {
    const reach = isMissing(high) ? undefined : doAddition(high, width);
    if (reach === undefined || !ask(low, 'sameOrBefore', reach)) return 'apart';
    return endsLater(next, current) ? 'beyond' : 'within';
  }
  // Numbers; null counts as none here, as JavaScript has it.
  if (Number(next.low) - Number(current.high) > width.value) return 'apart';
  const isLater = isMissing(next.high) || Number(next.high) > Number(current.high);
  return isLater ? 'beyond' : 'within';
}

function endsLater(next: Stretch, current: Stretch): boolean {
  const high = next.high as CqlObject | null | undefined;
  return isMissing(high) || Boolean(ask(high, 'after', current.high));
}

function byStart(one: Stretch, other: Stretch): number {
  return before(one.low, other.low, -1) || before(one.high, other.high, 1);
}

/** The order of two bounds; `open` is where a bound that is not there stands against one that is. */
function before(one: unknown, other: unknown, open: -1 | 1): number {
  if (isMissing(one) || isMissing(other)) {
    if (isMissing(one) && isMissing(other)) return 0;
    return isMissing(one) ? open : -open;
  }
  if (typeof (one as CqlObject)['before'] === 'function') {
    if (ask(one, 'before', other)) return -1;
    return ask(one, 'after', other) ? 1 : 0;
  }
  if ((one as number) < (other as number)) return -1;
  return (one as number) > (other as number) ? 1 : 0;
}

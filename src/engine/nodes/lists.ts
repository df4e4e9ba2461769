import {
  doExcept as exceptOfLists,
  doIntersect as intersectOfLists,
} from 'cql-execution/lib/elm/list.js';
import { listOf, type ElmNode } from '../../elm/elm-tree.ts';
import {
  isMissing,
  ask,
  binary,
  precisionOf,
  unary,
  type NodeCompiler,
  type NodeCompilers,
  type Running,
} from '../code.ts';
import { areEqual } from './comparison.ts';

type Maybe<T> = T | null | undefined;

/** Lists, and what intervals share with them. */
export const LISTS: NodeCompilers = {
  List(node, body) {
    const elements = body.codes(node.element);
    const members = listOf(node.element);
    // A list of words is the same for every patient, and what is looked up in it is remembered by it.
    if (members.length > 0 && members.every(({ type }) => type === 'Literal')) {
      let constant: readonly unknown[] | undefined;
      return (run, at) => {
        if (run.observe) return elements.map((element) => element(run, at));
        return (constant ??= Object.freeze(elements.map((element) => element(run, at))));
      };
    }
    return (run, at) => elements.map((element) => element(run, at));
  },
  Exists: unary((list) => Boolean(list) && (list as unknown[]).some(isKnown)),
  First: ofSource((list) => (Array.isArray(list) && list.length > 0 ? (list[0] as unknown) : null)),
  Last: ofSource((list) =>
    Array.isArray(list) && list.length > 0 ? (list.at(-1) as unknown) : null,
  ),
  Count: ofSource((list) => (Array.isArray(list) ? list.filter(isKnown).length : 0)),
  AllTrue: ofSource((list) => !isKnown(list) || (list as unknown[]).filter(isKnown).every(Boolean)),
  AnyTrue: ofSource((list) => isKnown(list) && (list as unknown[]).some(Boolean)),
  SingletonFrom: unary((value) => {
    const list = value as Maybe<unknown[]>;
    if (!isKnown(list) || list.length === 0) return null;
    if (list.length > 1)
      throw new RangeError('A list of more than one value was taken for a single one');
    return list[0];
  }),
  Flatten: unary((value) =>
    Array.isArray(value) && value.every(Array.isArray) ? (value as unknown[][]).flat(1) : value,
  ),
  Distinct: unary((list, run) => (isKnown(list) ? run.distinct(list as unknown[]) : null)),
  ToList: unary((value) => (isKnown(value) ? [value] : [])),
  Length(node, body) {
    const [operand] = listOf(node.operand);
    const value = body.code(operand);
    const { type } = (operand?.['asTypeSpecifier'] ?? {}) as { type?: string }; // ELM's As
    return (run, at) => {
      const text = value(run, at);
      if (isKnown(text)) return (text as unknown[]).length;
      return type === 'ListTypeSpecifier' ? 0 : null;
    };
  },
  Indexer: binary((list, index) => {
    if (!isKnown(list) || !isKnown(index)) return null;
    const [items, i] = [list as unknown[], index as number];
    return i < 0 || i >= items.length ? null : items[i];
  }),
  Slice(node, body) {
    const source = body.code(node.source as ElmNode);
    const [start, end] = ['startIndex', 'endIndex'].map((name) =>
      body.code(node[name] as ElmNode | undefined),
    );
    return (run, at) => {
      const list = source(run, at);
      if (!Array.isArray(list)) return null;
      const from = (start?.(run, at) ?? 0) as number;
      const to = (end?.(run, at) ?? list.length) as number;
      return list.length === 0 || from < 0 || to < from ? [] : (list as unknown[]).slice(from, to);
    };
  },
  In: binary((item, container, run, node) => isIn(container, item, run, node)),
  Contains: binary((container, item, run, node) => isIn(container, item, run, node)),
  Includes: binary((whole, part, run, node) => includes(whole, part, run, node)),
  IncludedIn: binary((part, whole, run, node) => includes(whole, part, run, node)),
  Union(node, body) {
    const [left, right] = body.two(node);
    const isOfLists = listOf(node.operand).some(
      (operand) =>
        (operand['asTypeSpecifier'] as { type?: string } | undefined)?.type === 'ListTypeSpecifier',
    );
    return (run, at) => {
      const [one, other] = [left(run, at), right(run, at)];
      if (!isKnown(one) && !isKnown(other)) return isOfLists ? [] : null;
      if (!isKnown(one) || !isKnown(other)) {
        const known = one || other;
        return Array.isArray(known) ? known : null;
      }
      if (!Array.isArray(one)) return ask(one, 'union', other);
      return run.distinct((one as unknown[]).concat(other));
    };
  },
  Except: binary((left, right, run) => {
    if (!isKnown(left)) return null;
    if (!isKnown(right)) return Array.isArray(left) ? left : null;
    if (!Array.isArray(left)) return ask(left, 'except', right);
    run.step(left.length * (right as unknown[]).length);
    return exceptOfLists(left, right);
  }),
  Intersect: binary((left, right, run) => {
    if (!isKnown(left) || !isKnown(right)) return null;
    if (!Array.isArray(left)) return ask(left, 'intersect', right);
    run.step(left.length * (right as unknown[]).length);
    return intersectOfLists(left, right);
  }),
};

function isKnown<T>(value: T | null | undefined): value is T {
  return !isMissing(value);
}

function ofSource(apply: (list: unknown) => unknown): NodeCompiler {
  return (node, body) => {
    const source = body.code(node.source as ElmNode); // a single node here
    return (run, at) => apply(source(run, at));
  };
}

function isIn(container: unknown, item: unknown, run: Running, node: ElmNode): unknown {
  if (!isKnown(container)) return false;
  if (Array.isArray(container)) return holds(container, item, run);
  return isKnown(item) ? ask(container, 'contains', item, precisionOf(node)) : null;
}

/** Lists that hold nothing but texts and nulls, as sets; of other lists, none. */
const textsOf = new WeakMap<readonly unknown[], ReadonlySet<unknown> | 'other'>();
/** Below so many members a set costs more than it saves. */
const MANY = 16;

/** Many texts are looked up, not held against each: rules ask it for every row. */
function lookUp(list: readonly unknown[], run: Running): ReadonlySet<unknown> | 'other' {
  let known = textsOf.get(list);
  if (known === undefined) {
    run.step(list.length);
    const isText = list.every((member) => typeof member === 'string' || !isKnown(member));
    known = isText ? new Set(list.map((member) => member ?? null)) : 'other';
    textsOf.set(list, known);
  }
  return known;
}

function holds(list: readonly unknown[], item: unknown, run: Running): boolean {
  if (list.length > MANY && (typeof item === 'string' || !isKnown(item))) {
    const texts = lookUp(list, run);
    if (texts !== 'other') return texts.has(item ?? null);
  }
  run.step(list.length);
  return list.some((element) => areEqualOrNull(element, item));
}

function areEqualOrNull(one: unknown, other: unknown): boolean {
  if (!isKnown(one) || !isKnown(other)) return !isKnown(one) && !isKnown(other);
  return Boolean(areEqual(one, other));
}

function includes(whole: unknown, part: unknown, run: Running, node: ElmNode): unknown {
  if (!isKnown(whole) || !isKnown(part)) return null;
  if (!Array.isArray(whole)) return ask(whole, 'includes', part, precisionOf(node));
  return (part as unknown[]).every((item) => holds(whole, item, run));
}

import cql from 'cql-execution';
import { Uncertainty } from 'cql-execution/lib/datatypes/uncertainty.js';
import { equals, equivalent } from 'cql-execution/lib/util/comparison.js';
import { MAX_DATETIME_VALUE, MIN_DATETIME_VALUE } from 'cql-execution/lib/util/math.js';
import {
  isMissing,
  ask,
  binaryOfKnown,
  precisionOf,
  unaryOfKnown,
  type CqlObject,
  type NodeCompilers,
  type Running,
} from '../code.ts';
import { isFullDate, orderOf } from '../full-date.ts';
import type { NodeCompiler, TypeSpecifier } from '../code.ts';

type Comparable = InstanceType<typeof Uncertainty>;

/** Equality, order, and order in time, by cql-execution's own types. */
export const COMPARISON: NodeCompilers = {
  Equal: binaryOfKnown((left, right) => areEqual(left, right)),
  NotEqual: binaryOfKnown((left, right) => {
    const same = areEqual(left, right);
    return isMissing(same) ? null : !same;
  }),
  Equivalent: (node, body) => {
    const [left, right] = body.two(node);
    return (run, at) => {
      const [one, other] = [left(run, at), right(run, at)] as (CqlObject | null | undefined)[];
      if (isMissing(one) || isMissing(other)) return isMissing(one) && isMissing(other);
      if (one?.isValueSet && other?.isValueSet) {
        if (one['id'] === other['id'] && one['version'] === other['version']) return true;
      }
      const expanded = (value: CqlObject | null | undefined) =>
        value?.isValueSet ? run.valueSet(String(value['id'])) : value;
      return equivalent(expanded(one), expanded(other));
    };
  },
  Less: order(
    (one, other) => one < other,
    (one, other) => one.lessThan(other),
  ),
  LessOrEqual: order(
    (one, other) => one <= other,
    (one, other) => one.lessThanOrEquals(other),
  ),
  Greater: order(
    (one, other) => one > other,
    (one, other) => one.greaterThan(other),
  ),
  GreaterOrEqual: order(
    (one, other) => one >= other,
    (one, other) => one.greaterThanOrEquals(other),
  ),
  Before: binaryOfKnown((left, right, _run, node) => ask(left, 'before', right, precisionOf(node))),
  After: binaryOfKnown((left, right, _run, node) => ask(left, 'after', right, precisionOf(node))),
  SameAs: binaryOfKnown((left, right, _run, node) => ask(left, 'sameAs', right, precisionOf(node))),
  SameOrBefore: binaryOfKnown((left, right, _run, node) =>
    ask(left, 'sameOrBefore', right, precisionOf(node)),
  ),
  SameOrAfter: binaryOfKnown((left, right, _run, node) =>
    ask(left, 'sameOrAfter', right, precisionOf(node)),
  ),
  Meets: ofIntervals('meets'),
  MeetsBefore: ofIntervals('meetsBefore'),
  MeetsAfter: ofIntervals('meetsAfter'),
  Overlaps: ofIntervals('overlaps'),
  OverlapsBefore: ofIntervals('overlapsBefore'),
  OverlapsAfter: ofIntervals('overlapsAfter'),
  Starts: ofIntervals('starts'),
  Ends: ofIntervals('ends'),
  Start: unaryOfKnown((interval, run) => atOffset(ask(interval, 'start'), MIN_DATETIME_VALUE, run)),
  End: unaryOfKnown((interval, run) => atOffset(ask(interval, 'end'), MAX_DATETIME_VALUE, run)),
  Interval(node, body) {
    const low = body.code(node['low'] as CqlObject | undefined); // ELM is a tree of nodes
    const high = body.code(node['high'] as CqlObject | undefined);
    const closed = (side: 'low' | 'high') => {
      const written = node[`${side}Closed`];
      const computed = node[`${side}ClosedExpression`] as CqlObject | undefined;
      if (written !== undefined && written !== null) return () => written;
      return computed === undefined ? () => undefined : body.code(computed);
    };
    const [lowClosed, highClosed] = [closed('low'), closed('high')];
    const castTo = [node['low'], node['high']]
      .map((side) => namedCast(side))
      .find((name) => name !== undefined);
    return (run, at) => {
      const [from, to] = [low(run, at), high(run, at)];
      const isOpen = isMissing(from) && isMissing(to);
      return new cql.Interval(
        from,
        to,
        lowClosed(run, at) as boolean | undefined, // a Boolean of the ELM
        highClosed(run, at) as boolean | undefined,
        isOpen ? castTo : undefined,
      );
    };
  },
};

/** Values of JavaScript's own are equal when they are the same; all else cql-execution compares. */
export function areEqual(left: unknown, right: unknown): boolean | null {
  const isPlain = typeof left === 'number' || typeof left === 'boolean';
  if (isPlain || (typeof left === 'string' && typeof right === 'string')) {
    if (typeof right !== 'object') return left === right;
  }
  return equals(left, right) as boolean | null; // the engine's three-valued truth
}

/** Numbers and texts are compared as they are, all else as the uncertainty that it may be. */
function order(
  plain: (one: number, other: number) => boolean,
  uncertain: (one: Comparable, other: Comparable) => unknown,
): NodeCompiler {
  return (node, body) => {
    const [left, right] = body.two(node);
    return (run, at) => {
      const [one, other] = [left(run, at), right(run, at)];
      if (typeof one === 'number' && typeof other === 'number') return plain(one, other);
      if (isFullDate(one) && isFullDate(other)) return plain(orderOf(one), orderOf(other));
      return uncertain(Uncertainty.from(one), Uncertainty.from(other));
    };
  };
}

/**
 * The first and the last moment that CQL knows are given with the offset of the request.
 * cql-execution writes it into the value, which may be one of the record: here it is a copy.
 */
function atOffset(value: unknown, limit: unknown, run: Running): unknown {
  const point = value as CqlObject | null; // a point of cql-execution's
  if (!point?.isDateTime || !equals(point, limit)) return point;
  const own = (point as unknown as { copy(): { timezoneOffset: unknown } }).copy();
  own.timezoneOffset = run.now.timezoneOffset;
  return own;
}

/** The type that a bound is cast to, where a name says it. */
function namedCast(bound: unknown): string | undefined {
  const { asType, asTypeSpecifier } = (bound ?? {}) as {
    asType?: string;
    asTypeSpecifier?: TypeSpecifier;
  }; // ELM's As
  if (asTypeSpecifier)
    return asTypeSpecifier.type === 'NamedTypeSpecifier' ? asTypeSpecifier.name : undefined;
  return asType;
}

function ofIntervals(method: string): NodeCompiler {
  return binaryOfKnown((left, right, _run, node) => ask(left, method, right, precisionOf(node)));
}

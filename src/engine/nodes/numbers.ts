import cql from 'cql-execution';
import {
  doAddition,
  doDivision,
  doMultiplication,
  doSubtraction,
} from 'cql-execution/lib/datatypes/quantity.js';
import { Uncertainty } from 'cql-execution/lib/datatypes/uncertainty.js';
import { greaterThan, lessThan } from 'cql-execution/lib/util/comparison.js';
import { decimalOrNull, overflowsOrUnderflows } from 'cql-execution/lib/util/math.js';
import type { ElmNode } from '../../elm/elm-tree.ts';
import { isFullDate, plusDays } from '../full-date.ts';
import {
  isMissing,
  binaryOfKnown,
  unaryOfKnown,
  type CqlObject,
  type NodeCompiler,
  type NodeCompilers,
} from '../code.ts';

type Arithmetic = (left: unknown, right: unknown) => unknown;

/** Numbers, quantities, and what they come to over a list. */
export const NUMBERS: NodeCompilers = {
  Add: arithmetic(
    (one, other) => one + other,
    onDays(1, doAddition),
    (x, y, apply) => new Uncertainty(apply(x.low, y.low), apply(x.high, y.high)),
    (value) =>
      isDateOrQuantity(value) || (typeof value['isTime'] === 'function' && value['isTime']()),
  ),
  Subtract: arithmetic(
    (one, other) => one - other,
    onDays(-1, doSubtraction),
    (x, y, apply) => new Uncertainty(apply(x.low, y.high), apply(x.high, y.low)),
    isDateOrQuantity,
  ),
  Multiply: arithmetic(
    (one, other) => one * other,
    doMultiplication,
    (x, y, apply) => new Uncertainty(apply(x.low, y.low), apply(x.high, y.high)),
    isQuantity,
    true,
  ),
  Divide: arithmetic(
    (one, other) => one / other,
    doDivision,
    (x, y, apply) => new Uncertainty(apply(x.low, y.high), apply(x.high, y.low)),
    isQuantity,
  ),
  TruncatedDivide: binaryOfKnown((left, right) => {
    const whole = Math.trunc(Number(left) / Number(right));
    return overflowsOrUnderflows(whole) ? null : whole;
  }),
  Modulo: binaryOfKnown((left, right) => decimalOrNull(Number(left) % Number(right))),
  Ceiling: unaryOfKnown((value) => Math.ceil(Number(value))),
  Floor: unaryOfKnown((value) => Math.floor(Number(value))),
  Truncate: unaryOfKnown((value) =>
    Number(value) >= 0 ? Math.floor(Number(value)) : Math.ceil(Number(value)),
  ),
  Abs: unaryOfKnown((value) => scaled(value, Math.abs)),
  Negate: unaryOfKnown((value) => scaled(value, (number) => number * -1)),
  Round(node, body) {
    const operand = body.code(node.operand as ElmNode); // a unary operator's
    const { precision } = node;
    const digits = precision === undefined ? () => 0 : body.code(precision as ElmNode);
    return (run, at) => {
      const value = operand(run, at);
      if (isMissing(value)) return null;
      const power = 10 ** Number(digits(run, at));
      return Math.round(Number(value) * power) / power;
    };
  },
  Quantity: ({ value, ['unit']: unit }) => {
    const number = Number.parseFloat(String(value));
    return () => new cql.Quantity(number, unit); // ELM's own
  },
  Min: extreme(lessThan),
  Max: extreme(greaterThan),
  Sum(node, body) {
    const source = body.code(node['source'] as ElmNode);
    return (run, at) => {
      const items = inOneUnit(source(run, at));
      const [first] = items ?? [];
      if (items === null || first === undefined) return null;
      if (!items.every(isQuantity)) return items.reduce((x, y) => (x as number) + (y as number));
      const total = items.reduce((sum, { value }) => sum + value, 0);
      return new cql.Quantity(total, items[0]?.unit);
    };
  },
};

interface Quantified {
  readonly value: number;
  readonly unit: string | undefined;
  convertUnit(unit: string | undefined): unknown;
}

interface Uncertain {
  readonly low: unknown;
  readonly high: unknown;
}

/** Rules count days from today all the time: of a date with its day and whole days that takes no calendar library. */
function onDays(sign: 1 | -1, others: Arithmetic): Arithmetic {
  return (left, right) => {
    const isPlain = isFullDate(left) && isQuantity(right) && DAYS.has(right.unit);
    const moved = isPlain ? plusDays(left, sign * right.value) : undefined;
    return moved ?? others(left, right);
  };
}

const DAYS: ReadonlySet<string | undefined> = new Set(['day', 'days']);

function isQuantity(value: unknown): value is Quantified {
  return Boolean((value as CqlObject).isQuantity);
}

function isDateOrQuantity(value: CqlObject): unknown {
  return value.isQuantity || value.isDateTime || value.isDate;
}

function isUncertain(value: unknown): value is Uncertain {
  return Boolean((value as CqlObject).isUncertainty);
}

function scaled(value: CqlObject, apply: (value: number) => number): unknown {
  return isQuantity(value)
    ? new cql.Quantity(apply(value.value), value.unit)
    : apply(Number(value));
}

/** As cql-execution does it: for plain numbers, for what has units or dates, and for uncertainties of both. */
function arithmetic(
  plain: (one: number, other: number) => number,
  typed: Arithmetic,
  uncertain: (x: Uncertain, y: Uncertain, apply: Arithmetic) => unknown,
  isTyped: (value: CqlObject) => unknown,
  eitherSide = false,
): NodeCompiler {
  return binaryOfKnown((left, right) => {
    let [x, y]: [unknown, unknown] = [left, right];
    if (isUncertain(x) && !isUncertain(y)) y = new Uncertainty(y, y);
    else if (isUncertain(y) && !isUncertain(x)) x = new Uncertainty(x, x);
    const result = compute(x, y);
    return overflowsOrUnderflows(result) ? null : result;
  });

  function compute(x: unknown, y: unknown): unknown {
    if (isTyped(x as CqlObject) || (eitherSide && isTyped(y as CqlObject))) return typed(x, y);
    if (isUncertain(x) && isUncertain(y)) {
      const apply = isTyped(x.low as CqlObject) ? typed : (plain as Arithmetic);
      return uncertain(x, y, apply);
    }
    return plain(x as number, y as number); // texts too, which JavaScript adds
  }
}

/** The items without nulls, quantities in the unit of the first; null where they cannot be. */
function inOneUnit(list: unknown): unknown[] | null {
  if (!Array.isArray(list)) return null;
  const items = (list as unknown[]).filter((item) => !isMissing(item));
  if (!items.some(isQuantity)) return items;
  if (!items.every(isQuantity)) return null;
  try {
    return items.map((quantity) => quantity.convertUnit(items[0]?.unit));
  } catch {
    return null;
  }
}

function extreme(isBetter: (one: unknown, other: unknown) => unknown): NodeCompiler {
  return (node, body) => {
    const source = body.code(node['source'] as ElmNode);
    return (run, at) => {
      const list = source(run, at);
      if (isMissing(list)) return null;
      const all = list as unknown[];
      if (inOneUnit(all) === null) return null;
      const items = all.filter((item) => !isMissing(item));
      let found = items[0];
      for (const item of items) if (isBetter(item, found)) found = item;
      return found ?? null;
    };
  };
}

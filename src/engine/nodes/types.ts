import cql from 'cql-execution';
import { parseQuantity } from 'cql-execution/lib/datatypes/quantity.js';
import { Uncertainty } from 'cql-execution/lib/datatypes/uncertainty.js';
import {
  isValidDecimal,
  isValidInteger,
  limitDecimalPrecision,
} from 'cql-execution/lib/util/math.js';
import { listOf } from '../../elm/elm-tree.ts';
import {
  isMissing,
  binary,
  unary,
  unaryOfKnown,
  type CqlObject,
  type NodeCompilers,
  type Running,
} from '../code.ts';
import { isSystemType, specifierOf, typeTest } from '../type-match.ts';

const TRUE_WORDS = new Set(['true', 't', 'yes', 'y', '1']);
const FALSE_WORDS = new Set(['false', 'f', 'no', 'n', '0']);

/** Casts, tests of types, and conversions. */
export const TYPES: NodeCompilers = {
  As(node, body) {
    const operand = body.code(listOf(node.operand)[0]);
    const specifier = specifierOf(node['asTypeSpecifier'], node['asType']);
    const isOfType = typeTest(specifier);
    const { strict } = node;
    return (run, at) => {
      const value = operand(run, at);
      if (isMissing(value)) return null;
      if (isOfType(value)) return value;
      if (strict === true)
        throw new TypeError('A value cannot be cast to the type that is asked for');
      return null;
    };
  },
  Is(node, body) {
    const operand = body.code(listOf(node.operand)[0]);
    const specifier = specifierOf(node.isTypeSpecifier, node.isType);
    const isOfType = typeTest(specifier);
    const isSystem = isSystemType(specifier);
    return (run, at) => {
      const value = operand(run, at);
      if (value === null) return false;
      if (value === undefined) throw new TypeError('The type of what is not there was asked for');
      if (!isSystem && typeof (value as CqlObject)['_is'] !== 'function') {
        throw new TypeError('The type of a value is not known to the model');
      }
      return isOfType(value);
    };
  },
  ToBoolean: unaryOfKnown((value) => {
    const word = textOf(value).toLowerCase();
    return TRUE_WORDS.has(word) || (FALSE_WORDS.has(word) ? false : null);
  }),
  ToConcept: unaryOfKnown((value) => new cql.Concept([value], value['display'] as string)),
  ToDate: unaryOfKnown((value) =>
    value.isDateTime
      ? (value as unknown as InstanceType<typeof cql.DateTime>).getDate()
      : cql.Date.parse(textOf(value)),
  ),
  ToDateTime: unaryOfKnown((value, run) =>
    value.isDate
      ? (value as unknown as { getDateTime(offset: unknown): unknown }).getDateTime(
          run.now.timezoneOffset,
        )
      : momentOf(value, run),
  ),
  ToDecimal: unaryOfKnown((value) => {
    if (value.isUncertainty) return new Uncertainty(decimal(value['low']), decimal(value['high']));
    const number = decimal(value);
    return isValidDecimal(number) ? number : null;
  }),
  ToInteger: unary((value) => {
    if (typeof value === 'boolean') return value ? 1 : 0;
    if (typeof value !== 'string') return null;
    const integer = Number.parseInt(value); // texts of hexadecimal digits too, as cql-execution reads them
    return isValidInteger(integer) ? integer : null;
  }),
  ToQuantity: unary(toQuantity),
  ToString: unaryOfKnown(textOf),
  ConvertQuantity: binary((quantity, unit) => {
    if (isMissing(quantity) || isMissing(unit)) {
      return undefined; // as cql-execution leaves it
    }
    try {
      return (quantity as { convertUnit(unit: unknown): unknown }).convertUnit(unit);
    } catch {
      return null;
    }
  }),
};

const ENDS_WITH_OFFSET = /T.*(?:Z|[+-]\d\d(?::?\d\d)?)$/;

/** A moment without an offset is the request's; cql-execution takes the zone of the machine for it. */
function momentOf(value: unknown, run: Running): unknown {
  const moment = cql.DateTime.parse(textOf(value));
  const isWithoutOffset = typeof value === 'string' && !ENDS_WITH_OFFSET.test(value);
  if (moment && isWithoutOffset) moment.timezoneOffset = run.now.timezoneOffset;
  return moment;
}

function decimal(value: unknown): number {
  return limitDecimalPrecision(Number.parseFloat(textOf(value))) as number;
}

function textOf(value: unknown): string {
  return (value as { toString(): string }).toString(); // never null here
}

function toQuantity(value: unknown): unknown {
  if (isMissing(value)) return null;
  if (typeof value === 'number') return new cql.Quantity(value, '1');
  const { isRatio, isUncertainty, low, high, ...parts } = value as CqlObject;
  if (isRatio) {
    const numerator = parts['numerator'] as { dividedBy(other: unknown): unknown }; // a Ratio's
    return numerator.dividedBy(parts['denominator']);
  }
  if (isUncertainty) return new Uncertainty(toQuantity(low), toQuantity(high));
  return parseQuantity(textOf(value));
}

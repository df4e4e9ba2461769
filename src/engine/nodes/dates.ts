import cql from 'cql-execution';
import type { ElmNode } from '../../elm/elm-tree.ts';
import {
  isMissing,
  binary,
  precisionOf,
  unaryOfKnown,
  type Code,
  type CqlObject,
  type NodeCompiler,
  type NodeCompilers,
  type Body,
} from '../code.ts';

import { daysBetween, isFullDate, yearsBetween } from '../full-date.ts';

const DATE_PARTS = ['year', 'month', 'day'] as const;
const TIME_PARTS = ['hour', 'minute', 'second', 'millisecond'] as const;

type Part = number | null | undefined;
type Moment = InstanceType<typeof cql.DateTime>;

/** Dates and times, their parts, and what lies between them. */
export const DATES: NodeCompilers = {
  Today: () => (run) => run.now.getDate(),
  Now: () => (run) => run.now,
  TimeOfDay: () => (run) => run.now.getTime(),
  Date(node, body) {
    const parts = partsOf(node, DATE_PARTS, body);
    return (run, at) => new cql.Date(...valuesOf(parts, run, at));
  },
  DateTime(node, body) {
    const parts = partsOf(node, [...DATE_PARTS, ...TIME_PARTS], body);
    const given = node['timezoneOffset'] as ElmNode | undefined;
    const offset: Code = given === undefined ? (run) => run.now.timezoneOffset : body.code(given);
    return (run, at) => {
      const [year, month, day, hour, minute, second, millisecond] = valuesOf(parts, run, at);
      const zone = offset(run, at) as Part;
      return new cql.DateTime(year, month, day, hour, minute, second, millisecond, zone);
    };
  },
  Time(node, body) {
    const parts = partsOf(node, TIME_PARTS, body);
    return (run, at) => new cql.DateTime(0, 1, 1, ...valuesOf(parts, run, at)).getTime();
  },
  DateFrom: unaryOfKnown((value) => (value as unknown as Moment).getDate()),
  TimeFrom: unaryOfKnown((value) => (value as unknown as Moment).getTime()),
  TimezoneOffsetFrom: unaryOfKnown((value) => value['timezoneOffset']),
  DateTimeComponentFrom: unaryOfKnown((value, _run, node) => value[precisionOf(node) ?? '']),
  DifferenceBetween: between('differenceBetween'),
  DurationBetween: between('durationBetween'),
  CalculateAge: unaryOfKnown((birth, run, node) => {
    const precision = precisionOf(node) ?? '';
    const asOf = precision === 'year' || precision === 'month' ? run.now.getDate() : run.now;
    return knownAge(birth, asOf as unknown as CqlObject, precision);
  }),
  CalculateAgeAt: binary((birth, asOf, run, node) =>
    isMissing(birth) || isMissing(asOf)
      ? null
      : ageAt(
          birth as CqlObject,
          asOf as CqlObject,
          precisionOf(node) ?? '',
          run.now.timezoneOffset,
        ),
  ),
};

function partsOf(node: ElmNode, names: readonly string[], body: Body): Code[] {
  return names.map((name) => {
    const part = node[name] as ElmNode | undefined; // a part of a date is a node
    return part === undefined || part === null ? () => undefined : body.code(part);
  });
}

function valuesOf(parts: readonly Code[], ...place: Parameters<Code>): Part[] {
  return parts.map((part) => part(...place) as Part); // the translator types them as Integers
}

function between(method: 'differenceBetween' | 'durationBetween'): NodeCompiler {
  return binary((left, right, _run, node) => {
    if (isFullDate(left) && isFullDate(right) && method === 'differenceBetween') {
      if (precisionOf(node) === 'day') return daysBetween(left, right);
    }
    const [one, other] = [left, right] as (CqlObject | null | undefined)[];
    const count = one?.[method];
    if (typeof count !== 'function' || typeof other?.[method] !== 'function') return null;
    return pointOf(count.call(one, other, precisionOf(node)));
  });
}

/** Ages of one date of birth, which belongs to one request, by what they are counted in and at. */
const ages = new WeakMap<object, Map<string, unknown>>();

function knownAge(birth: CqlObject, asOf: CqlObject, precision: string): unknown {
  const key = `${precision} ${textOf(asOf)}`;
  let known = ages.get(birth);
  if (!known) ages.set(birth, (known = new Map()));
  if (!known.has(key)) known.set(key, ageAt(birth, asOf, precision, undefined));
  return known.get(key);
}

function textOf(date: CqlObject): string {
  return (date as unknown as Moment).toString();
}

/** The date of birth and the other are taken as of one type: the other's. */
function ageAt(
  birth: CqlObject,
  asOf: CqlObject,
  precision: string,
  offset: number | null | undefined,
): unknown {
  const born = birth as unknown as Moment & { getDateTime(offset?: number | null): Moment };
  let from: unknown = born;
  if (asOf.isDate && birth.isDateTime) from = born.getDate();
  else if (asOf.isDateTime && birth.isDate) from = born.getDateTime(offset);
  if (precision === 'year' && isFullDate(from) && isFullDate(asOf)) {
    const years = yearsBetween(from, asOf);
    if (years !== undefined) return years;
  }
  return pointOf((from as Moment).durationBetween(asOf, precision));
}

/** What lies between two dates is uncertain where they are; a certain one is a number. */
function pointOf(value: unknown): unknown {
  const uncertain = value as { isPoint(): boolean; low: unknown } | null | undefined; // cql-execution's Uncertainty
  return uncertain?.isPoint() ? uncertain.low : uncertain;
}

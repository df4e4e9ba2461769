import cql from 'cql-execution';
import { DateTime } from 'luxon';

/** Dates that were read in one request, by their text: records write the same ones many times. */
export type KnownDates = Map<string, unknown>;

/** A value of the wrong JSON type, or a date that does not exist, is absent: unknown, never guessed. */
export function toSystemValue(
  value: unknown,
  type: string,
  { timeZone, dates }: { readonly timeZone: string; readonly dates: KnownDates },
): unknown {
  switch (type) {
    case 'System.Boolean':
      return typeof value === 'boolean' ? value : undefined;
    case 'System.Integer':
      return Number.isInteger(value) ? value : undefined;
    case 'System.Decimal':
      return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
    case 'System.String':
      return typeof value === 'string' ? value : undefined;
    case 'System.Date':
      return typeof value === 'string' ? parseDate(value) : undefined;
    case 'System.DateTime':
      return typeof value === 'string' ? knownDateTime(value, timeZone, dates) : undefined;
    case 'System.Time':
      return typeof value === 'string'
        ? (cql.DateTime.parse(`0000-01-01T${value}`)?.getTime() ?? undefined)
        : undefined;
    default:
      return undefined;
  }
}

function knownDateTime(text: string, timeZone: string, dates: KnownDates): unknown {
  if (!dates.has(text)) dates.set(text, parseDateTime(text, timeZone));
  return dates.get(text);
}

const DATE = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/;

function parseDate(text: string): unknown {
  const [whole, year, month, day] = DATE.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const [y, m, d] = [Number(year), numberOf(month), numberOf(day)];
  const isReal =
    y > 0 && (m === null || (m >= 1 && m <= 12)) && (d === null || isDayOf(y, m ?? 0, d));
  return isReal ? new cql.Date(y, m, d) : undefined;
}

function numberOf(digits: string | undefined): number | null {
  return digits === undefined ? null : Number(digits);
}

/** Day 0 of the next month is the last of this one. */
function isDayOf(year: number, month: number, day: number): boolean {
  const last = new Date(Date.UTC(2000, month, 0));
  last.setUTCFullYear(year, month, 0);
  return day >= 1 && day <= last.getUTCDate();
}

// ISO 8601 also knows week dates, ordinal dates and dates without hyphens; FHIR does not.
const FHIR_DATE = /^\d{4}(-\d\d(-\d\d(T.+)?)?)?$/;

/**
 * A FHIR dateTime in the site's zone. One without a time keeps its precision; one
 * with a time but, against the specification, without an offset is the site's time.
 *
 * @see https://hl7.org/fhir/R4/datatypes.html#dateTime
 */
export function parseDateTime(text: string, timeZone: string): unknown {
  const moment = DateTime.fromISO(text, { zone: timeZone });
  if (!moment.isValid || !FHIR_DATE.test(text)) return undefined;
  const [year, month, day] = text.split('T')[0]?.split('-').map(Number) ?? [];
  if (!text.includes('T')) {
    return new cql.DateTime(year, month, day, null, null, null, null, moment.offset / 60);
  }
  return atZone(moment);
}

/** The instant as a CQL DateTime that carries the zone's offset at that instant. */
export function atZone(moment: DateTime): InstanceType<typeof cql.DateTime> {
  const { year, month, day, hour, minute, second, millisecond, offset } = moment;
  return new cql.DateTime(year, month, day, hour, minute, second, millisecond, offset / 60);
}

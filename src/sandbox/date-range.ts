import { DateTime } from 'luxon';
import { isObject } from '../fhir/resource.ts';

/** Moments from `start` up to, but without, `end`, in milliseconds. */
export interface DateRange {
  readonly start: number;
  readonly end: number;
}

const WRITTEN = /^\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?)?)?$/;

/**
 * The time that a FHIR date, dateTime or instant covers: `2026-03` is all of March in
 * the zone. Undefined for what is no date.
 *
 * @see https://hl7.org/fhir/R4/search.html#date
 */
export function readDate(text: string, zone: string): DateRange | undefined {
  const match = WRITTEN.exec(text);
  if (!match) return undefined;
  const start = DateTime.fromISO(text, { zone });
  if (!start.isValid) return undefined;
  const [, month, day, time, seconds, fraction] = match;
  const end = ((): DateTime => {
    if (fraction !== undefined) return start.plus({ milliseconds: 1 });
    if (seconds !== undefined) return start.plus({ seconds: 1 });
    if (time !== undefined) return start.plus({ minutes: 1 });
    if (day !== undefined) return start.plus({ days: 1 });
    return month === undefined ? start.plus({ years: 1 }) : start.plus({ months: 1 });
  })();
  return { start: start.toMillis(), end: end.toMillis() };
}

/** The time a date, a Period (open where it has no end) or a Timing covers. */
export function readTime(value: unknown, zone: string): DateRange[] {
  if (typeof value === 'string') return [readDate(value, zone) ?? []].flat();
  if (!isObject(value)) return [];
  const events: unknown[] = Array.isArray(value['event']) ? value['event'] : [];
  if (events.length > 0) return events.flatMap((event) => readTime(event, zone));
  const { start, end } = value;
  if (typeof start !== 'string' && typeof end !== 'string') return [];
  const from = typeof start === 'string' ? readDate(start, zone)?.start : -Infinity;
  const until = typeof end === 'string' ? readDate(end, zone)?.end : Infinity;
  return from === undefined || until === undefined ? [] : [{ start: from, end: until }];
}

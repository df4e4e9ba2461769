import { DateTime, type DurationLikeObject } from 'luxon';

const PATTERN = /^(today|now)(?:\s*([+-])\s*(\d+)\s*(minute|hour|day|week|month|year)s?)?$/;

/**
 * Replaces texts like `today - 6 weeks` and `now - 2 hours` anywhere in a value by
 * the date or the date and time they mean at the evaluation time, in its zone.
 */
export function resolveDates(value: unknown, now: DateTime): unknown {
  if (Array.isArray(value)) return value.map((item) => resolveDates(item, now));
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([name, v]) => [name, resolveDates(v, now)] as const);
    return Object.fromEntries(entries);
  }
  return typeof value === 'string' ? (resolveDate(value, now) ?? value) : value;
}

function resolveDate(text: string, now: DateTime): string | undefined {
  const match = PATTERN.exec(text);
  if (!match) return undefined;
  const [, anchor, sign, amount, unit] = match;
  const shift: DurationLikeObject = unit === undefined ? {} : { [`${unit}s`]: Number(amount) };
  const moment = sign === '-' ? now.minus(shift) : now.plus(shift);
  return (anchor === 'today' ? moment.toISODate() : moment.toISO()) ?? undefined;
}

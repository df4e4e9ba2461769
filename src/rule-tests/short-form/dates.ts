import { DateTime } from 'luxon';

const UNIT = '(?:minute|hour|day|week|month|year)s?';
const RELATIVE = new RegExp(`^(?:(\\d+) (${UNIT}) ago|in (\\d+) (${UNIT}))$`);
const ANCHORED = new RegExp(`^(?:today|now)(?: [+-] \\d+ ${UNIT})?$`);
const PARTIAL = /^in (\d{4}(?:-\d\d)?)$/;
const FULL = /^\d{4}-\d\d-\d\d/;

/** How a date is written, for errors. */
export const DATE_FORMS = [
  'today',
  '9 days ago',
  '2 hours ago',
  'in 3 days',
  '2026-03-10',
  'in 2026-03',
];

/**
 * A date of the short form as a FHIR date, or as one from the evaluation time (`today - 9 days`)
 * that is resolved when the case runs; undefined for what is no date.
 */
export function readShortDate(said: string): string | undefined {
  const relative = RELATIVE.exec(said);
  if (relative) {
    const [, ago, agoUnit, ahead, aheadUnit] = relative;
    const unit = agoUnit ?? aheadUnit ?? '';
    const anchor = /^(?:minute|hour)/.test(unit) ? 'now' : 'today';
    return `${anchor} ${ago === undefined ? '+' : '-'} ${ago ?? ahead} ${unit}`;
  }
  if (ANCHORED.test(said)) return said;
  const date = PARTIAL.exec(said)?.[1] ?? (FULL.test(said) ? said : undefined);
  return date !== undefined && DateTime.fromISO(date).isValid ? date : undefined;
}

import cql from 'cql-execution';

type FullDate = InstanceType<typeof cql.Date> & {
  readonly year: number;
  readonly month: number;
  readonly day: number;
};

const MS_A_DAY = 86_400_000;
/** JavaScript takes years below this one for years of the last century. */
const FIRST_PLAIN_YEAR = 100;

/** Whether the value is a date with its day, for which plain numbers say all that there is to say. */
export function isFullDate(value: unknown): value is FullDate {
  return (
    value instanceof cql.Date &&
    value.constructor === cql.Date &&
    typeof value.day === 'number' &&
    typeof value.month === 'number' &&
    typeof value.year === 'number' &&
    value.year >= FIRST_PLAIN_YEAR
  );
}

/** A number that grows with the date; not a count of days. */
export function orderOf({ year, month, day }: FullDate): number {
  return (year * 12 + month) * 31 + day;
}

/** The days from one date to another, as the calendar counts them. */
export function daysBetween(from: FullDate, to: FullDate): number {
  const days =
    Date.UTC(to.year, to.month - 1, to.day) - Date.UTC(from.year, from.month - 1, from.day);
  return days / MS_A_DAY;
}

/**
 * The birthdays from one date to another: a date that a year lacks, the 29th of February, has its
 * day on the last of its month. Undefined where the other is earlier, or a month has no such day.
 */
export function yearsBetween(from: FullDate, to: FullDate): number | undefined {
  if (orderOf(to) < orderOf(from) || !isOfCalendar(from) || !isOfCalendar(to)) return undefined;
  const years = to.year - from.year;
  const day = Math.min(from.day, lastDayOf(to.year, from.month));
  const isBefore = to.month < from.month || (to.month === from.month && to.day < day);
  return isBefore ? years - 1 : years;
}

function isOfCalendar({ year, month, day }: FullDate): boolean {
  return month >= 1 && month <= 12 && day >= 1 && day <= lastDayOf(year, month);
}

function lastDayOf(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** The last year of which the days of a life may be added without leaving what CQL can say. */
const LAST_PLAIN_YEAR = 9900;
const MOST_DAYS = 36_525;

/** So many days later, or earlier; undefined where plain numbers may not say it as CQL does. */
export function plusDays(date: FullDate, days: number): FullDate | undefined {
  const { year, month, day } = date;
  if (!Number.isInteger(days) || Math.abs(days) > MOST_DAYS) return undefined;
  if (year < FIRST_PLAIN_YEAR + 101 || year > LAST_PLAIN_YEAR) return undefined;
  const moved = new Date(Date.UTC(year, month - 1, day));
  // Such a day as the 30th of February is none to add to.
  if (moved.getUTCDate() !== day) return undefined;
  moved.setUTCDate(day + days);
  return new cql.Date(
    moved.getUTCFullYear(),
    moved.getUTCMonth() + 1,
    moved.getUTCDate(),
  ) as FullDate;
}

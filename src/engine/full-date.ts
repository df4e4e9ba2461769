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

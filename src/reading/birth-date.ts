import { MOST_YEARS, yearsBefore } from './days.ts';

/** Why a birth date says no age on a day (`2026-03-10`); undefined when it does. */
export function whyNoAge(birthDate: unknown, today: string): string | undefined {
  if (birthDate === undefined || birthDate === null) return 'it has no birth date';
  if (!isDate(birthDate)) return 'its birth date is no date';
  if (birthDate > today) return 'its birth date is still to come';
  const isTooLong = birthDate < yearsBefore(today, MOST_YEARS).slice(0, birthDate.length);
  return isTooLong ? `its birth date is more than ${MOST_YEARS} years ago` : undefined;
}

/** @see https://hl7.org/fhir/R4/datatypes.html#date */
function isDate(value: unknown): value is string {
  if (typeof value !== 'string' || !/^\d{4}(?:-\d\d(?:-\d\d)?)?$/.test(value)) return false;
  const [year, month = '01', day = '01'] = value.split('-');
  const date = new Date(`${year}-${month}-${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.getUTCDate() === Number(day);
}

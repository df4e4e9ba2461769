/** Why a birth date says no age on a day (`2026-03-10`); undefined when it does. */
export function whyNoAge(birthDate: unknown, today: string): string | undefined {
  if (birthDate === undefined || birthDate === null) return 'it has no birth date';
  if (!isDate(birthDate)) return 'its birth date is no date';
  return birthDate > today ? 'its birth date is still to come' : undefined;
}

/** @see https://hl7.org/fhir/R4/datatypes.html#date */
function isDate(value: unknown): value is string {
  if (typeof value !== 'string' || !/^\d{4}(?:-\d\d(?:-\d\d)?)?$/.test(value)) return false;
  const [year, month = '01', day = '01'] = value.split('-');
  const date = new Date(`${year}-${month}-${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.getUTCDate() === Number(day);
}

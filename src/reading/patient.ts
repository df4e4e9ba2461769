import { isDeepStrictEqual } from 'node:util';
import type { Resource } from '../fhir/resource.ts';
import { whyNoAge } from './birth-date.ts';
import type { Collected } from './collected.ts';
import type { KnownCodes } from './known.ts';
import { BIRTH_DATE } from './reading.ts';
import { readTrusted } from './trust.ts';

/** What reading a Patient has to know. */
interface PatientRules {
  readonly known: KnownCodes;
  /** The day at the site, as `2026-03-10`. */
  readonly today: string;
}

/** The birth date that says the patient's age. Two versions of a Patient that differ in it say none. */
export function birthDateIn(resources: readonly Resource[], today: string): string | undefined {
  const dates = new Set<unknown>();
  for (const one of resources) {
    if (one.resourceType === 'Patient') dates.add(one['birthDate']);
  }
  const [birthDate] = dates;
  return dates.size === 1 && whyNoAge(birthDate, today) === undefined
    ? String(birthDate)
    : undefined;
}

/**
 * Of a Patient that says what must not be ignored, no more is known than who it is; of one whose
 * birth date is not there, none, or still to come, not how old they are.
 */
export function readPatient(
  given: Resource,
  { known, today }: PatientRules,
  collected: Collected,
  seen = given,
  noAge = whyNoAge(seen['birthDate'], today),
): void {
  const lack = (reason: string, resourceType = 'Patient'): void => {
    collected.lacks.push({ key: 'patient', resourceType, reason });
  };
  if (!readTrusted(seen, known).isModified) {
    const { birthDate: _none, ...others } = seen;
    if (noAge === undefined) return collected.leave(given, 'read', seen);
    lack(noAge, BIRTH_DATE);
    return collected.leave(given, 'read', { ...others, resourceType: 'Patient' });
  }
  lack(
    'it carries a mark that changes what it says, and what the mark means is not known here: in FHIR, modifierExtension or implicitRules',
  );
  collected.leave(given, 'unread', {
    resourceType: 'Patient',
    ...(given.id === undefined ? {} : { id: given.id }),
  });
}

/** Of a Patient in two versions that differ, what both say is known. */
export function readTornPatient(
  given: Resource,
  versions: readonly Resource[],
  rules: PatientRules,
  collected: Collected,
): void {
  const isSame = (element: string): boolean =>
    versions.every((version) => isDeepStrictEqual(version[element], given[element]));
  const same = Object.entries(given).filter(([element]) => isSame(element));
  const agreed: Resource = { ...Object.fromEntries(same), resourceType: 'Patient' };
  const modified = versions.find((version) => readTrusted(version, rules.known).isModified);
  for (const one of versions.slice(1)) collected.leave(one, 'unread');
  readPatient(given, rules, collected, modified ?? agreed, isSame('birthDate') ? undefined : TORN);
}

const TORN = 'it came in two versions with two birth dates, and nothing says which is newer';

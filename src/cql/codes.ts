/**
 * Codes as different systems write them. What is known here is how FHIR names code
 * systems and how their codes are spelt, never what a code means.
 */

const ICD_10_CM = 'http://hl7.org/fhir/sid/icd-10-cm';

/** Other names under which records carry a code system. @see https://hl7.org/fhir/R4/terminologies-systems.html */
const SYSTEM_ALIASES: ReadonlyMap<string, string> = new Map([
  ['urn:oid:2.16.840.1.113883.6.90', ICD_10_CM],
  ['urn:oid:2.16.840.1.113883.6.96', 'http://snomed.info/sct'],
  ['urn:oid:2.16.840.1.113883.6.1', 'http://loinc.org'],
  ['urn:oid:2.16.840.1.113883.6.88', 'http://www.nlm.nih.gov/research/umls/rxnorm'],
]);

export interface Coding {
  readonly system: string;
  readonly code: string;
}

/** A code and all its descendants, in a system whose codes are spelt by hierarchy. */
export interface CodeFamily {
  readonly system: string;
  /** Normalised beginning of the codes: `M545` for M54.5 and below. */
  readonly prefix: string;
}

/** ICD-10-CM spells its hierarchy: M54.5 is the parent of M54.50, and dots are often left out. */
export function normalizeCode({ system, code }: Coding): Coding {
  const canonical = SYSTEM_ALIASES.get(system) ?? system;
  return {
    system: canonical,
    code: canonical === ICD_10_CM ? code.replaceAll('.', '').trim().toUpperCase() : code,
  };
}

/** One key for all spellings of a code. */
export function codeKey(coding: Coding): string {
  const { system, code } = normalizeCode(coding);
  return `${system}|${code}`;
}

/** Whether codes of the system can be taken by family. */
export function hasFamilies(system: string): boolean {
  return (SYSTEM_ALIASES.get(system) ?? system) === ICD_10_CM;
}

/** True for the head of the family and everything below it. */
export function isInFamily({ system, prefix }: CodeFamily, coding: Coding): boolean {
  const { system: canonical, code } = normalizeCode(coding);
  return canonical === system && code.startsWith(prefix);
}

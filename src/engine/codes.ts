/**
 * Codes as different systems write them. What is known here is how FHIR names code
 * systems and how their codes are spelt, never what a code means.
 */

/** An ICD-10-CM code as its owner spells it. */
const SPELT = /^[A-Z\d]{3}(?:\.[A-Z\d]+)?$/;

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

/** Codes of one system that are taken together by how they are spelt. */
export interface CodeFamily {
  readonly system: string;
  readonly holds: (code: string) => boolean;
  /** As the value set wrote it, for messages. */
  readonly written: string;
  readonly kind: 'code' | 'code and below' | 'pattern';
  readonly display?: string | undefined;
}

/** The one name of a code system, of those that records carry. */
export function canonicalSystem(system: string): string {
  return SYSTEM_ALIASES.get(system) ?? system;
}

/** ICD-10-CM has a dot after its third character, which records often leave out. */
export function normalizeCode({ system, code }: Coding): Coding {
  const canonical = canonicalSystem(system);
  if (canonical !== ICD_10_CM) return { system: canonical, code };
  // Most are spelt so already.
  if (SPELT.test(code)) return { system: canonical, code };
  const bare = code.replaceAll('.', '').trim().toUpperCase();
  return {
    system: canonical,
    code: bare.length > 3 ? `${bare.slice(0, 3)}.${bare.slice(3)}` : bare,
  };
}

/** One key for all spellings of a code. */
export function codeKey(coding: Coding): string {
  const { system, code } = normalizeCode(coding);
  return `${system}|${code}`;
}

/** Whether the system spells its hierarchy: M54.5 is the parent of M54.50. */
export function spellsHierarchy(system: string): boolean {
  return canonicalSystem(system) === ICD_10_CM;
}

/** The code and all below it, where the system spells its hierarchy. */
export function familyOf(coding: Coding): CodeFamily {
  const { system, code: head } = normalizeCode(coding);
  return {
    system,
    holds: (code) => code.startsWith(head),
    written: coding.code,
    kind: 'code and below',
  };
}

/** That code alone. */
export function singleCode(coding: Coding): CodeFamily {
  const { system, code: only } = normalizeCode(coding);
  return { system, holds: (code) => code === only, written: coding.code, kind: 'code' };
}

/** The codes that match the pattern as a whole. Throws SyntaxError on a bad pattern. */
export function patternFamily(system: string, pattern: string): CodeFamily {
  const whole = new RegExp(`^(?:${pattern})$`);
  return {
    system: canonicalSystem(system),
    holds: (code) => whole.test(code),
    written: pattern,
    kind: 'pattern',
  };
}

/** True when the coding is one of the family, however it is spelt. */
export function isInFamily(family: CodeFamily, coding: Coding): boolean {
  const { system, code } = normalizeCode(coding);
  return system === family.system && family.holds(code);
}

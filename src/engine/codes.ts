/**
 * Codes as different systems write them. What is known here is how FHIR names code
 * systems and how their codes are spelt, never what a code means.
 */

/** An ICD-10-CM code as its owner spells it. */
const SPELT = /^[A-Z\d]{3}(?:\.[A-Z\d]+)?$/;

export const ICD_10_CM = 'http://hl7.org/fhir/sid/icd-10-cm';

export const SNOMED_CT = 'http://snomed.info/sct';
export const LOINC = 'http://loinc.org';
export const RXNORM = 'http://www.nlm.nih.gov/research/umls/rxnorm';
/** Before ICD-10-CM; no value set has codes of it, and old charts do. */
const ICD_9_CM = 'http://hl7.org/fhir/sid/icd-9-cm';
/** No value set has codes of it; sites map theirs, and records spell it in several ways, too. */
const CPT = 'http://www.ama-assn.org/go/cpt';

/**
 * Other names under which records carry a code system.
 *
 * @see https://hl7.org/fhir/R4/terminologies-systems.html, https://terminology.hl7.org/CodeSystem-CPT.html
 */
const SYSTEM_ALIASES: ReadonlyMap<string, string> = new Map([
  ['urn:oid:2.16.840.1.113883.6.90', ICD_10_CM],
  ['urn:oid:2.16.840.1.113883.6.96', SNOMED_CT],
  ['urn:oid:2.16.840.1.113883.6.1', LOINC],
  ['urn:oid:2.16.840.1.113883.6.88', RXNORM],
  ['urn:oid:2.16.840.1.113883.6.12', CPT],
  ['urn:oid:2.16.840.1.113883.6.103', ICD_9_CM],
  ['http://hl7.org/fhir/sid/icd-9-cm/diagnosis', ICD_9_CM],
  ['http://terminology.hl7.org/CodeSystem/icd9cm', ICD_9_CM],
]);

/** What people and HL7 v2 call them, in small letters and digits alone. @see https://terminology.hl7.org/CodeSystem-v2-0396.html */
const SYSTEM_NAMES: ReadonlyMap<string, string> = new Map([
  ['icd10cm', ICD_10_CM],
  ['i10c', ICD_10_CM],
  ['icd9cm', ICD_9_CM],
  ['icd9', ICD_9_CM],
  ['i9c', ICD_9_CM],
  ['i9cdx', ICD_9_CM],
  ['snomed', SNOMED_CT],
  ['snomedct', SNOMED_CT],
  ['sct', SNOMED_CT],
  ['loinc', LOINC],
  ['ln', LOINC],
  ['rxnorm', RXNORM],
  ['cpt', CPT],
  ['cpt4', CPT],
]);

/** The names by which FHIR knows the systems that records spell in several ways. */
const CANONICAL: ReadonlySet<string> = new Set([
  ICD_10_CM,
  SNOMED_CT,
  LOINC,
  RXNORM,
  CPT,
  ICD_9_CM,
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

/**
 * The one name of a code system, of those that records carry: an OID, with or without `urn:oid:`,
 * an address with other letters' case, scheme, a slash at its end or a version behind a bar, a name in
 * place of an address, and for SNOMED CT a national edition or a version of one, in which every code
 * means the same.
 *
 * @see https://confluence.ihtsdotools.org/display/DOCURI/2.1+URIs+for+Editions+and+Versions
 */
export function canonicalSystem(system: string): string {
  if (CANONICAL.has(system)) return system;
  const known = SYSTEM_ALIASES.get(system) ?? SPELLINGS.get(system);
  if (known !== undefined) return known;
  const read = readSpelling(system);
  if (SPELLINGS.size >= MOST_SPELLINGS) SPELLINGS.clear();
  SPELLINGS.set(system, read);
  return read;
}

/** What was read of spellings that are none of the usual ones; records write the same ones again and again. */
const SPELLINGS = new Map<string, string>();
const MOST_SPELLINGS = 1000;

function readSpelling(system: string): string {
  const written = (system.split('|')[0] ?? '').trim();
  if (/^(?:2\.16\.|urn:oid:)/i.test(written)) {
    return SYSTEM_ALIASES.get(`urn:oid:${written.replace(/^urn:oid:/i, '')}`) ?? system;
  }
  const bare = written
    .toLowerCase()
    .replace(/^https:/, 'http:')
    .replace(/^http:\/\/www\.(?=loinc|snomed)/, 'http://')
    .replace(/[/#]+$/, '');
  if (CANONICAL.has(bare)) return bare;
  const name = /[:/]/.test(written)
    ? undefined
    : SYSTEM_NAMES.get(bare.replaceAll(/[^a-z\d]/g, ''));
  if (name !== undefined) return name;
  return /^http:\/\/snomed\.info\/sct\/\d+(?:\/version\/\d+)?$/.test(bare) ? SNOMED_CT : system;
}

/**
 * A code as its system spells it. FHIR has no blanks around one, and ICD-10-CM has a dot after the
 * third character, which records often leave out.
 *
 * @see https://hl7.org/fhir/R4/datatypes.html#code
 */
export function normalizeCode({ system, code }: Coding): Coding {
  const canonical = canonicalSystem(system);
  if (canonical === ICD_9_CM) return { system: canonical, code: code.trim().replaceAll('.', '') };
  if (canonical !== ICD_10_CM) return { system: canonical, code: code.trim() };
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

import {
  canonicalSystem,
  ICD_10_CM,
  LOINC,
  normalizeCode,
  RXNORM,
  SNOMED_CT,
  type Coding,
} from './codes.ts';

/**
 * Codes that mean nearly the same, or may: of the ICD-10 of the WHO and its national editions the
 * code that ICD-10-CM spells so, and of a later encounter in ICD-10-CM (a seventh character other
 * than A) that of the first; without a system, of one that is not known at all, and where it is not
 * spelt as the codes of its system are, that of the system whose codes are spelt so. What has it may
 * be what the other says, and is not taken for it.
 *
 * @see https://www.cdc.gov/nchs/icd/icd-10-cm/index.html, guideline I.C.19.a on the seventh character
 */
export function kinOf({ system, code }: Coding): Coding[] {
  const within = codesWithin({ system, code });
  if (within.length > 0) return within.flatMap((one) => [one, ...kinOf(one)]);
  const bare = code.trim().replace(MARKS, '');
  const canonical = canonicalSystem(system);
  const spelling = SPELLINGS.get(canonical);
  if (spelling === undefined && ICD_10.test(system)) return ofIcd10(bare);
  if (spelling === undefined ? OTHERS.test(system) : spelling(bare)) {
    return canonical === ICD_10_CM ? ofIcd10Cm(bare, code) : [];
  }
  if (isSpeltAsIcd10(bare)) return ofIcd10(bare);
  return [SNOMED_CT, LOINC].flatMap((one) =>
    SPELLINGS.get(one)?.(bare) === true ? [{ system: one, code: bare }] : [],
  );
}

/**
 * The codes that one is made of where it is none itself: of a list, behind the name of their system or in an address,
 * and what an expression of SNOMED CT is about, whatever refines it. None where it is a code.
 *
 * @see https://confluence.ihtsdotools.org/display/DOCSCG, http://snomed.org/uri
 */
export function codesWithin({ system, code }: Coding): Coding[] {
  const written = code.trim();
  if (!MADE_UP.test(written)) return [];
  const [, address, last] = /^(https?:\/\/.+)[/#]([^/#]+)$/i.exec(written) ?? [];
  if (address !== undefined && last !== undefined) {
    const isSnomed = /^https?:\/\/(?:www\.)?snomed\.info\/(?:id|sct)/i.test(address);
    return [{ system: isSnomed ? SNOMED_CT : canonicalSystem(address), code: last }];
  }
  const [about = ''] = written.replaceAll(/\|[^|]*[a-z]{3}[^|]*\|/gi, ' ').split(/(?<=\d{6,}\s*):/);
  return about.split(/[\s,;|+&/]+/).flatMap((part) => {
    const [, name, behind] = /^([A-Za-z][\w.-]*):(.+)$/.exec(part) ?? [];
    const own = name === undefined ? system : canonicalSystem(name);
    const one = (behind ?? part).trim();
    return /\d/.test(one) ? [{ system: own === name ? system : own, code: one }] : [];
  });
}

/** Signs that no code of the systems has inside. */
const MADE_UP = /[\s,;:|+&/]\S/;

/** True where kin are told by how a code is spelt alone, beside a system that is not known. */
export function isGuess({ system }: Coding): boolean {
  return system !== '' && !ICD_10.test(system) && !SPELLINGS.has(canonicalSystem(system));
}

/** Signs behind a code of ICD-10 that are none of it: what stands below it, and the cross and the star. */
const MARKS = /[-+*!†.]+$/;

function ofIcd10(code: string): Coding[] {
  // Injuries end in an A there, after as many X as it takes.
  const bare = code.replaceAll('.', '');
  const first = { system: ICD_10_CM, code: `${bare.padEnd(6, 'X')}A` };
  return [{ system: ICD_10_CM, code }, ...(/^[ST]/i.test(bare) ? [first] : [])];
}

function ofIcd10Cm(bare: string, written: string): Coding[] {
  const spelt = normalizeCode({ system: ICD_10_CM, code: bare }).code;
  const isLater = /^[A-Z]\d[A-Z\d]\.[A-Z\d]{3}[B-Z]$/.test(spelt);
  if (isLater) return [{ system: ICD_10_CM, code: `${spelt.slice(0, -1)}A` }];
  return bare === written.trim() ? [] : [{ system: ICD_10_CM, code: bare }];
}

/**
 * Editions of ICD-10 other than ICD-10-CM, by address, OID or name, and ICD-10-CM by an address that
 * is not its own. Procedures are no part of it.
 *
 * @see https://hl7.org/fhir/R4/terminologies-systems.html, https://hl7.org/fhir/R4/icd.html
 */
const ICD_10 =
  /^(?!.*(?:pcs|ops)(?:[/|]|$)).*(?:(?<![a-z])(?:icd|cim|cie|cid)[-_. ]?10(?!\d)|icd\/release\/10(?!\d))|^i10$|^(?:urn:oid:)?2\.16\.840\.1\.113883\.6\.3(?:\.|\||$)/i;

/** Code systems that are known to be others than those whose codes are told by how they are spelt. */
const OTHERS =
  /^https?:\/\/(?:www\.)?(?:terminology\.hl7\.org|hl7\.org|unitsofmeasure\.org|nucc\.org|whocc\.no|cms\.gov|ama-assn\.org|fdasis)|icd-?(?:9|11|o)|release\/11|icpc|hcpcs|(?<![a-z])(?:atc|ndc|cvx|cpt|icf|ops|pcs|drg|mesh|read)(?![a-z])|^urn:(?:iso|ietf)|2\.16\.840\.1\.113883\.(?:5|12|6\.(?:4|12|13|42|69|73|101|103|104|285|139|140|345|347|348))(?!\d)/i;

/** How the codes of a system are spelt, as far as that tells them from others. */
const SPELLINGS: ReadonlyMap<string, (code: string) => boolean> = new Map([
  [ICD_10_CM, (code: string): boolean => /^[a-z]\d[\da-z]/i.test(code)],
  [SNOMED_CT, isSpeltAsSnomed],
  [LOINC, isSpeltAsLoinc],
  [RXNORM, (code: string): boolean => /^\d+$/.test(code)],
]);

function isSpeltAsIcd10(code: string): boolean {
  return /^[A-Z]\d[\dA-Z](?:\.?[\dA-Z]{1,4})?$/.test(code);
}

/**
 * Of a concept, with its check digit.
 *
 * @see https://confluence.ihtsdotools.org/display/DOCRELFMT/6+SNOMED+CT+Identifiers
 */
function isSpeltAsSnomed(code: string): boolean {
  return /^[1-9]\d{2,14}[01]0\d$/.test(code) && isVerhoeff(code);
}

/** @see https://loinc.org/kb/faq/structure/ */
function isSpeltAsLoinc(code: string): boolean {
  return /^\d{3,6}-\d$/.test(code) && isLuhn(code.replace('-', ''));
}

/** Verhoeff's check of digits: each is turned by its place, and all are multiplied in the group of the pentagon. */
function isVerhoeff(digits: string): boolean {
  let check = 0;
  for (let place = 0; place < digits.length; place += 1) {
    let turned = Number(digits.at(-1 - place));
    for (let turn = place % 8; turn > 0; turn -= 1) turned = Number(TURNED[turned]);
    check = times(check, turned);
  }
  return check === 0;
}

const TURNED = '1576283094';

function times(a: number, b: number): number {
  const turn = a < 5 ? a + b : a - b;
  const isTurned = a < 5 === b < 5;
  return (((turn % 5) + 5) % 5) + (isTurned ? 0 : 5);
}

function isLuhn(digits: string): boolean {
  let sum = 0;
  for (let place = 0; place < digits.length; place += 1) {
    const value = Number(digits.at(-1 - place)) * (place % 2 === 0 ? 1 : 2);
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 === 0;
}

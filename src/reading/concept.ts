import { sitesOf, toldBeside } from './beside-code.ts';
import { isObject, type Resource } from '../fhir/resource.ts';
import { codingsOf, isKnown, isWritten, type KnownCodes, type WrittenCoding } from './known.ts';
import { codesWithin, kinOf } from '../engine/kin.ts';
import {
  akin,
  bareCodesIn,
  beyond,
  bothOf,
  mayBe,
  mayBeTorn,
  moreThan,
  wordsIn,
  type MayBe,
} from './may-be.ts';
import type { Why } from './reading.ts';
import type { Trusted } from './trust.ts';

/** What a resource is, as far as its codes and words tell. */
export interface Concept {
  /** Why rules cannot tell what it is; undefined when they can. */
  readonly why: Why | undefined;
  /** URLs of the value sets that hold one of its codes, or may where they cannot be told. */
  readonly valueSets: readonly string[];
  readonly word: string | undefined;
  /** What its words may say beside a code that says what it is; undefined where they say no more. */
  readonly more?: MayBe | undefined;
}

/**
 * What is asked by a resource's code, or by that of its medicine: of which value sets it is. A code
 * that no value set holds, and the content has not decided on, is unread where its words are of
 * those that rules look for; what has no code of a known system is unread in any case.
 *
 * @see https://hl7.org/fhir/R4/medicationrequest.html
 */
export function conceptOf(resource: Resource, known: KnownCodes): Concept {
  const read = andBeside(conceptOfCode(resource, known), resource, known);
  if (resource.resourceType !== 'Observation') return read;
  return read.why === undefined && read.valueSets.length > 0
    ? read
    : orItsValue(read, resource, known);
}

/** What a resource may be beside what its code says: by its words, and by codings that were taken away as contradicted. */
export function moreOf(
  read: Concept,
  written: Resource,
  { contradicted }: Pick<Trusted, 'contradicted'>,
  known: KnownCodes,
): MayBe | undefined {
  if (contradicted.length === 0) return read.more;
  const { resourceType } = written;
  return bothOf(read.more, mayBeTorn(resourceType, whatItIs(written), read.valueSets, known));
}

/** What is told outside the code as well: of what rules cannot read, one more thing that it may be. */
function andBeside(read: Concept, resource: Resource, known: KnownCodes): Concept {
  const told = toldBeside(read.valueSets, resource, whatItIs(resource), known);
  if (told === undefined) return read;
  const isAsked = resource.resourceType === 'Observation' && read.valueSets.length === 0;
  if (read.why === undefined && !isAsked) return { ...read, more: bothOf(told, read.more) };
  return { why: read.why ?? 'code not listed', ...bothOf(told, read) };
}

function conceptOfCode(resource: Resource, known: KnownCodes): Concept {
  const concept = whatItIs(resource);
  const written = asWritten(resource.resourceType, concept);
  if (written === undefined) return readConcept(resource, concept, known);
  let found = FOUND.get(known);
  if (!found) FOUND.set(known, (found = new FoundConcepts()));
  return found.get(written) ?? found.keep(written, readConcept(resource, concept, known));
}

/** The concept that says what a resource is: its code, or that of its medicine. One of R5 is none, as a list is none. */
export function whatItIs(resource: Resource): unknown {
  const { code, medicationCodeableConcept, medication } = resource;
  return (
    code ??
    medicationCodeableConcept ??
    (isObject(medication) ? [medication['concept']] : undefined)
  );
}

/** What says nothing at all of what it is, and no reference to what says it. */
function isUntold({ resourceType, medicationReference }: Resource): boolean {
  return TOLD_BY_CODE.has(resourceType) && !isObject(medicationReference);
}

const TOLD_BY_CODE: ReadonlySet<string> = new Set([
  'Condition',
  'DiagnosticReport',
  'MedicationRequest',
  'MedicationStatement',
  'Observation',
  'Procedure',
]);

/** A concept of one coding, or of words alone, and what it is said of: all that its reading depends on. */
interface WrittenConcept {
  readonly resourceType: string;
  readonly system: string | undefined;
  /** The code or, where there is none, the words. */
  readonly key: string;
  readonly display: string | undefined;
  readonly text: unknown;
}

/** What was read of concepts; records write the same ones again and again. */
class FoundConcepts {
  readonly #byKey = new Map<string, (WrittenConcept & { readonly concept: Concept })[]>();
  #size = 0;

  get(written: WrittenConcept): Concept | undefined {
    return this.#byKey
      .get(written.key)
      ?.find(
        (one) =>
          one.resourceType === written.resourceType &&
          one.system === written.system &&
          one.display === written.display &&
          one.text === written.text,
      )?.concept;
  }

  keep(written: WrittenConcept, concept: Concept): Concept {
    if (this.#size >= MOST_FOUND) {
      this.#byKey.clear();
      this.#size = 0;
    }
    const alike = this.#byKey.get(written.key);
    if (alike && alike.length >= MOST_ALIKE) return concept;
    if (alike) alike.push({ ...written, concept });
    else this.#byKey.set(written.key, [{ ...written, concept }]);
    this.#size += 1;
    return concept;
  }
}

const FOUND = new WeakMap<KnownCodes, FoundConcepts>();
const MOST_FOUND = 20_000;
/** So many are looked through: one code is not written in more ways by those who mean well. */
const MOST_ALIKE = 50;
/** What is longer is a note, and hardly written twice. */
const LONGEST_KEPT = 500;

/** Undefined for concepts of several codings, and for what is none, which are read anew. */
function asWritten(resourceType: string, concept: unknown): WrittenConcept | undefined {
  if (!isObject(concept)) return undefined;
  const { coding, text } = concept;
  if (!Array.isArray(coding) || coding.length > 1) return undefined;
  const one: unknown = coding[0];
  if (one === undefined) {
    const isKept = typeof text === 'string' && text.trim() !== '' && text.length <= LONGEST_KEPT;
    return isKept
      ? { resourceType, system: undefined, key: text, display: undefined, text }
      : undefined;
  }
  if (!isWritten(one) || (typeof text === 'string' && text.length > LONGEST_KEPT)) return undefined;
  const { system, code, display } = one;
  const words = typeof text === 'string' ? text : undefined;
  return { resourceType, system, key: code, display, text: words };
}

function readConcept(resource: Resource, concept: unknown, known: KnownCodes): Concept {
  if (concept === undefined || concept === null) {
    return isUntold(resource) ? { ...NOT_ASKED_FOR, why: 'no code' } : NOT_ASKED_FOR;
  }
  const codings = codingsOf(concept);
  const valueSets = known.valueSetsWith(codings);
  const asked = known.askedOf(resource.resourceType);
  if (asked && valueSets.length > 0 && !valueSets.some((url) => asked.has(url))) {
    return { why: 'not asked so', valueSets, word: wordsIn(concept)[0] };
  }
  if (valueSets.length > 0) {
    const byWords = moreThan(valueSets, resource.resourceType, concept, codings, known);
    const listed = akin(resource.resourceType, codings.flatMap(codesWithin), known);
    const inList = known.valueSetsWith(codings.flatMap(codesWithin)).concat(listed);
    const byList = beyond(
      valueSets,
      inList.map((valueSet) => ({ valueSet, word: undefined })),
    );
    return { why: undefined, valueSets, word: undefined, more: bothOf(byWords, byList) };
  }
  if (!isConcept(concept)) {
    const odd = oddCodingsIn(concept);
    const { word, valueSets: byWords } = mayBe(resource.resourceType, concept, odd, known);
    const all = [...new Set([...known.valueSetsWith(odd), ...byWords])];
    return { why: 'malformed', valueSets: all, word };
  }
  const words = wordsIn(concept);
  const possible = mayBe(resource.resourceType, concept, codings, known);
  const isCoded = codings.some((coding) => isKnown(coding, known));
  // Of a medicine without words nobody can say that it is none of those that rules look for.
  const isTold = words.length > 0 || resource['medicationCodeableConcept'] !== concept;
  if (isCoded && possible.valueSets.length === 0 && isTold) return NOT_ASKED_FOR;
  if (codings.some((coding) => known.isDecided(coding))) {
    const more = moreThan([], resource.resourceType, concept, codings, known);
    return more === undefined ? NOT_ASKED_FOR : { ...NOT_ASKED_FOR, more };
  }
  return { why: isCoded ? 'code not listed' : 'no code', ...possible };
}

/**
 * What is said under a question that no rule asks: "Diagnosis: cauda equina syndrome". By the code of
 * the value, where rules look for it as a diagnosis, and by its words, read together with those of
 * the question, which may rule it out: "Family history: breast cancer".
 */
function orItsValue(read: Concept, observation: Resource, known: KnownCodes): Concept {
  const { valueString, valueCodeableConcept: value } = observation;
  if (valueString === undefined && value === undefined) return read;
  const written = [...codingsOf(value), ...bareCodesIn(value)];
  const codings = [...written, ...written.flatMap(kinOf)];
  const asked = known.askedOf('Condition');
  const byCode = [...known.valueSetsWith(written), ...akin('Condition', written, known)].filter(
    (url) => asked?.has(url),
  );
  // What has no words of its own in the content is told by those of what may stand below it.
  const below = codings.flatMap((coding) => known.valueSetsBelow(coding));
  const examples = below.flatMap((url) => known.codeOf(url) ?? []);
  const displays = [...codings, ...examples].flatMap((coding) => known.displaysOf(coding));
  const question = wordsIn(whatItIs(observation))[0] ?? '';
  const questions = [
    question,
    ...sitesOf(observation, known).map((site) => `${question}, ${site}`),
  ];
  const byWords = [...wordsIn(valueString), ...wordsIn(value), ...displays].flatMap((words) =>
    questions.flatMap((asking) => known.possible('Observation', `${asking}: ${words}`)),
  );
  const coded = byCode.map((valueSet) => ({ valueSet, word: byWords[0]?.word ?? displays[0] }));
  const found = beyond(read.valueSets, [...byWords, ...coded]);
  if (found === undefined) return read;
  const { valueSets, word } = bothOf(read, found);
  return { why: read.why ?? 'code not listed', valueSets, word };
}

/** @see https://hl7.org/fhir/R4/datatypes.html#CodeableConcept */
function isConcept(concept: unknown): boolean {
  if (!isObject(concept)) return false;
  const { coding, text, code, display } = concept;
  const isACoding = code !== undefined || display !== undefined;
  return (
    !isACoding &&
    (coding === undefined ||
      coding === null ||
      (Array.isArray(coding) && coding.every(isCoding))) &&
    (text === undefined || text === null || typeof text === 'string')
  );
}

/** @see https://hl7.org/fhir/R4/datatypes.html#Coding */
function isCoding(value: unknown): boolean {
  return isObject(value) && (value['code'] === undefined || typeof value['code'] === 'string');
}

/** Codings in what is no concept: alone and not in a list, as XML is often turned into JSON, or with a number for a code. */
function oddCodingsIn(concept: unknown): WrittenCoding[] {
  if (Array.isArray(concept)) return concept.flatMap(oddCodingsIn);
  if (!isObject(concept)) return [];
  const { system, code, display, coding } = concept;
  const isCode = typeof code === 'string' || typeof code === 'number';
  const own =
    typeof system === 'string' && isCode
      ? [{ system, code: String(code), ...(typeof display === 'string' ? { display } : {}) }]
      : [];
  return [...own, ...oddCodingsIn(coding)];
}

const NOT_ASKED_FOR: Concept = { why: undefined, valueSets: [], word: undefined };

/** A concept as rules can show it: what is none as FHIR has it is turned into its words. */
export function legible(concept: unknown): unknown {
  if (isConcept(concept)) return concept;
  const [text] = wordsIn(concept);
  return text === undefined ? {} : { text };
}

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
  const key = keyOf(resource.resourceType, concept);
  if (key === undefined) return readConcept(resource, concept, known);
  let found = FOUND.get(known);
  if (!found) FOUND.set(known, (found = new Map()));
  let read = found.get(key);
  if (read === undefined) {
    if (found.size >= MOST_FOUND) found.clear();
    found.set(key, (read = readConcept(resource, concept, known)));
  }
  return read;
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

/** What was read of concepts; records write the same ones again and again. */
const FOUND = new WeakMap<KnownCodes, Map<string, Concept>>();
const MOST_FOUND = 20_000;

/** What tells a concept of one coding from others; undefined for the rest, which are read anew. */
function keyOf(resourceType: string, concept: unknown): string | undefined {
  if (!isObject(concept)) return undefined;
  const { coding, text } = concept;
  if (!Array.isArray(coding) || coding.length !== 1) return undefined;
  const [one]: unknown[] = coding;
  if (!isWritten(one)) return undefined;
  return `${resourceType}|${one.code}|${one.system}|${one.display ?? ''}|${typeof text === 'string' ? text : ''}`;
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

import { kinOf } from '../engine/codes.ts';
import { isObject, type Resource } from '../fhir/resource.ts';
import { codingsOf, isKnown, isWritten, type KnownCodes, type WrittenCoding } from './known.ts';
import type { Unread, Why } from './reading.ts';

/** What a resource is, as far as its codes and words tell. */
export interface Concept {
  /** Why rules cannot tell what it is; undefined when they can. */
  readonly why: Why | undefined;
  /** URLs of the value sets that hold one of its codes, or may where they cannot be told. */
  readonly valueSets: readonly string[];
  readonly word: string | undefined;
}

/**
 * What is asked by a resource's code, or by that of its medicine: of which value sets it is. A code
 * that no value set holds, and the content has not decided on, is unread where its words are of
 * those that rules look for; what has no code of a known system is unread in any case.
 *
 * @see https://hl7.org/fhir/R4/medicationrequest.html
 */
export function conceptOf(resource: Resource, known: KnownCodes): Concept {
  const concept = resource['code'] ?? resource['medicationCodeableConcept'];
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
  const codings = codingsOf(concept);
  const valueSets = known.valueSetsWith(codings);
  if (valueSets.length > 0 || concept === undefined || concept === null) {
    return { why: undefined, valueSets, word: undefined };
  }
  if (!isConcept(concept)) {
    const odd = oddCodingsIn(concept);
    const { word, valueSets: byWords } = mayBe(resource.resourceType, concept, odd, known);
    const all = [...new Set([...known.valueSetsWith(odd), ...byWords])];
    return { why: 'malformed', valueSets: all, word };
  }
  const words = wordsOf(concept);
  const possible = mayBe(resource.resourceType, concept, codings, known);
  const isCoded = codings.some((coding) => isKnown(coding, known));
  // Of a medicine without words nobody can say that it is none of those that rules look for.
  const isTold = words.length > 0 || resource['medicationCodeableConcept'] !== concept;
  if (isCoded && possible.valueSets.length === 0 && isTold) return NOT_ASKED_FOR;
  if (codings.some((coding) => known.isDecided(coding))) return NOT_ASKED_FOR;
  return { why: isCoded ? 'code not listed' : 'no code', ...possible };
}

/** @see https://hl7.org/fhir/R4/datatypes.html#CodeableConcept */
function isConcept(concept: unknown): boolean {
  if (!isObject(concept)) return false;
  const { coding, text } = concept;
  return (
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

/** What it may be, by its words and by codes of systems akin to those that rules know. */
export function mayBe(
  resourceType: string,
  concept: unknown,
  codings: readonly WrittenCoding[],
  known: KnownCodes,
): Pick<Unread, 'word'> & { readonly valueSets: readonly string[] } {
  const byKin = known.valueSetsWith(codings.flatMap(kinOf));
  const byWords = wordsOf(concept).flatMap((words) => known.possible(resourceType, words));
  return {
    valueSets: [...new Set([...byKin, ...byWords.map(({ valueSet }) => valueSet)])],
    word: byWords[0]?.word,
  };
}

/** The text of a concept, and the displays of its codings; of what is no concept, whatever stands there. */
function wordsOf(concept: unknown): string[] {
  if (typeof concept === 'string') return [concept];
  if (Array.isArray(concept)) return concept.flatMap(wordsOf);
  if (!isObject(concept)) return [];
  const { text, display, coding } = concept;
  const own = [text, display].filter((words) => typeof words === 'string' && words.trim() !== '');
  return [...(own as string[]), ...wordsOf(coding)];
}

/** True when reasons are given by code or in words, and none of them with a code of a known system. */
export function hasUnreadReason({ reasonCode }: Resource, known: KnownCodes): boolean {
  if (!Array.isArray(reasonCode) || reasonCode.length === 0) return false;
  return reasonCode.every(
    (reason) => isObject(reason) && !codingsOf(reason).some((coding) => isKnown(coding, known)),
  );
}

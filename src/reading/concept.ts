import { kinOf } from '../engine/codes.ts';
import { isObject, objectsIn, type Resource } from '../fhir/resource.ts';
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
  if (valueSets.length > 0 || !isObject(concept)) {
    return { why: undefined, valueSets, word: undefined };
  }
  const possible = mayBe(resource.resourceType, concept, codings, known);
  const isCoded = codings.some((coding) => isKnown(coding, known));
  if (isCoded && possible.valueSets.length === 0) return NOT_ASKED_FOR;
  if (codings.some((coding) => known.isDecided(coding))) return NOT_ASKED_FOR;
  return { why: isCoded ? 'code not listed' : 'no code', ...possible };
}

const NOT_ASKED_FOR: Concept = { why: undefined, valueSets: [], word: undefined };

/** What it may be, by its words and by codes of systems akin to those that rules know. */
export function mayBe(
  resourceType: string,
  concept: unknown,
  codings: readonly WrittenCoding[],
  known: KnownCodes,
): Pick<Unread, 'word'> & { readonly valueSets: readonly string[] } {
  const byKin = known.valueSetsWith(codings.flatMap((coding) => kinOf(coding) ?? []));
  const byWords = wordsOf(concept).flatMap((words) => known.possible(resourceType, words));
  return {
    valueSets: [...new Set([...byKin, ...byWords.map(({ valueSet }) => valueSet)])],
    word: byWords[0]?.word,
  };
}

/** The text of a concept, and the displays of its codings. */
function wordsOf(concept: unknown): string[] {
  if (!isObject(concept)) return [];
  const displays = objectsIn(concept['coding']).map(({ display }) => display);
  return [concept['text'], ...displays].filter((text) => typeof text === 'string');
}

/** True when reasons are given by code or in words, and none of them with a code of a known system. */
export function hasUnreadReason({ reasonCode }: Resource, known: KnownCodes): boolean {
  if (!Array.isArray(reasonCode) || reasonCode.length === 0) return false;
  return reasonCode.every(
    (reason) => isObject(reason) && !codingsOf(reason).some((coding) => isKnown(coding, known)),
  );
}

import { isGuess, kinOf } from '../engine/kin.ts';
import { isObject, objectsIn } from '../fhir/resource.ts';
import { codingsOf, type KnownCodes, type WordMatch, type WrittenCoding } from './known.ts';

/** URLs of the value sets that something may be of, and the word by which. */
export interface MayBe {
  readonly valueSets: readonly string[];
  readonly word: string | undefined;
}

/** What it may be, by its words and by codes of systems akin to those that rules know. */
export function mayBe(
  resourceType: string,
  concept: unknown,
  codings: readonly WrittenCoding[],
  known: KnownCodes,
): MayBe {
  const byKin = akin(resourceType, [...codings, ...bareCodesIn(concept)], known);
  const byWords = wordsIn(concept).flatMap((words) => known.possible(resourceType, words));
  return {
    valueSets: [...new Set([...byKin, ...byWords.map(({ valueSet }) => valueSet)])],
    word: byWords[0]?.word,
  };
}

/**
 * The value sets of codes that the codings may mean: of systems akin to their own, and of what stands
 * below them. Local codes of all kinds are spelt like others: by its spelling alone one is no more
 * than what is asked of resources of its type.
 */
export function akin(
  resourceType: string,
  codings: readonly WrittenCoding[],
  known: KnownCodes,
): readonly string[] {
  const asked = known.askedOf(resourceType);
  return codings.flatMap((coding) => {
    const kin = kinOf(coding);
    const below = [coding, ...kin].flatMap((one) => known.valueSetsBelow(one));
    const found = [...known.valueSetsWith(kin), ...below];
    return asked && isGuess(coding) ? found.filter((url) => asked.has(url)) : found;
  });
}

/**
 * What the words of a concept may say beyond its codes: "Sciatica with cauda equina syndrome" as
 * text or display of the code of sciatica, or beside it a code of no list. What the codes say, by
 * their value sets or as the content writes them, is no more than that; what a record writes is
 * taken for the code's own words only where the content has none. An Observation's words tell what
 * was asked, not found.
 */
export function moreThan(
  held: readonly string[],
  resourceType: string,
  concept: unknown,
  codings: readonly WrittenCoding[],
  known: KnownCodes,
): MayBe | undefined {
  if (resourceType === 'Observation' || !isObject(concept)) return undefined;
  const ownWords = (coding: WrittenCoding): readonly string[] => {
    const listed = known.displaysOf(coding);
    if (listed.length > 0) return listed;
    const isTaken = known.isDecided(coding) || known.valueSetsWith([coding]).length > 0;
    return isTaken ? wordsIn(coding) : [];
  };
  const possible = (words: string): readonly WordMatch[] => known.possible(resourceType, words);
  const said = codings.flatMap(ownWords).flatMap(possible);
  return beyond(
    [...held, ...said.map(({ valueSet }) => valueSet)],
    wordsIn(concept).flatMap(possible),
  );
}

/** What codings may be that were taken away, since their display is that of another code: either of the two. */
export function mayBeTorn(
  resourceType: string,
  concept: unknown,
  held: readonly string[],
  known: KnownCodes,
): MayBe | undefined {
  if (resourceType === 'Observation') return undefined;
  const torn = codingsOf(concept).filter((coding) => known.isContradicted(coding));
  const byWords = torn.flatMap((coding) =>
    wordsIn(coding).flatMap((words) => known.possible(resourceType, words)),
  );
  const byCode = known.valueSetsWith(torn).map((valueSet) => ({ valueSet, word: undefined }));
  return beyond(held, [...byWords, ...byCode]);
}

/** What may be by one or by the other. */
export function bothOf(one: MayBe, other: MayBe | undefined): MayBe;
export function bothOf(one: MayBe | undefined, other: MayBe | undefined): MayBe | undefined;
export function bothOf(one: MayBe | undefined, other: MayBe | undefined) {
  if (one === undefined || other === undefined) return one ?? other;
  return {
    valueSets: [...new Set([...one.valueSets, ...other.valueSets])],
    word: one.word ?? other.word,
  };
}

/** Of what something may be, that which is not said already. */
export function beyond(
  said: readonly string[],
  matches: readonly { readonly valueSet: string; readonly word: string | undefined }[],
): MayBe | undefined {
  const more = matches.filter(({ valueSet }) => !said.includes(valueSet));
  if (more.length === 0) return undefined;
  return { valueSets: [...new Set(more.map(({ valueSet }) => valueSet))], word: more[0]?.word };
}

/** The text of a concept, and the displays of its codings; of what is no concept, whatever stands there. */
export function wordsIn(concept: unknown): string[] {
  const words: string[] = [];
  addWords(concept, words);
  return words;
}

function addWords(concept: unknown, words: string[]): void {
  if (typeof concept === 'string') {
    words.push(concept);
  } else if (Array.isArray(concept)) {
    for (const one of concept) addWords(one, words);
  } else if (isObject(concept)) {
    const { text, display, coding } = concept;
    if (isWording(text)) words.push(text);
    if (isWording(display)) words.push(display);
    addWords(coding, words);
  }
}

function isWording(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

/** Codes that are given without their system. */
export function bareCodesIn(concept: unknown): WrittenCoding[] {
  const codings = objectsIn(isObject(concept) ? concept['coding'] : undefined);
  return codings.flatMap(({ system, code }) =>
    system === undefined && typeof code === 'string' ? [{ system: '', code }] : [],
  );
}

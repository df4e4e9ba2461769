import { canonicalSystem, type Coding } from '../engine/codes.ts';
import { isObject } from '../fhir/resource.ts';

/** A coding as records carry it. */
export interface WrittenCoding extends Coding {
  readonly display?: string | undefined;
}

/** A value set that words may be of, and the word by which. */
export interface WordMatch {
  /** URL of the value set. */
  readonly valueSet: string;
  readonly word: string;
}

/** The least and the greatest value that a measured fact can have. */
export interface MeasuredRange {
  /** UCUM code. */
  readonly unit: string;
  readonly min: number;
  readonly max: number;
}

/** What the content knows of codes, words and values, to tell what rules can read of a resource. */
export interface KnownCodes {
  /** Code systems that some value set takes codes from, by their canonical names. */
  readonly systems: ReadonlySet<string>;
  /** True when the display is that of a code which rules tell apart from this one. */
  readonly isContradicted: (coding: WrittenCoding) => boolean;
  /** The URLs of the value sets that hold one of the codes. */
  readonly valueSetsWith: (codings: readonly Coding[]) => readonly string[];
  /** The URLs of the value sets that hold what a code may mean: of one that stands above it, or of an older system. */
  readonly valueSetsBelow: (coding: Coding) => readonly string[];
  /**
   * The URLs of the value sets that rules ask resources of a type for; undefined where rules also
   * look at the type without asking for codes.
   */
  readonly askedOf: (resourceType: string) => ReadonlySet<string> | undefined;
  /** True for a code that the content has decided on, even where no value set holds it. */
  readonly isDecided: (coding: Coding) => boolean;
  /** How the content writes a code in words; nothing for one that it does not list. */
  readonly displaysOf: (coding: Coding) => readonly string[];
  /** What words, of a resource of that type, may be of. */
  readonly possible: (resourceType: string, words: string) => readonly WordMatch[];
  /** Some code of a value set. */
  readonly codeOf: (valueSet: string) => Coding | undefined;
  /** The range of a fact, by the value set that asks for it. */
  readonly ranges: ReadonlyMap<string, readonly MeasuredRange[]>;
  /** A number in another unit; undefined where it cannot be turned into that. */
  readonly convert: (quantity: object, unit: string) => number | undefined;
  /** URLs of modifier extensions and implicit rules that rules may ignore. */
  readonly modifiers: ReadonlySet<string>;
}

/** The codings of a concept that have a system, under its one name, and a code. */
export function codingsOf(concept: unknown): WrittenCoding[] {
  const coding = isObject(concept) ? concept['coding'] : undefined;
  return Array.isArray(coding) ? coding.filter(isWritten) : [];
}

/** True when the coding's system is one that rules know. */
export function isKnown({ system }: Coding, { systems }: KnownCodes): boolean {
  return systems.has(canonicalSystem(system));
}

/** True for a coding that has a system and a code. */
export function isWritten(value: unknown): value is WrittenCoding {
  if (!isObject(value)) return false;
  const { system, code, display } = value;
  const isText = typeof display === 'string' || display === undefined;
  return typeof system === 'string' && typeof code === 'string' && code.trim() !== '' && isText;
}

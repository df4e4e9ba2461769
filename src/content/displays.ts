import type { CodeService } from '../engine/code-service.ts';
import {
  canonicalSystem,
  codeKey,
  normalizeCode,
  spellsHierarchy,
  type Coding,
} from '../engine/codes.ts';
import type { WrittenCoding } from '../reading/known.ts';
import type { VerifiedCode, VerifiedCodes } from './terminology.ts';

/**
 * What the displays of the verified list say of codings in records. Records write
 * displays in their own words, so only words that are exactly another code's count, and
 * only where the two are not near each other: listed under one group, one above the
 * other, one in the words of the other, or told apart by no value set.
 */
export class Displays {
  readonly #verified: VerifiedCodes;
  readonly #service: CodeService;
  readonly #byDisplay: ReadonlyMap<string, readonly VerifiedCode[]>;
  /** What was found, by system, code and display: records write the same again and again. */
  readonly #found = new Map<string, Map<string, Map<string, boolean>>>();
  #numberFound = 0;

  constructor(verified: VerifiedCodes, service: CodeService) {
    this.#verified = verified;
    this.#service = service;
    const spelt = verified.all.flatMap((code) => spellings(code).map((key) => ({ key, code })));
    const grouped = Map.groupBy(spelt, ({ key }) => key);
    this.#byDisplay = new Map([...grouped].map(([key, all]) => [key, all.map(({ code }) => code)]));
  }

  /** True when the coding's code is listed, and its display is that of another code of its system. */
  isContradicted(coding: WrittenCoding): boolean {
    const { system, code, display } = coding;
    if (display === undefined) return false;
    const ofCode = this.#ofCode(system, code);
    const known = ofCode.get(display);
    if (known !== undefined || ofCode === NOT_LISTED) return known ?? false;
    const found = this.#isContradicted(coding, display);
    ofCode.set(display, found);
    return found;
  }

  /** What was found for the displays of a code. */
  #ofCode(system: string, code: string): Map<string, boolean> {
    const known = this.#found.get(system)?.get(code);
    if (known && known.size < MOST_DISPLAYS) return known;
    // There is no end of codes, nor of displays, so that only so many are remembered.
    if (this.#numberFound >= MOST_FOUND) {
      this.#found.clear();
      this.#numberFound = 0;
    }
    const isListed = this.#verified.rowsOf({ system, code }).length > 0;
    const ofCode = isListed ? new Map<string, boolean>() : NOT_LISTED;
    let ofSystem = this.#found.get(system);
    if (!ofSystem) this.#found.set(system, (ofSystem = new Map()));
    ofSystem.set(code, ofCode);
    this.#numberFound += 1;
    return ofCode;
  }

  #isContradicted({ system: written, code }: WrittenCoding, display: string): boolean {
    const coding = { system: written, code };
    const named = this.#byDisplay.get(keyOf({ system: canonicalSystem(written), display })) ?? [];
    const own = this.#verified.rowsOf(coding);
    if (named.length === 0 || own.length === 0) return false;
    return !named.some(
      (other) =>
        own.some((row) => row.group === other.group || areInWords(row.display, display)) ||
        isAkin(coding, other) ||
        this.#readAlike(coding, other),
    );
  }

  /** Whether every value set holds both codes or neither. */
  #readAlike(coding: Coding, other: Coding): boolean {
    const [a, b] = [this.#service.holdersOf(coding), this.#service.holdersOf(other)];
    return a.length === b.length && a.every((url) => b.includes(url));
  }
}

const MOST_FOUND = 20_000;
const MOST_DISPLAYS = 100;
/** Stands for every code that is not listed. */
const NOT_LISTED = new Map<string, boolean>();

/** The same code, or one above the other where the system spells that. */
function isAkin(a: Coding, b: Coding): boolean {
  const [one, other] = [normalizeCode(a).code, normalizeCode(b).code];
  if (codeKey(a) === codeKey(b)) return true;
  return spellsHierarchy(a.system) && (one.startsWith(other) || other.startsWith(one));
}

/** True when one display only says less: "Cough" of "Dry cough (finding)". */
function areInWords(a: string, b: string): boolean {
  const [one, other] = [wordsOf(a), wordsOf(b)];
  return isPartOf(one, other) || isPartOf(other, one);
}

function isPartOf(some: ReadonlySet<string>, all: ReadonlySet<string>): boolean {
  return [...some].every((word) => all.has(word));
}

function wordsOf(display: string): Set<string> {
  return new Set(
    bare(display)
      .toLowerCase()
      .match(/[\p{L}\d]+/gu),
  );
}

/** A display as listed, and without what kind of concept it is: `Cough (finding)`. */
function spellings({ system, display }: VerifiedCode): string[] {
  return [...new Set([display, bare(display)])].map((text) => keyOf({ system, display: text }));
}

function bare(display: string): string {
  return display.replace(/ \([a-z /]+\)$/, '');
}

function keyOf({ system, display }: { system: string; display: string }): string {
  return `${system}|${display.trim().toLowerCase()}`;
}

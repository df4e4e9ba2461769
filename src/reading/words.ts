import { deniedAfter, deniedBefore, heardOf, settingAside, written } from './denials.ts';
import type { WordMatch } from './known.ts';
import { plainly, spellings } from './plain.ts';

/** Words by which a record may speak of what a value set asks for. */
export interface WordRule {
  readonly resourceTypes: readonly string[];
  /** URL of the value set. */
  readonly valueSet: string;
  /** Of each of these lists one stands in the text, at the beginning of a word. */
  readonly all: readonly (readonly string[])[];
  /** None of them does. */
  readonly unless: readonly string[];
  /**
   * What sets aside the clause that it stands in, as a family history or a screening does, and no other:
   * "cough, positive test". See `heardOf`.
   */
  readonly aside?: readonly string[];
  /**
   * What denies the words that follow it, up to a comma or the like: `no`, as in "no evidence of".
   * A word that is denied does not count; the same word elsewhere in the text does.
   */
  readonly notAfter: readonly string[];
  /**
   * What denies the words before it, where a comma or the like, or the end, follows: `resolved`, as in
   * "cough: resolved". One that is denied denies nothing: "not resolved".
   */
  readonly notBefore: readonly string[];
}

/**
 * Tells of which value sets the words of a record may speak. Its answer opens questions and
 * answers none, so a word too many costs a look, and a word too few is missed.
 */
export class WordList {
  readonly #rules = new Map<string, Candidates>();
  /** What was found; records write the same words again and again. */
  readonly #found = new Map<string, readonly WordMatch[]>();

  constructor(rules: readonly WordRule[]) {
    for (const rule of rules) {
      const matcher = new Matcher(rule);
      for (const type of rule.resourceTypes) {
        const ofType = this.#rules.get(type) ?? new Candidates();
        this.#rules.set(type, ofType);
        ofType.add(matcher, (rule.all[0] ?? []).flatMap(spellings));
      }
    }
  }

  /** The value sets, each once, with the words by which; in the order of the rules. */
  possible(resourceType: string, words: string): readonly WordMatch[] {
    const rules = this.#rules.get(resourceType);
    if (rules === undefined) return NONE;
    if (words.length > LONGEST_KEPT) return matching(rules, words);
    const key = `${resourceType} ${words}`;
    const known = this.#found.get(key);
    if (known) return known;
    const found = matching(rules, words);
    if (this.#found.size >= MOST_FOUND) this.#found.clear();
    this.#found.set(key, found);
    return found;
  }
}

/** What words meet in any of the ways in which they may be meant. */
function matching(rules: Candidates, words: string): readonly WordMatch[] {
  const [first = NONE, ...others] = plainly(words).map((text) => rules.matching(text));
  if (others.every((found) => found.length === 0)) return first;
  const found = [first, ...others].flat();
  return [...new Map(found.toReversed().map((one) => [one.valueSet, one])).values()].toReversed();
}

function matchesOf(rules: readonly Matcher[], text: string): readonly WordMatch[] {
  const found = new Map<string, WordMatch>();
  for (const rule of rules) {
    const match = found.has(rule.valueSet) ? undefined : rule.match(text);
    if (match) found.set(match.valueSet, match);
  }
  return found.size === 0 ? NONE : [...found.values()];
}

/**
 * Rules by how the words of their first list begin. Most words of records are of nothing, and this
 * finds them to be so without a search for each word of the rules.
 */
class Candidates {
  readonly #all: Matcher[] = [];
  readonly #byStart = new Map<string, number[]>();

  add(matcher: Matcher, words: readonly string[]): void {
    for (const start of new Set(words.map(startOf))) {
      this.#byStart.set(start, [...(this.#byStart.get(start) ?? []), this.#all.length]);
    }
    this.#all.push(matcher);
  }

  /** What a text in small letters meets, in the order in which the rules were added. */
  matching(text: string): readonly WordMatch[] {
    const found = new Set<number>();
    for (const start of startsIn(text)) {
      for (let end = start.length; end > 0; end -= 1) {
        for (const rule of this.#byStart.get(start.slice(0, end)) ?? []) found.add(rule);
      }
    }
    if (found.size === 0) return NONE;
    const rules = [...found].toSorted((a, b) => a - b);
    return matchesOf(
      rules.flatMap((rule) => this.#all[rule] ?? []),
      text,
    );
  }
}

/** So many letters tell most words apart. */
const LETTERS = 5;

/** How each word of a text begins; of a short word all, with a blank as its end. */
function startsIn(text: string): string[] {
  return (text.match(/[\p{L}\d]+/gu) ?? []).map((word) => `${word} `.slice(0, LETTERS));
}

/** How a text begins that a word of a rule is found in. */
function startOf(word: string): string {
  const [start = ''] = /[\p{L}\d]+.?/u.exec(word.toLowerCase()) ?? [];
  return start.replace(/[^\p{L}\d]$/u, ' ').slice(0, LETTERS);
}

const NONE: readonly WordMatch[] = [];
/** Records are written in words without number; so many are remembered. */
const MOST_FOUND = 20_000;
/** What is longer is a note, and hardly written twice. */
const LONGEST_KEPT = 500;

/** A rule, its patterns made when a text first begins like one of its words: most rules of a day are never met. */
class Matcher {
  readonly #rule: WordRule;
  #patterns: Patterns | undefined;

  constructor(rule: WordRule) {
    this.#rule = rule;
  }

  /** What a text in small letters meets of the rule. */
  match(text: string): WordMatch | undefined {
    const { all, unless, aside } = (this.#patterns ??= patternsOf(this.#rule));
    if (unless?.test(text) === true) return undefined;
    const heard = aside?.test(text) === true ? heardOf(text, aside) : text;
    const met: string[] = [];
    for (const one of all) {
      const word = one.exec(heard)?.[1];
      if (word === undefined) return undefined;
      met.push(word);
    }
    return { valueSet: this.#rule.valueSet, word: met.join(' ') };
  }

  get valueSet(): string {
    return this.#rule.valueSet;
  }
}

interface Patterns {
  readonly all: readonly RegExp[];
  readonly unless: RegExp | undefined;
  readonly aside: RegExp | undefined;
}

function patternsOf(rule: WordRule): Patterns {
  const all = rule.all.map((words) => words.flatMap(spellings));
  const [unless = [], aside = [], notAfter = [], notBefore = []] = [
    rule.unless,
    rule.aside ?? [],
    rule.notAfter,
    rule.notBefore,
  ].map((words) => words.flatMap(spellings));
  const denied = deniedBefore(notAfter, all.flat());
  const undone = deniedAfter(notBefore, notAfter);
  return {
    all: all.map((words) => beginning(words, denied, undone)),
    // What is denied rules nothing out.
    unless: unless.length > 0 ? beginning(unless, denied) : undefined,
    aside: aside.length > 0 ? beginning(aside, settingAside(denied)) : undefined,
  };
}

/** Finds any of the words where a word of a text in small letters begins; one with a full stop at its end is whole. */
function beginning(words: readonly string[], denied: string, undone = ''): RegExp {
  const patterns = words.map((word) =>
    word.endsWith('.')
      ? String.raw`${written(word.slice(0, -1))}(?![\p{L}\d])`
      : String.raw`${written(word)}\p{L}*`,
  );
  return new RegExp(String.raw`(?<![\p{L}\d])(?=(${patterns.join('|')}))${denied}${undone}`, 'u');
}

import { deniedInLists } from './denied-lists.ts';

/**
 * The ways in which words may be meant, in small letters: entities and signs of typesetting are read as what they stand
 * for, and what is written without blanks as several words: "whooping_cough", and "WhoopingCough" as either.
 */
export function plainly(words: string): string[] {
  const text = PLAIN.test(words)
    ? words
    : apart(
        withoutEntities(words)
          .normalize('NFKC')
          .replaceAll(UNSEEN, '')
          .replaceAll(HYPHENS, '-')
          .replaceAll('_', ' '),
      );
  const parted = text.replaceAll(/(?<=\p{Ll})(?=\p{Lu})/gu, ' ');
  const meant = parted === text ? [text] : [...new Set([text, parted])];
  return meant.map((one) => deniedInLists(withoutMarks(one.toLowerCase())));
}

/** Latin letters without their marks, as they are typed where a keyboard has none: "retención" is "retencion". */
function withoutMarks(text: string): string {
  if (PLAIN.test(text)) return text;
  return text
    .replaceAll(/[ßæœøłđ]/gu, (letter) => OTHER_LETTERS[letter] ?? letter)
    .replaceAll(MARKED, (letters) => letters.normalize('NFD').replaceAll(/\p{M}/gu, ''));
}

const MARKED = /(?!\p{ASCII})\p{Script=Latin}\p{M}*|\p{ASCII}\p{M}+/gu;

const OTHER_LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
};

/** How a word of the content may stand in such a text: without marks, or with the letter that some write instead, as "ue" for "ü". */
export function spellings(word: string): string[] {
  const small = word.toLowerCase();
  const instead = small.replaceAll(/[äöüøå]/gu, (letter) => INSTEAD[letter] ?? letter);
  return [...new Set([small, instead].map(withoutMarks))];
}

const INSTEAD: Readonly<Record<string, string>> = { ä: 'ae', ö: 'oe', ü: 'ue', ø: 'oe', å: 'aa' };

/** Chinese and Japanese leave no blanks between words: each of their signs is one here, in texts and in what is looked for. */
export function apart(text: string): string {
  if (!UNPARTED.test(text)) return text;
  const spaced = text.replaceAll(EACH_UNPARTED, ' $& ').trim();
  return spaced.replaceAll(COMMA, ', ').replaceAll(FULL_STOP, '. ');
}

const COMMA = /\s*\u3001\s*/gu;
const FULL_STOP = /\s*\u3002\s*/gu;

const UNPARTED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u30FC]/u;
const EACH_UNPARTED = new RegExp(UNPARTED.source, 'gu');

/** What needs no look: most words of records. */
const PLAIN = /^[a-z\d\s.,;:()/'"?+*=<>%[\]-]*$/i;
/** Soft hyphens, and what has no width. */
const UNSEEN = /[\u00AD\u200B-\u200D\u2060\uFEFF]/gu;
const HYPHENS = /[\u2010\u2011]/gu;

/** The signs that entities of XHTML stand for. */
export function withoutEntities(text: string): string {
  return text.replaceAll(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/giu, (entity, decimal, hex, name) => {
    const point = Number(decimal ?? Number.parseInt(hex ?? '', 16));
    return point > 0 && point <= 0x10_ff_ff
      ? String.fromCodePoint(point)
      : (ENTITIES[String(name).toLowerCase()] ?? entity);
  });
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
};

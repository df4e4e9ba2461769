import ucum from '@lhncbc/ucum-lhc';

/**
 * The letters of UCUM, without parentheses and annotations: on those the library can
 * stumble, and it then prints the text to standard output, where no data of a record
 * may appear.
 */
const UCUM_LETTERS = /^[\w%'*./[\]+-]{1,40}$/;

/** Whether the text is a unit of UCUM, case-sensitive, without parentheses and annotations. @see https://ucum.org/ucum */
export function isUcumUnit(code: string): boolean {
  return isSameUnit(code, code);
}

/** Whether two UCUM codes name one unit: `ml` and `mL`, not `F` (farad) and `[degF]`. */
export function isSameUnit(one: string, other: string): boolean {
  const pair = `${one} ${other}`;
  const known = PAIRS.get(pair);
  if (known !== undefined) return known;
  if (PAIRS.size >= MOST_PAIRS) PAIRS.clear();
  const isSame = converted(1, one, other) === 1;
  PAIRS.set(pair, isSame);
  return isSame;
}

/** What was found of pairs: the library takes long, and records write the same units again and again. */
const PAIRS = new Map<string, boolean>();
const MOST_PAIRS = 1000;

/** A number in another unit; undefined where one cannot be turned into the other. */
export function inUnit(value: number, from: string, to: string): number | undefined {
  return from === to && UCUM_LETTERS.test(from) ? value : converted(value, from, to);
}

function converted(value: number, from: string, to: string): number | undefined {
  if (!UCUM_LETTERS.test(from) || !UCUM_LETTERS.test(to)) return undefined;
  try {
    return ucum.UcumLhcUtils.getInstance().convertUnitTo(from, value, to).toVal ?? undefined;
  } catch {
    return undefined; // not a unit, whatever the library made of it
  }
}

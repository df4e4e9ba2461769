import { isUcumUnit } from '../engine/ucum.ts';
import { codeKey, type Coding } from '../engine/codes.ts';
import type { MeasuredRange } from '../reading/known.ts';
import { apart } from '../reading/plain.ts';
import type { WordRule } from '../reading/words.ts';
import { readCsv } from './csv-file.ts';
import type { ContentFault } from './fault.ts';
import { missingValueSet } from './missing-name.ts';
import type { ContentFile } from './read-files.ts';

/** What `cql/reading/` says of how records are to be read. */
export interface ReadingTables {
  readonly words: readonly WordRule[];
  readonly ranges: ReadonlyMap<string, readonly MeasuredRange[]>;
  readonly modifiers: ReadonlySet<string>;
  /** What a code of another system may mean, by `codeKey`: codes that the content can know. */
  readonly near: ReadonlyMap<string, readonly Coding[]>;
}

const WORDS_FILE = 'cql/reading/words.csv';
/** Where the least and the greatest value of each measured fact stand. */
export const RANGES_FILE = 'cql/reading/ranges.csv';
const MODIFIERS_FILE = 'cql/reading/modifiers.csv';
const NEAR_FILE = 'cql/reading/near-codes.csv';
const WHY = 'why rules may ignore it';

/** The columns of each table. */
const COLUMNS: Readonly<Record<string, readonly string[]>> = {
  [WORDS_FILE]: ['types', 'value_set', 'words', 'unless', 'not_after', 'not_before', 'source'],
  [RANGES_FILE]: ['value_set', 'unit', 'min', 'max', 'source'],
  [MODIFIERS_FILE]: ['url', WHY],
  [NEAR_FILE]: ['system', 'code', 'near_system', 'near', 'source'],
};
/** What tells one row of a table from another. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  [WORDS_FILE]: ['types', 'value_set', 'words'],
  [RANGES_FILE]: ['value_set', 'unit'],
  [MODIFIERS_FILE]: ['url'],
  [NEAR_FILE]: ['system', 'code', 'near_system'],
};

/** Its words name an instrument with all that it asks, as "scale, item": what rules out a clause rules out the whole. */
const NAMES_WHAT_WAS_ASKED = 'Observation';

const NO_WORDS = `The row has no words; write: ${COLUMNS[WORDS_FILE]?.join(',')}`;

/** Reads the tables that the content has; a row with a fault is left out and never hides another. */
export function readReadingTables(
  files: readonly ContentFile[],
  given: {
    readonly valueSets: readonly { readonly url: string }[];
    readonly isResourceType: (name: string) => boolean;
    readonly faults: ContentFault[];
  },
): ReadingTables {
  const rows = <T>(file: string, read: (row: Record<string, string>) => T | string): T[] => {
    const source = files.find((one) => one.file === file);
    const all = source ? readCsv(source, given.faults) : [];
    const fault = (line: number, message: string): [] => {
      given.faults.push({ file, line, column: 1, severity: 'error', message });
      return [];
    };
    const wrongHeader = headerFault(file, all[0]);
    if (wrongHeader !== undefined) return fault(1, wrongHeader);
    const lineOf = new Map<string, number>();
    return all.flatMap((row, i) => {
      const key = JSON.stringify((KEYS[file] ?? []).map((column) => row[column]));
      const first = lineOf.get(key);
      if (first !== undefined) return fault(i + 2, `The row says what line ${first} says`);
      lineOf.set(key, i + 2);
      const found = read(row);
      return typeof found === 'string' ? fault(i + 2, found) : [found];
    });
  };
  const byName = new Map(given.valueSets.map(({ url }) => [nameOf(url), url]));
  const noValueSet = (name: string): string => missingValueSet(name, byName.values());

  // What rules out any word of a type, in rows without a value set.
  const general = new Map<string, Pick<WordRule, 'unless' | 'notAfter' | 'notBefore'>>();
  const words = rows(WORDS_FILE, (row) => {
    const { types = '', value_set = '', words: written = '' } = row;
    const badWord = ['words', 'unless', 'not_after', 'not_before']
      .map((column) => wordFault(column, row[column] ?? ''))
      .find((fault) => fault !== undefined);
    const unless = wordsOf(row['unless'] ?? '');
    const notAfter = wordsOf(row['not_after'] ?? '');
    const notBefore = wordsOf(row['not_before'] ?? '');
    const resourceTypes = listOf(types, ' ');
    const unknown = resourceTypes.find((type) => !given.isResourceType(type));
    if (resourceTypes.length === 0 || unknown !== undefined) {
      return `FHIR R4 has no resource type "${unknown ?? ''}"`;
    }
    if (value_set === '' && written === '') {
      for (const type of resourceTypes) general.set(type, { unless, notAfter, notBefore });
      return { rule: undefined };
    }
    const valueSet = byName.get(value_set);
    if (valueSet === undefined) return noValueSet(value_set);
    const all = listOf(written, '+').map(wordsOf);
    if (all.length === 0 || all.some((part) => part.length === 0)) return NO_WORDS;
    if (badWord !== undefined) return badWord;
    return { rule: { resourceTypes, valueSet, all, unless, notAfter, notBefore } };
  }).flatMap(({ rule }) => rule ?? []);

  const ranges = rows(RANGES_FILE, (row) => {
    const { value_set = '', unit = '' } = row;
    const valueSet = byName.get(value_set);
    const [min, max] = [Number(row['min'] || Number.NaN), Number(row['max'] || Number.NaN)];
    if (valueSet === undefined) return noValueSet(value_set);
    if (!isUcumUnit(unit)) return `"${unit}" is not a UCUM unit; see https://ucum.org/ucum`;
    if (!(min <= max)) return 'min and max must be numbers, the greater one last';
    return { valueSet, range: { unit, min, max } };
  });

  const modifiers = rows(MODIFIERS_FILE, ({ url = '', [WHY]: why = '' }) => {
    if (!URL.canParse(url)) return `"${url}" is no URL`;
    return why === '' ? `Say in "${WHY}" why it changes nothing for the rules` : { url };
  });

  const near = rows(
    NEAR_FILE,
    ({ system = '', code = '', near_system = '', near: written = '' }) => {
      const noUrl = [system, near_system].find((one) => !URL.canParse(one));
      if (noUrl !== undefined) return `"${noUrl}" is no URL of a code system`;
      const codes = listOf(written, '|').map((one) => ({ system: near_system, code: one }));
      if (code === '' || codes.length === 0)
        return 'Write a code, and under "near" what it may mean';
      return [codeKey({ system, code }), codes] as const;
    },
  );
  return {
    words: words.flatMap((rule) =>
      rule.resourceTypes.map((type) => ({
        ...rule,
        resourceTypes: [type],
        ...(type === NAMES_WHAT_WAS_ASKED
          ? { unless: [...(general.get(type)?.unless ?? []), ...rule.unless], aside: [] }
          : { aside: general.get(type)?.unless ?? [] }),
        notAfter: [...(general.get(type)?.notAfter ?? []), ...rule.notAfter],
        notBefore: [...(general.get(type)?.notBefore ?? []), ...rule.notBefore],
      })),
    ),
    ranges: new Map(
      [...Map.groupBy(ranges, ({ valueSet }) => valueSet)].map(([url, of]) => [
        url,
        of.map(({ range }) => range),
      ]),
    ),
    modifiers: new Set(modifiers.map(({ url }) => url)),
    near: new Map(near),
  };
}

/** What is wrong with the names of a table's columns, by its first row. */
function headerFault(file: string, row: Record<string, string> | undefined): string | undefined {
  const columns = COLUMNS[file] ?? [];
  if (row === undefined || columns.every((column) => column in row)) return undefined;
  return `The first line must be: ${columns.join(',')}`;
}

/** What is wrong with a cell of words: an empty one would be found everywhere, as good as a single letter. */
function wordFault(column: string, cell: string): string | undefined {
  if (cell === '') return undefined;
  const words = cell.split(/[|+]/).map((word) => word.trim());
  if (words.includes('')) return `Between two | of "${column}" there is no word`;
  const short = words.find((word) => /^[^.\p{Script=Han}]$/u.test(word));
  return short === undefined ? undefined : `"${short}" of "${column}" begins too many words`;
}

/** The words of a cell, as texts are read. */
function wordsOf(cell: string): string[] {
  return listOf(cell, '|').map((word) => apart(word).replaceAll(/\s+/g, ' '));
}

function listOf(text: string, separator: string): string[] {
  return text
    .split(separator)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** The last part of a URL: by it the tables name value sets. */
function nameOf(url: string): string {
  return url.replace(/^.*[:/]/, '');
}

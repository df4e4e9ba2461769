import { isUcumUnit } from '../engine/ucum.ts';
import type { MeasuredRange } from '../reading/known.ts';
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
}

const WORDS_FILE = 'cql/reading/words.csv';
/** Where the least and the greatest value of each measured fact stand. */
export const RANGES_FILE = 'cql/reading/ranges.csv';
const MODIFIERS_FILE = 'cql/reading/modifiers.csv';

const NO_WORDS =
  'The row has no words; write: types,value_set,words,unless,not_after,not_before,source';

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
    return (source ? readCsv(source, given.faults) : []).flatMap((row, i) => {
      const found = read(row);
      if (typeof found !== 'string') return [found];
      given.faults.push({ file, line: i + 2, column: 1, severity: 'error', message: found });
      return [];
    });
  };
  const byName = new Map(given.valueSets.map(({ url }) => [nameOf(url), url]));
  const noValueSet = (name: string): string => missingValueSet(name, byName.values());

  // What rules out any word of a type, in rows without a value set.
  const general = new Map<string, Pick<WordRule, 'unless' | 'notAfter' | 'notBefore'>>();
  const words = rows(WORDS_FILE, (row) => {
    const { types = '', value_set = '', words: written = '' } = row;
    const unless = listOf(row['unless'] ?? '', '|');
    const notAfter = listOf(row['not_after'] ?? '', '|');
    const notBefore = listOf(row['not_before'] ?? '', '|');
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
    const all = listOf(written, '+').map((part) => listOf(part, '|'));
    if (all.length === 0 || all.some((part) => part.length === 0)) return NO_WORDS;
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

  const modifiers = rows(MODIFIERS_FILE, ({ url = '' }) =>
    URL.canParse(url) ? { url } : `"${url}" is no URL`,
  );
  return {
    words: words.flatMap((rule) =>
      rule.resourceTypes.map((type) => ({
        ...rule,
        resourceTypes: [type],
        unless: [...(general.get(type)?.unless ?? []), ...rule.unless],
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
  };
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

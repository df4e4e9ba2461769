import type { SortRule } from '@medplum/core';
import type { BundleEntry, Resource } from '@medplum/fhirtypes';
import { sortKeys } from './match.ts';

type Key = string | number | undefined;

/**
 * Entries by the rules, the first of which counts most. Resources without a value come
 * last, in both directions.
 *
 * @see https://hl7.org/fhir/R4/search.html#sort
 */
export function inOrder<T extends Resource>(
  entries: BundleEntry<T>[],
  rules: readonly SortRule[],
  zone: string,
): BundleEntry<T>[] {
  if (rules.length === 0) return entries;
  const rows = entries.map((entry) => ({
    entry,
    keys: rules.map(({ code, descending }): Key => {
      const keys = entry.resource ? sortKeys(entry.resource, code, zone).toSorted(compare) : [];
      return descending ? keys.at(-1) : keys[0];
    }),
  }));
  return rows.toSorted((a, b) => compareRows(a.keys, b.keys, rules)).map(({ entry }) => entry);
}

function compareRows(a: readonly Key[], b: readonly Key[], rules: readonly SortRule[]): number {
  for (const [i, { descending }] of rules.entries()) {
    const [x, y] = [a[i], b[i]];
    if (x === y) continue;
    if (x === undefined) return 1;
    if (y === undefined) return -1;
    return descending ? compare(y, x) : compare(x, y);
  }
  return 0;
}

function compare(a: string | number, b: string | number): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

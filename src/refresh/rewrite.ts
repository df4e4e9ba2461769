import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { editCsv } from '../content/csv-file.ts';
import { codeKey } from '../engine/codes.ts';
import type { VerifiedCode } from '../content/terminology.ts';
import type { CodeDifference, Comparison } from './compare.ts';
import type { Addition } from './fill.ts';

/** Where a remark comes from: the server's name and the day, `2026-11-24`. */
export interface SeenAt {
  readonly server: string;
  readonly day: string;
}

/**
 * The differences that a row can take over: another display, and that a code is inactive.
 * An unknown code is not among them, since another edition of its system may have it.
 */
export function writable({ codes }: Comparison): CodeDifference[] {
  return codes.filter(
    ({ kind, display }) => kind === 'inactive' || (kind === 'display' && display !== undefined),
  );
}

/** Names differences, so that only what somebody has seen is written. */
export function fingerprint(
  differences: readonly CodeDifference[],
  additions: readonly Addition[],
): string {
  const parts = [
    ...differences.map(({ code, kind, display }) => [codeKey(code), kind, display]),
    ...additions.map(({ set, head, code }) => [set.url, head.code, codeKey(code), code.display]),
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 8);
}

/** Writes the differences into the rows of their codes; how many rows that changed. */
export async function rewriteList(
  root: string,
  list: readonly VerifiedCode[],
  differences: readonly CodeDifference[],
  { server, day }: SeenAt,
): Promise<number> {
  const byKey = Map.groupBy(differences, ({ code }) => codeKey(code));
  const rows = list.filter((row) => byKey.has(codeKey(row)));
  for (const [file, ofFile] of Map.groupBy(rows, (row) => row.file)) {
    const path = join(root, file);
    const changes = new Map(ofFile.map((row) => [row.line, byKey.get(codeKey(row)) ?? []]));
    const edited = editCsv(await readFile(path, 'utf8'), (row, line) => {
      let changed = row;
      for (const { kind, display } of changes.get(line) ?? []) {
        const source = `${row['source'] ?? ''} [inactive on ${server}, seen ${day}]`.trim();
        changed =
          kind === 'inactive' ? { ...changed, source } : { ...changed, display: display ?? '' };
      }
      return changed;
    });
    await writeFile(path, edited);
  }
  return rows.length;
}

/**
 * Writes codes into the value sets that are filled from others, and a row for each into the verified
 * list, below that of the code it is made of and like it; how many rows that added.
 */
export async function addCodes(
  root: string,
  list: readonly VerifiedCode[],
  additions: readonly Addition[],
  { server, day }: SeenAt,
): Promise<number> {
  const byHead = Map.groupBy(additions, ({ head }) => codeKey(head));
  const rows = [...byHead].flatMap(([key, ofHead]) => {
    const row = list.find((one) => codeKey(one) === key);
    // Two value sets may be filled from one code.
    const added = [...new Map(ofHead.map(({ code }) => [codeKey(code), code])).values()];
    return row ? [{ ...row, added }] : [];
  });
  for (const [file, ofFile] of Map.groupBy(rows, (row) => row.file)) {
    const path = join(root, file);
    const addedAt = new Map(ofFile.map(({ line, added }) => [line, added]));
    const edited = editCsv(await readFile(path, 'utf8'), (row, line) => [
      row,
      ...(addedAt.get(line) ?? []).map(({ code, display }) => {
        const source = `${server} ValueSet/$expand: made of ${row['code']}, seen ${day}`;
        return { ...row, code, display, source };
      }),
    ]);
    await writeFile(path, edited);
  }
  for (const [{ file }, ofSet] of Map.groupBy(additions, ({ set }) => set)) {
    const path = join(root, file);
    const valueSet = JSON.parse(await readFile(path, 'utf8')) as FilledValueSet; // it was checked
    for (const { head, code } of ofSet) {
      const { concept } =
        valueSet.compose.include.find(
          ({ system, concept: codes = [] }) =>
            system === head.system && codes.some((one) => one.code === head.code),
        ) ?? {};
      concept?.push({ code: code.code, display: code.display });
    }
    await writeFile(path, `${JSON.stringify(valueSet, undefined, 2)}\n`);
  }
  return rows.reduce((sum, { added }) => sum + added.length, 0);
}

interface FilledValueSet {
  readonly compose: {
    readonly include: readonly { system?: string; concept?: { code: string; display: string }[] }[];
  };
}

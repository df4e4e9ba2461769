import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { editCsv } from '../content/csv-file.ts';
import { codeKey } from '../engine/codes.ts';
import type { VerifiedCode } from '../content/terminology.ts';
import type { CodeDifference, Comparison } from './compare.ts';

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

/** Names a difference, so that only what somebody has seen is written. */
export function fingerprint(differences: readonly CodeDifference[]): string {
  const parts = differences.map(({ code, kind, display }) => [codeKey(code), kind, display]);
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

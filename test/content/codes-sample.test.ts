import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { expect, it } from 'vitest';

type Row = Readonly<Record<string, string>>;
const read = (file: string): Row[] => parse(readFileSync(file), { columns: true });
const sample = read('docs/codes-sample.csv');
const listed = new Set(
  read('cql/terminology/codes.csv').map(({ system, code, display }) =>
    JSON.stringify([system, code, display]),
  ),
);

// A sampled row that is changed later has not been looked up any more.
it('leaves the codes whose sources agreed as they were when they were looked up', () => {
  const changed = sample.filter(
    ({ verdict, system, code, display }) =>
      verdict === 'agrees' && !listed.has(JSON.stringify([system, code, display])),
  );
  expect(changed).toEqual([]);
});

it('names a source for each verdict but "not found", and a reason for that', () => {
  const odd = sample.filter(
    ({ verdict, source, remark }) =>
      !['agrees', 'differs', 'not found'].includes(verdict ?? '') ||
      (verdict === 'not found' ? source !== '' || remark === '' : source === ''),
  );
  expect(odd).toEqual([]);
});

it('counts what the page beside it says', () => {
  const page = readFileSync('docs/codes-sample.md', 'utf8');
  const counts = ['value sets', 'rest'].flatMap((which) =>
    ['agrees', 'differs', 'not found'].map(
      (verdict) =>
        sample.filter((row) => row['sample'] === which && row['verdict'] === verdict).length,
    ),
  );
  expect(page).toContain(`| all | ${counts.join(' | ')} |`);
});

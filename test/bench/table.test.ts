import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { draw } from '../../bench/plot.ts';
import type { Report } from '../../bench/report.ts';
import { toMarkdown, writeInto } from '../../bench/table.ts';
import { ROOT } from '../support/content.ts';
import { aFolder } from '../support/folder.ts';

const report: Report = {
  measured: '2026-03-10T14:00:00.000Z',
  node: 'v26.0.0',
  machine: '2 × processor',
  loadBefore: 0.02,
  old: 'aaaaaaa',
  new: 'bbbbbbb',
  sections: [
    {
      title: 'Start',
      rows: [
        { what: 'from the cache', measure: 'time, ms', old: 1200, new: 300 },
        { what: 'nothing compiled', measure: 'time, ms', old: 'no answer in 120 s', new: 0.12345 },
      ],
      notes: ['A note.'],
    },
  ],
};

it('sets the old build, the new one and their ratio side by side', () => {
  expect(toMarkdown(report).split('\n')).toEqual([
    'Measured on 2026-03-10: old aaaaaaa, new bbbbbbb; Node v26.0.0; 2 × processor; load 0.02 before it began.',
    '',
    '### Start',
    '',
    '|  | measured | old | new | old : new |',
    '| --- | --- | ---: | ---: | ---: |',
    '| from the cache | time, ms | 1200 | 300 | 4.00 |',
    '| nothing compiled | time, ms | no answer in 120 s | 0.123 |  |',
    '',
    'A note.',
  ]);
});

it('has one column of figures where nothing was raced against', () => {
  const { old: _none, ...alone } = report;
  expect(toMarkdown(alone)).toContain('| from the cache | time, ms | 300 |\n');
});

const BEGIN = '<!-- bench: what stands between these two lines is written by npm run bench -->';

it('writes between the two marks of the page, and leaves the rest', async () => {
  const page = await readFile(join(ROOT, 'docs', 'performance.md'), 'utf8');
  const folder = aFolder({ 'page.md': page });
  await writeInto(join(folder, 'page.md'), 'first');
  await writeInto(join(folder, 'page.md'), 'second');
  const [before = '', after = ''] = page.split(/(?<=<!-- bench: .*)\n[\s\S]*(?=<!-- \/bench -->)/);
  expect(await readFile(join(folder, 'page.md'), 'utf8')).toBe(`${before}\n\nsecond\n\n${after}`);
});

it('refuses a page without the marks', async () => {
  const folder = aFolder({ 'page.md': '# A page\n' });
  await expect(writeInto(join(folder, 'page.md'), 'figures')).rejects.toThrow(
    `page.md has no lines ${BEGIN} and <!-- /bench -->`,
  );
});

it('draws ten times the cost as far above as ten times the size lies to the right', () => {
  const points = [1, 10, 100].map((n) => ({ series: 'a < b', bytes: n * 1000, milliseconds: n }));
  const drawn = draw(points);
  expect([...drawn.matchAll(/cx="([^"]+)" cy="([^"]+)"/g)].map(([, x, y]) => [x, y])).toEqual([
    ['70', '390'],
    ['310', '210'],
    ['550', '30'],
  ]);
  expect(drawn).toContain('a &lt; b');
  expect(drawn).toContain('>100 KB<');
});

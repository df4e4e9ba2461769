import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { ContentFault } from '../../src/content/fault.ts';
import { loadTerminology } from '../../src/content/load.ts';
import { readReadingTables } from '../../src/content/reading-tables.ts';
import { WordList } from '../../src/reading/words.ts';
import { ROOT } from '../support/content.ts';

const page = await readFile(join(ROOT, 'docs', 'writing-rules.md'), 'utf8');
const section = /## How records are read\n([\s\S]*?)\n## /.exec(page)?.[1] ?? '';
const faults: ContentFault[] = [];
const tables = readReadingTables(
  [...section.matchAll(/### `([\w-]+\.csv)`[\s\S]*?```csv\n([\s\S]*?)```/g)].map(
    ([, name = '', text = '']) => ({ file: `cql/reading/${name}`, text }),
  ),
  {
    valueSets: (await loadTerminology(ROOT)).valueSets,
    isResourceType: (name) => name === 'Condition',
    faults,
  },
);

it('the page on writing rules shows rows of each table that can be read', () => {
  expect(faults).toEqual([]);
  expect(tables.words).toHaveLength(2);
  expect([...tables.ranges.keys()]).toHaveLength(2);
  expect(tables.modifiers.size).toBe(1);
  expect(tables.near.size).toBe(2);
});

const texts = /\| text \| may be of \|\n\|---\|---\|\n([\s\S]*?)\n\n/.exec(section)?.[1] ?? '';
const examples = texts.split('\n').map((row): [text: string, valueSet: string] => {
  const [, text = '', valueSet = ''] = row.split('|').map((cell) => cell.trim());
  return [text, valueSet.replaceAll('`', '')];
});

it.each(examples)('the page says what its rows make of %j: %s', (text, valueSet) => {
  const found = new WordList(tables.words).possible('Condition', text);
  expect(found.map((match) => match.valueSet.replace(/^.*:/, '')).join()).toBe(valueSet);
});

it('the page tells every reason for which a resource is unread, and no other', async () => {
  const source = await readFile(join(ROOT, 'src', 'reading', 'reading.ts'), 'utf8');
  const union = /export type Why =([\s\S]*?);/.exec(source)?.[1] ?? '';
  const reasons = [...union.matchAll(/\| '([^']+)'/g)].map(([, why]) => why);
  const told = [...section.matchAll(/^\| `([a-z ]+)` \| (?:has|came|does|holds)/gm)];
  expect(told.map(([, why]) => why)).toEqual(reasons);
  expect(reasons.length).toBeGreaterThan(5);
});

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { expect, it } from 'vitest';
import { expand } from '../../../src/rule-tests/short-form/expand.ts';
import { KIND_NAMES } from '../../../src/rule-tests/short-form/kinds.ts';
import { loadVocabulary } from '../../../src/rule-tests/short-form/vocabulary.ts';
import { ROOT } from '../../support/content.ts';

const text = await readFile(join(ROOT, 'docs', 'writing-rules.md'), 'utf8');
const { vocabulary } = await loadVocabulary(ROOT);
const fences = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, yaml = '']) => yaml);

/** Entries of the fence that shows what each stands for, with that below. */
const pairs = ((): (readonly [string, string, unknown])[] => {
  const fence = fences.find((yaml) => yaml.startsWith('- patient:'));
  const items: Record<string, string>[] = parse(fence ?? '[]');
  return items.flatMap((item, i) => {
    const pair = i % 2 === 0 ? Object.entries(item)[0] : undefined;
    return pair ? [[...pair, items[i + 1]] as const] : [];
  });
})();

it.each(pairs)('the page on writing rules says what %s: %s stands for', (name, said, resource) => {
  const kind = KIND_NAMES.find((one) => one === name);
  expect(kind && expand(kind, said, vocabulary)).toEqual({ value: resource });
});

it('every short entry that the page shows can be read', () => {
  const entries = fences.flatMap((yaml) => [...yaml.matchAll(/^ *- (\w+): (.+)$/gm)]);
  const short = entries.flatMap(([, name, said = '']) =>
    KIND_NAMES.filter((kind) => kind === name).map((kind) => ({ kind, said })),
  );
  expect(short.length).toBeGreaterThan(pairs.length);
  for (const { kind, said } of short) {
    expect(expand(kind, said, vocabulary), `${kind}: ${said}`).toHaveProperty('value');
  }
});

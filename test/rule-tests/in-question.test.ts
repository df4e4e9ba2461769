import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Content } from '../../src/content/content.ts';
import type { CaseFile } from '../../src/rule-tests/case-file.ts';
import { inQuestion } from '../../src/rule-tests/in-question.ts';
import { runCase } from '../../src/rule-tests/run-case.ts';
import { aCompiler } from '../support/content.ts';
import { contentOf } from '../support/mini-content.ts';
import { aCase } from '../support/rule-case.ts';

const compiler = aCompiler();
let content: Content;

beforeAll(async () => {
  content = await contentOf(compiler);
});
afterAll(() => compiler.translator.close());

async function asked(written: Partial<CaseFile>): Promise<string[]> {
  return inQuestion(await runCase(aCase(written), content));
}

it.each([
  ['a card that is missing', { shown: ['RX-02'] }, ['RX-02']],
  ['a card that is too many', { absent: ['RX-01'] }, ['RX-01']],
  ['cards that are others', { cards: ['RX-02'] }, ['RX-02', 'RX-01']],
  ['a fact that differs', { facts: { 'Mini.Has Cough': false } }, ['Mini.Has Cough']],
  ['nothing that can be told of a card without a define', { shown: ['NC-01'] }, []],
  ['nothing where all is as expected', { cards: ['RX-01'] }, []],
])('asks about %s', async (_what, expected, names) => {
  expect(await asked({ expect: expected })).toEqual(names);
});

it('asks about nothing where the call was refused', async () => {
  expect(await asked({ withhold: ['Patient'], expect: { cards: [] } })).toEqual([]);
});

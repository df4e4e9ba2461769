import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Content } from '../../src/content/content.ts';
import type { CaseFile } from '../../src/rule-tests/case-file.ts';
import { runCase } from '../../src/rule-tests/run-case.ts';
import { describeWhy } from '../../src/rule-tests/why.ts';
import { aCompiler } from '../support/content.ts';
import { contentOf, MINI_CONTENT } from '../support/mini-content.ts';
import { aCase, MINI_PATIENT } from '../support/rule-case.ts';

const compiler = aCompiler();
let content: Content;

beforeAll(async () => {
  content = await contentOf(compiler, MINI_CONTENT);
});
afterAll(() => compiler.translator.close());

async function why(written: Partial<CaseFile>): Promise<string[]> {
  return describeWhy(await runCase(aCase(written, [MINI_PATIENT]), content));
}

it('shows the decision of a card that is missing, and what it rests on', async () => {
  expect(await why({ expect: { shown: ['RX-01'] } })).toEqual([
    'Mini.Has Cough: false',
    '  Mini.Coughs: []',
  ]);
});

it('shows the decision of a card that is too many', async () => {
  const result = await runCase(aCase({ expect: { cards: [] } }), content);
  expect(await describeWhy(result)).toEqual([
    'Mini.Has Cough: true',
    '  Mini.Coughs: [{"reference":"Condition/c1"}]',
  ]);
});

it('shows a fact that differs, and which data were not looked at', async () => {
  const facts = { 'Mini.What Is Unknown': [] };
  expect(await why({ withhold: ['Condition'], expect: { facts } })).toEqual([
    'not looked at: conditions',
    'Mini.What Is Unknown: ["Whether there is a cough"]',
    '  Mini.Has Cough: unknown',
    '    Mini.Coughs: []',
  ]);
});

it('has nothing to say of a case that passes, or that was refused', async () => {
  expect(await why({ expect: { cards: [] } })).toEqual([]);
  expect(await why({ withhold: ['Patient'], expect: { cards: [] } })).toEqual([]);
});

import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Content } from '../../src/content/content.ts';
import { mutantsOfCard } from '../../src/mutation/choose.ts';
import { mutantsOf, type Mutant } from '../../src/mutation/mutants.ts';
import { runBaseline, runMutants } from '../../src/mutation/run.ts';
import type { RuleCase } from '../../src/rule-tests/load-cases.ts';
import { aCompiler } from '../support/content.ts';
import { aCough, contentOf, MINI_CONTENT } from '../support/mini-content.ts';
import { aCase, MINI_PATIENT } from '../support/rule-case.ts';

const compiler = aCompiler();
let content: Content;
let mutants: Mutant[];

beforeAll(async () => {
  content = await contentOf(compiler, MINI_CONTENT);
  mutants = mutantsOf(content.program, ['Mini']);
});
afterAll(() => compiler.translator.close());

/** The fates of the changes of the urgency: critical when there is more than one cough. */
async function fates(cases: readonly RuleCase[]): Promise<string[]> {
  const urgency = mutants.filter(({ definitions }) => definitions[0]?.name === 'Urgency');
  const fared: string[] = [];
  for await (const { mutant, fate } of runMutants(await runBaseline(content, cases), urgency)) {
    fared.push(`${mutant.what}: ${fate}`);
  }
  return fared;
}

const oneCough = aCase({ expect: { cards: [{ rule: 'RX-01', indicator: 'info' }] } });
const twoCoughs = aCase({ expect: { cards: [{ rule: 'RX-01', indicator: 'critical' }] } }, [
  MINI_PATIENT,
  aCough('c1'),
  aCough('c2'),
]);

it('notices a change that turns what a case expects', async () => {
  expect(await fates([oneCough, twoCoughs])).toEqual([
    '> became >=: noticed',
    '1 became 0: noticed',
    '1 became 2: noticed',
  ]);
});

it('lists a change that no case notices', async () => {
  expect(await fates([oneCough])).toEqual([
    '> became >=: noticed',
    '1 became 0: noticed',
    '1 became 2: not noticed',
  ]);
  expect(await fates([aCase({ expect: { shown: ['RX-01'] } })])).toEqual([
    '> became >=: not noticed',
    '1 became 0: not noticed',
    '1 became 2: not noticed',
  ]);
});

it('says when no case evaluates what is changed', async () => {
  const refused = aCase({ expect: { status: 412 }, withhold: ['Patient'] });
  expect((await fates([refused])).every((fate) => fate.endsWith(': not reached'))).toBe(true);
});

it('leaves out cases that fail as they are', async () => {
  const failing = aCase({ expect: { cards: [] } });
  const baseline = await runBaseline(content, [failing, oneCough]);
  expect([baseline.cases, baseline.failing]).toEqual([[oneCough], [failing]]);
});

it('leaves the content as it was', async () => {
  const before = JSON.stringify([...content.program.elms]);
  await fates([oneCough]);
  expect(JSON.stringify([...content.program.elms])).toBe(before);
});

it('chooses what decides whether a card is shown', () => {
  const card = content.cards.get('RX-01');
  const chosen = card ? mutantsOfCard(mutants, card, content.program) : [];
  expect(chosen.map(({ what }) => what)).toEqual(['dropped: the sources of Looked.Known']);
});

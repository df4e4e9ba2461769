import { expect, it } from 'vitest';
import { decide } from '../../src/decision/decide.ts';
import { loadCases } from '../../src/rule-tests/load-cases.ts';
import { composeCase } from '../../src/rule-tests/run-case.ts';
import { ROOT, theContent } from '../support/content.ts';
import { aSite } from '../support/site.ts';

it('a client whose entry says evidence: false gets the same cards, without their extension', async () => {
  const content = await theContent();
  const { cases } = await loadCases(ROOT, ['test/rules/IM-04/appropriate.yaml']);
  const [ruleCase] = cases;
  if (!ruleCase) throw new Error('There is no such case');
  const { serviceId, body, now, timeZone } = composeCase(ruleCase, content);
  const cardsFor = async (evidence: boolean) => {
    const { response } = await decide(serviceId, body, {
      content: { current: async () => content },
      clock: () => now,
      newId: () => '00000000-0000-4000-8000-000000000000',
      siteOf: () => aSite(timeZone, { evidence }),
    });
    return response.cards;
  };
  const [whole, ...others] = await cardsFor(true);
  const { extension, ...bare } = whole ?? {};
  const facts = extension?.['org.nerveroot.evidence'].facts ?? [];
  expect(facts.map(({ source }) => source)).toContain('Observation/observation-11');
  expect([others, await cardsFor(false)]).toEqual([[], [bare]]);
});

import { describe, expect, it } from 'vitest';
import { formatFault } from '../src/content/fault.ts';
import { loadCases } from '../src/rule-tests/load-cases.ts';
import { runCase } from '../src/rule-tests/run-case.ts';
import { ROOT, theContent } from './support/content.ts';

const content = await theContent();
const { cases, faults } = await loadCases(ROOT, ['test/rules']);

describe('the rule cases', () => {
  it('have no faults', () => {
    expect(faults.map(formatFault)).toEqual([]);
  });

  it.each(cases.map((ruleCase) => [ruleCase.file, ruleCase.written.title, ruleCase] as const))(
    '%s: %s',
    async (_file, _title, ruleCase) => {
      const { differences } = await runCase(ruleCase, content);
      expect(differences).toEqual([]);
    },
  );

  it('hold, for each rule of the content, one where it shows and one where it does not', async () => {
    const shown = new Set<string>();
    const notShown = new Set<string>();
    for (const ruleCase of cases) {
      const { decision } = await runCase(ruleCase, content);
      for (const { rule } of decision?.service.cards ?? []) {
        (decision?.rules.includes(rule) ? shown : notShown).add(rule);
      }
    }
    const rules = [...new Set(content.services.flatMap(({ cards }) => cards.map((c) => c.rule)))];
    expect(rules.filter((rule) => !shown.has(rule))).toEqual([]);
    expect(rules.filter((rule) => !notShown.has(rule))).toEqual([]);
  });
});

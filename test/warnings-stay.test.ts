import { expect, it } from 'vitest';
import { loadCases } from '../src/rule-tests/load-cases.ts';
import { ROOT, theContent } from './support/content.ts';
import { callOfCase } from './support/decide-case.ts';

/** Cards that warn of the patient's state or of harm by an order; others tell what is usual or missing. */
const WARNS = /^(?:RF-|EI-0[789]$|EI-11$|EI-01a$|NC-03$)/;

/** What the law does not hold for, and why. */
const EXCEPTIONS: readonly { readonly what: RegExp; readonly because: string }[] = [
  {
    what: /questionnaireResponses: EI-01a$/,
    because: 'a "no" about a leg counts only where all answers came, and here it is all there is',
  },
  {
    what: /(?:new-leg-pain-after-surgery|what-a-sign-is).*: RF-10$/,
    because: 'answers that did not come may say that the pain is older than the operation',
  },
  {
    what: /signs-of-many-roots.*: RF-16$/,
    because: 'which root signs fit is told only where all findings came',
  },
];

/** A question for the same emergency stands for its warning, where an answer of "no" counts no longer. */
const familyOf = (rule: string): string => rule.replace(/[ab]$/, '');

it('a key under which nothing came takes no warning away when it is not sent', async () => {
  const content = await theContent();
  const { cases } = await loadCases(ROOT, ['test/rules']);
  const lost: string[] = [];
  let tried = 0;
  for (const ruleCase of cases) {
    const { sent, decideOn } = callOfCase(ruleCase, content, { required: [] });
    if (sent['patient'] === undefined) continue; // answered 412
    const full = await decideOn(sent);
    const warned = full.rules.filter(
      (rule, i) => WARNS.test(rule) && full.response.cards[i]?.indicator !== 'info',
    );
    if (warned.length === 0) continue;
    for (const { key, resourceType } of full.service.requirements) {
      const bundle = sent[key] as { entry?: unknown[] } | undefined; // what composeRequest makes
      if (resourceType === 'Patient' || bundle?.entry?.length !== 0) continue;
      const { [key]: _empty, ...less } = sent;
      const left = new Set((await decideOn(less)).rules.map(familyOf));
      tried += 1;
      const missing = warned.filter((rule) => !left.has(familyOf(rule)));
      if (missing.length > 0) lost.push(`${ruleCase.file}, ${key}: ${missing.join(', ')}`);
    }
  }
  expect(tried).toBeGreaterThan(500);
  expect(lost.filter((one) => !EXCEPTIONS.some(({ what }) => what.test(one)))).toEqual([]);
});

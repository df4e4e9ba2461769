import { beforeAll, describe, expect, it } from 'vitest';
import type { Content } from '../src/content/content.ts';
import { decide, type DecisionResult } from '../src/decision/decide.ts';
import { NerverootError } from '../src/errors.ts';
import type { ExpressionName } from '../src/facts.ts';
import { loadCases, type RuleCase } from '../src/rule-tests/load-cases.ts';
import { composeCase } from '../src/rule-tests/run-case.ts';
import { ROOT, theContent } from './support/content.ts';
import { aSite } from './support/site.ts';
import { booleansOf, falseIn, notFalse } from './support/turned-false.ts';
import { MANNERS } from './support/withheld.ts';

// To the rules these look as data that are missing do, so that some cases are enough to show it.
const ALIKE = new Set([
  'failed',
  'no resource',
  'of another kind',
  'cut off by an entry of no type',
  'cut off after nothing',
  'cut off by a refusal',
]);
const EACH = 10;

let content: Content;
let cases: readonly RuleCase[];
let booleans: readonly ExpressionName[];

beforeAll(async () => {
  content = await theContent();
  ({ cases } = await loadCases(ROOT, ['test/rules']));
  booleans = booleansOf(content);
});

async function decideWith(
  ruleCase: RuleCase,
  required: readonly string[],
  change: (prefetch: Record<string, unknown>) => void,
): Promise<DecisionResult | 412> {
  const { serviceId, body, now, timeZone } = composeCase(ruleCase, content);
  change(body['prefetch'] as Record<string, unknown>);
  try {
    return await decide(serviceId, body, {
      content: { current: async () => content },
      clock: () => now,
      newId: () => '00000000-0000-4000-8000-000000000000',
      siteOf: () => aSite(timeZone, { required }),
    });
  } catch (error) {
    if (error instanceof NerverootError && error.code === 'MissingData') return 412;
    throw error;
  }
}

describe('withheld data', () => {
  it('are tried on every case of the content', () => {
    expect(cases.length).toBeGreaterThan(30);
    expect(booleans.length).toBeGreaterThan(20);
  });

  // As the services come, and for a client that wants no advice without conditions.
  it.each([[], ['Condition']].map((required) => ({ required })))(
    'turn no fact false and no card into silence, in whatever manner, where $required is required',
    async ({ required }) => {
      const offences: string[] = [];
      for (const [i, ruleCase] of cases.entries()) {
        const isOneOfEach = i % EACH === 0;
        if (required.length > 0 && !isOneOfEach) continue;
        const full = await decideWith(ruleCase, required, () => {});
        if (full === 412) continue;
        const held = await notFalse(booleans, full);
        for (const manner of Object.keys(MANNERS)) {
          if (ALIKE.has(manner) && !isOneOfEach) continue;
          for (const requirement of full.service.requirements) {
            const { key, resourceType } = requirement;
            if (resourceType === 'Patient' && manner.startsWith('cut off')) continue; // a read has no pages
            const less = await decideWith(ruleCase, required, withhold(key, manner));
            const where = `${ruleCase.file}, ${key} ${manner}`;
            const isRefused = ['Patient', ...required].includes(resourceType);
            if ((less === 412) !== isRefused) offences.push(`${where}: 412, or not`);
            if (less === 412) continue;
            for (const fact of await falseIn(held, less)) {
              offences.push(`${where}: ${fact} reads false`);
            }
            if (full.rules.length > 0 && less.rules.length === 0) {
              offences.push(`${where}: silence`);
            }
            if (full.rules.includes('NC-01') && !less.rules.includes('NC-01')) {
              offences.push(`${where}: no longer says what was not checked`);
            }
          }
        }
      }
      expect(offences).toEqual([]);
    },
  );
});

/** Withholds the value of a key, if the case does not do so already. */
function withhold(key: string, manner: string) {
  return (prefetch: Record<string, unknown>): void => {
    if (prefetch[key] === undefined) return;
    const changed = MANNERS[manner]?.(prefetch[key]);
    if (changed === undefined) delete prefetch[key];
    else prefetch[key] = changed;
  };
}

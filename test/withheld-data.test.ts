import { beforeAll, describe, expect, it } from 'vitest';
import type { Content } from '../src/content/content.ts';
import { decide, type DecisionResult } from '../src/decision/decide.ts';
import { NerverootError } from '../src/errors.ts';
import type { ExpressionName } from '../src/facts.ts';
import { loadCases, type RuleCase } from '../src/rule-tests/load-cases.ts';
import { composeCase } from '../src/rule-tests/run-case.ts';
import { ROOT, theContent } from './support/content.ts';
import { aSite } from './support/site.ts';
import { booleansOf, turnedFalse } from './support/turned-false.ts';
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
  const WAYS = Object.keys(MANNERS).flatMap((manner) =>
    [[], ['Condition']].map((required) => ({ manner, required })),
  );

  it.each(WAYS)(
    'that are $manner turn no fact false and no card into silence, where $required is required',
    async ({ manner, required }) => {
      const offences: string[] = [];
      const isAlike = ALIKE.has(manner) || required.length > 0;
      for (const ruleCase of cases.filter((_case, i) => !isAlike || i % EACH === 0)) {
        const full = await decideWith(ruleCase, required, () => {});
        if (full === 412) continue;
        for (const { key, resourceType } of full.service.requirements) {
          if (resourceType === 'Patient' && manner.startsWith('cut off')) continue; // a read has no pages
          const less = await decideWith(ruleCase, required, (prefetch) => {
            if (prefetch[key] === undefined) return; // the case withholds it already
            const changed = MANNERS[manner]?.(prefetch[key]);
            if (changed === undefined) delete prefetch[key];
            else prefetch[key] = changed;
          });
          const where = `${ruleCase.file}, ${key} ${manner}`;
          const isRefused = ['Patient', ...required].includes(resourceType);
          if ((less === 412) !== isRefused) offences.push(`${where}: 412, or not`);
          if (less === 412) continue;
          for (const fact of await turnedFalse(booleans, full, less))
            offences.push(`${where}: ${fact} reads false`);
          if (full.rules.length > 0 && less.rules.length === 0) offences.push(`${where}: silence`);
          if (full.rules.includes('NC-01') && !less.rules.includes('NC-01')) {
            offences.push(`${where}: no longer says what was not checked`);
          }
        }
      }
      expect(offences).toEqual([]);
    },
  );
});

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
  'cut off below the total',
]);
const EACH = 30;

let content: Content;
let cases: readonly RuleCase[];
let booleans: readonly ExpressionName[];

beforeAll(async () => {
  content = await theContent();
  ({ cases } = await loadCases(ROOT, ['test/rules']));
  booleans = booleansOf(content);
});

type Prefetch = Readonly<Record<string, unknown>>;

/** How the call of a case is decided by what is sent with it; 412 where that is refused. */
function decider(ruleCase: RuleCase, required: readonly string[]) {
  const { serviceId, body, now, timeZone } = composeCase(ruleCase, content);
  const decideOn = async (prefetch: Prefetch): Promise<DecisionResult | 412> => {
    try {
      return await decide(
        serviceId,
        { ...body, prefetch },
        {
          content: { current: async () => content },
          clock: () => now,
          newId: () => '00000000-0000-4000-8000-000000000000',
          siteOf: () => aSite(timeZone, { required }),
        },
      );
    } catch (error) {
      if (error instanceof NerverootError && error.code === 'MissingData') return 412;
      throw error;
    }
  };
  return { sent: body['prefetch'] as Prefetch, decideOn }; // what composeRequest makes
}

/** Without the value of a key, in a manner; the same where the case withholds it already. */
function without(sent: Prefetch, key: string, manner: string): Prefetch {
  const { [key]: value, ...others } = sent;
  const left = value === undefined ? undefined : MANNERS[manner]?.(value);
  return left === undefined ? others : { ...others, [key]: left };
}

/** Whether nothing is sent under the key: what is cut off of that looks as if it were missing. */
function isEmpty(sent: Prefetch, key: string): boolean {
  const bundle = sent[key] as { entry?: unknown[] } | undefined; // what composeRequest makes
  return bundle === undefined || bundle.entry?.length === 0;
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
        const { sent, decideOn } = decider(ruleCase, required);
        const full = await decideOn(sent);
        if (full === 412) continue;
        const held = await notFalse(booleans, full);
        for (const manner of Object.keys(MANNERS)) {
          if (ALIKE.has(manner) && !isOneOfEach) continue;
          for (const { key, resourceType } of full.service.requirements) {
            if (manner !== 'missing' && !isOneOfEach && isEmpty(sent, key)) continue;
            if (resourceType === 'Patient' && manner.startsWith('cut off')) continue; // a read has no pages
            const less = await decideOn(without(sent, key, manner));
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

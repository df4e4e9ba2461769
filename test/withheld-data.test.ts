import { beforeAll, describe, expect, it } from 'vitest';
import type { Content } from '../src/content/content.ts';
import type { DecisionResult } from '../src/decision/decide.ts';
import { NerverootError } from '../src/errors.ts';
import type { ExpressionName } from '../src/facts.ts';
import { loadCases, type RuleCase } from '../src/rule-tests/load-cases.ts';
import { ROOT, theContent } from './support/content.ts';
import { callOfCase, type Prefetch } from './support/decide-case.ts';
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

/** The decision on a call; 412 where that is refused. */
async function orRefused(decision: Promise<DecisionResult>): Promise<DecisionResult | 412> {
  try {
    return await decision;
  } catch (error) {
    if (error instanceof NerverootError && error.code === 'MissingData') return 412;
    throw error;
  }
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

/** What the law does not hold for, and why. */
const EXCEPTIONS: readonly { readonly what: RegExp; readonly because: string }[] = [
  {
    what: /IM-01\/report-(?:concludes|of-fracture)\S+, diagnosticReports\S* .*: \S.* reads false$/,
    because:
      'what a report concludes is looked for with orders; where none came, IM-01 is unknown and says so, and the rules that ask for findings read what they ask for',
  },
  {
    what: /(?:NC-03\/(?:complication-of|procedure-named|reason-of)|EI-08\/reference-beside-a-torn-reason|IM-03\/session-for-back-pain)\S+, (?:procedures|medication\w+) .*: (?:\S.* reads false|silence)$/,
    because:
      'diagnoses are asked for as conditions: one that only a procedure or a medicine tells of goes with that',
  },
  {
    what: /NC-03\/(?:other-form|unknown-question|no-shown-as-yes-in-a-form)\S+, questionnaireResponses missing: silence$/,
    because:
      'a form that does not come is told to nobody without back trouble: most people have none',
  },
  {
    what: /RF-17\/\S+, serviceRequests .*: silence$/,
    because:
      'orders that do not come are told to nobody, unless somebody answered that a result is not known: most EHRs send none',
  },
];

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
        const { sent, decideOn } = callOfCase(ruleCase, content, { required });
        const full = await orRefused(decideOn(sent));
        if (full === 412) continue;
        const held = await notFalse(booleans, full);
        for (const manner of Object.keys(MANNERS)) {
          if (ALIKE.has(manner) && !isOneOfEach) continue;
          for (const { key, resourceType } of full.service.requirements) {
            if (manner !== 'missing' && !isOneOfEach && isEmpty(sent, key)) continue;
            if (resourceType === 'Patient' && manner.startsWith('cut off')) continue; // a read has no pages
            const less = await orRefused(decideOn(without(sent, key, manner)));
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
      expect(offences.filter((one) => !EXCEPTIONS.some(({ what }) => what.test(one)))).toEqual([]);
    },
  );
});

import { beforeAll, describe, expect, it } from 'vitest';
import type { Content } from '../src/content/content.ts';
import { loadCases, type RuleCase } from '../src/rule-tests/load-cases.ts';
import { runCase } from '../src/rule-tests/run-case.ts';
import { ROOT, theContent } from './support/content.ts';

/** Rules that demand an image, an examination or that a chart is looked at. As `info` they only ask or remind. */
const DEMANDING = [
  'RF-01',
  'RF-01a',
  'RF-01b',
  'RF-02',
  'RF-02a',
  'RF-03',
  'RF-04',
  'RF-05',
  'RF-06',
  'RF-12',
  'RF-11',
  'RF-16',
  'RF-17',
  'RF-09',
  'RF-10',
  'NC-03',
];

/** Rules that say or imply that there is time: a mild deficit, a plan to wait, an image or an injection judged as routine. */
const REASSURING = [
  'RF-02b',
  'CC-01',
  'IM-01',
  'IM-03',
  'IM-04',
  'IM-05',
  'IM-09',
  'IM-07',
  'IM-14',
  'EI-01',
];

/** How many cases that show a rule are tried with those of each other rule. */
const TRIED = 5;

let content: Content;
let cases: readonly RuleCase[];

beforeAll(async () => {
  content = await theContent();
  ({ cases } = await loadCases(ROOT, ['test/rules']));
});

interface Shown {
  readonly rules: readonly string[];
  readonly demanding: readonly string[];
  readonly reassuring: readonly string[];
}

async function shownBy(ruleCase: RuleCase): Promise<Shown> {
  const { decision } = await runCase(ruleCase, content);
  const cards = (decision?.response.cards ?? []).map((card) => ({
    rule: (card.source.topic?.code ?? '').replace(/^([A-Z]+)/, '$1-'),
    indicator: card.indicator,
  }));
  return {
    rules: decision?.rules ?? [],
    demanding: cards
      .filter(({ rule, indicator }) => DEMANDING.includes(rule) && indicator !== 'info')
      .map(({ rule }) => rule),
    reassuring: cards.filter(({ rule }) => REASSURING.includes(rule)).map(({ rule }) => rule),
  };
}

/** The chart of both, of one person, at the moment of the first. */
function together(first: RuleCase, second: RuleCase): RuleCase {
  const added = second.resources.filter(({ resourceType }) => resourceType !== 'Patient');
  return {
    file: `${first.file} with ${second.file}`,
    written: { ...first.written, expect: { status: 200 } },
    resources: [...first.resources, ...added],
  };
}

describe('what reassures', () => {
  it('never stands beside what demands, in any case', async () => {
    const offences: string[] = [];
    for (const ruleCase of cases) {
      const { demanding, reassuring } = await shownBy(ruleCase);
      if (demanding.length > 0 && reassuring.length > 0)
        offences.push(`${ruleCase.file}: ${reassuring.join(', ')} beside ${demanding.join(', ')}`);
    }
    expect(offences).toEqual([]);
  });

  it('never stands beside what demands, when the charts of two cases are those of one person', async () => {
    const byRule = new Map<string, RuleCase[]>();
    for (const ruleCase of cases) {
      const { demanding, reassuring } = await shownBy(ruleCase);
      for (const rule of [...demanding, ...reassuring])
        byRule.set(rule, [...(byRule.get(rule) ?? []), ruleCase]);
    }
    const tried = (rule: string) => byRule.get(rule)?.slice(0, TRIED) ?? [];
    expect([...DEMANDING, ...REASSURING].filter((rule) => tried(rule).length === 0)).toEqual([]);

    const offences: string[] = [];
    for (const first of REASSURING.flatMap(tried)) {
      for (const second of DEMANDING.flatMap(tried)) {
        const both = together(first, second);
        const { demanding, reassuring } = await shownBy(both);
        if (demanding.length > 0 && reassuring.length > 0)
          offences.push(`${both.file}: ${reassuring.join(', ')} beside ${demanding.join(', ')}`);
      }
    }
    expect(offences).toEqual([]);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countCards, runsOf, type Burden } from '../src/burden/count.ts';
import type { Content } from '../src/content/content.ts';
import { loadCases, type RuleCase } from '../src/rule-tests/load-cases.ts';
import { aCompiler, ROOT, theContent } from './support/content.ts';

const FOLDERS = { back: 100, orders: 100, other: 30 };

const compiler = aCompiler();
const cases = new Map<string, readonly RuleCase[]>();
let content: Content;
let burdens: readonly Burden[];
let refused: readonly string[];
const faults: unknown[] = [];

beforeAll(async () => {
  content = await theContent(compiler);
  for (const folder of Object.keys(FOLDERS)) {
    const loaded = await loadCases(ROOT, [`test/burden/${folder}`]);
    faults.push(...loaded.faults);
    cases.set(folder, loaded.cases);
  }
  const limits = content.budget?.limits ?? [];
  ({ burdens, refused } = await countCards(content, runsOf(cases, limits), limits));
});
afterAll(() => compiler.translator.close());

describe('the mix of visits and orders', () => {
  it('holds as many as it says, without a fault, and none twice', () => {
    expect(faults).toEqual([]);
    expect(Object.fromEntries([...cases].map(([folder, all]) => [folder, all.length]))).toEqual(
      FOLDERS,
    );
    for (const all of cases.values()) {
      const charts = all.map(({ resources, written }) =>
        JSON.stringify([resources, written.context]),
      );
      expect(charts.filter((chart, i) => charts.indexOf(chart) !== i)).toEqual([]);
    }
  });

  it('is decided whole', () => {
    expect(refused).toEqual([]);
  });

  it('gets no card for people without back trouble', () => {
    const other = burdens.filter((burden) => burden.cases === 'other');
    expect(other.map(({ hook }) => hook).toSorted()).toEqual([
      'order-select',
      'order-sign',
      'patient-view',
    ]);
    expect(other.flatMap(({ byRule }) => byRule)).toEqual([]);
  });

  it('gets no more critical cards at visits than the budget allows, and some', () => {
    const back = burdens.find((burden) => burden.cases === 'back');
    expect(back?.byIndicator.critical).toBeGreaterThan(0);
    expect(back?.byIndicator.critical).toBeLessThanOrEqual(back?.limit?.critical ?? 0);
  });

  it('comes to what hooks/budget.yaml says is expected of each rule; "npx nerveroot burden test/burden" counts it', () => {
    const counted: Record<string, Record<string, number>> = {};
    for (const { hook, byRule, count } of burdens) {
      for (const { rule, cards } of byRule) (counted[rule] ??= {})[hook] = (cards * 100) / count;
    }
    expect(content.budget?.expected).toEqual(counted);
  });
});

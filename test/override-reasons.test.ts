import { beforeAll, describe, expect, it } from 'vitest';
import type { CardDefinition } from '../src/cards/definition.ts';
import { theContent } from './support/content.ts';

let cards: ReadonlyMap<string, CardDefinition>;

beforeAll(async () => {
  ({ cards } = await theContent());
});

const reasonsOf = ({ overrideReasons }: CardDefinition): string[] =>
  overrideReasons.map(({ code }) => code);

describe('why a card is set aside', () => {
  it('of what may be an emergency, is never first that it is long known, nor that it is not in the chart', () => {
    const first = [...cards.values()]
      .filter(({ rule }) => rule.startsWith('RF-'))
      .map((card) => [card.rule, reasonsOf(card)[0]]);
    const unfit = new Set(['known-and-explained', 'emergency-not-in-chart', 'patient-preference']);
    expect(first.filter(([, code]) => code !== undefined && unfit.has(code))).toEqual([]);
  });

  it('of an emergency, is first that it is under way', () => {
    const critical = [...cards.values()].filter(({ indicator }) => indicator === 'critical');
    expect(critical.map(({ rule }) => rule)).toEqual(['RF-01', 'RF-09']);
    expect(critical.map((card) => reasonsOf(card)[0])).toEqual(['duplicate', 'duplicate']);
  });
});

import { beforeAll, describe, expect, it } from 'vitest';
import { countCards, type CountedCard } from '../bench/card-words.ts';
import { median } from '../bench/stats.ts';
import { LONGEST_CARD } from '../src/cards/detail.ts';
import { withoutReferences } from '../src/cards/evidence.ts';
import { escapeMarkdown } from '../src/cards/template.ts';
import { SUMMARY_LIMIT } from '../src/cds-hooks/response.ts';
import { loadCases } from '../src/rule-tests/load-cases.ts';
import { ROOT, theContent } from './support/content.ts';

/** Every card that any case shows. */
let cards: readonly CountedCard[];

beforeAll(async () => {
  const { cases } = await loadCases(ROOT, ['test/rules']);
  cards = await countCards(cases, await theContent());
}, 120_000);

const evidenceOf = ({ card }: CountedCard) => card.extension?.['org.nerveroot.evidence'];
const named = (found: readonly CountedCard[]): string[] =>
  found.map(({ rule, file, words }) => `${rule} in ${file}: ${words} words`);

describe('a card that is read in seconds', () => {
  it('has at most 160 words, and 100 in the median', () => {
    expect(named(cards.filter(({ words }) => words > LONGEST_CARD))).toEqual([]);
    expect(median(cards.map(({ words }) => words))).toBeLessThanOrEqual(100);
  });

  it('is as short where it is an emergency', () => {
    const critical = cards.filter(({ card }) => card.indicator === 'critical');
    expect(critical.length).toBeGreaterThan(100);
    expect(named(critical.filter(({ words }) => words > LONGEST_CARD))).toEqual([]);
  });

  it('says what to do where MRI is unsafe, in an emergency that asks for an MRI', () => {
    const silent = cards.filter(
      ({ card }) =>
        card.indicator === 'critical' &&
        /\bMRI\b/.test(card.detail.split('**Why**')[0] ?? '') &&
        !card.detail.includes('MRI unsafe'),
    );
    expect([...new Set(silent.map(({ rule }) => rule))]).toEqual([]);
  });

  it('keeps every fact in its detail where it is an emergency', () => {
    const lost = cards
      .filter(({ card }) => card.indicator === 'critical')
      .flatMap((one) =>
        (evidenceOf(one)?.facts ?? [])
          .map(({ fact }) => escapeMarkdown(withoutReferences(fact)))
          .filter((fact) => !one.card.detail.includes(fact))
          .map((fact) => `${one.rule} in ${one.file}: ${fact}`),
      );
    expect(lost).toEqual([]);
  });

  it('tells some of why, and does not only count it', () => {
    expect(named(cards.filter(({ card }) => card.detail.includes('**Why**\n\n- and ')))).toEqual(
      [],
    );
  });

  it('names no resource that it rests on', () => {
    const offences = cards.filter((one) =>
      (evidenceOf(one)?.facts ?? []).some(
        ({ source }) =>
          source !== undefined && `${one.card.summary} ${one.card.detail}`.includes(source),
      ),
    );
    expect(named(offences)).toEqual([]);
  });

  it('begins with what to do, and ends with where that comes from', () => {
    const shape = /^\*\*Now\*\*\n\n[^]+\n\n\*\*Source\*\* [^\n]+$/;
    expect(named(cards.filter(({ card }) => !shape.test(card.detail)))).toEqual([]);
  });

  it('has a summary that is not cut', () => {
    const cut = cards.filter(
      ({ card }) => card.summary.length >= SUMMARY_LIMIT - 1 && card.summary.endsWith('…'),
    );
    expect(cut.map(({ rule, file, card }) => `${rule} in ${file}: ${card.summary}`)).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import {
  composeDetail,
  countWords,
  dayInWords,
  LONGEST_CARD,
  SHORT_CARD,
  type DetailParts,
} from '../../src/cards/detail.ts';

const TODAY = '2026-03-10';

function detail(parts: Partial<DetailParts> & Partial<DetailParts['evidence']> = {}): string {
  const { facts = [], unknown = [] } = parts;
  return composeDetail({
    now: 'Act.',
    evidence: { facts, unknown },
    guidance: { text: 'Guideline', strength: 'strong' },
    rule: 'RX-01',
    isCritical: false,
    today: TODAY,
    ...parts,
  });
}

const fact = (words: string, date?: string) => ({ words, date, source: 'Condition/1' });
const numbered = (count: number, words: string): string[] =>
  Array.from({ length: count }, (_, i) => `${words} ${i}`);
const linesOf = (text: string, heading: string): string[] =>
  (text.split(`**${heading}**\n\n`)[1]?.split('\n\n')[0] ?? '').split('\n').filter(Boolean);

describe('a day in words', () => {
  it.each([
    ['2026-03-10', 'today'],
    ['2026-03-09', 'yesterday'],
    ['2026-03-08', '2 days ago'],
    ['2026-02-18', '20 days ago'],
    ['2026-02-17', '2026-02-17'],
    ['2026-03-11', '2026-03-11'],
    ['2026-03', '2026-03'],
    ['2025', '2025'],
    [undefined, 'undated'],
  ])('%s is %s', (date, words) => {
    expect(dayInWords(date, TODAY)).toBe(words);
  });

  it('counts days of the calendar where the clocks change', () => {
    expect(dayInWords('2026-03-28', '2026-03-30')).toBe('2 days ago');
  });
});

describe('why', () => {
  it('says each fact once with all its days, and together what is of the same days', () => {
    const facts = [
      fact('Numb', '2026-03-09'),
      fact('Weak', '2026-03-01'),
      fact('Leaking', '2026-03-09'),
      fact('Weak', '2026-03-09'),
      fact('Weak', '2026-03-09'),
      fact('Sciatica'),
      fact('Numb'),
    ];
    expect(linesOf(detail({ facts }), 'Why')).toEqual([
      '- Numb; Leaking (yesterday)',
      '- Weak (9 days ago, yesterday)',
      '- Sciatica (undated)',
    ]);
  });

  it('of a critical card is never cut, however long', () => {
    const facts = numbered(60, 'A fact of some words').map((words) => fact(words, TODAY));
    const long = detail({ facts, isCritical: true });
    expect(facts.filter(({ words }) => !long.includes(words))).toEqual([]);
    expect(long).not.toContain('more');
  });

  it('of another card counts what does not fit, and never passes the longest card', () => {
    const facts = numbered(60, 'A fact of some words').map((words) => fact(words, TODAY));
    const cut = detail({ facts, now: 'word '.repeat(90).trim() });
    expect(linesOf(cut, 'Why').at(-1)).toMatch(/^- and 5[0-9] more$/);
    expect(countWords(cut)).toBeLessThanOrEqual(LONGEST_CARD);
  });
});

describe('not asked', () => {
  it('lists all while the card is short', () => {
    expect(linesOf(detail({ unknown: numbered(9, 'Fever') }), 'Not asked')).toHaveLength(9);
  });

  it('counts what would make the card long, but for a few', () => {
    const unknown = numbered(60, 'A question of some words');
    const short = detail({ unknown });
    expect(linesOf(short, 'Not asked').at(-1)).toMatch(/^- and \d+ more$/);
    expect(countWords(short)).toBeLessThanOrEqual(SHORT_CARD);
    const long = detail({ unknown, now: 'word '.repeat(100).trim() });
    expect(linesOf(long, 'Not asked')).toEqual([
      ...unknown.slice(0, 2).map((line) => `- ${line}`),
      '- and 58 more',
    ]);
  });

  it('gives way to a long text, and is still counted', () => {
    const full = detail({ now: 'word '.repeat(148).trim(), unknown: ['Fever', 'Night sweats'] });
    expect(linesOf(full, 'Not asked')).toEqual(['- and 2 more']);
    expect(countWords(full)).toBeLessThanOrEqual(LONGEST_CARD);
  });

  it('begins with what is on record and could not be read', () => {
    const unknown = ['Fever', 'Seen but not read: "x" (Condition/c1): no code', 'Cough'];
    expect(linesOf(detail({ unknown }), 'Not asked')).toEqual([
      '- Seen but not read: "x": no code',
      '- Fever',
      '- Cough',
    ]);
  });

  it('is cut before why', () => {
    const facts = numbered(6, 'A fact of some words').map((words) => fact(words));
    const cut = detail({ facts, unknown: numbered(9, 'Fever'), now: 'word '.repeat(85).trim() });
    expect(linesOf(cut, 'Why')).toHaveLength(2);
    expect(linesOf(cut, 'Not asked').at(-1)).toMatch(/more$/);
  });

  it('lists nothing twice, nor what the text lists', () => {
    const unknown = ['Fever', '*Chills*', 'Fever', 'Cough'];
    const text = detail({ now: 'Ask:\n- Cough\n- \\*Chills\\*', unknown });
    expect(linesOf(text, 'Not asked')).toEqual(['- Fever']);
  });
});

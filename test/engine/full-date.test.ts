import cql from 'cql-execution';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isFullDate, yearsBetween } from '../../src/engine/full-date.ts';

const DATES = fc.record({
  year: fc.integer({ min: 1896, max: 2104 }),
  // The ends of February as often as all other days.
  day: fc.oneof(
    fc.tuple(fc.constant(2), fc.integer({ min: 27, max: 29 })),
    fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 31 })),
  ),
});

describe('years between two dates in plain numbers', () => {
  it('are those that cql-execution counts, or are left to it', () => {
    let counted = 0;
    fc.assert(
      fc.property(DATES, DATES, (one, other) => {
        const [from, to] = [one, other].map(({ year, day }) => new cql.Date(year, ...day));
        if (!isFullDate(from) || !isFullDate(to)) throw new Error('These are full dates');
        const years = yearsBetween(from, to);
        if (years === undefined) return;
        counted += 1;
        const { low, high } = from.durationBetween(to, 'year') as { low: number; high: number };
        expect({ low, high }).toEqual({ low: years, high: years });
      }),
      { numRuns: 5000, seed: 20_261_201 },
    );
    expect(counted).toBeGreaterThan(1500);
  });

  it.each([
    ['the day before a birthday', [1976, 3, 11], [2026, 3, 10], 49],
    ['a birthday', [1976, 3, 10], [2026, 3, 10], 50],
    ['the 28th of February of those born on the 29th', [2000, 2, 29], [2026, 2, 28], 26],
    ['the same in a leap year', [2000, 2, 29], [2024, 2, 28], 23],
    ['the day of the birth', [2026, 3, 10], [2026, 3, 10], 0],
  ] as const)('%s', (_name, born, day, years) => {
    const [from, to] = [new cql.Date(...born), new cql.Date(...day)];
    expect(isFullDate(from) && isFullDate(to) && yearsBetween(from, to)).toBe(years);
  });

  it('are left to cql-execution for a birth to come and for a day that no month has', () => {
    const day = new cql.Date(2026, 3, 10);
    const others = [new cql.Date(2026, 3, 11), new cql.Date(2025, 2, 30)];
    const years = others.map(
      (other) => isFullDate(other) && isFullDate(day) && yearsBetween(other, day),
    );
    expect(years).toEqual([undefined, undefined]);
  });
});

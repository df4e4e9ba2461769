import * as fc from 'fast-check';
import { DateTime } from 'luxon';
import { expect, it } from 'vitest';
import { resolveDates } from '../../src/fhir/relative-dates.ts';

const NOW = DateTime.fromISO('2026-03-10T09:00:00-05:00', { setZone: true });
const RUNS = { numRuns: 500, seed: 20_260_310 };

const aUnit = fc.constantFrom('minute', 'hour', 'day', 'week', 'month', 'year');
const anAmount = fc.integer({ min: 0, max: 400 });
const aZone = fc.constantFrom('UTC', 'America/New_York', 'Asia/Kolkata', 'Pacific/Kiritimati');
const aMoment = fc
  .tuple(fc.integer({ min: 0, max: 2_000_000_000 }), aZone)
  .map(([seconds, zone]) => DateTime.fromSeconds(seconds, { zone }));

it.each([
  ['today', '2026-03-10'],
  ['now', '2026-03-10T09:00:00.000-05:00'],
  ['today - 6 weeks', '2026-01-27'],
  ['today - 1 day', '2026-03-09'],
  ['today + 2 months', '2026-05-10'],
  ['today - 45 years', '1981-03-10'],
  ['now - 2 hours', '2026-03-10T07:00:00.000-05:00'],
  ['now - 90 minutes', '2026-03-10T07:30:00.000-05:00'],
  ['today-6weeks', '2026-01-27'],
])('reads %s as %s', (text, date) => {
  expect(resolveDates(text, NOW)).toBe(date);
});

it.each(['Today', 'today - six weeks', 'today -', 'today - 6 fortnights', 'seen today', 'nowhere'])(
  'leaves %j as it is',
  (text) => {
    expect(resolveDates(text, NOW)).toBe(text);
  },
);

it('finds dates at any depth, and leaves all else alone', () => {
  const value = { a: ['today', 1, null], b: { c: 'now', d: true } };
  expect(resolveDates(value, NOW)).toEqual({
    a: ['2026-03-10', 1, null],
    b: { c: '2026-03-10T09:00:00.000-05:00', d: true },
  });
});

it('keeps to the calendar: the last day of a month is never passed', () => {
  const march31 = DateTime.fromISO('2026-03-31T12:00:00Z', { zone: 'UTC' });
  expect(resolveDates('today - 1 month', march31)).toBe('2026-02-28');
});

it('means by today the date of now, whichever shift', () => {
  fc.assert(
    fc.property(aMoment, anAmount, aUnit, fc.constantFrom('+', '-'), (now, amount, unit, sign) => {
      const shift = `${sign} ${amount} ${unit}${amount === 1 ? '' : 's'}`;
      const moment = String(resolveDates(`now ${shift}`, now));
      expect(resolveDates(`today ${shift}`, now)).toBe(moment.slice(0, 10));
    }),
    RUNS,
  );
});

it('shifts days on the calendar of the zone, across changes of the clock', () => {
  fc.assert(
    fc.property(aMoment, anAmount, (now, days) => {
      const earlier = String(resolveDates(`today - ${days} days`, now));
      const passed = DateTime.fromISO(now.toISODate() ?? '', { zone: 'utc' }).diff(
        DateTime.fromISO(earlier, { zone: 'utc' }),
        'days',
      );
      expect(passed.days).toBe(days);
    }),
    RUNS,
  );
});

it('shifts hours and minutes as time passes', () => {
  fc.assert(
    fc.property(aMoment, anAmount, (now, hours) => {
      const earlier = DateTime.fromISO(String(resolveDates(`now - ${hours} hours`, now)));
      expect(now.toMillis() - earlier.toMillis()).toBe(hours * 3_600_000);
    }),
    RUNS,
  );
});

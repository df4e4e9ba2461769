import { spawnSync } from 'node:child_process';
import * as fc from 'fast-check';
import { DateTime } from 'luxon';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Program } from '../../src/engine/program.ts';
import { aCompiler, ROOT } from '../support/content.ts';
import { aLibrary, anEvaluation, aProgram, factOf } from '../support/cql.ts';

const compiler = aCompiler();
let program: Program;

const TEST = aLibrary(
  'Test',
  `define "From": (First([Procedure]).performed as FHIR.Period)."start".value
define "To": (First([Procedure]).performed as FHIR.Period)."end".value
define "Day": date from "From"
define "Days": difference in days between date from "From" and date from "To"
define "Whole Days": days between date from "From" and Today()`,
);

// A day more and a day less than UTC, half hours, DST in both hemispheres, and none.
const ZONES = [
  'UTC',
  'America/New_York',
  'America/St_Johns',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'Europe/Zurich',
  'Pacific/Apia',
  'Pacific/Kiritimati',
  'Pacific/Pago_Pago',
];
const RUNS = { numRuns: 150, seed: 20_260_310 };

const anInstant = fc
  .date({ min: new Date('1990-01-01T00:00:00Z'), max: new Date('2035-01-01T00:00:00Z') })
  .filter((date) => !Number.isNaN(date.getTime()));
const anOffset = fc.integer({ min: -14 * 60, max: 14 * 60 });
const aZone = fc.constantFrom(...ZONES);

beforeAll(async () => {
  program = await aProgram(compiler, [TEST]);
});
afterAll(() => compiler.translator.close());

/** The instant as a client would write it that lives at this offset. */
function writtenAt(instant: Date, offset: number): string {
  return (
    DateTime.fromJSDate(instant, { zone: 'utc' })
      .setZone(`UTC${signed(offset)}`)
      .toISO() ?? ''
  );
}

function signed(minutes: number): string {
  const [hours, rest] = [Math.trunc(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `${minutes < 0 ? '-' : '+'}${hours}:${String(rest).padStart(2, '0')}`;
}

function evaluate(timeZone: string, start: string, end: string, now = new Date(0)) {
  const procedure = { resourceType: 'Procedure', id: '1', performedPeriod: { start, end } };
  return anEvaluation(program, { resources: [procedure], timeZone, evaluationTime: now });
}

it('takes the calendar day at the site from an instant, however its offset was written', async () => {
  await fc.assert(
    fc.asyncProperty(anInstant, anOffset, aZone, async (instant, offset, zone) => {
      const text = writtenAt(instant, offset);
      const day = await factOf(evaluate(zone, text, text), 'Day');
      expect(day).toBe(DateTime.fromJSDate(instant, { zone }).toISODate());
    }),
    RUNS,
  );
});

it('counts the calendar days at the site between two instants, across changes of the clock', async () => {
  await fc.assert(
    fc.asyncProperty(anInstant, anInstant, anOffset, aZone, async (one, other, offset, zone) => {
      const open = evaluate(zone, writtenAt(one, offset), writtenAt(other, -offset));
      expect(await factOf(open, 'Days')).toBe(calendarDays(one, other, zone));
    }),
    RUNS,
  );
});

it('counts the days until today in the zone of the site', async () => {
  await fc.assert(
    fc.asyncProperty(anInstant, anInstant, aZone, async (one, now, zone) => {
      const text = one.toISOString();
      const open = evaluate(zone, text, text, now);
      expect(await factOf(open, 'Whole Days')).toBe(calendarDays(one, now, zone));
    }),
    RUNS,
  );
});

/** Days between the local dates, counted where no clock is ever changed. */
function calendarDays(one: Date, other: Date, zone: string): number {
  const [from, to] = [one, other].map((instant) => {
    const { year, month, day } = DateTime.fromJSDate(instant, { zone });
    return DateTime.utc(year, month, day);
  });
  return to && from ? to.diff(from, 'days').days : Number.NaN;
}

it.each([
  ['spring', '2026-03-07T23:30:00-05:00', '2026-03-09T00:30:00-04:00', 2],
  ['autumn', '2026-10-31T23:30:00-04:00', '2026-11-02T00:30:00-05:00', 2],
])('counts days across the change of the clock in %s', async (_season, start, end, days) => {
  expect(await factOf(evaluate('America/New_York', start, end), 'Days')).toBe(days);
});

it.each([
  ['UTC', 0],
  ['Asia/Kolkata', -330],
  ['America/New_York', 300],
  ['Pacific/Apia', -780],
])('comes to the same answers on a machine in %s', (TZ, machineOffset) => {
  const run = spawnSync(process.execPath, ['test/support/days-on-this-machine.ts'], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, TZ },
  });
  expect(JSON.parse(run.stdout)).toEqual({
    machineOffset,
    days: [
      '2026-03-08T01:00:00.000+09:00',
      '2026-03-09T08:30:00.000+09:00',
      '2026-03',
      '2026-03-10',
      '2026-03-11',
      3,
    ],
  });
});

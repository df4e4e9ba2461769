import type { Lab } from './lab.ts';
import {
  differenceOf,
  pointsOf,
  race,
  rowsOf,
  withDeciders,
  decideCost,
  type Race,
} from './race.ts';
import { makeCall, readCalls } from './records.ts';
import type { Pair, Section } from './report.ts';

const INSIDE = 'in population';
const OUTSIDE = 'out of population';

const WANTED = [
  { hook: 'patient-view', population: INSIDE, bytes: 50e3 },
  { hook: 'order-select', population: INSIDE, bytes: 50e3 },
  { hook: 'order-sign', population: INSIDE, bytes: 50e3 },
  { hook: 'patient-view', population: INSIDE, bytes: 200e3 },
  { hook: 'patient-view', population: INSIDE, bytes: 1.2e6 },
  { hook: 'patient-view', population: INSIDE, bytes: 6e6, once: true },
  { hook: 'patient-view', population: OUTSIDE, bytes: 50e3 },
  { hook: 'patient-view', population: OUTSIDE, bytes: 1.2e6 },
] as const;

/** What `decide` costs once the body is parsed. */
export async function measureDecide(lab: Lab): Promise<Section> {
  const races = await withDeciders(lab.builds, async (deciders) => {
    const all: (Race & { readonly curve: string | undefined })[] = [];
    for (const { hook, population, bytes, ...how } of WANTED) {
      const call = await makeCall(lab.source, { hook, population, bytes });
      lab.say(`decide: ${call.what}`);
      const rounds = 'once' in how ? 1 : lab.rounds;
      const curve = hook === 'patient-view' ? population : undefined;
      all.push({ ...(await race(deciders, call, rounds)), curve });
    }
    return all;
  });
  return {
    title: '`decide` of a parsed body',
    rows: races.flatMap(rowsOf),
    notes: [
      'Medians of calls. `JSON.parse` is that of the body of the same call.',
      ...races.flatMap(differenceOf),
    ],
    points: races.flatMap((one) => (one.curve === undefined ? [] : pointsOf(one, one.curve))),
  };
}

/** How many calls of a record are counted, and how long all records of a hook may take. */
const RECORD_CALLS = 3;
const RECORDS_MS = 120_000;

/** What `decide` costs for records of one's own. */
export async function measureRecords(lab: Lab): Promise<Section> {
  const { records } = lab;
  if (records === undefined) throw new Error('Say which records: --records <folder>');
  const sets = await withDeciders(lab.builds, async (deciders) => {
    const all: { readonly hook: string; readonly races: readonly Race[] }[] = [];
    for (const hook of ['patient-view', 'order-select']) {
      const until = performance.now() + RECORDS_MS;
      const races: Race[] = [];
      for await (const call of readCalls(lab.source, records, hook)) {
        if (performance.now() > until) break;
        lab.say(`records: ${call.what}`);
        races.push(await race(deciders, call, 1, RECORD_CALLS));
      }
      all.push({ hook, races });
    }
    return all;
  });
  const races = sets.flatMap((set) => set.races);
  return {
    title: '`decide` of records of one’s own',
    rows: sets.map(({ hook, races: of }) => ({
      what: `${of.length} records, ${hook}`,
      measure: 'processor time of all, ms',
      ...totalOf(of),
    })),
    notes: [
      `The sum of their medians. After ${RECORDS_MS / 60_000} minutes the rest is left out.`,
      ...races.flatMap(differenceOf),
    ],
    points: sets.flatMap(({ hook, races: of }) =>
      of.flatMap((one) => pointsOf(one, `own records, ${hook}`)),
    ),
  };
}

/** The sum of the calls that every build answered. */
function totalOf(races: readonly Race[]): Pair<number> {
  const totals = { old: 0, new: 0 };
  let raced = false;
  for (const { ran } of races) {
    const old = ran.old === undefined ? 0 : decideCost(ran.old);
    const cost = decideCost(ran.new);
    if (typeof old === 'string' || typeof cost === 'string') continue;
    raced ||= ran.old !== undefined;
    totals.old += old;
    totals.new += cost;
  }
  return raced ? totals : { new: totals.new };
}

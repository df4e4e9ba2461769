import type { Lab } from './lab.ts';
import { decideCost, differenceOf, race, withDeciders, type Race } from './race.ts';
import { makeVisits } from './records.ts';
import { map, type Figure, type Pair, type Row, type Section } from './report.ts';

const MANY = 400;

/** What a chart costs that says low back pain at 400 visits, against one that says it at one. */
export async function measureVisits(lab: Lab): Promise<Section> {
  const { builds } = lab;
  const same = await raceVisits(lab, builds);
  const isRace = builds.old !== undefined;
  const alone = { new: { ...builds.new, content: builds.new.root } };
  const own = isRace ? await raceVisits(lab, alone) : same;
  // With its own content the old build is what it is with that of the old build.
  const many = { ...same.many, new: own.many.new };
  const unit = same.one.old ?? same.one.new;
  const rows = [
    ...rowsOf(same, isRace ? ', content of the old build' : ''),
    ...(isRace
      ? rowsOf({ one: { ...same.one, new: own.one.new }, many }, ', content of its own')
      : []),
  ];
  const ratio = {
    what: `${MANY} visits${isRace ? ', content of its own' : ''}`,
    measure: `times one visit${isRace ? ' of the old build' : ''}`,
    ...map(many, (cost) => share(cost, unit)),
  };
  return {
    title: `${MANY} visits with low back pain`,
    rows: [...rows, ratio],
    notes: [
      'Processor time of `decide` on opening the chart: medians for one visit, one call for many.',
      ...same.notes,
    ],
  };
}

interface Visits {
  readonly one: Pair<Figure>;
  readonly many: Pair<Figure>;
}

async function raceVisits(
  lab: Lab,
  builds: Lab['builds'],
): Promise<Visits & { readonly notes: readonly string[] }> {
  return withDeciders(builds, async (deciders, services) => {
    const source = { ...lab.source, services };
    lab.say('visits: one');
    const one = await race(deciders, makeVisits(source, 1), lab.rounds);
    lab.say(`visits: ${MANY}`);
    const many = await race(deciders, makeVisits(source, MANY), 0);
    return { one: costs(one), many: costs(many), notes: [one, many].flatMap(differenceOf) };
  });
}

function rowsOf({ one, many }: Visits, content: string): Row[] {
  const measure = 'processor time, ms';
  return [
    { what: `one visit${content}`, measure, ...one },
    { what: `${MANY} visits${content}`, measure, ...many },
  ];
}

function costs({ ran }: Race): Pair<Figure> {
  return map(ran, decideCost);
}

function share(cost: Figure, unit: Figure): Figure {
  if (typeof cost === 'string') return cost;
  return typeof unit === 'string' ? 'nothing to compare with' : cost / unit;
}

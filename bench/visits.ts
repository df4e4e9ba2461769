import type { Build } from './build.ts';
import type { Lab } from './lab.ts';
import { decideCost, differenceOf, race, withDeciders, type Race } from './race.ts';
import { makeVisits } from './records.ts';
import { map, type Figure, type Pair, type Row, type Section } from './report.ts';

const MANY = 400;

/** What a chart costs that says low back pain at 400 visits, against one that says it at one. */
export async function measureVisits(lab: Lab): Promise<Section> {
  const same = await measure(lab, 'content of the old build', () => lab.content);
  const own =
    lab.builds.old === undefined
      ? undefined
      : await measure(lab, 'content of its own', ({ root }) => root);
  const { one, many } = own ?? same;
  const before = costs(same.one);
  return {
    title: `${MANY} visits with low back pain`,
    rows: [
      ...rowsOf(same),
      ...(own === undefined ? [] : rowsOf(own)),
      {
        what: `${many.call.what}, ${own?.content ?? same.content}`,
        measure: 'times one visit of the old build',
        ...map(costs(many), (cost) => share(cost, before.old ?? before.new)),
      },
    ],
    notes: [
      'Processor time of `decide` on opening the chart: medians for one visit, one call for many.',
      ...[same.one, same.many, one, many].flatMap(differenceOf),
    ],
  };
}

interface Visits {
  readonly content: string;
  readonly one: Race;
  readonly many: Race;
}

async function measure(
  lab: Lab,
  content: string,
  contentOf: (build: Build) => string,
): Promise<Visits> {
  return withDeciders(lab, contentOf, async (deciders) => {
    lab.say(`visits: one visit, ${content}`);
    const one = await race(deciders, makeVisits(lab.source, 1), lab.rounds);
    lab.say(`visits: ${MANY} visits, ${content}`);
    const many = await race(deciders, makeVisits(lab.source, MANY), 0);
    return { content, one, many };
  });
}

function rowsOf({ content, one, many }: Visits): Row[] {
  return [one, many].map((raced) => ({
    what: `${raced.call.what}, ${content}`,
    measure: 'processor time, ms',
    ...costs(raced),
  }));
}

function costs({ ran }: Race): Pair<Figure> {
  return map(ran, decideCost);
}

function share(cost: Figure, unit: Figure): Figure {
  if (typeof cost === 'string') return cost;
  return typeof unit === 'string' ? 'nothing to compare with' : cost / unit;
}

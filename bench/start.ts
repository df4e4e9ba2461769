import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Build } from './build.ts';
import type { Lab } from './lab.ts';
import type { Usage } from './process-usage.ts';
import { makeCall, type Call } from './records.ts';
import { map, values, type Pair, type Row, type Section } from './report.ts';
import { Server } from './server.ts';
import { median } from './stats.ts';

const FROM_CACHE = 3;

/** What a start costs until the first answer, and what the server holds afterwards. */
export async function measureStart(lab: Lab): Promise<Section> {
  const wanted = { hook: 'patient-view', population: 'in population', bytes: 50e3 } as const;
  const call = await makeCall(lab.source, wanted);
  const first = await startInTurn(lab, call, 'nothing compiled', {
    NODE_DISABLE_COMPILE_CACHE: '1',
  });
  await startInTurn(lab, call, 'from the cache, not counted');
  const later = map(first, (): Started[] => []);
  for (let i = 1; i <= FROM_CACHE; i += 1) {
    const started = await startInTurn(lab, call, `from the cache, ${i} of ${FROM_CACHE}`);
    later.new.push(started.new);
    if (started.old !== undefined) later.old?.push(started.old);
  }
  await Promise.all(
    values(lab.builds).map((build) => rm(cacheOf(lab, build), { recursive: true })),
  );
  return {
    title: 'Start',
    rows: [
      ...rowsOf(
        'nothing compiled',
        map(first, (one) => [one]),
      ),
      ...rowsOf('from the cache', later),
    ],
    notes: [
      'Until the first answer to a call of 50 KB. With nothing compiled, Node keeps no compiled modules either.',
      `One start with nothing compiled; medians of ${FROM_CACHE} starts from the cache, in turn.`,
    ],
  };
}

interface Started {
  readonly listening: number;
  readonly answered: number;
  /** At the first answer. */
  readonly atAnswer: Usage;
  readonly atRest: Usage;
}

async function startInTurn(
  lab: Lab,
  call: Call,
  how: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Pair<Started>> {
  lab.say(`start: ${how}`);
  const { old, new: one } = lab.builds;
  const before = old === undefined ? undefined : await start(lab, old, call, env);
  return { old: before, new: await start(lab, one, call, env) };
}

async function start(
  lab: Lab,
  build: Build,
  call: Call,
  env: Readonly<Record<string, string>>,
): Promise<Started> {
  const began = performance.now();
  const server = await Server.start(build, {
    content: build.content,
    cache: cacheOf(lab, build),
    env,
  });
  try {
    const listening = performance.now() - began;
    await server.call(call);
    const answered = performance.now() - began;
    const atAnswer = server.usage();
    return { listening, answered, atAnswer, atRest: await server.settle() };
  } finally {
    await server.stop();
  }
}

/** A cache of this section, since that of the run is filled before. */
function cacheOf({ temporary }: Lab, { name }: Build): string {
  return join(temporary, `start-${name}`);
}

function rowsOf(what: string, starts: Pair<readonly Started[]>): Row[] {
  const row = (measure: string, f: (one: Started) => number): Row => ({
    what,
    measure,
    ...map(starts, (of) => median(of.map(f))),
  });
  return [
    row('processor time, ms', ({ atAnswer }) => atAnswer.processor),
    row('time until it listens, ms', ({ listening }) => listening),
    row('time until the first answer, ms', ({ answered }) => answered),
    row('memory at most, MB', ({ atRest }) => atRest.peak),
    row('memory at rest, MB', ({ atRest }) => atRest.memory),
  ];
}

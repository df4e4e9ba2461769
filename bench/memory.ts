import { setTimeout as wait } from 'node:timers/promises';
import { variants, ways, withServers, type Lab } from './lab.ts';
import { makeCall } from './records.ts';
import { map, type Section } from './report.ts';

/** What a server holds in memory after its first answers, by its number of workers. */
export async function measureMemory(lab: Lab): Promise<Section> {
  const wanted = { hook: 'patient-view', population: 'in population', bytes: 50e3 } as const;
  const call = await makeCall(lab.source, wanted);
  const measured = [];
  for (const variant of variants(lab, [0, 1, 2])) {
    lab.say(`memory: ${variant.build.name} build ${variant.args.join(' ')}`);
    const usage = await withServers(lab, [variant], async ([started]) => {
      if (started === undefined) throw new Error('No server was started');
      const [, server] = started;
      for (let i = 0; i < CALLS; i += 1) await server.call(call);
      await wait(REST_MILLISECONDS);
      return server.settle();
    });
    measured.push([variant, usage.memory] as const);
  }
  return {
    title: 'Memory at rest',
    rows: ways(measured).map(({ way, ...pair }) => ({
      what: `after ${CALLS} calls of 50 KB${way}`,
      measure: 'memory, MB',
      ...map(pair, (megabytes) => megabytes),
    })),
    notes: [
      'What the process and those it started hold (resident set), 15 s later, when they do nothing.',
    ],
  };
}

const CALLS = 8;
/** By then a server has given back what only its start needed. */
const REST_MILLISECONDS = 15_000;

import { setTimeout as wait } from 'node:timers/promises';
import { variants, ways, withServers, type Lab } from './lab.ts';
import { makeCall, type Call } from './records.ts';
import { map, type Row, type Section } from './report.ts';
import type { Server } from './server.ts';
import { median } from './stats.ts';

const EVERY_MS = 5;
const LARGE = { hook: 'patient-view', population: 'in population', bytes: 6e6 } as const;
const SMALL = { ...LARGE, bytes: 50e3 };
const ROUNDS = 3;

/** How long others wait while a large record is being answered. */
export async function measureBeside(lab: Lab): Promise<Section> {
  const large = await makeCall(lab.source, LARGE);
  const small = await makeCall(lab.source, SMALL);
  const rows = await withServers(lab, variants(lab, [0]), async (servers) => {
    const measured = servers.map(([variant, server]) => ({
      variant,
      server,
      waits: [] as number[],
    }));
    for (const { server } of measured) await server.call(small);
    for (let round = 1; round <= ROUNDS; round += 1) {
      lab.say(`beside: round ${round} of ${ROUNDS}`);
      for (const { server, waits } of measured) waits.push(...(await waitsBeside(server, large)));
    }
    const pairs = ways(measured.map(({ variant, waits }) => [variant, waits] as const));
    return pairs.flatMap(({ way, ...pair }): Row[] => {
      const what = `GET /cds-services beside a call of 6 MB${way}`;
      return [
        { what, measure: 'wait, median, ms', ...map(pair, median) },
        { what, measure: 'wait, longest, ms', ...map(pair, (waits) => Math.max(...waits)) },
      ];
    });
  });
  const note = `A GET every ${EVERY_MS} ms for as long as the call takes; ${ROUNDS} such calls in turn.`;
  return { title: 'Who waits for a large record', rows, notes: [note] };
}

/** How long each GET took that was sent while a call was being answered, in milliseconds. */
async function waitsBeside(server: Server, call: Call): Promise<number[]> {
  const post = { isOpen: true };
  const answer = server.call(call).finally(() => {
    post.isOpen = false;
  });
  const gets: Promise<number>[] = [];
  while (post.isOpen) {
    gets.push(server.discover());
    await wait(EVERY_MS);
  }
  await answer;
  return Promise.all(gets);
}

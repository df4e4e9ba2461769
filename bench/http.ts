import { setTimeout as wait } from 'node:timers/promises';
import autocannon from 'autocannon';
import { variants, ways, withServers, type Lab } from './lab.ts';
import { makeCall, type Call } from './records.ts';
import { map, type Row, type Section } from './report.ts';
import type { Server } from './server.ts';
import { median, quantile } from './stats.ts';

const WANTED = [
  { hook: 'patient-view', population: 'in population', bytes: 50e3 },
  { hook: 'order-select', population: 'in population', bytes: 50e3 },
  { hook: 'patient-view', population: 'out of population', bytes: 50e3 },
] as const;

const CONNECTIONS = [1, 8];
/** Calls of a round; as many for every connection. */
const CALLS = 96;
const TIMEOUT_S = 120;
/** As with `decide`, what a server's first calls cost belongs to its start; each of its threads has first calls of its own. */
const WARM_ROUNDS = 8;

/** What a call over HTTP costs the server, and how long its caller waits. */
export async function measureHttp(lab: Lab): Promise<Section> {
  const calls = await Promise.all(WANTED.map((wanted) => makeCall(lab.source, wanted)));
  const rows = await withServers(lab, variants(lab, [0]), async (servers) => {
    lab.say('http: warm-up');
    for (const [, server] of servers) await warmUp(server, calls);
    const all: Row[] = [];
    for (const call of calls) {
      for (const connections of CONNECTIONS) {
        const what = `${call.what}, ${connections} connection${connections === 1 ? '' : 's'}`;
        lab.say(`http: ${what}`);
        const measured = servers.map(([variant]) => [variant, [] as Round[]] as const);
        for (let round = 0; round < lab.rounds; round += 1) {
          for (const [i, [, server]] of servers.entries()) {
            measured[i]?.[1].push(await shoot(server, call, connections));
          }
        }
        all.push(...ways(measured).flatMap(({ way, ...pair }) => rowsOf(what + way, pair)));
      }
    }
    return all;
  });
  const note = `Medians of rounds of ${CALLS} calls, the builds in turn; rounds: ${lab.rounds}.`;
  return { title: 'Calls over HTTP', rows, notes: [note] };
}

/** Lets Node compile what is used most, in all threads of the server. */
async function warmUp(server: Server, calls: readonly Call[]): Promise<void> {
  for (let i = 0; i < WARM_ROUNDS; i += 1) {
    for (const call of calls) await shoot(server, call, Math.max(...CONNECTIONS));
  }
}

interface Round {
  /** Processor time of the server for a call, in milliseconds. */
  readonly processor: number;
  readonly perSecond: number;
  /** How long each answer took, in milliseconds. */
  readonly latencies: readonly number[];
}

async function shoot(server: Server, call: Call, connections: number): Promise<Round> {
  const latencies: number[] = [];
  const before = server.usage().processor;
  const started = performance.now();
  let ended = started;
  const { non2xx, errors } = await autocannon({
    url: `${server.base}/cds-services/${call.service}`,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: call.text,
    connections,
    amount: CALLS,
    timeout: TIMEOUT_S,
    setupClient: (client) => {
      client.on('response', (_status, _bytes, milliseconds) => {
        ended = performance.now();
        latencies.push(milliseconds);
      });
    },
  });
  if (non2xx > 0 || errors > 0) throw new Error(`${call.what}: ${non2xx + errors} calls failed`);
  await wait(100); // what the server does after its last answer belongs to the calls too
  const processor = (server.usage().processor - before) / CALLS;
  return { processor, perSecond: (CALLS * 1000) / (ended - started), latencies };
}

function rowsOf(what: string, pair: Parameters<typeof map<readonly Round[], number>>[0]): Row[] {
  const row = (measure: string, f: (rounds: readonly Round[]) => number): Row => ({
    what,
    measure,
    ...map(pair, f),
  });
  const waited = (rounds: readonly Round[]): number[] =>
    rounds.flatMap(({ latencies }) => latencies);
  return [
    row('processor time a call, ms', (of) => median(of.map(({ processor }) => processor))),
    row('calls a second', (of) => median(of.map(({ perSecond }) => perSecond))),
    row('wait, median, ms', (of) => median(waited(of))),
    row('wait, 99th percentile, ms', (of) => quantile(waited(of), 0.99)),
  ];
}

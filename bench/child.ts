/**
 * The process that one build's `decide` runs in, so that the code and the memory of two builds
 * never mix. It imports the modules of the checkout it is told, and does what it is sent.
 */
import { randomUUID } from 'node:crypto';
import { Bench } from 'tinybench';
import type { Content } from '../src/content/content.ts';
import type { DecisionDeps, DecisionResult } from '../src/decision/decide.ts';
import { plainSite } from '../src/site.ts';
import { usageOf } from './process-usage.ts';
import { openCheckout } from './checkout.ts';
import type { Loaded, LoadRequest, Ran, Request, RunRequest } from './decider.ts';

const [root = ''] = process.argv.slice(2);
const checkout = await openCheckout(root);
let content: Content | undefined;

async function load({ folder, cache }: LoadRequest): Promise<Loaded> {
  // A build may compile in a process of its own.
  const before = usageOf(process.pid).processor;
  const loaded = await checkout.load(folder, cache);
  const processor = usageOf(process.pid).processor - before;
  content = loaded.content;
  if (content === undefined) {
    const faults = loaded.faults.map(({ file, message }) => `${file}: ${message}`).join('\n');
    throw new Error(`${root} cannot load the content of ${folder}:\n${faults}`);
  }
  const { services } = content;
  const asked = services.map(({ id, hook, requirements }) => ({ id, hook, requirements }));
  return { processor, services: asked };
}

async function run({ service, text, calls }: RunRequest): Promise<Ran> {
  // So short that it takes many to know it.
  const parsed = await time(calls * 10, () => void JSON.parse(text));
  const deps = dependencies();
  let body: unknown;
  let result: DecisionResult | undefined;
  // Each call gets a body of its own: nothing that is kept by object can be met again.
  const prepare = (): void => void (body = JSON.parse(text));
  const call = async (): Promise<void> =>
    void (result = await checkout.decide(service, body, deps));
  const decided = await time(calls, call, prepare);
  return { parsed, decided, topics: result === undefined ? [] : topicsOf(result) };
}

function dependencies(): DecisionDeps {
  const loaded = content;
  if (loaded === undefined) throw new Error('No content was loaded');
  return {
    content: { current: async () => loaded },
    clock: () => new Date(),
    newId: () => randomUUID(),
    siteOf: () => plainSite('UTC'),
  };
}

/** The processor time of each call, in milliseconds; what is prepared before a call is left out. */
async function time(
  iterations: number,
  call: () => void | Promise<void>,
  prepare = (): void => {},
): Promise<readonly number[]> {
  const bench = new Bench({
    iterations,
    time: 0,
    warmup: false,
    retainSamples: true,
    throws: true,
    now: processorTime,
  });
  bench.add('call', call, { beforeEach: prepare, async: true });
  const [task] = await bench.run();
  if (task?.result.state !== 'completed') throw new Error('The calls were not completed');
  return task.result.latency.samples ?? [];
}

/** What the process has used of all processors, with all its threads, in milliseconds. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function topicsOf({ response }: DecisionResult): readonly string[] {
  return response.cards.map(({ source, indicator }) => `${source.topic.code}:${indicator}`);
}

process.on('message', (request: Request) => {
  const done = request.do === 'load' ? load(request) : run(request);
  done.then(
    (reply) => process.send?.({ reply }),
    (error: unknown) => process.send?.({ failed: String(error) }),
  );
});

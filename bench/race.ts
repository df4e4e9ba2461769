import type { Build } from './build.ts';
import { Decider, type Outcome, type Ran, type Service } from './decider.ts';
import type { Call } from './records.ts';
import { map, values, type Pair, type Point, type Row } from './report.ts';
import { median } from './stats.ts';

/** The most that a batch of calls may cost, in milliseconds, and the most calls in it. */
const BATCH_MS = 800;
const BATCH_CALLS = 20;
/** A service answers all day: what its first calls cost, before their code is compiled, is the cost of its start. */
const WARM_MS = 4000;
const WARM_CALLS = 600;
const CAP_MS = 120_000;

/** A call, and what it came to in both builds. */
export interface Race {
  readonly call: Call;
  readonly ran: Pair<Outcome<Ran>>;
}

/** Starts a decider of each build with its content, and stops them all in the end. */
export async function withDeciders<T>(
  builds: Pair<Build>,
  use: (deciders: Pair<Decider>, services: readonly Service[]) => Promise<T>,
): Promise<T> {
  const deciders = map(builds, ({ root }) => new Decider(root));
  try {
    if (builds.old !== undefined) await deciders.old?.load(builds.old.content, builds.old.cache);
    const { services } = await deciders.new.load(builds.new.content, builds.new.cache);
    return await use(deciders, services);
  } finally {
    for (const decider of values(deciders)) decider.stop();
  }
}

/**
 * Makes a call in one build and the other in turn, round after round, after as many that are not
 * counted as let it run warm. No rounds at all count the first one.
 */
export async function race(
  deciders: Pair<Decider>,
  call: Call,
  rounds: number,
  most = BATCH_CALLS,
): Promise<Race> {
  const runners = map(deciders, (decider) => new Runner(decider, call, most));
  for (let round = 0; round <= rounds; round += 1) {
    for (const runner of values(runners)) await runner.next();
  }
  return { call, ran: map(runners, (runner) => runner.result()) };
}

/** One build on its way through the rounds. */
class Runner {
  readonly #decider: Decider;
  readonly #call: Call;
  readonly #most: number;
  readonly #batches: Ran[] = [];
  #calls = 1;
  #failed: string | undefined;

  constructor(decider: Decider, call: Call, most: number) {
    this.#decider = decider;
    this.#call = call;
    this.#most = most;
  }

  async next(): Promise<void> {
    if (this.#failed !== undefined) return;
    const isFirst = this.#batches.length === 0;
    const ran = await this.#run(this.#calls);
    if (ran === undefined) return;
    this.#batches.push(ran);
    if (isFirst) await this.#warm(ran);
  }

  /** A call gets cheaper from batch to batch, so that each says anew how many fit into what is left. */
  async #warm(first: Ran): Promise<void> {
    let [cost, left, calls] = [median(first.decided), WARM_MS, 0];
    const most = this.#most < BATCH_CALLS ? 0 : WARM_CALLS;
    while (calls < most && left > cost) {
      const ran = await this.#run(fitting(Math.min(left, BATCH_MS), cost, most - calls));
      if (ran === undefined) return;
      calls += ran.decided.length;
      left -= ran.decided.reduce((sum, one) => sum + one, 0);
      cost = median(ran.decided);
    }
    this.#calls = fitting(BATCH_MS, cost, this.#most);
  }

  async #run(calls: number): Promise<Ran | undefined> {
    const { service, text } = this.#call;
    const ran = await this.#decider.run({ service, text, calls }, CAP_MS);
    if (typeof ran !== 'string') return ran;
    this.#failed = ran;
    return undefined;
  }

  result(): Outcome<Ran> {
    if (this.#failed !== undefined) return this.#failed;
    const [first, ...later] = this.#batches;
    const counted = later.length === 0 ? this.#batches : later;
    return {
      parsed: counted.flatMap(({ parsed }) => parsed),
      decided: counted.flatMap(({ decided }) => decided),
      topics: first?.topics ?? [],
    };
  }
}

/** How many calls of a cost fit into a time: one at least, and no more than the most. */
function fitting(ms: number, cost: number, most: number): number {
  return Math.max(1, Math.min(most, Math.round(ms / cost)));
}

/** The cost of each build, and what that is in units of `JSON.parse` of the body. */
export function rowsOf({ call: { what }, ran }: Race): Row[] {
  const parsed = parseCost(ran);
  const cost = map(ran, decideCost);
  const share = map(cost, (one) => (typeof one === 'number' ? one / parsed : one));
  return [
    { what, measure: 'processor time, ms', ...cost },
    { what, measure: 'times `JSON.parse`', ...share },
  ];
}

/** The median of the calls, in milliseconds of processor time. */
export function decideCost(ran: Outcome<Ran>): Outcome<number> {
  return typeof ran === 'string' ? ran : median(ran.decided);
}

/** The points of a call on the curves of its patient. */
export function pointsOf({ call, ran }: Race, curve: string): Point[] {
  const bytes = Buffer.byteLength(call.text);
  const at = (series: string, milliseconds: Outcome<number> | undefined): Point[] =>
    typeof milliseconds === 'number' ? [{ series, bytes, milliseconds }] : [];
  return [
    ...at(`old, ${curve}`, ran.old === undefined ? undefined : decideCost(ran.old)),
    ...at(`new, ${curve}`, decideCost(ran.new)),
    ...at('JSON.parse', parseCost(ran)),
  ];
}

/** `JSON.parse` is the same code in both processes: one median of all. */
function parseCost(ran: Pair<Outcome<Ran>>): number {
  return median(values(ran).flatMap((one) => (typeof one === 'string' ? [] : one.parsed)));
}

/** A faster answer that is another answer has to be known as that. */
export function differenceOf({ call, ran }: Race): string[] {
  const [older, newer] = values(ran).map((one) =>
    typeof one === 'string' ? one : one.topics.join(', '),
  );
  if (newer === undefined || older === newer) return [];
  return [
    `The answers differ (${call.what}): old ${older || 'no card'}; new ${newer || 'no card'}.`,
  ];
}

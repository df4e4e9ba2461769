import type { Build } from './build.ts';
import type { Source } from './records.ts';
import { values, type Pair } from './report.ts';
import { Server, type ServerOptions } from './server.ts';

/** What the parts of a run share. */
export interface Lab {
  readonly builds: Pair<Build>;
  /** Where calls for that content come from. */
  readonly source: Source;
  /** A folder that is removed after the run. */
  readonly temporary: string;
  /** How often each of what is raced is measured. */
  readonly rounds: number;
  /** A folder with Bundles of one's own. */
  readonly records: string | undefined;
  /** Tells how far the run is. */
  readonly say: (text: string) => void;
}

/** A build and how its server is started. */
export interface Variant {
  readonly build: Build;
  readonly args: readonly string[];
}

/** The builds as they start by themselves, and the new one with numbers of workers, where it can have some. */
export function variants({ builds }: Lab, workers: readonly number[] = []): Variant[] {
  const { hasWorkers } = builds.new;
  return [
    ...values(builds).map((build) => ({ build, args: [] })),
    ...(hasWorkers ? workers : []).map((count) => ({
      build: builds.new,
      args: ['--workers', String(count)],
    })),
  ];
}

/** A variant of the new build beside the old build. */
export interface Way<T> extends Pair<T> {
  /** How the new build was started: `, new with --workers 0`; empty for how it starts by itself. */
  readonly way: string;
}

/** Each variant of the new build beside the old build. */
export function ways<T>(measured: readonly (readonly [Variant, T])[]): Way<T>[] {
  const old = measured.find(([{ build }]) => build.name === 'old')?.[1];
  return measured
    .filter(([{ build }]) => build.name === 'new')
    .map(([{ args }, value]) => ({
      way: args.length === 0 ? '' : `, new with ${args.join(' ')}`,
      old,
      new: value,
    }));
}

/** Starts the server of each variant on the lab's content, and stops them all in the end. */
export async function withServers<T>(
  lab: Lab,
  started: readonly Variant[],
  use: (servers: readonly (readonly [Variant, Server])[]) => Promise<T>,
  options: Partial<ServerOptions> = {},
): Promise<T> {
  const servers: (readonly [Variant, Server])[] = [];
  try {
    for (const variant of started) {
      const { build, args } = variant;
      const own = { content: build.content, cache: build.cache, args };
      servers.push([variant, await Server.start(build, { ...own, ...options })]);
    }
    return await use(servers);
  } finally {
    await Promise.all(servers.map(([, server]) => server.stop()));
  }
}

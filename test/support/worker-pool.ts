import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino, type Logger } from 'pino';
import { onTestFinished } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { readTexts } from '../../src/content/texts.ts';
import type { Decider } from '../../src/decision/answer.ts';
import { createApp } from '../../src/http/app.ts';
import { WorkerPool } from '../../src/workers/pool.ts';
import { holdShared } from '../../src/workers/shared.ts';
import { ROOT, aCompiler } from './content.ts';
import { aClient, TRIAL_CONTENT, type Client } from './server.ts';

/** An app whose decisions are made by threads of `deadly-worker.ts`, over the trial content. */
export interface PoolApp extends Client {
  readonly log: () => string;
  /** Resolves when so many calls have come to the pool, which hands them on at once. */
  readonly arrived: (calls: number) => Promise<void>;
  /** What threads ended by themselves of. */
  readonly losses: readonly unknown[];
}

/** Opens the app once every thread has the content; it is gone when the test is over. */
export async function aPoolApp(
  settings: Readonly<Record<string, string>>,
  fhirServers: () => readonly string[] = () => [],
): Promise<PoolApp> {
  let text = '';
  const log: Logger = pino({ level: 'trace' }, { write: (line) => (text += line) });
  const losses: unknown[] = [];
  const all = Promise.withResolvers<void>();
  const shared = holdShared(aCompiler().compile);
  const pool = new WorkerPool({
    file: new URL('deadly-worker.ts', import.meta.url),
    config: readConfig(settings, ROOT),
    shared: { ...shared, forget: all.resolve },
    fhirServers,
    onLoss: ({ cause }) => losses.push(cause),
  });
  onTestFinished(() => pool.close());
  const { content } = await pool.load(await readTexts(TRIAL_CONTENT));
  if (!content) throw new Error('The trial content has faults');
  await all.promise;
  const came = new Came();
  const decider: Decider = {
    offer: async () => content,
    answer: (call) => {
      const outcome = pool.answer(call);
      came.more();
      return outcome;
    },
  };
  const app = createApp({ decider, log, bodyLimitBytes: 1_000_000, trustProxy: undefined });
  const server = createServer(app);
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done);
  });
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo; // a TCP server's address
  return {
    ...aClient(() => `http://127.0.0.1:${port}`),
    log: () => text,
    arrived: (calls) => came.wait(calls),
    losses,
  };
}

/** Counts what comes, and tells those who wait for a number. */
class Came {
  #count = 0;
  readonly #waiting = new Map<number, () => void>();

  more(): void {
    this.#count += 1;
    this.#waiting.get(this.#count)?.();
  }

  wait(count: number): Promise<void> {
    if (this.#count >= count) return Promise.resolve();
    return new Promise((done) => {
      this.#waiting.set(count, done);
    });
  }
}

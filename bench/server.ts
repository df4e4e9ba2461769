import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { Build } from './build.ts';
import { usageOf, type Usage } from './process-usage.ts';
import type { Call } from './records.ts';

export interface ServerOptions {
  readonly content: string;
  readonly cache: string;
  /** Further words of the command line. */
  readonly args?: readonly string[] | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
}

/** The HTTP service of a build, as a process of its own. */
export class Server {
  readonly base: string;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, base: string) {
    this.#child = child;
    this.base = base;
  }

  /** Starts it; resolves when it listens. Throws with what it printed when it ends before. */
  static async start(build: Build, options: ServerOptions): Promise<Server> {
    const { content, cache, args = [], env = {} } = options;
    const { NODE_ENV: _unset, ...inherited } = process.env;
    const child = spawn(
      process.execPath,
      ['bin/nerveroot.js', 'serve', '--content', content, ...args],
      {
        cwd: build.root,
        env: { ...inherited, ...SETTINGS, NERVEROOT_CACHE: cache, ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    return new Server(child, await baseOf(child));
  }

  /** Calls a service; throws when the answer is none. */
  async call({ service, text }: Pick<Call, 'service' | 'text'>): Promise<void> {
    const response = await fetch(`${this.base}/cds-services/${service}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: text,
    });
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`${service} answered ${response.status}`);
  }

  /** Asks for the list of services; resolves to how long that took, in milliseconds. */
  async discover(): Promise<number> {
    const started = performance.now();
    const response = await fetch(`${this.base}/cds-services`);
    await response.arrayBuffer();
    return performance.now() - started;
  }

  usage(): Usage {
    return usageOf(this.#child.pid ?? 0);
  }

  /** Waits until it does nothing any more, half a minute at most, and tells what it has used. */
  async settle(): Promise<Usage> {
    let before = this.usage();
    for (let i = 0; i < 30; i += 1) {
      await wait(1000);
      const now = this.usage();
      if (now.processor - before.processor <= IDLE_MS) return now;
      before = now;
    }
    return before;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill();
    const force = setTimeout(() => this.#child.kill('SIGKILL'), 10_000);
    await exited;
    clearTimeout(force);
  }
}

const SETTINGS = { PORT: '0', NERVEROOT_HOST: '127.0.0.1', NERVEROOT_LOG_LEVEL: 'silent' };

/** What a server may use in a second and still be said to rest. */
const IDLE_MS = 20;

/** Where a server that is starting listens. */
function baseOf(child: ChildProcess): Promise<string> {
  let printed = '';
  return new Promise((resolve, reject) => {
    const hear = (chunk: unknown): void => {
      printed = (printed + String(chunk)).slice(-10_000);
      const port = /Open http:\/\/localhost:(\d+)\/cds-services/.exec(printed)?.[1];
      if (port !== undefined) resolve(`http://127.0.0.1:${port}`);
    };
    // Both are heard to the end, so that neither can fill up and hold the process.
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`The server ended:\n${printed}`)));
  });
}

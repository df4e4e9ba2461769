import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { CdsService } from '../src/content/content.ts';

/** Load the content of a folder; without a directory for the cache all of it is compiled. */
export interface LoadRequest {
  readonly do: 'load';
  readonly folder: string;
  readonly cache: string | undefined;
}

/** Call a service with a body so many times. */
export interface RunRequest {
  readonly do: 'run';
  readonly service: string;
  readonly text: string;
  readonly calls: number;
}

export type Request = LoadRequest | RunRequest;

/** A service of the content, and what it asks for. */
export type Service = Pick<CdsService, 'id' | 'hook' | 'requirements'>;

export interface Loaded {
  /** What loading cost, in milliseconds of processor time. */
  readonly processor: number;
  readonly services: readonly Service[];
}

/** What each call cost, in milliseconds of processor time. */
export interface Ran {
  /** `JSON.parse` of the body alone. */
  readonly parsed: readonly number[];
  /** `decide` of the parsed body. */
  readonly decided: readonly number[];
  /** The rules of the cards, with their indicators. */
  readonly topics: readonly string[];
}

/** What a call came to: what was asked for, or in words why there is nothing. */
export type Outcome<T> = T | string;

/** One build's `decide` in a process of its own; asked for one thing at a time. */
export class Decider {
  readonly #child: ChildProcess;

  /** Starts a process with the modules of a checkout. */
  constructor(root: string) {
    const { NODE_ENV: _unset, ...env } = process.env;
    const file = fileURLToPath(new URL('child.ts', import.meta.url));
    this.#child = fork(file, [root], {
      cwd: root,
      env,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
  }

  /** Loads content; throws when that fails. */
  async load(folder: string, cache: string | undefined): Promise<Loaded> {
    const loaded = await this.#ask({ do: 'load', folder, cache });
    if (typeof loaded === 'string') throw new Error(loaded);
    return loaded as Loaded;
  }

  /** Calls a service; a process without an answer after the cap is ended. */
  async run(run: Omit<RunRequest, 'do'>, capMs: number): Promise<Outcome<Ran>> {
    return (await this.#ask({ do: 'run', ...run }, capMs)) as Outcome<Ran>;
  }

  stop(): void {
    this.#child.kill('SIGKILL');
  }

  async #ask(request: Request, capMs = 600_000): Promise<unknown> {
    if (!this.#child.connected) return 'its process has ended';
    const abandon = new AbortController();
    const { signal } = abandon;
    const cap = setTimeout(() => abandon.abort(), capMs);
    const answered = once(this.#child, 'message', { signal });
    const ended = once(this.#child, 'exit', { signal });
    this.#child.send(request);
    try {
      const first = await Promise.race([answered, ended]);
      const [answer] = first as [Answer] | [number | null]; // what child.ts sends, or an exit code
      if (typeof answer !== 'object' || answer === null) return 'its process ended';
      return 'failed' in answer ? answer.failed : answer.reply;
    } catch {
      this.stop();
      return `no answer in ${Math.round(capMs / 1000)} s`;
    } finally {
      clearTimeout(cap);
      abandon.abort();
      await Promise.allSettled([answered, ended]);
    }
  }
}

type Answer = { readonly reply: Loaded | Ran } | { readonly failed: string };

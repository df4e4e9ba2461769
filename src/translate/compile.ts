import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { keepCauses } from './causes.ts';
import { includedLibraries, libraryName } from './cql-text.ts';
import { findIncludeCycles, includersOf } from './include-cycles.ts';
import type { Elm } from '../elm/elm.ts';
import type { CqlProblem } from './problem.ts';
import type { Translation, TranslationRequest } from './translation.ts';

/** One CQL source text; `file` is what diagnostics name. */
export interface CqlSource {
  readonly file: string;
  readonly text: string;
}

export interface Compiled {
  readonly elms: readonly Elm[];
  readonly problems: readonly CqlProblem[];
}

/** Whoever translates CQL to ELM. */
export type CqlTranslator = Pick<CqlTranslatorThread, 'compile'>;

/**
 * Translates CQL to ELM in a worker thread: the translator is 15 MB, takes about
 * a second to load, holds hundreds of megabytes and writes to standard output,
 * so it stays out of the process's main thread and leaves when closed.
 */
export class CqlTranslatorThread {
  #worker: Worker | undefined;
  /** The thread answers without saying to whom, so one compile waits for the other. */
  #last: Promise<unknown> = Promise.resolve();

  /**
   * Translates CQL texts that may include one another, and reports every mistake and
   * warning once, where it stands. Libraries with errors, and those with errors that
   * only follow from them, are left out of `elms`.
   */
  async compile(sources: readonly CqlSource[], modelXml: string): Promise<Compiled> {
    const next = this.#last.then(() => this.#translate(sources, modelXml));
    this.#last = next.catch(() => {});
    return next;
  }

  async #translate(sources: readonly CqlSource[], modelXml: string): Promise<Compiled> {
    this.#worker ??= new Worker(new URL(WORKER_FILE, import.meta.url), { stdout: true });
    const worker = this.#worker;
    const { texts, problems } = withoutCycles(sources);
    worker.ref();
    worker.postMessage({ texts, modelXml } satisfies TranslationRequest);
    try {
      const [compiled] = await once(worker, 'message'); // rejects when the thread fails
      const { elms, problems: found } = compiled as Translation; // what translate-worker.ts posts
      return { elms, problems: [...problems, ...keepCauses(found, new Map(texts))] };
    } catch (cause) {
      this.#worker = undefined;
      throw cause;
    } finally {
      worker.unref();
    }
  }

  /** Frees the translator's memory; the next compile starts a new thread. */
  async close(): Promise<void> {
    await this.#worker?.terminate();
    this.#worker = undefined;
  }
}

/** The texts by library name, without those that the translator could not come to an end with. */
function withoutCycles(sources: readonly CqlSource[]): {
  texts: (readonly [name: string, text: string])[];
  problems: CqlProblem[];
} {
  const texts = sources.map(({ text }) => [libraryName(text) ?? '', text] as const);
  const includes = new Map(texts.map(([name, text]) => [name, includedLibraries(text)]));
  const cycles = findIncludeCycles(includes);
  const endless = includersOf(new Set(cycles.map(({ library }) => library)), includes);
  const problems = cycles.map(({ library, path }): CqlProblem => {
    const message = `Libraries must not include each other: ${path.join(' → ')}`;
    return { library, severity: 'error', line: 1, column: 1, message };
  });
  return { texts: texts.filter(([name]) => !endless.has(name)), problems };
}

// Sources run as TypeScript in development and as JavaScript in the published package.
const WORKER_FILE = import.meta.url.endsWith('.ts')
  ? './translate-worker.ts'
  : './translate-worker.js';

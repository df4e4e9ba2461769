import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Translation, TranslationRequest, TranslatorData } from './translation.ts';

/** Translates one library; rejects when the thread fails. */
export type Translate = (request: Omit<TranslationRequest, 'compile'>) => Promise<Translation>;

/**
 * Translates CQL to ELM in a worker thread: the translator is 15 MB, needs seconds to read the
 * model, holds hundreds of megabytes and writes to standard output, so it stays out of the
 * process's main thread and leaves when closed. The translator never lets go of what it made
 * (its `Trackable` holds every element of ELM), so the thread also leaves when it has made much.
 */
export class CqlTranslatorThread {
  #worker: Worker | undefined;
  #modelXml: string | undefined;
  #compiles = 0;
  #translated = 0;
  /** The thread answers without saying to whom, so one compile waits for the other. */
  #last: Promise<unknown> = Promise.resolve();

  /** Does the work of one compile, alone; the thread starts with the first translation. */
  async openCompile<T>(modelXml: string, work: (translate: Translate) => Promise<T>): Promise<T> {
    const next = this.#last.then(async () => {
      this.#compiles += 1;
      const compile = this.#compiles;
      const translate: Translate = (request) => this.#translate(modelXml, { compile, ...request });
      const made = await work(translate);
      if (this.#translated > CHARACTERS_PER_THREAD) await this.close();
      return made;
    });
    this.#last = next.catch(() => {});
    return next;
  }

  async #translate(modelXml: string, request: TranslationRequest): Promise<Translation> {
    const worker = await this.#open(modelXml);
    this.#translated += request.text.length;
    worker.ref();
    worker.postMessage(request);
    try {
      const [translated] = await once(worker, 'message'); // rejects when the thread fails
      return translated as Translation; // what translate-worker.ts posts
    } catch (cause) {
      this.#worker = undefined;
      throw cause;
    } finally {
      worker.unref();
    }
  }

  async #open(modelXml: string): Promise<Worker> {
    if (this.#modelXml !== modelXml) await this.close();
    this.#modelXml = modelXml;
    if (!this.#worker) {
      const workerData: TranslatorData = { modelXml };
      const options = { stdout: true, workerData };
      this.#worker = new Worker(new URL(WORKER_FILE, import.meta.url), options);
      this.#translated = 0;
    }
    return this.#worker;
  }

  /** Whether the translator's memory is in use. */
  get isRunning(): boolean {
    return this.#worker !== undefined;
  }

  /** Frees the translator's memory; the next translation starts a new thread. */
  async close(): Promise<void> {
    await this.#worker?.terminate();
    this.#worker = undefined;
  }
}

/** Between compiles the thread holds what came of at most so much CQL: some 0.4 KB a character. */
export const CHARACTERS_PER_THREAD = 250_000;

// Sources run as TypeScript in development and as JavaScript in the published package.
const WORKER_FILE = import.meta.url.endsWith('.ts')
  ? './translate-worker.ts'
  : './translate-worker.js';

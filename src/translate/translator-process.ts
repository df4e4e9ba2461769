import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Translation, TranslationRequest } from './translation.ts';

/** Translates one library; rejects when the process fails. */
export type Translate = (request: Omit<TranslationRequest, 'compile'>) => Promise<Translation>;

/**
 * Translates CQL to ELM in a process of its own: the translator is 15 MB, needs seconds to read
 * the model, holds hundreds of megabytes and writes to standard output. What it held is given
 * back when it is closed; from a thread much of it would stay with this process. It never lets
 * go of what it made (its `Trackable` holds every element of ELM), so it also ends when it has
 * made much.
 */
export class CqlTranslatorProcess {
  #child: ChildProcess | undefined;
  #modelXml: string | undefined;
  #compiles = 0;
  #translated = 0;
  /** The process answers without saying to whom, so one compile waits for the other. */
  #last: Promise<unknown> = Promise.resolve();

  /** Does the work of one compile, alone; the process starts with the first translation. */
  async openCompile<T>(modelXml: string, work: (translate: Translate) => Promise<T>): Promise<T> {
    const next = this.#last.then(async () => {
      this.#compiles += 1;
      const compile = this.#compiles;
      const made = await work((request) => this.#translate(modelXml, { compile, ...request }));
      if (this.#translated > CHARACTERS_PER_PROCESS) await this.close();
      return made;
    });
    this.#last = next.catch(() => {});
    return next;
  }

  async #translate(modelXml: string, request: TranslationRequest): Promise<Translation> {
    const child = await this.#open(modelXml);
    this.#translated += request.text.length;
    child.ref();
    child.channel?.ref();
    try {
      return await ask(child, request);
    } finally {
      child.unref();
      child.channel?.unref();
    }
  }

  async #open(modelXml: string): Promise<ChildProcess> {
    if (this.#modelXml !== modelXml) await this.close();
    this.#modelXml = modelXml;
    if (!this.#child) {
      const child = start();
      const forget = (): void => {
        if (this.#child === child) this.#child = undefined;
      };
      child.on('exit', forget).on('error', forget);
      child.send(modelXml);
      this.#child = child;
      this.#translated = 0;
    }
    return this.#child;
  }

  /** Whether the translator's memory is in use. */
  get isRunning(): boolean {
    return this.#child !== undefined;
  }

  /** Frees the translator's memory; the next translation starts a new process. */
  async close(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (!child) return;
    child.ref();
    const ended = once(child, 'exit');
    if (child.kill()) await ended;
  }
}

/** Between compiles the process holds what came of at most so much CQL: some 0.4 KB a character. */
export const CHARACTERS_PER_PROCESS = 250_000;

function start(): ChildProcess {
  return fork(new URL(CHILD_FILE, import.meta.url), {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: ['--disable-warning=ExperimentalWarning'], // Node 22 warns of TypeScript
  });
}

function ask(child: ChildProcess, request: TranslationRequest): Promise<Translation> {
  return new Promise((done, fail) => {
    const end = (): void => fail(new Error('The CQL translator ended before it answered'));
    child.once('exit', end).once('error', fail);
    child.once('message', (answer) => {
      child.off('exit', end).off('error', fail);
      done(answer as Translation); // what translate-child.ts sends
    });
    child.send(request);
  });
}

// Sources run as TypeScript in development and as JavaScript in the published package.
const CHILD_FILE = import.meta.url.endsWith('.ts')
  ? './translate-child.ts'
  : './translate-child.js';

import type { ToldBasis } from '../basis/told.ts';
import type { Config } from '../config.ts';
import type { ContentTexts } from '../content/texts.ts';
import type { Call, CallOutcome } from '../decision/answer.ts';
import { failureOf } from '../decision/error-response.ts';
import { hungUpError, NerverootError } from '../errors.ts';
import type { Loaded } from './protocol.ts';
import type { SharedHere } from './shared.ts';
import { Thread, type Job } from './thread.ts';

export interface PoolOptions {
  /** The module that each thread runs. */
  readonly file: URL;
  readonly config: Config;
  readonly shared: SharedHere;
  /** FHIR servers that may be read, asked at each call. */
  readonly fhirServers: () => readonly string[];
  /** Told of each thread that ended by itself, with what ended it. */
  readonly onLoss: (error: NerverootError) => void;
}

/** A thread that could not even begin is not replaced at once, again and again. */
const PAUSE_MILLISECONDS = 1000;

/**
 * Worker threads that decide, and the calls that wait for one. A thread computes for one
 * call at a time; while that waits for FHIR servers, it takes others. A thread that ends
 * is replaced at once: the call that was computed on it fails, those that only waited for
 * FHIR servers begin again on another.
 */
export class WorkerPool {
  readonly #options: PoolOptions;
  readonly #threads = new Set<Thread>();
  /** Threads that take no calls. */
  readonly #aside = new Set<Thread>();
  readonly #waiting: Job[] = [];
  #texts: ContentTexts | undefined;
  #lastId = 0;
  #closed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
    for (let i = 0; i < options.config.workers; i += 1) this.#start();
  }

  /**
   * Has one thread load and check content, and puts it in force in all when it has no
   * error: calls that come afterwards are decided by it. Throws when it cannot be loaded.
   */
  async load(texts: ContentTexts): Promise<Loaded> {
    const threads = [...this.#threads].toSorted((a, b) => a.jobs.size - b.jobs.size);
    const first = threads.find(({ isFree }) => isFree) ?? threads[0];
    if (!first) throw new NerverootError('InternalError', 'No worker is running at the moment');
    const loaded = await first.load(texts);
    if (loaded.content === undefined) return loaded;
    this.#texts = texts;
    for (const thread of this.#threads) if (thread !== first) this.#give(thread, texts);
    return loaded;
  }

  /** Has a thread answer the call, as soon as one is free. Never rejects. */
  answer(call: Call): Promise<CallOutcome> {
    return new Promise((settle) => {
      const job: Job = {
        id: (this.#lastId += 1),
        call,
        fhirServers: this.#options.fhirServers(),
        flag: new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)),
        settle: (outcome) => {
          clearTimeout(job.watchdog);
          settle(outcome);
        },
        reading: false,
        late: false,
        again: false,
      };
      call.hungUp.addEventListener('abort', () => this.#hangUp(job), { once: true });
      this.#waiting.push(job);
      this.#dispatch();
      if (this.#waiting.length > this.#options.config.queue) {
        this.#waiting.pop(); // this very call: nobody came in between
        fail(job, new NerverootError('Overloaded', OVERLOADED));
      }
    });
  }

  /**
   * What the rules of the content in force rest on. A thread of its own reads it, and ends with
   * what it took: reading all of the CQL takes seconds, in which no call shall wait.
   */
  async tellBasis(): Promise<ToldBasis> {
    if (!this.#texts) throw new NerverootError('InternalError', 'No content is in force yet');
    const { file, config, shared } = this.#options;
    const thread = new Thread({ file, config, shared, onChange: NOTHING, onEnd: NOTHING });
    this.#aside.add(thread);
    try {
      return await thread.tellBasis(this.#texts);
    } finally {
      this.#aside.delete(thread);
      await thread.end();
      this.#dispatch(); // what it had compiled is not needed any more
    }
  }

  /** Ends all threads; calls that are open stay without an answer. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#threads, ...this.#aside].map((thread) => thread.end()));
  }

  #start(): void {
    if (this.#closed) return;
    const { file, config, shared } = this.#options;
    const thread = new Thread({
      file,
      config,
      shared,
      onChange: () => this.#dispatch(),
      onEnd: (ended, error) => this.#replace(ended, error),
    });
    this.#threads.add(thread);
    if (this.#texts) this.#give(thread, this.#texts);
  }

  /** Content that another thread has found to be without error. */
  #give(thread: Thread, texts: ContentTexts): void {
    thread.load(texts).catch(() => {
      // A thread that cannot load what another could is of no use; the next one may.
      void thread.end();
    });
  }

  #dispatch(): void {
    const threads = [...this.#threads];
    if (threads.every(({ isReady }) => isReady)) this.#options.shared.forget();
    while (this.#waiting.length > 0) {
      const [free] = threads
        .filter(({ isFree }) => isFree)
        .toSorted((a, b) => a.jobs.size - b.jobs.size);
      const job = free && this.#waiting.shift();
      if (!job) return;
      this.#watch(job, free);
      free.take(job);
    }
  }

  #watch(job: Job, thread: Thread): void {
    job.watchdog = setTimeout(() => {
      job.late = true;
      void thread.end();
    }, this.#options.config.watchdogMs);
  }

  #hangUp(job: Job): void {
    Atomics.store(job.flag, 0, 1);
    const place = this.#waiting.indexOf(job);
    if (place >= 0) {
      this.#waiting.splice(place, 1);
      fail(job, hungUpError());
      return;
    }
    for (const thread of this.#threads) if (thread.jobs.has(job.id)) thread.hangUp(job.id);
  }

  #replace(thread: Thread, cause: unknown): void {
    this.#threads.delete(thread);
    if (this.#closed) return;
    const jobs = [...thread.jobs.values()];
    const lost = new NerverootError('InternalError', LOST, { cause });
    if (!jobs.some(({ late }) => late)) this.#options.onLoss(lost);
    for (const job of jobs.toReversed()) {
      clearTimeout(job.watchdog);
      if (job.late) fail(job, new NerverootError('TooSlow', TOO_SLOW));
      else if (!job.reading || job.again) fail(job, lost);
      else if (job.call.hungUp.aborted) fail(job, hungUpError());
      else {
        Object.assign(job, { reading: false, again: true });
        this.#waiting.unshift(job);
      }
    }
    if (thread.hasContent) this.#start();
    else setTimeout(() => this.#start(), PAUSE_MILLISECONDS).unref();
  }
}

const NOTHING = (): void => {};

const OVERLOADED = 'All workers are busy, and enough calls wait for them already; try again later';

const LOST =
  'The worker that decided this call ended before the answer was there; its log says why';

const TOO_SLOW =
  'The decision took longer than this service allows, and was ended; NERVEROOT_WATCHDOG_MS says how long it may take';

function fail(job: Job, error: NerverootError): void {
  job.settle({ failure: failureOf(error) });
}

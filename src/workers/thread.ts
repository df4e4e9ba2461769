import { MessageChannel, Worker } from 'node:worker_threads';
import type { ToldBasis } from '../basis/told.ts';
import type { Config } from '../config.ts';
import type { ContentTexts } from '../content/texts.ts';
import type { Call, CallOutcome } from '../decision/answer.ts';
import { NerverootError } from '../errors.ts';
import type { Beginning, FromWorker, Loaded, ToWorker } from './protocol.ts';
import { serveShared, type Shared } from './shared.ts';

/** A call on its way. */
export interface Job {
  readonly id: number;
  readonly call: Call;
  readonly fhirServers: readonly string[];
  readonly flag: Int32Array<SharedArrayBuffer>;
  readonly settle: (outcome: CallOutcome) => void;
  /** Ends the thread that does not come back. */
  watchdog?: NodeJS.Timeout;
  /** It waits for FHIR servers, and its thread can compute for others. */
  reading: boolean;
  /** Its thread was ended for it. */
  late: boolean;
  /** It lost a thread to another call before, and began again. */
  again: boolean;
}

export interface ThreadOptions {
  /** The module that the thread runs. */
  readonly file: URL;
  readonly config: Config;
  readonly shared: Shared;
  /** Told when the thread may have become free. */
  readonly onChange: () => void;
  /** Told once, when the thread has ended; the error is what ended it, where it was one. */
  readonly onEnd: (thread: Thread, error: unknown) => void;
}

/** Calls that one thread has at once; all but one wait for FHIR servers. */
const CALLS_AT_ONCE = 32;

/** Room for what is new; each worker keeps it for good, and more makes no decision faster. */
const NURSERY_MB = 16;

/** A worker thread, as the main thread sees it. */
export class Thread {
  readonly jobs = new Map<number, Job>();
  readonly #worker: Worker;
  readonly #loads: PromiseWithResolvers<Loaded>[] = [];
  #telling: PromiseWithResolvers<ToldBasis> | undefined;
  #hasContent = false;
  #error: unknown;

  constructor({ file, config, shared, onChange, onEnd }: ThreadOptions) {
    const { port1, port2 } = new MessageChannel();
    serveShared(port1, shared);
    const { workerMemoryMb } = config;
    this.#worker = new Worker(file, {
      workerData: { config, shared: port2 } satisfies Beginning,
      transferList: [port2],
      resourceLimits: {
        maxYoungGenerationSizeMb: NURSERY_MB,
        ...(workerMemoryMb === undefined ? {} : { maxOldGenerationSizeMb: workerMemoryMb }),
      },
    });
    this.#worker.on('message', (message: FromWorker) => {
      this.#hear(message);
      onChange();
    });
    this.#worker.on('error', (error) => {
      this.#error = error;
    });
    this.#worker.once('exit', () => {
      const error =
        outOfMemory(this.#error) ?? new Error('A worker ended while it loaded the content');
      for (const load of this.#loads) load.reject(error);
      this.#telling?.reject(error);
      onEnd(this, outOfMemory(this.#error));
    });
  }

  /** It has content. */
  get hasContent(): boolean {
    return this.#hasContent;
  }

  /** It has content, and is loading no other. */
  get isReady(): boolean {
    return this.#hasContent && this.#loads.length === 0;
  }

  /** A call that it takes now is decided at once. */
  get isFree(): boolean {
    const jobs = [...this.jobs.values()];
    return this.isReady && jobs.length < CALLS_AT_ONCE && jobs.every(({ reading }) => reading);
  }

  /** Loads content, for the calls that it takes from now on; the former serves on when there is a fault. */
  load(texts: ContentTexts): Promise<Loaded> {
    const load = Promise.withResolvers<Loaded>();
    this.#loads.push(load);
    this.#tell({ kind: 'load', texts });
    return load.promise;
  }

  /** What the rules of content rest on. For a thread of its own, that takes no calls. */
  tellBasis(texts: ContentTexts): Promise<ToldBasis> {
    this.#telling = Promise.withResolvers<ToldBasis>();
    this.#tell({ kind: 'tell', texts });
    return this.#telling.promise;
  }

  take(job: Job): void {
    const { id, call, flag, fhirServers } = job;
    this.jobs.set(id, job);
    this.#tell({ kind: 'call', id, serviceId: call.serviceId, body: call.body, flag, fhirServers });
  }

  /** Stops the reads of a call; what is computed stops by its flag. */
  hangUp(id: number): void {
    this.#tell({ kind: 'hungUp', id });
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #tell(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  #hear(message: FromWorker): void {
    switch (message.kind) {
      case 'loaded':
        this.#hasContent ||= message.loaded.content !== undefined;
        this.#loads.shift()?.resolve(message.loaded);
        break;
      case 'notLoaded':
        (this.#telling ?? this.#loads.shift())?.reject(new Error(message.why));
        break;
      case 'told':
        this.#telling?.resolve(message.basis);
        break;
      case 'reading': {
        const job = this.jobs.get(message.id);
        if (job) job.reading = message.reading;
        break;
      }
      case 'outcome': {
        const job = this.jobs.get(message.id);
        this.jobs.delete(message.id);
        job?.settle(message.outcome);
      }
    }
  }
}

/** What ended a thread, named with its remedy where it was want of memory. */
function outOfMemory(error: unknown): unknown {
  const { code } = (error ?? {}) as { code?: unknown }; // Node's errors have one
  if (code !== 'ERR_WORKER_OUT_OF_MEMORY') return error;
  const message = 'A worker ran out of memory; NERVEROOT_WORKER_MEMORY says how much it may take';
  return new NerverootError('InvalidConfiguration', message, { cause: error });
}

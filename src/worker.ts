import { randomUUID } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { readModelInfo } from './engine/model-info.ts';
import { useOneFetch } from './fhir/one-fetch.ts';
import { depsOf } from './workers/deps.ts';
import type { Beginning } from './workers/protocol.ts';
import { serveCalls } from './workers/serve-calls.ts';
import { askShared } from './workers/shared.ts';

/**
 * The door of a worker thread, beside `main`: the clock and the ids of a call are made
 * where it is decided, so here, too, they come from outside. Settings come from the main
 * thread, which alone reads the environment.
 */
await useOneFetch();
const { config, shared } = workerData as Beginning; // what the pool starts it with
const clock = (): Date => new Date();
const newId = (): string => randomUUID();

if (parentPort) {
  serveCalls(parentPort, {
    compiler: { model: readModelInfo(), ...askShared(shared) },
    depsWith: (fhirServers) => depsOf(config, { clock, newId, fhirServers }),
  });
}

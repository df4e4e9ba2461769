import { parentPort } from 'node:worker_threads';
import type { ToWorker } from '../../src/workers/protocol.ts';
import '../../src/worker.ts';

/** The real worker, but for calls of services that end it or hold it up. */
const DEEDS: Readonly<Record<string, (flag: Int32Array) => void>> = {
  exits: () => process.exit(7),
  throws: () => {
    throw new Error('no such patient: patient-4711');
  },
  hogs: () => {
    const kept: unknown[] = [];
    for (;;) kept.push(Array.from({ length: 10_000 }, () => ({ kept })));
  },
  blocks: () => {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  },
  'looks at the flag': (flag) => {
    while (Atomics.load(flag, 0) === 0) Atomics.wait(flag, 0, 0, 10);
  },
};

parentPort?.on('message', (message: ToWorker) => {
  if (message.kind === 'call') DEEDS[message.serviceId]?.(message.flag);
});

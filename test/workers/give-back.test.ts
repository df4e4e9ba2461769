import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { giveBackLater } from '../../src/workers/give-back.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Something that a start may hold, and is in use no more when this returns. */
function use(megabytes: number): number {
  return Array.from({ length: megabytes * 32 }, () => Array.from({ length: 4096 }, Math.random))
    .length;
}

function rest(): void {
  giveBackLater();
  vi.advanceTimersByTime(10_000);
}

it('returns the memory of what is in use no more, ten seconds later', () => {
  rest(); // what other tests have left behind
  const before = process.memoryUsage().heapTotal;
  use(200);
  const held = process.memoryUsage().heapTotal;
  expect(held).toBeGreaterThan(before);
  rest();
  expect(process.memoryUsage().heapTotal).toBeLessThan(held);
});

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Reporter, TestModule, TestSpecification } from 'vitest/node';

/** How long whole runs took on this machine, in milliseconds; the newest last. */
const TIMES = fileURLToPath(
  new URL('../../node_modules/.cache/nerveroot/test-times.json', import.meta.url),
);
const KEPT_TIMES = 5;
/** Files of a run that is no whole one say nothing of how long that takes. */
const WHOLE = 100;

/** Opens the output with what is run and how long that usually takes, and closes it with `N passed, N failed`. */
export default class ClosingLine implements Reporter {
  #started = 0;
  #files = 0;

  onTestRunStart(specifications: readonly TestSpecification[]): void {
    this.#started = performance.now();
    this.#files = specifications.length;
    process.stdout.write(`\nRunning ${this.#files} test files. ${this.#howLong()}\n`);
  }

  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const count = { passed: 0, failed: errors.length, skipped: 0, pending: 0 };
    for (const module of modules) {
      for (const test of module.children.allTests()) count[test.result().state] += 1;
      // A file that could not be loaded holds no test, and has failed all the same.
      count.failed += module.errors().length;
      // Nor has one whose beforeAll failed: its tests count as skipped.
      for (const suite of module.children.allSuites()) count.failed += suite.errors().length;
    }
    if (this.#files >= WHOLE) keepTime(performance.now() - this.#started);
    const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : '';
    process.stdout.write(`\n${count.passed} passed, ${count.failed} failed${skipped}\n`);
  }

  #howLong(): string {
    if (this.#files < WHOLE) return '';
    const times = readTimes().toSorted((one, other) => one - other);
    const usual = times[Math.floor(times.length / 2)];
    if (usual === undefined) return 'The first run on a machine also compiles; it takes minutes.';
    return `That usually takes ${Math.max(1, Math.round(usual / 60_000))} min on this machine.`;
  }
}

function readTimes(): readonly number[] {
  try {
    const times: unknown = JSON.parse(readFileSync(TIMES, 'utf8'));
    return Array.isArray(times) ? times.filter((time) => typeof time === 'number') : [];
  } catch {
    return []; // no run before this one
  }
}

function keepTime(milliseconds: number): void {
  mkdirSync(dirname(TIMES), { recursive: true });
  writeFileSync(TIMES, JSON.stringify([...readTimes(), milliseconds].slice(-KEPT_TIMES)));
}

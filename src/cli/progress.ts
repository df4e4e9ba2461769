import type { CompileStep } from '../translate/compile.ts';

/** Where progress is shown; `rewrites` where what was written can be taken back: on a terminal. */
export interface ProgressOutput {
  readonly write: (text: string) => void;
  readonly rewrites: boolean;
  readonly clock: () => Date;
}

/**
 * Shows how far long work has come: on a terminal in one line that is written anew, else in a line
 * every ten seconds, so that short work stays silent there. Work that begins within that time of
 * other work goes on with it.
 */
export class Progress {
  readonly #output: ProgressOutput;
  #isShown = false;
  #isSilent = false;
  #isAtWork = false;
  #endedAt = Number.NEGATIVE_INFINITY;
  #nextAt = 0;

  constructor(output: ProgressOutput) {
    this.#output = output;
  }

  /** Shows nothing from now on: for output that programs read. */
  silence(): void {
    this.clear();
    this.#isSilent = true;
  }

  /** Shows the words; undefined when the work has ended. */
  show(words: string | undefined): void {
    const now = this.#output.clock().getTime();
    if (words === undefined) {
      this.clear();
      if (this.#isAtWork) this.#endedAt = now;
      this.#isAtWork = false;
      return;
    }
    if (!this.#isAtWork && now >= this.#endedAt + PAUSE_MS) this.#nextAt = now + PAUSE_MS;
    this.#isAtWork = true;
    if (this.#isSilent) return;
    if (this.#output.rewrites) {
      this.#output.write(`${CLEAR_LINE}${words}`);
      this.#isShown = true;
    } else if (now >= this.#nextAt) {
      this.#output.write(`${words}\n`);
      this.#nextAt = now + PAUSE_MS;
    }
  }

  /** The items one by one, showing before each which of how many it is: `running cases, 3 of 40`. */
  *through<T>(what: string, items: readonly T[]): Generator<T, void, undefined> {
    try {
      for (const [i, item] of items.entries()) {
        this.show(`${what}, ${i + 1} of ${items.length}`);
        yield item;
      }
    } finally {
      this.show(undefined);
    }
  }

  /** Shows the library that is being compiled; undefined when that has ended. */
  showCompile(step: CompileStep | undefined): void {
    this.show(step && `compiling CQL, ${step.at} of ${step.of}`);
  }

  /** Makes room for a line of another kind. */
  clear(): void {
    if (this.#isShown) this.#output.write(CLEAR_LINE);
    this.#isShown = false;
  }
}

const CLEAR_LINE = '\r\u001B[K';
const PAUSE_MS = 10_000;

/** Where a status is shown; `rewrites` where what was written can be taken back: on a terminal. */
export interface StatusOutput {
  readonly write: (text: string) => void;
  readonly rewrites: boolean;
  readonly clock: () => Date;
}

/**
 * Shows how far something has come: on a terminal in one line that is written anew, else a line
 * at first and then every few seconds.
 */
export class Status {
  readonly #output: StatusOutput;
  #isShown = false;
  #nextAt = Number.NEGATIVE_INFINITY;

  constructor(output: StatusOutput) {
    this.#output = output;
  }

  /** Shows the words; undefined when what was going on has ended. */
  show(words: string | undefined): void {
    if (words === undefined) {
      this.clear();
      this.#nextAt = Number.NEGATIVE_INFINITY;
    } else if (this.#output.rewrites) {
      this.#output.write(`${CLEAR_LINE}${words}`);
      this.#isShown = true;
    } else if (this.#output.clock().getTime() >= this.#nextAt) {
      this.#output.write(`${words}\n`);
      this.#nextAt = this.#output.clock().getTime() + PAUSE_MS;
    }
  }

  /** Makes room for a line of another kind. */
  clear(): void {
    if (this.#isShown) this.#output.write(CLEAR_LINE);
    this.#isShown = false;
  }
}

const CLEAR_LINE = '\r\u001B[K';
const PAUSE_MS = 5000;

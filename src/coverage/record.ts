import type { Observe } from '../engine/run.ts';
import { outcomeOf } from './outcomes.ts';

/** The outcomes that the nodes of the compiled CQL were seen to have. */
export class CoverageRecord {
  readonly #libraries = new Map<string, Map<string, number>>();

  /** Give this to an evaluation as its `observe`. */
  readonly observe: Observe = (library, localId, value) => {
    this.#add(library, localId, outcomeOf(value));
  };

  /** The outcomes of a node; none when it was never reached. */
  seen(library: string, localId: string): number {
    return this.#libraries.get(library)?.get(localId) ?? 0;
  }

  /** Adds what another record saw. */
  add(other: CoverageRecord): void {
    for (const [library, localId, outcomes] of other.entries()) {
      this.#add(library, localId, outcomes);
    }
  }

  /** Every node that was reached, with its outcomes. */
  *entries(): Generator<readonly [library: string, localId: string, outcomes: number]> {
    for (const [library, nodes] of this.#libraries) {
      for (const [localId, outcomes] of nodes) yield [library, localId, outcomes];
    }
  }

  #add(library: string, localId: string, outcomes: number): void {
    let nodes = this.#libraries.get(library);
    if (!nodes) this.#libraries.set(library, (nodes = new Map()));
    nodes.set(localId, (nodes.get(localId) ?? 0) | outcomes);
  }
}

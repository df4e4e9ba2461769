import { percent } from '../coverage/report.ts';
import type { Fate } from '../mutation/run.ts';

/** A change that no case notices can be accepted, with a reason. */
type Outcome = Fate | 'accepted';

/** How many changes came to what, of all and of each library. */
export class Tally {
  readonly #outcomes: { readonly library: string; readonly outcome: Outcome }[] = [];

  add(library: string, outcome: Outcome): void {
    this.#outcomes.push({ library, outcome });
  }

  count(outcome: Outcome): number {
    return this.#outcomes.filter((one) => one.outcome === outcome).length;
  }

  /** The percentage that was noticed or accepted. */
  get share(): number {
    return shareOf(this.#outcomes);
  }

  /** A line for each library, those with the smallest share first. */
  byLibrary(): readonly string[] {
    return [...Map.groupBy(this.#outcomes, ({ library }) => library)]
      .map(([library, outcomes]) => ({ library, outcomes, share: shareOf(outcomes) }))
      .toSorted((a, b) => a.share - b.share)
      .map(({ library, outcomes, share }) => {
        const settled = outcomes.filter(isSettled).length;
        return `${library}: ${settled} of ${outcomes.length}, ${share.toFixed(1)} %`;
      });
  }

  summary(): string {
    const all = this.#outcomes.length;
    return (
      `${this.count('noticed')} of ${all} changes noticed, ${this.count('accepted')} accepted, ` +
      `${this.share.toFixed(1)} %; ${this.count('not noticed')} not noticed, ` +
      `${this.count('not reached')} reached by no case`
    );
  }
}

function shareOf(outcomes: readonly { readonly outcome: Outcome }[]): number {
  return percent(outcomes.filter(isSettled).length, outcomes.length);
}

function isSettled({ outcome }: { readonly outcome: Outcome }): boolean {
  return outcome === 'noticed' || outcome === 'accepted';
}

import type { Resource } from '../fhir/resource.ts';
import { conceptOf, whatItIs } from './concept.ts';
import type { KnownCodes } from './known.ts';
import { bothOf, mayBe, type MayBe } from './may-be.ts';
import { withoutAnswer } from './observations.ts';
import { partsOf } from './parts.ts';
import { toldBy } from './notes.ts';
import { DIAGNOSIS, maybeTold } from './told-within.ts';
import type { EntryOutcome, Lack, Left, Unread, Why } from './reading.ts';
import { hasEnded, readStatus, withoutStatus } from './status.ts';
import { readTrusted } from './trust.ts';

/** What keeps one from being read keeps from it what a panel holds inside, too. */
const OF_THE_WHOLE: ReadonlySet<Why> = new Set([
  'contradicted',
  'modified',
  'two versions',
  'not clear whose',
]);

/** What comes together while a chart is read. */
export class Collected {
  readonly resources: Resource[] = [];
  readonly lacks: Lack[] = [];
  /** Diagnoses that others tell of. */
  readonly told: Resource[] = [];
  readonly #unread: Unread[] = [];
  readonly #left: Left[] = [];
  readonly #known: KnownCodes;

  constructor(known: KnownCodes) {
    this.#known = known;
  }

  get reading(): {
    readonly resources: readonly Resource[];
    readonly unread: readonly Unread[];
    readonly left: readonly Left[];
    readonly lacks: readonly Lack[];
  } {
    return { resources: this.resources, unread: this.#unread, left: this.#left, lacks: this.lacks };
  }

  /** `seen` is what rules see of it: nothing when left out. */
  leave(given: Resource | undefined, outcome: EntryOutcome, seen?: Resource): void {
    if (given) this.#left.push({ given, outcome });
    if (seen) this.resources.push(seen);
  }

  /**
   * `seen` is what rules may see of it all the same: a resource whose status is unread, say. An
   * Observation is always seen as asked, its answer not known.
   */
  unread(
    given: Resource | undefined,
    coded: Resource,
    why: Why,
    seen?: Resource,
    possible = this.#mayBe(coded),
  ): void {
    const { valueSets, word } = possible;
    // A status that FHIR does not have, or that a modifier may unsay, says no more than none, here too.
    const { isModified } = readTrusted(coded, this.#known);
    const resource = isModified ? withoutStatus(coded) : readStatus(coded).resource;
    this.#unread.push({ resource, why, mayBe: valueSets, word });
    // What keeps it from being read does not unsay why it was done.
    this.told.push(...toldBy(resource));
    // Words that are of nothing that is asked for answer no question.
    const isAsked = why !== 'status' && (why !== 'no code' || valueSets.length > 0);
    const isAnswer = coded.resourceType === 'Observation' && isAsked;
    this.leave(
      given,
      'unread',
      isAnswer ? withoutAnswer(seen ?? resource, valueSets, this.#known) : seen,
    );
    if (OF_THE_WHOLE.has(why)) this.#partsUnread(resource, why);
  }

  /** Diagnoses that others tell of are unread, as far as the chart has none of their kind that still lasts. */
  readTold(): void {
    if (this.told.length === 0) return;
    const held = this.diagnoses();
    for (const told of this.told) {
      const possible = maybeTold(told, held, this.#known);
      if (possible) this.unread(undefined, told, 'says more', undefined, possible);
    }
  }

  /** URLs of the value sets that the diagnoses are of that are read and still last. */
  diagnoses(): string[] {
    const lasting = this.resources.filter(
      (one) => one.resourceType === DIAGNOSIS && !hasEnded(one),
    );
    return lasting.flatMap((one) => conceptOf(one, this.#known).valueSets);
  }

  #partsUnread(panel: Resource, why: Why): void {
    for (const part of partsOf(panel)) {
      const { valueSets, word } = conceptOf(part, this.#known);
      if (valueSets.length > 0) {
        this.unread(undefined, part, why, undefined, { valueSets, word });
      }
    }
  }

  #mayBe(coded: Resource): MayBe {
    const { valueSets, word, more } = conceptOf(coded, this.#known);
    const possible = bothOf({ valueSets, word }, more);
    if (possible.valueSets.length > 0) return possible;
    return mayBe(coded.resourceType, whatItIs(coded), [], this.#known);
  }
}

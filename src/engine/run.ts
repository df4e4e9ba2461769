import type cql from 'cql-execution';
import type { ElmNode } from '../elm/elm-tree.ts';
import type { Running } from './code.ts';
import type { CodeService, IndexedValueSet } from './code-service.ts';
import { distinct } from './distinct.ts';
import type { Linked } from './linked.ts';
import { Ended } from './observing.ts';
import type { PatientRecord } from './patient-record.ts';

/** One ELM node, by the library it stands in and its local id, and its value. */
export type Observe = (library: string, localId: string, value: unknown) => void;

/** How much one evaluation may cost. */
export interface RunLimits {
  /** Rows of queries, calls of functions, and members of lists that are held against each other. */
  readonly steps?: number | undefined;
  /** Asked every 1,024 steps; nobody waits for the answer any more when it says so. */
  readonly aborted?: (() => boolean) | undefined;
}

/** What a run works on. */
export interface RunInput {
  readonly linked: Linked;
  readonly codeService: CodeService;
  readonly record: PatientRecord;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly now: InstanceType<typeof cql.DateTime>;
  readonly observe?: Observe | undefined;
  /** Tells every node's value, or the place of an error, at a cost. */
  readonly isObserved: boolean;
  readonly limits: RunLimits;
}

const UNKNOWN_YET = Symbol('not computed yet');
const COMPUTING = Symbol('being computed');

/** CQL has no recursion; what calls itself without end is stopped before the stack is. */
const DEEPEST_CALL = 200;
const LOOK_EVERY = 1024;

/** As many values as are to be computed; a copy is made quicker than a list is filled. */
function notComputed(length: number): unknown[] {
  while (NOT_COMPUTED.length < length) NOT_COMPUTED.push(UNKNOWN_YET);
  return NOT_COMPUTED.slice(0, length);
}

const NOT_COMPUTED: unknown[] = [];

/** One patient's evaluation: what was read and computed so far. Everything is computed once. */
export class Run implements Running {
  readonly input: RunInput;
  readonly record: PatientRecord;
  readonly now: InstanceType<typeof cql.DateTime>;
  readonly observe: Observe | undefined;
  readonly #values: unknown[];
  readonly #settled = new Map<ElmNode, { readonly value: unknown } | { readonly error: unknown }>();
  #mostSteps: number;
  readonly #defaults = new Map<number, unknown>();
  readonly #ofOne = new Map<number, Map<unknown, unknown>>();
  #steps = 0;
  #nextLook = 0;
  #depth = 0;

  constructor(input: RunInput, values: readonly unknown[] = []) {
    this.input = input;
    this.record = input.record;
    this.now = input.now;
    this.observe = input.observe;
    this.#mostSteps = input.limits.steps ?? Number.POSITIVE_INFINITY;
    this.#lookLater();
    this.#values = notComputed(input.linked.definitions.length);
    for (const [i, value] of values.entries()) {
      if (value !== undefined && value !== COMPUTING) this.#values[i] = value;
    }
  }

  /** How many steps were taken. */
  get steps(): number {
    return this.#steps;
  }

  /** Lets a share of what the limit allowed be taken from here on; where steps are left, no fewer. */
  allowMore(share: number): void {
    const { steps = Number.POSITIVE_INFINITY } = this.input.limits;
    const more = share === 0 ? 0 : Math.ceil(steps * share);
    this.#mostSteps = Math.max(this.#mostSteps, this.#steps + more);
    this.#lookLater();
  }

  /** Counts steps. Throws Ended past the limit, and when nobody waits any more. */
  step(count: number): void {
    this.#steps += count;
    if (this.#steps < this.#nextLook) return;
    if (this.#steps > this.#mostSteps) throw new Ended('steps');
    if (this.input.limits.aborted?.()) throw new Ended('aborted');
    this.#lookLater();
  }

  #lookLater(): void {
    this.#nextLook = Math.min(this.#steps + LOOK_EVERY, this.#mostSteps + 1);
  }

  /** The value of a define, computed when it is first asked for. */
  define(index: number): unknown {
    const known = this.#values[index];
    if (known !== UNKNOWN_YET) {
      if (known === COMPUTING) throw new RangeError('A define rests on itself');
      return known;
    }
    this.#values[index] = COMPUTING;
    try {
      const { code, size } = this.input.linked.compiled(index, this.input.isObserved);
      return (this.#values[index] = code(this, emptyPlaces(size)) ?? null);
    } finally {
      if (this.#values[index] === COMPUTING) this.#values[index] = UNKNOWN_YET;
    }
  }

  /** The value of a define as far as it was computed. */
  computed(index: number): unknown {
    const value = this.#values[index];
    return value === UNKNOWN_YET || value === COMPUTING ? undefined : value;
  }

  /** All values that were computed, by the place of their define. */
  get values(): readonly unknown[] {
    return this.#values.map((_, i) => this.computed(i));
  }

  /** Calls a function. */
  call(index: number, operands: unknown[]): unknown {
    this.step(1);
    const [first] = operands;
    const isKept =
      operands.length === 1 &&
      !this.input.isObserved &&
      (typeof first === 'number' || (typeof first === 'object' && first !== null));
    return isKept ? this.#callOfOne(index, first) : this.#enter(index, operands);
  }

  /**
   * A function of one number, day, list or resource comes to the same each time: rules ask for the
   * same days, and the same of a resource, again and again.
   */
  #callOfOne(index: number, operand: unknown): unknown {
    let known = this.#ofOne.get(index);
    if (!known) this.#ofOne.set(index, (known = new Map()));
    const value = known.get(operand);
    if (value !== undefined) return value;
    const found = this.#enter(index, [operand]) ?? null;
    known.set(operand, found);
    return found;
  }

  #enter(index: number, operands: unknown[]): unknown {
    const { code, size } = this.input.linked.compiled(index, this.input.isObserved);
    if ((this.#depth += 1) > DEEPEST_CALL)
      throw new RangeError('A function calls itself without end');
    try {
      while (operands.length < size) operands.push(undefined);
      return code(this, operands);
    } finally {
      this.#depth -= 1;
    }
  }

  /** What was given under that name, else the default. */
  parameter(name: string, index: number | undefined): unknown {
    const given = this.input.parameters[name];
    if (given !== undefined || index === undefined) return given ?? null;
    let value = this.#defaults.get(index);
    if (value === undefined) {
      const { code, size } = this.input.linked.compiled(index, this.input.isObserved);
      value = code(this, emptyPlaces(size));
      if (!this.observe) this.#defaults.set(index, value);
    }
    return value;
  }

  /** A value set of the content. Throws ReferenceError when there is none of that address. */
  valueSet(url: string): IndexedValueSet {
    const found = this.input.codeService.findValueSet(url);
    if (!found) throw new ReferenceError(`There is no value set ${url}`);
    return found;
  }

  /** Each value once. */
  distinct(list: readonly unknown[]): unknown[] {
    this.step(list.length);
    return distinct(list);
  }

  /** Keeps what another engine made of a node that is not compiled. */
  settle(node: ElmNode, outcome: { readonly value: unknown } | { readonly error: unknown }): void {
    this.#settled.set(node, outcome);
  }

  /** Takes over what another run of the same input has from other engines. */
  takeSettled(other: Run): void {
    for (const [node, outcome] of other.#settled) this.#settled.set(node, outcome);
  }

  isSettled(node: ElmNode): boolean {
    return this.#settled.has(node);
  }

  /** The value of a node that is not compiled; throws what it ended with. */
  settled(node: ElmNode): unknown {
    const outcome = this.#settled.get(node);
    if (!outcome) throw new ReferenceError('A node of another engine was not settled');
    if ('error' in outcome) throw outcome.error;
    return outcome.value;
  }
}

function emptyPlaces(count: number): unknown[] {
  const places: unknown[] = [];
  for (let i = 0; i < count; i += 1) places.push(undefined);
  return places;
}

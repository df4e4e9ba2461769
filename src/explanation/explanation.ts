import type { FactValue } from '../facts.ts';
import type { Lack } from '../reading/reading.ts';
import type { Resource } from '../fhir/resource.ts';

/** Why the cards of one answer are shown, and why others are not. Plain JSON. */
export interface Explanation {
  readonly service: string;
  readonly hook: string;
  /** Data that may not be read as "absent", with why. */
  readonly notLookedAt: readonly Lack[];
  /** Titles of what could not be decided for want of them; a card says so. */
  readonly undecided: readonly string[];
  /** The gate first, then the rules in the order of the service; or what was asked for. */
  readonly subjects: readonly Subject[];
  /** Single changes that were tried, each by evaluating again. */
  readonly tried: number;
  /** Further ones for which there was no room or no time. */
  readonly untried: number;
}

/** One card, the service's gate, or a define that somebody asked about. */
export interface Subject {
  /** The rule; undefined for the gate and for defines. */
  readonly rule?: string;
  readonly title: string;
  /**
   * Whether its card is shown. `held back`: it would be, but something critical goes
   * first. `unknown`: the clause has no truth; no card is shown either.
   */
  readonly outcome: 'shown' | 'held back' | 'not shown' | 'unknown' | 'true' | 'false' | 'value';
  /** What decides it, from its define down. */
  readonly clause: ClauseResult;
  /** Single changes of the data that turn it, found by evaluating again. */
  readonly changes: readonly Change[];
}

/** A clause of the CQL for this patient, with the clauses below it that decide its value. */
export interface ClauseResult {
  /** `Library.Name`, where the clause is a define. */
  readonly define?: string;
  /** Where it is written: `cql/Library.cql:12`. */
  readonly place: string;
  readonly cql: string;
  /** `null` is unknown. */
  readonly value: FactValue;
  /** It cannot be evaluated for this patient. */
  readonly failed?: true;
  /** Both sides of a comparison. */
  readonly sides?: readonly FactValue[];
  /** What the clause itself reads from the record. */
  readonly retrieved?: readonly Retrieved[];
  readonly clauses: readonly ClauseResult[];
  /** How many clauses right below it are left out: they do not decide, or are too deep. */
  readonly leftOut?: number;
  /** It only looks at the one clause below it: whether that is there, true, or known. */
  readonly wraps?: true;
  /** Its clauses stand further up in this tree. */
  readonly above?: true;
}

/** What one retrieve of the CQL brings. */
export interface Retrieved {
  readonly resourceType: string;
  /** Title of the value set, where the retrieve names one. */
  readonly codes?: string;
  readonly valueSet?: string;
  /** Data of this type were not looked at, for this reason. */
  readonly notLookedAt?: string;
  readonly resources: readonly Evidence[];
}

/** One resource, in the words of its own codes. */
export interface Evidence {
  readonly reference: string;
  readonly what: string;
  /** The day at the site. */
  readonly date?: string;
  readonly value?: string;
  /** It is named in the value of the define that reads it. */
  readonly counts: boolean;
}

/** One change of the data that turns a subject. */
export interface Change {
  readonly text: string;
  /** What the define comes to then. */
  readonly becomes: FactValue;
  readonly edit: Edit;
}

/** A single edit of the patient's data. */
export type Edit =
  | { readonly remove: string }
  | { readonly replace: Resource }
  | { readonly add: Resource }
  /** The requirement of that key: looked at, and nothing more found. */
  | { readonly lookedAt: string };

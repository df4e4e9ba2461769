import type { Resource } from '../fhir/resource.ts';

/**
 * What became of a resource that came. Each has exactly one of these outcomes.
 *
 * - `read`: rules look at it, as far as they ask for its like.
 * - `not asked for`: it has a code, and no rule looks for that code, or for its type.
 * - `unread`: something in it keeps rules from knowing what it says.
 * - `superseded`: a newer version of it came, or the same once more.
 * - `withdrawn`: it was entered in error, refuted or not done.
 * - `of somebody else`: it is about somebody or something other than the patient.
 */
export type EntryOutcome =
  | 'read'
  | 'not asked for'
  | 'unread'
  | 'superseded'
  | 'withdrawn'
  | 'of somebody else';

/** Why a resource is unread. The words that people see are the content's. */
export type Why =
  /** It has no code of a system that rules know. */
  | 'no code'
  /** Its code is in no value set, and its words are of those that rules look for, or there are none. */
  | 'code not listed'
  /** Its code is read, and its words may say more than that code. */
  | 'says more'
  /** Its code is one that rules ask resources of other types for. */
  | 'not asked so'
  /** What says what it is is not written as FHIR R4 has it. */
  | 'malformed'
  /** A code and the words beside it are of two things. */
  | 'contradicted'
  /** It holds what FHIR forbids to ignore. @see https://hl7.org/fhir/R4/extensibility.html#modifierExtension */
  | 'modified'
  /** Two versions of it came, and nothing says which is newer. */
  | 'two versions'
  /** It does not say clearly whose it is. */
  | 'not clear whose'
  /** Its status is none that FHIR has. */
  | 'status'
  /** Its value is none that could be measured, not of the kind that was asked for, or contradicted beside it. */
  | 'value'
  /** Answers to a form that was not finished. */
  | 'not finished'
  /** Answers to a form of another name, whose questions are those of one that rules know. */
  | 'form not known'
  /** An order that was selected, and did not come. */
  | 'not sent'
  /** A reason that an order refers to, and that is not among what was read. */
  | 'by reference';

/** What rules cannot read, and what is known of it. */
export interface Unread {
  /** As it came, with the codes that rules know beside a site's own, and without a status that FHIR does not have. */
  readonly resource: Resource;
  readonly why: Why;
  /** URLs of the value sets that it may be of. */
  readonly mayBe: readonly string[];
  /** Of its words, the one by which it may be of these. */
  readonly word: string | undefined;
}

/** The one element whose lack alone can leave something undecided: without it nobody knows how old the patient is. */
export const BIRTH_DATE = 'Patient.birthDate';

/** Data that may not be read as "absent", and why. */
export interface Lack {
  /** The prefetch key, or the reference of one resource. */
  readonly key: string;
  /** What rules retrieve: a resource type, or `Patient.birthDate`. */
  readonly resourceType: string;
  readonly reason: string;
}

/** A resource as it came, and what became of it. */
export interface Left {
  readonly given: Resource;
  readonly outcome: EntryOutcome;
}

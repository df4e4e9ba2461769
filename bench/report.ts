/** A number, or in words why there is none. */
export type Figure = number | string;

/** Something of both builds, or of the new one where nothing is raced against. */
export interface Pair<T> {
  readonly old?: T | undefined;
  readonly new: T;
}

/** One thing that was measured. */
export interface Row extends Pair<Figure> {
  readonly what: string;
  /** What was measured, and its unit: `processor time, ms`. */
  readonly measure: string;
}

/** What a record of some size costs, to be drawn. */
export interface Point {
  readonly series: string;
  readonly bytes: number;
  readonly milliseconds: number;
}

/** What one part of the run found. */
export interface Section {
  readonly title: string;
  readonly rows: readonly Row[];
  /** What has to be known to read the rows. */
  readonly notes: readonly string[];
  readonly points?: readonly Point[];
}

/** A whole run. */
export interface Report {
  /** When it began, in ISO 8601. */
  readonly measured: string;
  readonly node: string;
  readonly machine: string;
  /** How many processes wanted a processor in the minute before: about none on a quiet machine. */
  readonly loadBefore: number;
  /** The commits; no old one where nothing was raced against. */
  readonly old?: string | undefined;
  readonly new: string;
  readonly sections: readonly Section[];
}

/** The same of both builds. */
export function map<T, R>({ old, new: one }: Pair<T>, f: (of: T) => R): Pair<R> {
  return old === undefined ? { new: f(one) } : { old: f(old), new: f(one) };
}

/** What there is, of an old and a new build. */
export function values<T>({ old, new: one }: Pair<T>): readonly T[] {
  return old === undefined ? [one] : [old, one];
}

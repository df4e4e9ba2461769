/** One fault in a CQL text, with its place (line and column count from 1). */
export interface CqlProblem {
  readonly library: string;
  readonly severity: 'error' | 'warning';
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** A problem as the translator tells it. */
export interface FoundProblem extends CqlProblem {
  readonly isSyntax: boolean;
}

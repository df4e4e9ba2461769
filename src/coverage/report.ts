import type { Program } from '../engine/program.ts';
import { clausesOf, type Clause } from './clauses.ts';
import { outcomeNames } from './outcomes.ts';
import type { CoverageRecord } from './record.ts';

/** A clause with what the cases showed of it. */
export interface SeenClause {
  readonly clause: Clause;
  readonly state: 'whole' | 'partly' | 'never';
  /** The outcomes that cases had, and those that no case had, as people call them. */
  readonly seen: readonly string[];
  readonly missing: readonly string[];
}

export interface LibraryCoverage {
  readonly library: string;
  /** Path of the CQL from the content folder, and its text. */
  readonly file: string;
  readonly text: string;
  readonly clauses: readonly SeenClause[];
  readonly whole: number;
}

/** What a run of cases showed of the content's CQL. */
export interface CoverageReport {
  readonly libraries: readonly LibraryCoverage[];
  readonly cases: number;
  readonly whole: number;
  readonly all: number;
}

/** Holds what was recorded against the clauses of the libraries whose texts are given. */
export function reportCoverage(
  program: Program,
  record: CoverageRecord,
  texts: ReadonlyMap<string, string>,
  cases: number,
): CoverageReport {
  const libraries = [...clausesOf(program)].flatMap(([library, clauses]) => {
    const text = texts.get(library);
    if (text === undefined) return [];
    const seen = clauses.map((clause) => seeClause(clause, record));
    const whole = seen.filter(({ state }) => state === 'whole').length;
    return [{ library, file: `cql/${library}.cql`, text, clauses: seen, whole }];
  });
  return {
    libraries: libraries.toSorted((a, b) => (a.library < b.library ? -1 : 1)),
    cases,
    whole: libraries.reduce((sum, { whole }) => sum + whole, 0),
    all: libraries.reduce((sum, { clauses }) => sum + clauses.length, 0),
  };
}

function seeClause(clause: Clause, record: CoverageRecord): SeenClause {
  const outcomes = record.seen(clause.library, clause.localId);
  const missing = outcomeNames(clause.demanded & ~outcomes, clause.boolean);
  const seen = outcomeNames(outcomes, clause.boolean);
  const state = outcomes === 0 ? 'never' : missing.length > 0 ? 'partly' : 'whole';
  return { clause, state, seen, missing };
}

/** What a clause lacks, in words; empty when it lacks nothing. */
export function describeLack({ state, missing }: SeenClause): string {
  if (state === 'never') return 'never reached';
  return missing.length > 0 ? `never ${missing.join(', never ')}` : '';
}

/** Percent with one decimal, rounded down: 100 is said only of the whole. */
export function percent(whole: number, all: number): number {
  return all === 0 ? 100 : Math.floor((whole * 1000) / all) / 10;
}

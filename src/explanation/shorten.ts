import { isTruth } from '../facts.ts';
import type { ClauseResult } from './explanation.ts';

/** Levels that are told below a clause of another truth than the whole. */
const LEVELS_BEYOND = 1;

/**
 * A tree without the reasons behind reasons. What makes a clause true is told to its end;
 * of what it needs not to be true, it is told that it is not, and one level why. The same
 * holds the other way round.
 */
export function shorten(clause: ClauseResult): ClauseResult {
  return cut(clause, clause.value === true, LEVELS_BEYOND);
}

function cut(clause: ClauseResult, whole: boolean, levels: number): ClauseResult {
  const { value, clauses } = clause;
  const isBeyond = levels < LEVELS_BEYOND || (isTruth(value) && (value === true) !== whole);
  const left = isBeyond ? levels - 1 : levels;
  // A fact that stands on its own is told at any depth: it is what a reader looks for.
  const kept =
    left >= 0 ? clauses : clauses.filter((below) => !isTruth(below.value) && isEnd(below));
  const leftOut = (clause.leftOut ?? 0) + clauses.length - kept.length;
  return {
    ...clause,
    ...(leftOut > 0 ? { leftOut } : {}),
    clauses: kept.map((below) => cut(below, whole, left)),
  };
}

function isEnd({ clauses }: ClauseResult): boolean {
  return clauses.length === 0;
}

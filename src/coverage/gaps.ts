import { elementsIn, isBoolean } from '../elm/elm-tree.ts';
import type { Clause } from './clauses.ts';
import { operatorOutcomes } from './operators.ts';
import { ABSENT, FALSE, outcomesNamed, PRESENT, TRUE } from './outcomes.ts';
import type { CoverageReport, SeenClause } from './report.ts';

/** A clause that lacks something, with the file it stands in. */
export interface Gap {
  readonly file: string;
  readonly text: string;
  readonly seen: SeenClause;
}

/**
 * The clauses that lack something, worst first: those never reached, then those that
 * never came true or were never there, then the others. What follows from another gap
 * is left out: what stands inside a clause that was never reached, a mention that lacks
 * what its define lacks, and an `and` that cannot be true because an operand never is.
 */
export function gapsOf({ libraries }: CoverageReport): Gap[] {
  const lacking = new Map(
    libraries
      .flatMap(({ clauses }) => clauses)
      .filter(({ state }) => state !== 'whole')
      .map((seen) => [keyOf(seen.clause), seen] as const),
  );
  const gaps = libraries.flatMap(({ file, text, clauses }) =>
    clauses
      .filter((seen) => seen.state !== 'whole' && !isSaidElsewhere(seen, lacking))
      .map((seen) => ({ file, text, seen })),
  );
  return gaps.toSorted((a, b) => weightOf(b.seen) - weightOf(a.seen)); // stable: then by file and place
}

type Lacking = ReadonlyMap<string, SeenClause>;

function isSaidElsewhere({ clause, state, missing }: SeenClause, lacking: Lacking): boolean {
  if (clause.parent && lacking.get(keyOf(clause.parent))?.state === 'never') return true;
  if (state === 'never') return false;
  const { mentions } = clause;
  const define =
    mentions && lacking.get(`${mentions.library} ${mentions.expression.localId ?? ''}`);
  if (define && missing.every((outcome) => define.missing.includes(outcome))) return true;
  return followsFromOperands(clause, missing, lacking);
}

/** True when an operand is a gap, and with all that the operands came to the rest could not be. */
function followsFromOperands(
  clause: Clause,
  missing: readonly string[],
  lacking: Lacking,
): boolean {
  const { node, library } = clause;
  const operands = elementsIn(node[node.type === 'Query' ? 'where' : 'operand']);
  const gaps = operands.map(({ localId }) => lacking.get(`${library} ${localId ?? ''}`));
  if (gaps.every((gap) => gap === undefined)) return false;
  if (node.type === 'Query') return !missing.includes('absent') && gaps[0]?.missing[0] === 'true';
  if (!isBoolean(node)) return false;
  const seen = operands.map((_, i) =>
    outcomesNamed(gaps[i]?.seen ?? ['true', 'false', 'present', 'unknown']),
  );
  return (operatorOutcomes(node, seen) & outcomesNamed(missing)) === 0;
}

function keyOf({ library, localId }: Clause): string {
  return `${library} ${localId}`;
}

/** How much a gap weighs: what never came true, or never was there, before the rest. */
function weightOf({ state, missing }: SeenClause): number {
  if (state === 'never') return 100;
  const outcomes = outcomesNamed(missing);
  const weights = [
    [TRUE | PRESENT, 8],
    [FALSE, 4],
    [ABSENT, 1],
  ] as const;
  return weights.reduce((sum, [bits, weight]) => sum + ((outcomes & bits) === 0 ? 0 : weight), 0);
}

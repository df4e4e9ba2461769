import type { Content } from '../content/content.ts';
import type { Evaluation } from '../engine/evaluate.ts';
import { withElm, type Program } from '../engine/program.ts';
import { evaluatedIn } from '../elm/references.ts';
import type { ExpressionName } from '../facts.ts';
import type { RuleCase } from '../rule-tests/load-cases.ts';
import { runCase } from '../rule-tests/run-case.ts';
import { mutate, type Mutant, type NodeId } from './mutants.ts';

/** How a mutant fared: a case noticed it, none did, or none evaluates what it changes. */
export type Fate = 'noticed' | 'not noticed' | 'not reached';

export interface MutantResult {
  readonly mutant: Mutant;
  readonly fate: Fate;
}

/** The cases that pass, with what each evaluates. */
export interface Baseline {
  readonly content: Content;
  readonly cases: readonly RuleCase[];
  /** Cases that fail as they are and can notice nothing. */
  readonly failing: readonly RuleCase[];
  readonly casesReaching: (nodes: readonly NodeId[]) => readonly RuleCase[];
  /** The open evaluation of a case; none where the call was refused. */
  readonly evaluationOf: (ruleCase: RuleCase) => Evaluation | undefined;
}

/** Runs every case once over the unchanged content. */
export async function runBaseline(content: Content, all: Iterable<RuleCase>): Promise<Baseline> {
  const reach = new Map<string, Map<string, Set<RuleCase>>>();
  const evaluations = new Map<RuleCase, Evaluation | undefined>();
  const failing: RuleCase[] = [];
  for (const ruleCase of all) {
    const { differences, decision } = await runCase(ruleCase, content, (library, localId) => {
      const nodes = reach.get(library) ?? new Map<string, Set<RuleCase>>();
      if (nodes.size === 0) reach.set(library, nodes);
      const reached = nodes.get(localId);
      if (reached) reached.add(ruleCase);
      else nodes.set(localId, new Set([ruleCase]));
    });
    if (differences.length === 0) evaluations.set(ruleCase, decision?.evaluation);
    else failing.push(ruleCase);
  }
  const cases = [...evaluations.keys()];
  return {
    content,
    cases,
    failing,
    casesReaching(nodes) {
      const sets = nodes.map(({ library, localId }) => reach.get(library)?.get(localId));
      return cases.filter((ruleCase) => sets.some((set) => set?.has(ruleCase)));
    },
    evaluationOf: (ruleCase) => evaluations.get(ruleCase),
  };
}

/**
 * Runs, for each mutant in turn, the cases in which it makes a difference to a define that
 * holds it, until one notices. Cases that noticed much so far come first, since they are
 * likely to again.
 */
export async function* runMutants(
  baseline: Baseline,
  mutants: Iterable<Mutant>,
): AsyncGenerator<MutantResult> {
  const definesOf = evaluatedIn(baseline.content.program);
  const noticedBy = new Map<RuleCase, number>();
  for (const mutant of mutants) {
    const reaching = baseline
      .casesReaching(mutant.reachedBy)
      .toSorted((a, b) => (noticedBy.get(b) ?? 0) - (noticedBy.get(a) ?? 0));
    const defines = mutant.definitions.flatMap(({ library, name }) =>
      definesOf({ library, expression: name }),
    );
    const noticing = await findNoticing(baseline, mutant, defines, reaching);
    if (noticing) noticedBy.set(noticing, (noticedBy.get(noticing) ?? 0) + 1);
    const unnoticed = reaching.length > 0 ? 'not noticed' : 'not reached';
    yield { mutant, fate: noticing ? 'noticed' : unnoticed };
  }
}

/** The first case that does not come out as it expects. */
async function findNoticing(
  { content, evaluationOf }: Baseline,
  mutant: Mutant,
  defines: readonly ExpressionName[],
  cases: readonly RuleCase[],
): Promise<RuleCase | undefined> {
  const program = withElm(content.program, mutate(mutant, content.program));
  const changed = { ...content, program };
  for (const ruleCase of cases) {
    try {
      if (!(await differs(evaluationOf(ruleCase), defines, program))) continue;
      const { differences } = await runCase(ruleCase, changed);
      if (differences.length > 0) return ruleCase;
    } catch {
      return ruleCase; // a change that cannot be evaluated is noticed, too
    }
  }
  return undefined;
}

/** Above so many defines it takes less time to run the case. */
const MANY = 50;

/** While no define that holds the change comes to something else, nothing does: most runs need not be. */
async function differs(
  evaluation: Evaluation | undefined,
  defines: readonly ExpressionName[],
  program: Program,
): Promise<boolean> {
  if (!evaluation || defines.length > MANY) return true;
  for (const name of defines) {
    if (await evaluation.differs(name, program)) return true;
  }
  return false;
}

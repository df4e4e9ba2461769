import type { Content } from '../content/content.ts';
import { withElm } from '../cql/program.ts';
import type { RuleCase } from '../rule-tests/load-cases.ts';
import { runCase } from '../rule-tests/run-case.ts';
import { mutate, type Mutant, type Place } from './mutants.ts';

/** How a mutant fared: a case noticed it, none did, or none evaluates what it changes. */
export type Fate = 'noticed' | 'not noticed' | 'not reached';

export interface MutantResult {
  readonly mutant: Mutant;
  readonly fate: Fate;
}

/** The cases that pass, with the nodes that each evaluates. */
export interface Baseline {
  readonly content: Content;
  readonly cases: readonly RuleCase[];
  /** Cases that fail as they are and can notice nothing. */
  readonly failing: readonly RuleCase[];
  readonly casesReaching: (places: readonly Place[]) => readonly RuleCase[];
}

/** Runs every case once over the unchanged content. */
export async function runBaseline(content: Content, all: readonly RuleCase[]): Promise<Baseline> {
  const reach = new Map<string, Map<string, Set<RuleCase>>>();
  const cases: RuleCase[] = [];
  const failing: RuleCase[] = [];
  for (const ruleCase of all) {
    const { differences } = await runCase(ruleCase, content, (library, localId) => {
      const nodes = reach.get(library) ?? new Map<string, Set<RuleCase>>();
      if (nodes.size === 0) reach.set(library, nodes);
      const reached = nodes.get(localId);
      if (reached) reached.add(ruleCase);
      else nodes.set(localId, new Set([ruleCase]));
    });
    (differences.length === 0 ? cases : failing).push(ruleCase);
  }
  return {
    content,
    cases,
    failing,
    casesReaching(places) {
      const sets = places.map(({ library, localId }) => reach.get(library)?.get(localId));
      return cases.filter((ruleCase) => sets.some((set) => set?.has(ruleCase)));
    },
  };
}

/**
 * Runs, for each mutant in turn, the cases that evaluate what it changes, until one
 * notices. Cases that noticed much so far come first, since they are likely to again.
 */
export async function* runMutants(
  baseline: Baseline,
  mutants: readonly Mutant[],
): AsyncGenerator<MutantResult> {
  const noticedBy = new Map<RuleCase, number>();
  for (const mutant of mutants) {
    const reaching = baseline
      .casesReaching(mutant.reachedBy)
      .toSorted((a, b) => (noticedBy.get(b) ?? 0) - (noticedBy.get(a) ?? 0));
    const noticing = await findNoticing(baseline.content, mutant, reaching);
    if (noticing) noticedBy.set(noticing, (noticedBy.get(noticing) ?? 0) + 1);
    const unnoticed = reaching.length > 0 ? 'not noticed' : 'not reached';
    yield { mutant, fate: noticing ? 'noticed' : unnoticed };
  }
}

/** The first case that does not come out as it expects. */
async function findNoticing(
  content: Content,
  mutant: Mutant,
  cases: readonly RuleCase[],
): Promise<RuleCase | undefined> {
  const program = withElm(content.program, mutate(mutant, content.program));
  const changed = { ...content, program };
  for (const ruleCase of cases) {
    try {
      const { differences } = await runCase(ruleCase, changed);
      if (differences.length > 0) return ruleCase;
    } catch {
      return ruleCase; // a change that cannot be evaluated is noticed, too
    }
  }
  return undefined;
}

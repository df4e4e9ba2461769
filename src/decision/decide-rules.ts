import type { CardDefinition } from '../cards/definition.ts';
import type { CdsService, Decision } from '../content/content.ts';
import type { Evaluation } from '../engine/evaluate.ts';
import { Ended } from '../engine/observing.ts';
import { readFact, type ExpressionName, type Facts, type FactValue } from '../facts.ts';

/** What the rules of a service came to. */
export interface DecidedRules {
  /** Of the gate and of every rule whether it shows its card; of cards that are shown, all they tell. */
  readonly facts: Facts;
  /** In the service's order. */
  readonly shown: readonly CardDefinition[];
  /** Rules whose card would be shown, did the site not want them silent. */
  readonly silent: readonly string[];
  /** Titles of what was not decided, since the evaluation had taken too many steps. */
  readonly unfinished: readonly string[];
  /** Titles of cards that are shown, and of which for the same reason not all is told. */
  readonly untold: readonly string[];
}

/**
 * Decides first and tells later: the rules that run for everybody and the gate, then, unless
 * the gate is false, all others; what cards tell is worked out for those alone that are shown.
 * Past the budget of steps, what is not decided yet stays so, but for a share of it that each
 * rule for everybody has; what was found is shown, with as much as could be told. Throws EvaluationFailed, and
 * Ended when nobody waits any more.
 */
export async function decideRules(
  service: CdsService,
  evaluation: Evaluation,
): Promise<DecidedRules> {
  const facts: OpenFacts = {};
  const { write, evaluate } = into(facts, evaluation);
  const unfinished: string[] = [];
  const untold: string[] = [];
  const share = shareOf(service);
  const decideAll = async (decisions: readonly Decision[], more: number): Promise<void> => {
    for (const { title, expression } of decisions) {
      if (await evaluate([expression])) continue;
      write(expression, null);
      unfinished.push(title);
      evaluation.allowMore(more);
    }
  };

  const isAlways = ({ rule }: Decision): boolean => rule !== undefined && service.always.has(rule);
  const gate = service.decisions.filter(({ rule }) => rule === undefined);
  const others = service.decisions.filter(
    (decision) => decision.rule !== undefined && !isAlways(decision),
  );
  // Emergencies run for everybody: they come before whether the patient is one of ours.
  await decideAll([...service.decisions.filter(isAlways), ...gate], share);
  if (readFact(facts, service.gate) === false) {
    for (const { expression } of others) write(expression, false);
  } else {
    await decideAll(others, 0);
  }

  // What was found is not lost to what was costly to decide.
  const isShown = ({ show }: CardDefinition): boolean =>
    show !== undefined && readFact(facts, show) === true;
  const isSilent = ({ rule }: CardDefinition): boolean => service.silent.has(rule);
  const found = service.cards.filter(isShown);
  const told = found.filter((card) => !isSilent(card));
  const silenced = new Set(told.flatMap(({ rule }) => service.silences.get(rule) ?? []));
  const shown = told.filter(({ rule }) => !silenced.has(rule));
  for (const card of shown) {
    if (unfinished.length + untold.length > 0) evaluation.allowMore(share);
    if (await evaluate(card.expressions)) continue;
    untold.push(card.title);
    for (const name of card.expressions) {
      if (facts[name.library]?.[name.expression] === undefined) write(name, null);
    }
  }
  return {
    facts,
    shown,
    silent: found.filter(isSilent).map(({ rule }) => rule),
    unfinished,
    untold,
  };
}

/**
 * The facts, with what the card tells that says what was not checked; unknown where even its
 * own share of steps does not suffice.
 */
export async function withNotChecked(
  service: CdsService,
  evaluation: Evaluation,
  decided: Facts,
): Promise<Facts> {
  const facts: OpenFacts = structuredClone(decided);
  const { write, evaluate } = into(facts, evaluation);
  evaluation.allowMore(shareOf(service));
  for (const name of service.notChecked.expressions) {
    if (!(await evaluate([name]))) write(name, null);
  }
  return facts;
}

type OpenFacts = Record<string, Record<string, FactValue>>;

/** Of the budget, for each rule for everybody: one that is costly takes nothing from the emergencies behind it. */
function shareOf({ always }: CdsService): number {
  return 1 / (always.size + 1);
}

/** Writes values into facts; `evaluate` says whether there were steps enough. */
function into(facts: OpenFacts, evaluation: Evaluation) {
  const write = ({ library, expression }: ExpressionName, value: FactValue): void => {
    (facts[library] ??= {})[expression] = value;
  };
  const evaluate = async (names: readonly ExpressionName[]): Promise<boolean> => {
    try {
      for (const name of names) write(name, readFact(await evaluation.facts([name]), name));
      return true;
    } catch (error) {
      if (error instanceof Ended && error.why === 'steps') return false;
      throw error;
    }
  };
  return { write, evaluate };
}

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
  /** Titles of what was not decided, or not told, since the evaluation had taken too many steps. */
  readonly unfinished: readonly string[];
}

/**
 * Decides first and tells later: the rules that run for everybody and the gate, then, unless
 * the gate is false, all others; what cards tell is worked out for those alone that are shown.
 * Past the budget of steps, what is not decided yet stays so. Throws EvaluationFailed, and
 * Ended when nobody waits any more.
 */
export async function decideRules(
  service: CdsService,
  evaluation: Evaluation,
): Promise<DecidedRules> {
  const facts: Record<string, Record<string, FactValue>> = {};
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
  const unfinished: string[] = [];
  const decideAll = async (decisions: readonly Decision[]): Promise<void> => {
    for (const { title, expression } of decisions) {
      if (await evaluate([expression])) continue;
      write(expression, null);
      unfinished.push(title);
    }
  };

  const isAlways = ({ rule }: Decision): boolean => rule !== undefined && service.always.has(rule);
  const gate = service.decisions.filter(({ rule }) => rule === undefined);
  const others = service.decisions.filter(
    (decision) => decision.rule !== undefined && !isAlways(decision),
  );
  // Emergencies run for everybody: they come before whether the patient is one of ours.
  await decideAll([...service.decisions.filter(isAlways), ...gate]);
  if (readFact(facts, service.gate) === false) {
    for (const { expression } of others) write(expression, false);
  } else {
    await decideAll(others);
  }

  // What was found is not lost to what was costly to decide.
  if (unfinished.length > 0) evaluation.allowAgain();
  const shown: CardDefinition[] = [];
  for (const card of service.cards) {
    if (!card.show || readFact(facts, card.show) !== true) continue;
    if (await evaluate(card.expressions)) shown.push(card);
    else unfinished.push(card.title);
  }
  return { facts, shown, unfinished };
}

import type { Content } from '../../src/content/content.ts';
import { definitionNames, findDefinition, resultType } from '../../src/elm/definitions.ts';
import type { DecisionResult } from '../../src/decision/decide.ts';
import { qualifiedName, readFact, type ExpressionName } from '../../src/facts.ts';

/** Every Boolean define of the content. */
export function booleansOf({ program }: Content): ExpressionName[] {
  return [...program.elms.keys()].flatMap((library) =>
    definitionNames(program, library)
      .map((expression) => ({ library, expression }))
      .filter((name) => {
        const definition = findDefinition(program, name);
        return definition !== undefined && resultType(definition) === 'Boolean';
      }),
  );
}

/** Those that are true or unknown. */
export async function notFalse(
  booleans: readonly ExpressionName[],
  { evaluation }: DecisionResult,
): Promise<ExpressionName[]> {
  const facts = await evaluation.facts(booleans);
  return booleans.filter((name) => readFact(facts, name) !== false);
}

/** Those that are false, as `Library.Name`. */
export async function falseIn(
  booleans: readonly ExpressionName[],
  { evaluation }: DecisionResult,
): Promise<string[]> {
  const facts = await evaluation.facts(booleans);
  return booleans.filter((name) => readFact(facts, name) === false).map(qualifiedName);
}

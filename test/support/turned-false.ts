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

/** Facts that were true or unknown with all data and read false without some of them. */
export async function turnedFalse(
  booleans: readonly ExpressionName[],
  before: DecisionResult,
  after: DecisionResult,
): Promise<string[]> {
  const was = await before.evaluation.facts(booleans);
  const is = await after.evaluation.facts(booleans);
  return booleans
    .filter((name) => readFact(was, name) !== false && readFact(is, name) === false)
    .map(qualifiedName);
}

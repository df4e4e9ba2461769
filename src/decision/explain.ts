import { definitionNames } from '../cql/program.ts';
import { referencedExpressions } from '../cql/references.ts';
import { qualifiedName, readFact, type ExpressionName, type FactValue } from '../facts.ts';
import type { DecisionResult } from './decide.ts';

/** One expression with what it came to and the resources behind it. */
export interface ExplainedExpression {
  readonly name: string;
  readonly library: string;
  readonly value: FactValue;
  /** References of resources in the value or, below it, in what it refers to. */
  readonly resources: readonly string[];
}

/** Every expression of the content for this patient, library by library. */
export async function explain(result: DecisionResult): Promise<ExplainedExpression[]> {
  const { program } = result.content;
  const names = [...program.elms.keys()]
    .filter((library) => library !== 'FHIRHelpers')
    .flatMap((library) =>
      definitionNames(program, library).map((expression): ExpressionName => ({
        library,
        expression,
      })),
    );
  const facts = await result.evaluation.facts(names);
  const known = new Map<string, readonly string[]>();
  const resourcesBehind = async (name: ExpressionName): Promise<readonly string[]> => {
    const key = qualifiedName(name);
    const before = known.get(key);
    if (before) return before;
    known.set(key, []); // CQL has no cycles, but a walk that cannot hang is cheap
    let resources = await result.evaluation.resourcesIn(name);
    if (resources.length === 0) {
      const below: string[] = [];
      for (const child of referencedExpressions(program, name)) {
        if (child.expression !== 'Patient') below.push(...(await resourcesBehind(child)));
      }
      resources = [...new Set(below)];
    }
    known.set(key, resources);
    return resources;
  };
  const explained: ExplainedExpression[] = [];
  for (const name of names) {
    explained.push({
      name: name.expression,
      library: name.library,
      value: readFact(facts, name),
      resources: await resourcesBehind(name),
    });
  }
  return explained;
}

import { definitionNames } from '../cql/program.ts';
import { referencedExpressions } from '../cql/references.ts';
import { qualifiedName, readFact, type ExpressionName, type FactValue } from '../facts.ts';
import { NerverootError } from '../errors.ts';
import type { DecisionResult } from './decide.ts';

/** One expression with what it came to and the resources behind it. */
export interface ExplainedExpression {
  readonly name: string;
  readonly library: string;
  readonly value: FactValue;
  /** The expression cannot be evaluated for this patient; no card rests on it, or there were none. */
  readonly failed?: true;
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
  const known = new Map<string, readonly string[]>();
  const resourcesBehind = async (name: ExpressionName): Promise<readonly string[]> => {
    const key = qualifiedName(name);
    const before = known.get(key);
    if (before) return before;
    known.set(key, []); // CQL has no cycles, but a walk that cannot hang is cheap
    let resources = (await attempt(() => result.evaluation.resourcesIn(name))) ?? [];
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
    const facts = await attempt(() => result.evaluation.facts([name]));
    explained.push({
      name: name.expression,
      library: name.library,
      ...(facts ? { value: readFact(facts, name) } : { value: null, failed: true }),
      resources: await resourcesBehind(name),
    });
  }
  return explained;
}

/** What an expression came to, or undefined when it fails: one bad define must not sink the rest. */
async function attempt<T>(evaluate: () => Promise<T>): Promise<T | undefined> {
  try {
    return await evaluate();
  } catch (error) {
    if (error instanceof NerverootError && error.code === 'EvaluationFailed') return undefined;
    throw error;
  }
}

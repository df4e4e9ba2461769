import cql from 'cql-execution';
import { definitionNames } from '../../src/elm/definitions.ts';
import { openEvaluation, openRun, type EvaluationInput } from '../../src/engine/evaluate.ts';
import { FhirObject } from '../../src/engine/fhir-object.ts';
import { Interpreter } from '../../src/engine/interpreter.ts';
import type { Program } from '../../src/engine/program.ts';
import { NerverootError } from '../../src/errors.ts';
import type { ExpressionName } from '../../src/facts.ts';

/** One define that the two engines do not agree on. */
export interface EngineDifference {
  readonly define: string;
  readonly compiled: string;
  readonly interpreted: string;
}

/** What two engines made of the same defines. */
export interface EngineComparison {
  readonly compared: number;
  readonly differences: readonly EngineDifference[];
  /** Defines that fail in cql-execution alone, on the side of an `and` or `or` that is not evaluated here. */
  readonly spared: readonly string[];
}

/** Every define of a program, those that only rest on the Patient among them. */
export function allDefines(program: Program): ExpressionName[] {
  return [...program.elms.keys()].flatMap((library) =>
    definitionNames(program, library).map((expression) => ({ library, expression })),
  );
}

/**
 * Forces every define in the compiled engine and in cql-execution, over data that each
 * wraps for itself, and compares the values, or the places of the errors.
 */
export async function compareEngines(
  program: Program,
  input: EvaluationInput,
  names: readonly ExpressionName[] = allDefines(program),
): Promise<EngineComparison> {
  const compiled = openEvaluation(program, input);
  const interpreter = new Interpreter(program.linked.libraries, openRun(program, input), false);
  const differences: EngineDifference[] = [];
  const spared: string[] = [];
  for (const name of names) {
    const define = `${name.library}.${name.expression}`;
    const mine = await outcome(program, async () => compiled.value(name));
    const theirs = await outcome(program, async () =>
      interpreter.define(name.library, name.expression),
    );
    if (mine === theirs) continue;
    if (theirs.startsWith(FAILED) && !mine.startsWith(FAILED)) spared.push(define);
    else differences.push({ define, compiled: mine, interpreted: theirs });
  }
  return { compared: names.length, differences, spared };
}

const FAILED = 'failed at ';

async function outcome(program: Program, evaluate: () => Promise<unknown>): Promise<string> {
  try {
    return canonical(await evaluate());
  } catch (error) {
    return FAILED + placeOf(program, error);
  }
}

/** Where an error comes from, as either engine tells it. */
function placeOf({ linked }: Program, error: unknown): string {
  if (error instanceof NerverootError) return /\((.*)\)$/.exec(error.message)?.[1] ?? error.message;
  if (!(error instanceof cql.AnnotatedError)) return String(error);
  const [library = ''] = error.libraryName.split('|');
  const locator = linked.locatorOf(library, error.localId ?? '');
  return `${error.libraryName}, ${locator ?? 'no locator'}`;
}

/** A value as text that is the same for equal values alone. */
function canonical(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value !== 'object') return `${typeof value} ${JSON.stringify(value)}`;
  if (Array.isArray(value)) return `[${value.map(canonical).join(', ')}]`;
  if (value instanceof FhirObject) {
    const { identity, typeName } = value;
    return `${typeName} ${typeof identity === 'string' ? identity : canonical(identity)}`;
  }
  const entries = Object.entries(value).filter(([, inner]) => typeof inner !== 'function');
  const parts = entries.map(([name, inner]) => `${name}: ${canonical(inner)}`).toSorted();
  return `${value.constructor.name} {${parts.join(', ')}}`;
}

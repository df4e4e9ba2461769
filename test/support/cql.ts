import { openElm } from '../../src/elm/whole.ts';
import type { ValueSetCodes } from '../../src/engine/code-service.ts';
import {
  openEvaluation,
  type Evaluation,
  type EvaluationInput,
} from '../../src/engine/evaluate.ts';
import { writeFhirHelpers } from '../../src/engine/fhir-helpers.ts';
import { linkProgram, type Program } from '../../src/engine/program.ts';
import type { UnitSpelling } from '../../src/engine/units.ts';
import type { Compiler } from '../../src/content/cql-libraries.ts';
import type { FactValue } from '../../src/facts.ts';

/** The text of a library over FHIR with these includes (`Other`) and this body. */
export function aLibrary(name: string, body: string, includes: readonly string[] = []): string {
  return [
    `library ${name} version '1.0.0'`,
    "using FHIR version '4.0.1'",
    "include FHIRHelpers version '4.0.1'",
    ...includes.map((other) => `include ${other} version '1.0.0'`),
    body.includes('context Patient') ? '' : 'context Patient',
    body,
    '',
  ].join('\n');
}

/** The libraries compiled and linked; fails naming every error. */
export async function aProgram(
  compiler: Compiler,
  texts: readonly string[],
  valueSets: readonly ValueSetCodes[] = [],
  units: readonly UnitSpelling[] = [],
): Promise<Program> {
  const sources = [writeFhirHelpers(compiler.model), ...texts].map((text) => ({ file: '', text }));
  const { elms, problems } = await compiler.compile(sources, compiler.model.xml);
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new Error(JSON.stringify(errors, undefined, 2));
  return linkProgram(elms.map(openElm), compiler.model, valueSets, units);
}

/** An evaluation in March 2026 in Zurich over a patient `p1`, unless told otherwise. */
export function anEvaluation(program: Program, input: Partial<EvaluationInput> = {}): Evaluation {
  return openEvaluation(program, {
    resources: [{ resourceType: 'Patient', id: 'p1' }],
    parameters: {},
    evaluationTime: new Date('2026-03-10T08:00:00Z'),
    timeZone: 'Europe/Zurich',
    ...input,
  });
}

/** The value of one expression, `Library.Name` or a name of the library `Test`. */
export async function factOf(evaluation: Evaluation, expression: string): Promise<FactValue> {
  const facts = await evaluation.facts([{ library: 'Test', expression }]);
  return facts['Test']?.[expression] ?? null;
}

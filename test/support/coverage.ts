import { describeSeen } from '../../src/coverage/colour.ts';
import { CoverageRecord } from '../../src/coverage/record.ts';
import { reportCoverage, type CoverageReport } from '../../src/coverage/report.ts';
import { excerpt } from '../../src/elm/elm-tree.ts';
import { type Program } from '../../src/engine/program.ts';
import { definitionNames } from '../../src/elm/definitions.ts';
import { anEvaluation } from './cql.ts';

/** Values for the parameters of one evaluation. */
export type Given = Readonly<Record<string, unknown>>;

/** What evaluations of every define of the library `Test` came to, one for each set of parameters. */
export async function recordOf(program: Program, cases: readonly Given[]): Promise<CoverageRecord> {
  const record = new CoverageRecord();
  const names = definitionNames(program, 'Test').map((expression) => ({
    library: 'Test',
    expression,
  }));
  for (const parameters of cases) {
    await anEvaluation(program, { parameters, observe: record.observe }).facts(names);
  }
  return record;
}

/** The coverage of the library `Test` alone. */
export async function coverageOf(
  program: Program,
  text: string,
  cases: readonly Given[],
): Promise<CoverageReport> {
  const record = await recordOf(program, cases);
  return reportCoverage(program, record, new Map([['Test', text]]), cases.length);
}

/** Each clause in the order of the text, as `A and B | seen: true; never false, never unknown`. */
export function clausesIn({ libraries }: CoverageReport): string[] {
  return libraries.flatMap(({ text, clauses }) =>
    clauses.map((seen) => `${excerpt(text, seen.clause.span)} | ${describeSeen(seen)}`),
  );
}

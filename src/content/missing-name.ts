import { didYouMean } from '../cql/nearest-name.ts';
import { definitionNames, type Program } from '../cql/program.ts';
import type { ExpressionName } from '../facts.ts';

/** Says which expression is missing, and which one might have been meant. */
export function missingExpression(
  program: Program,
  { library, expression }: ExpressionName,
): string {
  if (library === '') return 'Write it as Library.Define';
  if (!program.elms.has(library)) return missingLibrary(program, library);
  const names = definitionNames(program, library);
  const hint = didYouMean(expression, names) ?? `It has: ${names.join(', ')}`;
  return `CQL library ${library} has no expression "${expression}". ${hint}`;
}

/** Says which library is missing, and which one might have been meant. */
export function missingLibrary(program: Program, library: string): string {
  const hint = didYouMean(library, program.elms.keys());
  return `There is no CQL library ${library}${hint === undefined ? '' : `. ${hint}`}`;
}

import { didYouMean, nearestNames } from '../translate/nearest-name.ts';
import { type Program } from '../engine/program.ts';
import { definitionNames } from '../elm/definitions.ts';
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

/** Says that no file defines a value set, and which one might have been meant. */
export function missingValueSet(url: string, urls: Iterable<string>): string {
  // URLs of one project are alike but for their ends.
  const byEnd = new Map([...urls].map((one) => [endOf(one), one]));
  const meant = nearestNames(endOf(url), byEnd.keys()).flatMap((end) => byEnd.get(end) ?? []);
  const hint = meant.length === 0 ? '' : `. Did you mean ${meant.join(' or ')}?`;
  return `No file in cql/valuesets/ defines value set ${url}${hint}`;
}

/** Says that a key names no source, and which one might have been meant. */
export function missingSource(key: string, keys: Iterable<string>): string {
  const hint = didYouMean(key, keys) ?? 'Add it, with where it was read';
  return `hooks/sources.yaml has no source "${key}". ${hint}`;
}

function endOf(url: string): string {
  return url.replace(/^.*[:/]/, '');
}

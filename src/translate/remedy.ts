import type { CqlProblem } from './problem.ts';
import type { Names } from './names.ts';
import { didYouMean } from './nearest-name.ts';

/** A name that the translator did not find, and the library that it looked in. */
export function unresolvedName({
  library,
  message,
}: CqlProblem): { readonly name: string; readonly library: string } | undefined {
  const match = UNRESOLVED.exec(message);
  return match ? { name: match[1] ?? '', library: match[2] ?? library } : undefined;
}

const UNRESOLVED =
  /^Could not resolve identifier (.+?)(?: in library (.+)\.| in the current library\.|\. Consider .+)$/;

/** The translator's message with what to do about it, where that can be told. */
export function withRemedy(problem: CqlProblem, names: Names): string {
  const { library, message } = problem;
  const missing = /^Could not load source for library (.+?), version/.exec(message)?.[1];
  if (missing !== undefined) {
    return `There is no CQL library ${missing}.${hint(missing, names.libraries)}`;
  }
  const unresolved = message.includes('Consider') ? undefined : unresolvedName(problem);
  if (unresolved) {
    const { name } = unresolved;
    const owner = unresolved.library === library ? ownerOf(name, library, names) : undefined;
    return owner === undefined
      ? message + hint(name, namesIn(unresolved.library, names))
      : `${message} Did you mean ${owner}."${name}"?`;
  }
  const called = /^Could not resolve call to operator (.+?) with/.exec(message)?.[1];
  if (called !== undefined) return message + hint(called, functionsIn(library, names));
  const type = /^Could not find type for model: .* and name: (.+)$/.exec(message)?.[1];
  if (type !== undefined) return `There is no type ${type}`;
  if (/^Syntax error at (?:define|<EOF>)$/.test(message)) {
    return `${message}: what stands before it is not complete`;
  }
  return message === 'Syntax error'
    ? `${message}: CQL has no such character here, or a quote is not closed`
    : message;
}

/** With a blank before; nothing for a name that is there, since it is not misspelt. */
function hint(name: string, names: readonly string[]): string {
  const question = names.includes(name) ? undefined : didYouMean(name, names);
  return question === undefined ? '' : ` ${question}`;
}

/** What an including library calls the one that declares the name. */
function ownerOf(name: string, library: string, names: Names): string | undefined {
  return names
    .declaredIn(library)
    .find(({ includes }) => includes !== undefined && namesIn(includes, names).includes(name))
    ?.name;
}

function namesIn(library: string, names: Names): string[] {
  return names.declaredIn(library).map(({ name }) => name);
}

/** The functions that a library can call without those of the language. */
function functionsIn(library: string, names: Names): string[] {
  const included = names.declaredIn(library).flatMap(({ includes }) => includes ?? []);
  return [library, ...included]
    .flatMap((one) => names.declaredIn(one))
    .flatMap(({ name, isFunction }) => (isFunction ? name : []));
}

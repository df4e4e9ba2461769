import type { CqlProblem, FoundProblem } from './problem.ts';
import { Names } from './names.ts';
import { unresolvedName, withRemedy } from './remedy.ts';

/**
 * Tells what is wrong from what only follows. The translator finds an error in whatever
 * rests on a faulty definition, in all libraries; here one mistake is one error, where it
 * stands, and it names the libraries that could not be checked because of it. Of each
 * library with errors, or of one it rests on, at least one error is left.
 */
export function keepCauses(
  found: readonly FoundProblem[],
  texts: ReadonlyMap<string, string>,
): CqlProblem[] {
  if (found.length === 0) return [];
  const names = new Names(texts);
  const errors = found
    .filter(({ severity }) => severity === 'error')
    .map((problem): PlacedError => ({ ...problem, place: placeOf(problem, names) }));
  const follows = followers(errors, names);
  const [causes, consequences] = [errors.filter((e) => !follows(e)), errors.filter(follows)];
  const told = new Set<string>();
  const kept = causes.map((cause) => {
    const { place } = cause;
    const resting = told.has(place) ? [] : restingOn(cause, consequences, names);
    told.add(place);
    return plain({ ...cause, message: withRemedy(cause, names) + notChecked(resting) });
  });
  const warnings = found.filter(({ severity }) => severity === 'warning');
  return [...kept, ...warnings.map(plain)];
}

function plain({ library, severity, line, column, message }: CqlProblem): CqlProblem {
  return { library, severity, line, column, message };
}

type PlacedError = FoundProblem & { readonly place: string };

/** After a syntax error nothing in the library is sure, so that it stands for all of it. */
function placeOf({ library, line, column, isSyntax }: FoundProblem, names: Names): string {
  return isSyntax ? library : names.placeAt(library, line, column);
}

/** The test for errors that go when another is mended. */
function followers(errors: readonly PlacedError[], names: Names): (error: PlacedError) => boolean {
  const faulty = new Set(errors.map(({ place }) => place));
  const syntax = new Map<string, PlacedError>();
  for (const error of errors) {
    const first = syntax.get(error.library);
    if (error.isSyntax && (!first || isBefore(error, first))) syntax.set(error.library, error);
  }
  return (error) => {
    const { library, place } = error;
    if (syntax.has(library)) return syntax.get(library) !== error;
    const unresolved = unresolvedName(error);
    if (unresolved && !syntax.has(unresolved.library)) {
      const { name } = unresolved;
      const isDeclared = names.declaredIn(unresolved.library).some((one) => one.name === name);
      if (!isDeclared && names.meant(library, [name]).length === 0) return false;
    }
    // Definitions that go round in a circle rest on each other; one of them is wrong.
    const rests = [...names.below(place)].some(
      (below) => faulty.has(below) && !names.below(below).has(place),
    );
    const isSaidBetter = errors.some((other) => other.place === place && !isVague(other));
    return rests || (isVague(error) && isSaidBetter);
  };
}

function isBefore(one: CqlProblem, other: CqlProblem): boolean {
  return one.line === other.line ? one.column < other.column : one.line < other.line;
}

/** What the translator says where it met something that it could make nothing of before. */
function isVague({ message }: CqlProblem): boolean {
  return /^Internal |^Could not determine |because its definition contains error/.test(message);
}

/** The other libraries with errors that follow from this one. */
function restingOn(
  { library, place }: PlacedError,
  consequences: readonly PlacedError[],
  names: Names,
): string[] {
  const resting = consequences.filter((one) => names.below(one.place).has(place));
  return [...new Set(resting.map((one) => one.library))].filter((one) => one !== library);
}

const SHOWN = 10;

function notChecked(libraries: readonly string[]): string {
  const [only] = libraries;
  if (only === undefined) return '';
  if (libraries.length === 1) return ` (${only} rests on it and could not be checked)`;
  const shown = libraries.toSorted().slice(0, SHOWN).join(', ');
  const more = libraries.length > SHOWN ? ` and ${libraries.length - SHOWN} others` : '';
  return ` (${libraries.length} libraries rest on it and could not be checked: ${shown}${more})`;
}

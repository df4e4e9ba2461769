import { excerpt } from '../elm/elm-tree.ts';
import type { Mutant } from './mutants.ts';

/** What a mutant is called, whichever line it stands on. */
export interface MutantName {
  /** `Library.Define`, or a function or parameter of the library. */
  readonly in: string;
  /** What became what. */
  readonly change: string;
  /** What stands there. */
  readonly text: string;
  /** Which of those of the same name it is, from 1, and how many there are. */
  readonly nth: number;
  readonly count: number;
}

/** Names all mutants of libraries, whose CQL is given; those of one name are told apart by their order. */
export function nameMutants(
  mutants: readonly Mutant[],
  texts: ReadonlyMap<string, string>,
): ReadonlyMap<Mutant, MutantName> {
  const named = mutants.map((mutant) => {
    const { library, within, what, context } = mutant;
    const text = excerpt(texts.get(library) ?? '', context);
    return { mutant, name: { in: `${library}.${within}`, change: what, text } };
  });
  const groups = Map.groupBy(named, ({ name }) => JSON.stringify(name));
  return new Map(
    [...groups.values()].flatMap((group) =>
      group.map(
        ({ mutant, name }, i) => [mutant, { ...name, nth: i + 1, count: group.length }] as const,
      ),
    ),
  );
}

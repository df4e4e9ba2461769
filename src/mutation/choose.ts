import type { CardDefinition } from '../cards/definition.ts';
import type { Program } from '../engine/program.ts';
import { reachableExpressions } from '../elm/references.ts';
import type { Mutant } from './mutants.ts';

/** The mutants of what decides whether a card is shown. */
export function mutantsOfCard(
  mutants: readonly Mutant[],
  card: CardDefinition,
  program: Program,
): Mutant[] {
  const names = card.show ? reachableExpressions(program, [card.show]) : [];
  const reached = new Set(names.map(({ library, expression }) => `${library} ${expression}`));
  return mutants.filter(({ definitions }) =>
    definitions.some(({ library, name }) => reached.has(`${library} ${name}`)),
  );
}

/** So many of the mutants, drawn by chance, in their order; the same seed draws the same. */
export function sample(mutants: readonly Mutant[], count: number, seed: number): Mutant[] {
  const random = randomFrom(seed);
  const drawn = mutants
    .map((mutant) => ({ mutant, lot: random() }))
    .toSorted((a, b) => a.lot - b.lot)
    .slice(0, count);
  const kept = new Set(drawn.map(({ mutant }) => mutant));
  return mutants.filter((mutant) => kept.has(mutant));
}

/** Numbers from 0 to 1 that look drawn by chance (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) % 4294967296;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

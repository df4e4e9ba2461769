import { expect, it } from 'vitest';
import { findIncludeCycles, includersOf } from '../../src/translate/include-cycles.ts';

const includes = new Map([
  ['Top', ['A', 'Leaf']],
  ['A', ['B', 'Leaf']],
  ['B', ['C']],
  ['C', ['A', 'Missing']],
  ['Self', ['Self']],
  ['Leaf', []],
]);

it('finds the way from each library of a cycle back to itself', () => {
  expect(findIncludeCycles(includes)).toEqual([
    { library: 'A', path: ['A', 'B', 'C', 'A'] },
    { library: 'B', path: ['B', 'C', 'A', 'B'] },
    { library: 'C', path: ['C', 'A', 'B', 'C'] },
    { library: 'Self', path: ['Self', 'Self'] },
  ]);
});

it('finds all that include a library, by whatever way', () => {
  expect([...includersOf(new Set(['C']), includes)]).toEqual(['Top', 'A', 'B', 'C']);
});

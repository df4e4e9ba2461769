import { expect, it } from 'vitest';
import type { Build } from '../../bench/build.ts';
import { ways, type Variant } from '../../bench/lab.ts';

function aBuild(name: Build['name']): Build {
  return {
    name,
    root: '/checkout',
    content: '/checkout',
    commit: 'aaaaaaa',
    hasWorkers: name === 'new',
    cache: '/cache',
  };
}

const old: Variant = { build: aBuild('old'), args: [] };
const byItself: Variant = { build: aBuild('new'), args: [] };
const told: Variant = { build: aBuild('new'), args: ['--workers', '0'] };

it('sets every way of starting the new build beside the one of the old', () => {
  expect(
    ways([
      [old, 12],
      [byItself, 3],
      [told, 4],
    ]),
  ).toEqual([
    { way: '', old: 12, new: 3 },
    { way: ', new with --workers 0', old: 12, new: 4 },
  ]);
});

it('has nothing beside the new build where it is alone', () => {
  expect(ways([[byItself, 3]])).toEqual([{ way: '', old: undefined, new: 3 }]);
});

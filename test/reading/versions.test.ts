import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { newestVersions } from '../../src/reading/versions.ts';

const version = (says: string, meta?: object, id: string | undefined = 'c') => ({
  resourceType: 'Condition',
  ...(id === undefined ? {} : { id }),
  ...(meta === undefined ? {} : { meta }),
  says,
});
const OLD = version('old', { lastUpdated: '2026-01-01T00:00:00Z', versionId: '9' });
const NEW = version('new', { lastUpdated: '2026-02-01T00:00:00+01:00', versionId: '1' });

it('keeps the one last updated, whichever came first', () => {
  const expected = { newest: [NEW], superseded: [OLD], contradicting: [] };
  expect(newestVersions([OLD, NEW])).toEqual(expected);
  expect(newestVersions([NEW, OLD])).toEqual(expected);
});

it('compares moments, not their spelling', () => {
  const utc = version('utc', { lastUpdated: '2026-01-01T01:30:00Z' });
  const zoned = version('zoned', { lastUpdated: '2026-01-01T02:00:00+01:00' });
  expect(newestVersions([zoned, utc]).newest).toEqual([utc]);
});

it('keeps the higher version, by number, where times say nothing', () => {
  const ninth = version('ninth', { versionId: '9' });
  const tenth = version('tenth', { versionId: '10' });
  expect(newestVersions([tenth, ninth]).newest).toEqual([tenth]);
});

it('takes the same once more for one', () => {
  const one = version('same');
  expect(newestVersions([one, { ...one }])).toEqual({
    newest: [one],
    superseded: [{ ...one }],
    contradicting: [],
  });
});

it.each([
  ['no version', undefined, undefined],
  ['versions that are no numbers', { versionId: 'a' }, { versionId: 'b' }],
  ['a version on one side', { versionId: '1' }, undefined],
  [
    'a day in place of a time',
    { lastUpdated: '2026-01-01' },
    { lastUpdated: '2026-01-01T08:00:00Z' },
  ],
  ['times that are none', { lastUpdated: 'then' }, { lastUpdated: 'now' }],
  [
    'one time',
    { lastUpdated: '2026-01-01T00:00:00Z' },
    { lastUpdated: '2026-01-01T01:00:00+01:00' },
  ],
])('says that two contradict each other where there is %s', (_what, one, other) => {
  const [a, b] = [version('a', one), version('b', other)];
  expect(newestVersions([a, b])).toEqual({ newest: [a], superseded: [], contradicting: [[a, b]] });
});

it('says so of the newest alone, and leaves the older ones', () => {
  const other = { ...NEW, says: 'newer' };
  expect(newestVersions([OLD, NEW, other])).toEqual({
    newest: [NEW],
    superseded: [OLD],
    contradicting: [[NEW, other]],
  });
});

it('tells resources apart by their type, and those without an id always', () => {
  const all = [
    version('a'),
    { ...version('b'), resourceType: 'Procedure' },
    { resourceType: 'Condition', says: 'c' },
    { resourceType: 'Condition', says: 'c' },
  ];
  expect(newestVersions(all)).toEqual({ newest: all, superseded: [], contradicting: [] });
});

it('loses nothing: each resource is kept, superseded, or contradicts', () => {
  const resource = fc.record({
    resourceType: fc.constant('Condition'),
    id: fc.constantFrom('a', 'b', 'c'),
    says: fc.constantFrom('x', 'y'),
    meta: fc.record({ versionId: fc.constantFrom('1', '2', '?') }),
  });
  fc.assert(
    fc.property(fc.array(resource, { maxLength: 12 }), (all) => {
      const { newest, superseded, contradicting } = newestVersions(all);
      const told = new Set<unknown>([...newest, ...superseded, ...contradicting.flat()]);
      expect(all.filter((one) => !told.has(one))).toEqual([]);
      const ids = newest.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(superseded.some((one) => newest.includes(one))).toBe(false);
    }),
  );
});

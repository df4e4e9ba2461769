import { expect, it } from 'vitest';
import { ResourceStore } from '../../src/sandbox/store.ts';

const NOW = new Date('2026-03-10T08:00:00Z');

it('takes so many resources and no more, but new versions of those it has', () => {
  const store = new ResourceStore(1);
  store.put({ resourceType: 'Patient' }, 'a', NOW);
  expect(store.put({ resourceType: 'Patient', active: true }, 'a', NOW).created).toBe(false);
  expect(() => store.put({ resourceType: 'Patient' }, 'b', NOW)).toThrow(
    'The sandbox holds 1 resources and takes no more; start it anew',
  );
});

it('does not keep what the caller says of version and time', () => {
  const store = new ResourceStore();
  const meta = { versionId: '9', lastUpdated: '1999-01-01T00:00:00Z', source: 'urn:x' };
  expect(store.put({ resourceType: 'Patient', meta }, 'a', NOW).stored['meta']).toEqual({
    versionId: '1',
    lastUpdated: '2026-03-10T08:00:00.000Z',
    source: 'urn:x',
  });
});

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readBundle, type SearchResult } from '../../src/fhir/bundle.ts';
import type { Resource } from '../../src/fhir/resource.ts';

const [FIRST, SECOND, THIRD] = ['c1', 'c2', 'c3'].map((id) => ({ resourceType: 'Condition', id }));
const ENCOUNTER = { resourceType: 'Encounter', id: 'e1' };
const IN_PART = {
  ...FIRST,
  meta: {
    tag: [
      { system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'SUBSETTED' },
    ],
  },
};
const ERROR = { resourceType: 'OperationOutcome', issue: [{ severity: 'error' }] };
const HINT = { resourceType: 'OperationOutcome', issue: [{ severity: 'warning' }] };

function aBundle(entry: unknown, changes: Record<string, unknown> = {}): Resource {
  return { resourceType: 'Bundle', type: 'searchset', entry, ...changes };
}

function read(entry: unknown, changes: Record<string, unknown> = {}): SearchResult {
  return readBundle(aBundle(entry, changes), 'accurate');
}

const all = (...resources: unknown[]) => resources.map((resource) => ({ resource }));
const next = (relation: unknown) => [{ relation, url: 'https://ehr.example/fhir?page=2' }];
const BELOW = 'fewer came than its total says';
const NOTHING = 'an entry holds no resource';
const PAGE = 'only the first page was sent';
const part = (status: string) => `a part of it was answered with ${status}`;

describe('a search is whole', () => {
  it.each<[string, SearchResult, number]>([
    ['with as many as its total says', read(all(FIRST, SECOND), { total: 2 }), 2],
    ['with more than its total says', read(all(FIRST, SECOND), { total: 1 }), 2],
    ['without a total', read(all(FIRST)), 1],
    ['without entries', read(undefined, { total: 0 }), 0],
    ['with a list of no entries', read([], { total: 0 }), 0],
    ['with null in place of no entries, and a total of 0', read(null, { total: 0 }), 0],
    ['with a total of null', read(all(FIRST), { total: null }), 1],
    ['with the same resource twice, both counted', read(all(FIRST, FIRST), { total: 2 }), 2],
    ['with a hint', read(all(HINT), { total: 0 }), 0],
    ['with links to other pages', read(all(FIRST), { link: next('previous') }), 1],
    ['as a response of a batch', read([{ response: { status: '200 OK' }, resource: FIRST }]), 1],
    [
      'inside the response of a batch',
      read([
        { response: { status: '200' }, resource: aBundle(all(FIRST, SECOND), { total: 2 }) },
        { response: { status: '200' }, resource: aBundle(all(THIRD), { total: 1 }) },
      ]),
      3,
    ],
    [
      'with its matches alone counted',
      read(
        [
          { resource: FIRST, search: { mode: 'match' } },
          { resource: ENCOUNTER, search: { mode: 'include' } },
          { resource: HINT, search: { mode: 'outcome' } },
        ],
        { total: 1 },
      ),
      2,
    ],
  ])('%s', (_title, result, count) => {
    expect(result).toMatchObject({ complete: true });
    expect(result.resources).toHaveLength(count);
  });
});

describe('a search is not whole', () => {
  const batch = (status: unknown, resource?: unknown) => read([{ response: { status }, resource }]);

  it.each<[string, SearchResult, string]>([
    ['with fewer than its total says', read(all(FIRST), { total: 25 }), BELOW],
    ['with a count alone', read(undefined, { total: 3 }), BELOW],
    ['with a total in a string', read(all(FIRST), { total: '2' }), BELOW],
    [
      'with included resources in the place of matches',
      read(
        [
          { resource: FIRST, search: { mode: 'match' } },
          { resource: ENCOUNTER, search: { mode: 'include' } },
        ],
        { total: 2 },
      ),
      BELOW,
    ],
    ['with an outcome in the place of a match', read(all(FIRST, HINT), { total: 2 }), BELOW],
    ['with an error', read(all(FIRST, ERROR)), 'the search reported an error'],
    ['with a next page', read(all(FIRST), { link: next('next') }), PAGE],
    ['with a NEXT page', read(all(FIRST), { link: next('NEXT') }), PAGE],
    ['with a next page in no list', read(all(FIRST), { link: next('Next')[0] }), PAGE],
    ['with a next page that has no address', read([], { link: [{ relation: 'next' }] }), PAGE],
    ['with an entry refused', batch('403 Forbidden'), part('403')],
    ['with an entry refused for want of a token', batch('401'), part('401')],
    ['with an entry not found', batch('404 Not Found', HINT), part('404')],
    ['with an entry that failed', batch('500 Internal Server Error', FIRST), part('500')],
    ['with an entry that is only taken in', batch('202 Accepted'), part('202')],
    ['with an entry answered in words', batch('Forbidden'), part('no status')],
    [
      'with an error as the outcome of an entry',
      read([{ resource: FIRST, response: { status: '200', outcome: ERROR } }]),
      'the search reported an error',
    ],
    ['of a batch with no entry', read([], { type: 'batch-response' }), NOTHING],
    [
      'with resources of which something was left out for privacy',
      read(all({ ...FIRST, meta: { security: [{ code: 'REDACTED' }] } })),
      'resources came in part only',
    ],
    [
      'with a warning that some were suppressed',
      read(
        all(FIRST, {
          resourceType: 'OperationOutcome',
          issue: [{ severity: 'warning', code: 'suppressed' }],
        }),
      ),
      'the search reported an error',
    ],
    ['with an address alone', read([{ fullUrl: 'https://ehr.example/fhir/Condition/1' }]), NOTHING],
    ['with an empty entry', read([{}, ...all(FIRST)]), NOTHING],
    ['with an entry of null', read([null, ...all(FIRST)]), NOTHING],
    ['with a resource of null', read(all(null)), NOTHING],
    ['with a resource of no type', read(all({ id: 'c1' })), NOTHING],
    ['with entries in no list', read({ resource: FIRST }), 'its entries cannot be read'],
    ['with null in place of entries', read(null), 'its entries cannot be read'],
    ['with a resource in part', read(all(IN_PART)), 'resources came in part only'],
    [
      'that is in part as a whole',
      read(all(FIRST), { meta: IN_PART.meta }),
      'resources came in part only',
    ],
    [
      'with a page inside the response of a batch',
      read(all(aBundle(all(FIRST), { link: next('next') }))),
      PAGE,
    ],
    ['with fewer inside than inside counted', read(all(aBundle(all(FIRST), { total: 2 }))), BELOW],
    [
      'with a refusal two Bundles down',
      read(all(aBundle(all(aBundle([{ response: { status: '403' } }]))))),
      part('403'),
    ],
  ])('%s', (_title, result, reason) => {
    expect(result).toMatchObject({ complete: false, reason });
  });

  it('and what came is there all the same', () => {
    expect(read(all(FIRST), { total: 25 }).resources).toEqual([FIRST]);
    expect(read([{}, ...all(FIRST)]).resources).toEqual([FIRST]);
    expect(read(all(aBundle(all(SECOND), { total: 2 }))).resources).toEqual([SECOND]);
    expect(read(all(IN_PART)).resources).toEqual([IN_PART]);
  });
});

it('each resource has the place where it stands, Bundles inside included', () => {
  const { resources, placeOf } = read([{}, ...all(FIRST, aBundle(all(SECOND)))]);
  expect(resources.map(placeOf)).toEqual([
    'entry[1].resource',
    'entry[2].resource.entry[0].resource',
  ]);
});

it('totals that are estimates are not held against what came; all else is', () => {
  const estimated = (entry: unknown, changes = {}) =>
    readBundle(aBundle(entry, changes), 'estimate').complete;
  expect(estimated(all(FIRST), { total: 25 })).toBe(true);
  expect(estimated(all(aBundle(all(FIRST), { total: 25 })))).toBe(true);
  expect(estimated(all(FIRST), { total: 25, link: next('next') })).toBe(false);
  expect(estimated([null], { total: 0 })).toBe(false);
});

it('whatever a Bundle holds, its reading ends, and only what is whole has no reason', () => {
  const junk = fc.letrec((tie) => ({
    resource: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom<unknown>(FIRST, IN_PART, HINT, ERROR, null, 'x', undefined),
      fc.record({
        resourceType: fc.constant('Bundle'),
        total: fc.option(fc.nat(3)),
        entry: fc.oneof(tie('entries'), fc.constant(null), fc.constant('none')),
      }),
    ),
    entries: fc.array(
      fc.oneof(
        fc.constant(null),
        fc.record({ resource: tie('resource'), search: fc.constantFrom({ mode: 'match' }, null) }),
      ),
      { maxLength: 3 },
    ),
  }));
  fc.assert(
    fc.property(junk.entries, fc.option(fc.nat(4)), (entry, total) => {
      const result = read(entry, { total });
      expect(result.complete).toBe(result.reason === undefined);
      expect(result.resources.map(result.placeOf)).not.toContain(undefined);
      const most = JSON.stringify(entry).split('"Condition"').length - 1;
      expect(result.complete && (total ?? 0) > most).toBe(false);
    }),
  );
});

it.each([
  ['the Bundle', { implicitRules: 'urn:rules' }, {}],
  ['the entry', {}, { modifierExtension: [{ url: 'urn:rules' }] }],
  ['how the entry was found', {}, { search: { modifierExtension: [{ url: 'urn:rules' }] } }],
])('what modifies %s modifies the resource in it', (_what, bundle, entry) => {
  const { resources } = read([{ resource: FIRST, ...entry }], bundle);
  expect(resources).toEqual([{ ...FIRST, modifierExtension: [{ url: 'urn:rules' }] }]);
});

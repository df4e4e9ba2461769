import type { Resource } from '../fhir/resource.ts';
import { matches, sortKeys, type MatchWorld } from './match.ts';
import type { SearchRequest, SortRule } from './search-request.ts';
import type { ResourceStore, StoredResource } from './store.ts';

/** Every resource that matches, sorted. */
export function findAll(
  request: Pick<SearchRequest, 'type' | 'criteria' | 'sort'>,
  store: ResourceStore,
  world: MatchWorld,
): StoredResource[] {
  const found = store
    .list(request.type)
    .filter((resource) =>
      request.criteria.every((criterion) => matches(resource, criterion, world)),
    );
  if (request.sort.length === 0) return found;
  return sorted(found, request.sort, world);
}

/**
 * One page of a search as a Bundle, with a link to the next while there is more.
 *
 * @see https://hl7.org/fhir/R4/http.html#paging
 */
export function searchBundle(
  request: SearchRequest,
  store: ResourceStore,
  world: MatchWorld,
): Resource {
  const { count, offset } = request;
  const found = findAll(request, store, world);
  const page = found.slice(offset, offset + count);
  return {
    resourceType: 'Bundle',
    type: 'searchset',
    ...(request.total ? { total: found.length } : {}),
    link: links(request, found.length, world.base),
    ...(page.length > 0 ? { entry: page.map((resource) => entryOf(resource, world.base)) } : {}),
  };
}

function entryOf(resource: StoredResource, base: string): unknown {
  const fullUrl = `${base}/${resource.resourceType}/${resource.id}`;
  return { fullUrl, resource, search: { mode: 'match' } };
}

function links(request: SearchRequest, size: number, base: string): unknown[] {
  const { type, count, offset, understood } = request;
  const url = (at: number): string => {
    const query = new URLSearchParams(understood.map(([name, value]) => [name, value]));
    if (at > 0) query.set('_offset', String(at));
    return `${base}/${type}${query.size > 0 ? `?${query.toString()}` : ''}`;
  };
  const all = [{ relation: 'self', url: url(offset) }];
  if (count > 0 && offset > 0) {
    all.push({ relation: 'previous', url: url(Math.max(0, offset - count)) });
  }
  if (count > 0 && offset + count < size) all.push({ relation: 'next', url: url(offset + count) });
  return all;
}

/** Resources without a value come last, in both directions. */
function sorted(
  found: readonly StoredResource[],
  rules: readonly SortRule[],
  world: MatchWorld,
): StoredResource[] {
  const rows = found.map((resource) => ({
    resource,
    keys: rules.map(({ parameter, descending }) => {
      const keys = sortKeys(resource, parameter, world).toSorted(compare);
      return descending ? keys.at(-1) : keys[0];
    }),
  }));
  return rows.toSorted((a, b) => compareRows(a.keys, b.keys, rules)).map((row) => row.resource);
}

type Key = string | number | undefined;

function compareRows(a: readonly Key[], b: readonly Key[], rules: readonly SortRule[]): number {
  for (const [i, { descending }] of rules.entries()) {
    const [x, y] = [a[i], b[i]];
    if (x === undefined && y === undefined) continue;
    if (x === undefined) return 1;
    if (y === undefined) return -1;
    const order = compare(x, y);
    if (order !== 0) return descending ? -order : order;
  }
  return 0;
}

function compare(a: string | number, b: string | number): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

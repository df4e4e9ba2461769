import { isFailure } from './operation-outcome.ts';
import { isObject, isResource, type Resource } from './resource.ts';

/** What a search brought, with the reason when it is not the whole answer. */
export interface SearchResult {
  readonly resources: readonly Resource[];
  /** Absolute URLs and urns under which the entries stand in the bundle. */
  readonly fullUrls: ReadonlyMap<string, Resource>;
  readonly complete: boolean;
  /** Words for a person when it is not complete. */
  readonly reason?: string;
}

/**
 * Reads a search result: a Bundle of any type, with or without `fullUrl`, `search`
 * and `entry`. OperationOutcome entries are no data; one that reports an error, or
 * a next page that is not here, makes the result incomplete.
 *
 * @see https://hl7.org/fhir/R4/http.html#search
 */
export function readBundle(bundle: Resource): SearchResult {
  const entries = Array.isArray(bundle['entry']) ? bundle['entry'] : [];
  const resources: Resource[] = [];
  const fullUrls = new Map<string, Resource>();
  let failed = false;
  for (const entry of entries) {
    const resource: unknown = isObject(entry) ? entry['resource'] : undefined;
    if (!isResource(resource)) continue;
    if (resource.resourceType === 'OperationOutcome') {
      failed ||= isFailure(resource);
      continue;
    }
    resources.push(resource);
    const fullUrl: unknown = isObject(entry) ? entry['fullUrl'] : undefined;
    if (typeof fullUrl === 'string') fullUrls.set(fullUrl, resource);
  }
  if (failed)
    return { resources, fullUrls, complete: false, reason: 'the search reported an error' };
  if (hasNextPage(bundle)) {
    return { resources, fullUrls, complete: false, reason: 'only the first page was sent' };
  }
  return { resources, fullUrls, complete: true };
}

function hasNextPage(bundle: Resource): boolean {
  const links = bundle['link'];
  return (
    Array.isArray(links) && links.some((link) => isObject(link) && link['relation'] === 'next')
  );
}

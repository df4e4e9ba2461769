import type { FhirAccess } from './client.ts';
import { openPoster, type PostLimits } from './post.ts';
import { isObject, isResource, referenceTo, type Resource } from './resource.ts';

/** How a transaction went: everything was written, or nothing, with words for a person. */
export type Written =
  | { readonly state: 'written'; readonly created: number; readonly updated: number }
  | { readonly state: 'refused'; readonly reason: string };

/**
 * Resources with ids as one transaction that creates or replaces each, so that writing
 * it twice leaves the same behind.
 *
 * @see https://hl7.org/fhir/R4/http.html#transaction
 */
export function transactionOf(resources: readonly Resource[]): Resource {
  const entry = resources.map((resource) => ({
    resource,
    request: { method: 'PUT', url: referenceTo(resource) },
  }));
  return { resourceType: 'Bundle', type: 'transaction', entry };
}

/**
 * Writes resources to a server, all of them or none. Follows no redirect. Never rejects:
 * what was not written is a result. The server's own words are passed on, without the
 * token, so this is for data that may be read by anybody.
 */
export async function writeAll(
  resources: readonly Resource[],
  access: FhirAccess,
  limits: PostLimits,
): Promise<Written> {
  const poster = openPoster(access, limits);
  const posted = await poster.post('', transactionOf(resources));
  await poster.close();
  return 'answer' in posted ? resultOf(posted.answer, resources.length) : refused(posted.reason);
}

/** A transaction-response tells of each entry; less than that is no success. */
function resultOf(answer: unknown, expected: number): Written {
  const entries = isResource(answer) && Array.isArray(answer['entry']) ? answer['entry'] : [];
  const statuses = entries.map((entry) => {
    const response: unknown = isObject(entry) ? entry['response'] : undefined;
    return isObject(response) ? String(response['status']).slice(0, 3) : '';
  });
  const failed = statuses.filter((status) => !/^2\d\d$/.test(status));
  if (failed.length > 0)
    return refused(`the FHIR server answered ${failed[0]} for one of its resources`);
  if (statuses.length !== expected)
    return refused('the FHIR server did not say that everything was written');
  const created = statuses.filter((status) => status === '201').length;
  return { state: 'written', created, updated: statuses.length - created };
}

function refused(reason: string): Written {
  return { state: 'refused', reason };
}

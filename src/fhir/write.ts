import type { Bundle } from 'fhir/r4.js';
import { Client } from 'fhir-kit-client';
import { Agent } from 'undici';
import { reasonOf, type FhirAccess } from './client.ts';
import { isObject, isResource, referenceTo, type Resource } from './resource.ts';

/** How a transaction went: everything was written, or nothing, with words for a person. */
export type Written =
  | { readonly state: 'written'; readonly created: number; readonly updated: number }
  | { readonly state: 'refused'; readonly reason: string };

/** How long a server may take, and how large its answer may be. */
export interface WriteLimits {
  readonly signal: AbortSignal;
  readonly maxBytes: number;
}

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
  { signal, maxBytes }: WriteLimits,
): Promise<Written> {
  const dispatcher = new Agent({ maxResponseSize: maxBytes });
  const client = new Client({
    baseUrl: access.baseUrl,
    requestOptions: { redirect: 'error', dispatcher },
    ...(access.token === undefined ? {} : { bearerToken: access.token }),
  });
  try {
    const answer: unknown = await client.request(access.baseUrl, {
      method: 'POST',
      options: { signal, headers: { 'content-type': 'application/fhir+json' } },
      body: transactionOf(resources) as unknown as Bundle, // the client sends it as it is
    });
    return resultOf(answer, resources.length);
  } catch (error) {
    if (signal.aborted) return refused('the FHIR server took too long');
    const words = diagnosticsOf(error)?.replaceAll(access.token ?? '\0', '…');
    const reason = reasonOf(error, signal);
    return refused(words === undefined ? reason : `${reason}: ${words}`);
  } finally {
    await dispatcher.close();
  }
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

/** What an OperationOutcome says of the first error, on one line of bearable length. */
function diagnosticsOf(error: unknown): string | undefined {
  const { response } = (isObject(error) ? error : {}) as { response?: { data?: unknown } }; // fhir-kit-client's
  const issues = isObject(response?.data) ? response.data['issue'] : undefined;
  const issue: unknown = Array.isArray(issues) ? issues[0] : undefined;
  if (!isObject(issue)) return undefined;
  const details = isObject(issue['details']) ? issue['details']['text'] : undefined;
  const words = issue['diagnostics'] ?? details;
  return typeof words === 'string' ? words.replaceAll(/\s+/g, ' ').slice(0, 300) : undefined;
}

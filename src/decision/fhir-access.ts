import type { CdsRequest } from '../cds-hooks/request.ts';
import { allowedServer } from '../fhir/allow-list.ts';
import type { FhirReader, OpenFhirReader } from '../fhir/client.ts';
import type { Totals } from '../site.ts';

/** Which FHIR servers may be read, and how much one request may cost. */
export interface FhirPolicy {
  /** Base addresses, asked at each request; one that names another is served by prefetch alone. */
  readonly allowed: () => readonly string[];
  /** Time for all reads of one request, in milliseconds. */
  readonly budgetMs: number;
  /** What the totals of a server's searches count; what it sends, when left out. */
  readonly totalsOf?: (fhirServer: string) => Totals;
}

/** Pages that one search may bring. */
export const MAX_PAGES = 50;

/**
 * Opens the FHIR server that a request names, if it is allowed. The token serves
 * this request only, and not beyond its `expires_in`; reads end when the caller hangs up.
 *
 * @see https://cds-hooks.hl7.org/STU2/#passing-the-access-token-to-the-cds-service
 */
export function openReaders(
  open: OpenFhirReader,
  policy: FhirPolicy,
): (request: CdsRequest, hungUp?: AbortSignal) => FhirReader | undefined {
  return ({ fhirServer, fhirAuthorization, leftAside }, hungUp) => {
    const baseUrl = allowedServer(fhirServer, policy.allowed());
    // What a token that cannot be used would have opened is not read as if there were none.
    if (baseUrl === undefined || leftAside.has('fhirAuthorization')) return undefined;
    const lifetime = (fhirAuthorization?.expires_in ?? Number.POSITIVE_INFINITY) * 1000;
    const time = AbortSignal.timeout(Math.max(0, Math.min(policy.budgetMs, lifetime)));
    const signal = hungUp === undefined ? time : AbortSignal.any([time, hungUp]);
    return open(
      {
        baseUrl,
        token: fhirAuthorization?.access_token,
        totals: policy.totalsOf?.(baseUrl),
      },
      { signal, maxPages: MAX_PAGES },
    );
  };
}

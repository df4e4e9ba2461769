import type { Bundle } from 'fhir/r4.js';
import { Client } from 'fhir-kit-client';
import { Agent } from 'undici';
import { readFailure, reasonOf, type FhirAccess } from './client.ts';
import { makeSafe } from './json-depth.ts';
import { outcomeWords } from './operation-outcome.ts';
import { isResource, type Resource } from './resource.ts';

/** What a server answered, or why there is no answer, with the HTTP status if there was one. */
export type Posted =
  | { readonly answer: Resource }
  | { readonly reason: string; readonly status: number | undefined };

/** How long a server may take for everything, and how large one answer may be. */
export interface PostLimits {
  readonly signal: AbortSignal;
  readonly maxBytes: number;
}

/** Sends resources to one server. */
export interface Poster {
  /** `path` is below the base address; '' is the base itself. Never rejects. */
  post(path: string, body: Resource): Promise<Posted>;
  close(): Promise<void>;
}

/**
 * Opens a server to send to. Follows no redirect. The server's own words are passed on,
 * without the token, so this is for data that may be read by anybody.
 */
export function openPoster(access: FhirAccess, { signal, maxBytes }: PostLimits): Poster {
  const dispatcher = new Agent({ maxResponseSize: maxBytes });
  const client = new Client({
    baseUrl: access.baseUrl,
    requestOptions: { redirect: 'error', dispatcher },
    ...(access.token === undefined ? {} : { bearerToken: access.token }),
  });
  return {
    post: async (path, body) => {
      try {
        const answer: unknown = await client.request(`${access.baseUrl}${path && `/${path}`}`, {
          method: 'POST',
          options: { signal, headers: { 'content-type': 'application/fhir+json' } },
          body: body as unknown as Bundle, // the client sends it as it is
        });
        if (!isResource(answer)) return failed('the FHIR server answered with no resource', 200);
        return makeSafe(answer) ? { answer } : failed('the answer is nested too deep', 200);
      } catch (error) {
        if (signal.aborted) return failed('the FHIR server took too long', undefined);
        const { response } = readFailure(error);
        const words = outcomeWords(response?.data)?.replaceAll(access.token ?? '\0', '…');
        const reason = reasonOf(error, signal);
        const said = words === undefined ? reason : `${reason}: ${words}`;
        return failed(said, response?.status);
      }
    },
    close: () => dispatcher.close(),
  };
}

function failed(reason: string, status: number | undefined): Posted {
  return { reason, status };
}

import { Client } from 'fhir-kit-client';
import { Agent } from 'undici';
import type { Totals } from '../site.ts';
import { isInPart, nextLink, readPage, whyNotWhole, type Page } from './bundle.ts';
import { countBytes } from './count-bytes.ts';
import { makeSafe } from './json-depth.ts';
import { isFailure } from './operation-outcome.ts';
import { isObject, isResource, type Resource } from './resource.ts';

/** A FHIR server that may be read for one request, and with what. */
export interface FhirAccess {
  readonly baseUrl: string;
  /** Bearer token; goes to the server's own address and nowhere else. */
  readonly token?: string | undefined;
  /** Whether the totals of its searches count what it sends; they do when left out. */
  readonly totals?: Totals | undefined;
}

/** How much one request may cost the server and us. */
export interface ReadLimits {
  /** Ends all reads of the request. */
  readonly signal: AbortSignal;
  readonly maxPages: number;
}

/** What was looked for: everything, part of it, or not seen; the reason is for people. */
export type Looked =
  | { readonly state: 'read'; readonly resources: readonly Resource[] }
  | {
      readonly state: 'incomplete';
      readonly resources: readonly Resource[];
      readonly reason: string;
    }
  | { readonly state: 'failed'; readonly resources: readonly []; readonly reason: string };

/** Reads one FHIR server for one request. */
export interface FhirReader {
  /** One instance (`Patient/12`). @see https://hl7.org/fhir/R4/http.html#read */
  read(path: string): Promise<Looked>;
  /** A search with all its pages. @see https://hl7.org/fhir/R4/http.html#search */
  search(query: string): Promise<Looked>;
}

/** One question to a server and what came back, for those who look into how it behaves. */
export interface Exchange {
  /** HTTP status; undefined when no answer came. */
  readonly status: number | undefined;
  /** The resource answered, beside an error status too; undefined when it was none. */
  readonly answer: Resource | undefined;
  /** Why there was no answer, as the network names it (`ECONNREFUSED`, `unexpected redirect`). */
  readonly trouble: string | undefined;
}

/** Opens a reader for one request; `observe` is told of every exchange. */
export type OpenFhirReader = (
  access: FhirAccess,
  limits: ReadLimits,
  observe?: (exchange: Exchange) => void,
) => FhirReader;

/**
 * Keeps the connections to FHIR servers, which requests share; nothing else of a
 * request outlives it. One answer, and all pages of a request together, may hold
 * `maxBytes`.
 */
export function connectFhir(maxBytes: number): OpenFhirReader {
  const agent = new Agent({ maxResponseSize: maxBytes });
  return (access, limits, observe) => openReader(access, limits, { agent, maxBytes, observe });
}

interface Connection {
  readonly agent: Agent;
  readonly maxBytes: number;
  readonly observe: ((exchange: Exchange) => void) | undefined;
}

/**
 * No redirect is followed, no page of another address is asked for, and no failure
 * carries an address, since addresses hold patient ids. Never rejects: a look that
 * fails is a result.
 */
function openReader(
  access: FhirAccess,
  limits: ReadLimits,
  { agent, maxBytes, observe }: Connection,
): FhirReader {
  const { dispatcher, bytes } = countBytes(agent);
  const client = new Client({
    baseUrl: access.baseUrl,
    // Servers answer searches from a cache (HAPI FHIR for a minute), but what was just recorded counts.
    customHeaders: { 'cache-control': 'no-cache' },
    requestOptions: { redirect: 'error', dispatcher },
    ...(access.token === undefined ? {} : { bearerToken: access.token }),
  });
  const get: Get = async (url) => {
    try {
      const answer = await client.request(url, {
        method: 'GET',
        options: { signal: limits.signal },
      });
      const status = Client.httpFor(answer).response?.status ?? 200;
      observe?.(exchangeOf({ response: { status, data: answer } }));
      if (!isResource(answer)) return { reason: 'the FHIR server answered with no resource' };
      if (bytes() > maxBytes) return { reason: TOO_LARGE };
      if (!makeSafe(answer)) return { reason: 'the answer is nested too deep' };
      return { answer, flaw: WHOLE.has(status) ? undefined : `the FHIR server answered ${status}` };
    } catch (error) {
      observe?.(exchangeOf(error));
      return { reason: reasonOf(error, limits.signal) };
    }
  };
  return {
    read: async (path) => readOne(await get(path)),
    search: (query) => searchAll(inLargePages(query), access, get, limits.maxPages),
  };
}

const TOO_LARGE = 'the answer is too large';

// Servers cut it down to what they allow; without it some send pages of ten.
const PAGE_SIZE = 200;

/** @see https://hl7.org/fhir/R4/search.html#count */
function inLargePages(query: string): string {
  return /[?&]_count=/.test(query) ? query : `${query}&_count=${PAGE_SIZE}`;
}

/** 202 and 206 come with something, and say that it is not all; 203 went through a proxy. */
const WHOLE: ReadonlySet<number> = new Set([200, 203]);

type Got =
  | { readonly answer: Resource; readonly flaw: string | undefined }
  | { readonly reason: string };
type Get = (url: string) => Promise<Got>;

function readOne(got: Got): Looked {
  if ('reason' in got) return failed(got.reason);
  const { answer, flaw } = got;
  if (answer.resourceType === 'OperationOutcome')
    return failed('the FHIR server reported an error');
  if (flaw !== undefined) return incomplete([answer], flaw);
  return isInPart(answer)
    ? incomplete([answer], 'the resource came in part only')
    : { state: 'read', resources: [answer] };
}

async function searchAll(
  query: string,
  { baseUrl, totals = 'accurate' }: FhirAccess,
  get: Get,
  maxPages: number,
): Promise<Looked> {
  const pages: Page[] = [];
  const broken = (reason: string): Looked =>
    incomplete(
      pages.flatMap(({ resources }) => resources),
      reason,
    );
  let url: string | undefined = query;
  while (url !== undefined) {
    if (pages.length === maxPages) return broken(`there are more than ${maxPages} pages`);
    const got = await get(url);
    const bundle = 'answer' in got ? searchsetOf(got.answer) : got.reason;
    if (typeof bundle === 'string') return pages.length === 0 ? failed(bundle) : broken(bundle);
    const page = readPage(bundle, totals);
    pages.push('flaw' in got && got.flaw !== undefined ? { ...page, flaw: got.flaw } : page);
    url = nextLink(bundle);
    if (url === undefined && page.hasNext) return broken('the next page has no address');
    if (url !== undefined && !isWithin(url, baseUrl)) {
      return broken('the next page is at another address');
    }
  }
  const reason = whyNotWhole(pages, totals);
  return reason === undefined
    ? { state: 'read', resources: pages.flatMap(({ resources }) => resources) }
    : broken(reason);
}

function searchsetOf(answer: Resource): Resource | string {
  if (answer.resourceType === 'Bundle') return answer;
  const isError = answer.resourceType === 'OperationOutcome' && isFailure(answer);
  return isError ? 'the FHIR server reported an error' : 'the FHIR server answered with no Bundle';
}

/** True for addresses of the same origin, at or below the base path; relative ones are. */
export function isWithin(url: string, baseUrl: string): boolean {
  const base = new URL(baseUrl.endsWith('/') ? baseUrl : `${baseUrl}/`);
  const target = URL.parse(url, base);
  // A search may page by `<base>?…`, without a slash.
  const below = target !== null && `${target.pathname}/`.startsWith(base.pathname);
  return below && target.origin === base.origin && target.username === '' && target.password === '';
}

function failed(reason: string): Looked {
  return { state: 'failed', resources: [], reason };
}

function incomplete(resources: readonly Resource[], reason: string): Looked {
  return { state: 'incomplete', resources, reason };
}

/** What fhir-kit-client and fetch attach to their errors. */
export interface RequestFailure {
  readonly response?: { readonly status?: number; readonly data?: unknown };
  readonly cause?: { readonly code?: string; readonly message?: string };
}

/** The error of a request, as far as it is read. */
export function readFailure(error: unknown): RequestFailure {
  return isObject(error) ? error : {};
}

function exchangeOf(failure: unknown): Exchange {
  const { response, cause } = readFailure(failure);
  const answer = isResource(response?.data) ? response.data : undefined;
  return { status: response?.status, answer, trouble: cause?.code ?? cause?.message };
}

/** fhir-kit-client puts the address into its messages, so they are never passed on. */
export function reasonOf(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) return 'the time for reading ran out';
  const { response, cause } = readFailure(error);
  const status = response?.status;
  if (status === 401 || status === 403) return `the FHIR server refused access (${status})`;
  if (typeof status === 'number' && status >= 400) return `the FHIR server answered ${status}`;
  if (typeof status === 'number') return 'the FHIR server answered with no JSON';
  if (cause?.code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') return TOO_LARGE;
  return 'the FHIR server could not be reached, or answered with a redirect';
}

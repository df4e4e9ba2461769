import {
  allOk,
  badRequest,
  created,
  multipleMatches,
  notFound,
  OperationOutcomeError,
  parseSearchRequest,
} from '@medplum/core';
import {
  FhirRouter,
  type FhirRouteHandler,
  type FhirRouteMetadata,
  type HttpMethod,
  type RouteResult,
} from '@medplum/fhir-router';
import type { Bundle, BundleLink } from '@medplum/fhirtypes';
import { isResource } from '../fhir/resource.ts';
import { PARAMETERS } from './definitions.ts';
import { checkQuery, type Query, type SearchedServer } from './query.ts';

type Route = RouteResult<FhirRouteHandler, FhirRouteMetadata>;

/** @see https://hl7.org/fhir/R4/datatypes.html#id */
const ID = /^[A-Za-z0-9.-]{1,64}$/;

/**
 * The library's routes, as far as the sandbox serves them: for one request and for each
 * entry of a Bundle.
 *
 * @see https://hl7.org/fhir/R4/http.html
 */
export class SandboxRouter extends FhirRouter {
  readonly #server: SearchedServer;

  constructor(server: SearchedServer) {
    super();
    this.#server = server;
  }

  /** Undefined for what is not served; throws what is wrong with a search. */
  override find(method: HttpMethod, url: string): Route | undefined {
    const route = super.find(method, url);
    const { resourceType, id } = route?.params ?? {};
    if (!route || resourceType === undefined) return undefined;
    if (!PARAMETERS.has(resourceType)) throw unknownType();
    if (id !== undefined && !ID.test(id)) return undefined;
    const interaction = route.data?.interaction;
    if (interaction === 'search-type')
      return method === 'GET' ? this.#search(route, url) : undefined;
    if (interaction === 'create') return { ...route, handler: this.#create(route) };
    if (id === undefined) return undefined;
    if (interaction === 'update') return { ...route, handler: update(route.handler) };
    return interaction === 'read' || interaction === 'delete' ? route : undefined;
  }

  #search(route: Route, url: string): Route {
    const { base } = this.#server;
    return {
      ...route,
      query: this.#check(route, new URL(url, 'http://localhost').searchParams),
      handler: async (request, repository) => {
        const [outcome, found] = await route.handler(request, repository, this);
        const page = found as Bundle; // a search gives a Bundle
        return [outcome, { ...page, link: links(page, url, base), ...entriesOf(page, base) }];
      },
    };
  }

  /** @see https://hl7.org/fhir/R4/http.html#ccreate */
  #create(route: Route): FhirRouteHandler {
    return onResource(async (request, repository, ...rest) => {
      const { 'if-none-exist': condition, ...headers } = request.headers ?? {};
      const plain = { ...request, headers };
      if (typeof condition !== 'string') return route.handler(plain, repository, ...rest);
      const query = this.#check(route, new URLSearchParams(condition));
      const search = parseSearchRequest(request.params['resourceType'] ?? '', query);
      if (!search.filters) return [badRequest('A condition must have a search parameter')];
      const [found, other] = await repository.searchResources(search);
      if (other) return [multipleMatches];
      return found ? [allOk, found] : route.handler(plain, repository, ...rest);
    });
  }

  #check({ params }: Route, query: URLSearchParams): Query {
    return checkQuery(params['resourceType'] ?? '', query, this.#server);
  }
}

function unknownType(): OperationOutcomeError {
  const text =
    'The sandbox serves resource types of FHIR R4, as /metadata lists them, and no other';
  const issue = { severity: 'error', code: 'not-found', details: { text } } as const;
  return new OperationOutcomeError({ ...notFound, issue: [issue] });
}

/** The library takes any body for a resource. */
function onResource(handler: FhirRouteHandler): FhirRouteHandler {
  return async (request, ...rest) =>
    isResource(request.body)
      ? handler(request, ...rest)
      : [badRequest(`The body must be a FHIR resource of type ${request.params['resourceType']}`)];
}

/** An update of what is not there creates it. @see https://hl7.org/fhir/R4/http.html#upsert */
function update(handler: FhirRouteHandler): FhirRouteHandler {
  return onResource(async (request, repository, ...rest) => {
    const { resourceType = '', id = '' } = request.params;
    const before = await repository.readResource(resourceType, id).catch(() => undefined);
    const [outcome, resource] = await handler(request, repository, ...rest);
    return resource ? [before ? outcome : created, resource] : [outcome];
  });
}

/** @see https://hl7.org/fhir/R4/http.html#paging */
function links({ total = 0, entry = [] }: Bundle, url: string, base: string): BundleLink[] {
  const self = { relation: 'self', url: `${base}/${url}` };
  const next = new URL(self.url);
  const until = Number(next.searchParams.get('_offset') ?? 0) + entry.length;
  next.searchParams.set('_offset', String(until));
  return entry.length > 0 && until < total ? [self, { relation: 'next', url: next.href }] : [self];
}

function entriesOf({ entry }: Bundle, base: string): Pick<Bundle, 'entry'> {
  if (!entry) return {};
  return {
    entry: entry.map((found) => {
      const { resourceType, id } = found.resource ?? {};
      return { fullUrl: `${base}/${resourceType}/${id}`, ...found };
    }),
  };
}

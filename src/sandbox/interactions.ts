import { NerverootError } from '../errors.ts';
import { isResource, type Resource } from '../fhir/resource.ts';
import { RESOURCE_TYPES } from './parameters.ts';
import { findAll, searchBundle } from './search.ts';
import { readSearch } from './search-request.ts';
import type { ResourceStore, StoredResource } from './store.ts';

/** One interaction, as it comes over HTTP or in an entry of a Bundle. */
export interface FhirCall {
  readonly method: string;
  /** Below the base: `Patient/1`; empty for the base itself. */
  readonly path: string;
  readonly query: Iterable<readonly [string, string]>;
  readonly body?: unknown;
  readonly ifMatch?: string | undefined;
  readonly ifNoneExist?: string | undefined;
}

export interface FhirAnswer {
  readonly status: number;
  readonly body?: Resource;
  /** The resource that the answer is about, for the headers. */
  readonly stored?: StoredResource;
  /** Absolute, where a resource was created. */
  readonly location?: string;
}

/** What the interactions work on. */
export interface SandboxWorld {
  readonly store: ResourceStore;
  readonly clock: () => Date;
  readonly newId: () => string;
  /** The server's own base, without a slash at the end. */
  readonly base: string;
  /** IANA zone in which dates without a time are read. */
  readonly zone: string;
}

/**
 * Answers one interaction with a resource type or a resource.
 *
 * @see https://hl7.org/fhir/R4/http.html
 */
export function interact(call: FhirCall, world: SandboxWorld): FhirAnswer {
  const [type = '', id, ...rest] = call.path.split('/');
  if (!RESOURCE_TYPES.includes(type)) throw unknownType();
  if (id === undefined) return onType(type, call, world);
  if (id === '_search' && rest.length === 0 && call.method === 'POST') {
    return { status: 200, body: search(type, call, world) };
  }
  if (rest.length > 0 || !ID.test(id)) {
    throw new NerverootError('NotFound', 'The sandbox has no operations, no history, no such id');
  }
  return onInstance(type, id, call, world);
}

/** @see https://hl7.org/fhir/R4/datatypes.html#id */
export const ID = /^[A-Za-z0-9.-]{1,64}$/;

function unknownType(): NerverootError {
  const message = `The sandbox serves ${RESOURCE_TYPES.join(', ')}; no other resource type`;
  return new NerverootError('NotFound', message);
}

function onType(type: string, call: FhirCall, world: SandboxWorld): FhirAnswer {
  if (call.method === 'GET') return { status: 200, body: search(type, call, world) };
  if (call.method === 'POST') return create(type, call, world);
  throw methodNotAllowed('GET to search and POST to create');
}

function onInstance(type: string, id: string, call: FhirCall, world: SandboxWorld): FhirAnswer {
  const { store } = world;
  if (call.method === 'GET') {
    const stored = store.read(type, id);
    return { status: 200, body: stored, stored };
  }
  if (call.method === 'PUT') return update(type, id, call, world);
  if (call.method === 'DELETE') {
    checkVersion(type, id, call, store);
    store.delete(type, id);
    return { status: 204 };
  }
  throw methodNotAllowed('GET, PUT and DELETE');
}

function methodNotAllowed(allowed: string): NerverootError {
  return new NerverootError('MethodNotAllowed', `Use ${allowed} here`);
}

function search(type: string, call: FhirCall, world: SandboxWorld): Resource {
  return searchBundle(readSearch(type, call.query, world.zone), world.store, world);
}

/** @see https://hl7.org/fhir/R4/http.html#create */
function create(type: string, call: FhirCall, world: SandboxWorld): FhirAnswer {
  const resource = checkBody(type, call.body);
  const existing = findExisting(type, call.ifNoneExist, world);
  if (existing) return { status: 200, body: existing, stored: existing };
  return keep(resource, world.newId(), world);
}

/**
 * The one resource that an `If-None-Exist` header asks about. Throws NotUnique when
 * there are several.
 *
 * @see https://hl7.org/fhir/R4/http.html#ccreate
 */
export function findExisting(
  type: string,
  criteria: string | undefined,
  world: SandboxWorld,
): StoredResource | undefined {
  if (criteria === undefined) return undefined;
  const request = readSearch(type, new URLSearchParams(criteria), world.zone);
  if (request.criteria.length === 0) {
    throw new NerverootError('InvalidRequest', 'A condition must have a search parameter');
  }
  const [found, other] = findAll(request, world.store, world);
  if (!other) return found;
  throw new NerverootError('NotUnique', `Several resources of type ${type} fulfil the condition`);
}

/** @see https://hl7.org/fhir/R4/http.html#update */
function update(type: string, id: string, call: FhirCall, world: SandboxWorld): FhirAnswer {
  const resource = checkBody(type, call.body);
  if (resource.id !== id) {
    throw new NerverootError(
      'InvalidRequest',
      `"${type}.id" must be the id in the address of the update`,
      { path: `${type}.id` },
    );
  }
  checkVersion(type, id, call, world.store);
  return keep(resource, id, world);
}

function keep(resource: Resource, id: string, world: SandboxWorld): FhirAnswer {
  const { stored, created } = world.store.put(resource, id, world.clock());
  if (!created) return { status: 200, body: stored, stored };
  const location = `${world.base}/${stored.resourceType}/${id}`;
  return { status: 201, body: stored, stored, location };
}

function checkBody(type: string, body: unknown): Resource {
  if (!isResource(body)) {
    throw new NerverootError('InvalidRequest', `The body must be a FHIR resource of type ${type}`);
  }
  if (body.resourceType === type) return body;
  throw new NerverootError('InvalidRequest', `"resourceType" must be ${type} at this address`, {
    path: 'resourceType',
  });
}

/** @see https://hl7.org/fhir/R4/http.html#concurrency */
function checkVersion(type: string, id: string, call: FhirCall, store: ResourceStore): void {
  if (call.ifMatch === undefined) return;
  const wanted = /^(?:W\/)?"?([^"]*)"?$/.exec(call.ifMatch.trim())?.[1];
  if (wanted === store.versionOf(type, id)) return;
  throw new NerverootError(
    'VersionConflict',
    `If-Match names another version than the ${type} has; read it again and send its ETag`,
  );
}

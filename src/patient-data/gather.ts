import type { CdsRequest } from '../cds-hooks/request.ts';
import { NerverootError } from '../errors.ts';
import { readBundle } from '../fhir/bundle.ts';
import { isFailure } from '../fhir/operation-outcome.ts';
import {
  isObject,
  isResource,
  referenceTo,
  subjectReference,
  type Resource,
} from '../fhir/resource.ts';
import type { DataRequirement } from './requirements.ts';

/**
 * How a requirement was met. *Missing* was not sent, *failed* was looked for in
 * vain, *incomplete* lacks a page: none of the three may be read as "absent".
 */
export type RequirementState =
  | { readonly state: 'prefetched' | 'absent' }
  | { readonly state: 'missing' | 'failed' | 'incomplete'; readonly reason: string };

export type MetRequirement = DataRequirement & RequirementState;

export interface PatientData {
  /** The patient's resources, each once; the Patient first. */
  readonly resources: readonly Resource[];
  /** Unsigned orders of the request's context. */
  readonly draftOrders: readonly Resource[];
  /** The drafts the call is about: those selected, or all where the hook has no selection. */
  readonly selectedOrders: readonly Resource[];
  readonly requirements: readonly MetRequirement[];
}

/** What `gather` has to know beside the request. */
export interface GatherRules {
  readonly requirements: readonly DataRequirement[];
  /** Resource types without which the answer is 412. */
  readonly required: readonly string[];
  /** Whether FHIR R4 has a resource type of that name. */
  readonly isResourceType: (name: string) => boolean;
}

/**
 * Brings together the patient's data from the request. Throws MissingData when a
 * required item is not there, PatientMismatch when a resource names another
 * patient, InvalidRequest when a value is no FHIR R4.
 *
 * @see https://cds-hooks.hl7.org/STU2/#providing-fhir-resources-to-a-cds-service
 */
export function gather(request: CdsRequest, rules: GatherRules): PatientData {
  const pool = new ResourcePool(request.context.patientId, rules.isResourceType);
  const draftOrders = readDraftOrders(request, pool);
  const requirements = rules.requirements.map((requirement): MetRequirement => ({
    ...requirement,
    ...readPrefetch(request.prefetch, requirement, pool),
  }));
  for (const requirement of requirements) checkRequired(requirement, rules.required);
  const drafts = new Set(draftOrders.map(referenceTo));
  return {
    // An order in hand is read from the context alone; a stored copy of it is out of date.
    resources: pool.resources.filter((resource) => !drafts.has(referenceTo(resource) ?? '')),
    draftOrders,
    selectedOrders: selectOrders(request, draftOrders),
    requirements,
  };
}

function selectOrders(request: CdsRequest, draftOrders: readonly Resource[]): readonly Resource[] {
  const { selections } = request.context;
  if (!selections) return draftOrders;
  return draftOrders.filter((order) => selections.includes(referenceTo(order) ?? ''));
}

function readDraftOrders(request: CdsRequest, pool: ResourcePool): Resource[] {
  const entries = request.context.draftOrders?.entry ?? [];
  return entries.map(({ resource }, i) => {
    pool.check(resource, () => `context.draftOrders.entry[${i}].resource`);
    return resource;
  });
}

function readPrefetch(
  prefetch: ReadonlyMap<string, unknown>,
  { key, resourceType }: DataRequirement,
  pool: ResourcePool,
): RequirementState {
  const place = `prefetch.${key}`;
  const value = prefetch.get(key);
  if (value === undefined) return { state: 'missing', reason: 'not sent' };
  if (value === null) return { state: 'absent' };
  if (!isResource(value)) {
    throw new NerverootError('InvalidRequest', `"${place}" must be a FHIR resource or null`, {
      path: place,
    });
  }
  if (value.resourceType === 'OperationOutcome') {
    return isFailure(value)
      ? { state: 'failed', reason: 'the EHR could not read it' }
      : { state: 'absent' };
  }
  if (value.resourceType !== 'Bundle') {
    if (value.resourceType !== resourceType) {
      throw new NerverootError(
        'InvalidRequest',
        `"${place}" must be a ${resourceType} or a Bundle of them`,
        { path: place },
      );
    }
    pool.add([value], () => place);
    return { state: 'prefetched' };
  }
  const found = readBundle(value);
  for (const [fullUrl, resource] of found.fullUrls) pool.learnName(fullUrl, resource);
  pool.add(
    found.resources,
    (resource) => `${place}.entry[${indexOfEntry(value, resource)}].resource`,
  );
  if (!found.complete) return { state: 'incomplete', reason: found.reason ?? 'incomplete' };
  return { state: found.resources.length > 0 ? 'prefetched' : 'absent' };
}

/** Where a resource stands in the Bundle as it was sent. */
function indexOfEntry(bundle: Resource, resource: Resource): number {
  const entries: unknown[] = Array.isArray(bundle['entry']) ? bundle['entry'] : [];
  return entries.findIndex((entry) => isObject(entry) && entry['resource'] === resource);
}

function checkRequired(requirement: MetRequirement, required: readonly string[]): void {
  const { key, resourceType, state } = requirement;
  if (!required.includes(resourceType)) return;
  // Nobody is "absent" as the Patient of a call.
  const met = state === 'prefetched' || (state === 'absent' && resourceType !== 'Patient');
  if (met) return;
  const what: Record<MetRequirement['state'], string> = {
    prefetched: 'is there',
    absent: 'is empty',
    missing: 'is missing and the service reads no FHIR server',
    failed: 'could not be read by the EHR',
    incomplete: 'is incomplete',
  };
  throw new NerverootError(
    'MissingData',
    `Prefetch key "${key}" ${what[state]}; this service cannot advise without it. Send it as ${requirement.template}`,
    { path: `prefetch.${key}` },
  );
}

/** Says where a resource stands in the request; asked only when it is refused. */
type PlaceOf = (resource: Resource) => string;

// More would only come from a fault or an attack; it bounds the work of one call.
const RESOURCE_LIMIT = 50_000;

/** Collects resources, each once, and refuses those of another patient or another FHIR version. */
class ResourcePool {
  readonly resources: Resource[] = [];
  readonly #seen = new Set<string>();
  readonly #names: Set<string>;
  readonly #patientId: string;
  readonly #isResourceType: (name: string) => boolean;

  constructor(patientId: string, isResourceType: (name: string) => boolean) {
    this.#patientId = patientId;
    this.#isResourceType = isResourceType;
    this.#names = new Set([`Patient/${patientId}`, `urn:uuid:${patientId}`]);
  }

  /** A bundle may call the context patient by another name, as transactions do. */
  learnName(fullUrl: string, resource: Resource): void {
    if (resource.resourceType === 'Patient' && resource.id === this.#patientId) {
      this.#names.add(fullUrl);
    }
  }

  add(resources: readonly Resource[], placeOf: PlaceOf): void {
    for (const resource of resources) {
      this.check(resource, placeOf);
      const reference = referenceTo(resource);
      if (reference !== undefined && this.#seen.has(reference)) continue;
      if (reference !== undefined) this.#seen.add(reference);
      this.resources.push(resource);
    }
    if (this.resources.length > RESOURCE_LIMIT) {
      throw new NerverootError(
        'BodyTooLarge',
        `The prefetch holds more than ${RESOURCE_LIMIT} resources`,
        { path: 'prefetch' },
      );
    }
  }

  check(resource: Resource, placeOf: PlaceOf): void {
    if (!this.#isResourceType(resource.resourceType)) {
      const place = placeOf(resource);
      throw new NerverootError(
        'InvalidRequest',
        `"${place}" has a resource type that FHIR R4 does not have; this service reads R4 only`,
        { path: place },
      );
    }
    const whose =
      resource.resourceType === 'Patient' ? referenceTo(resource) : subjectReference(resource);
    if (whose === undefined || this.#isContextPatient(whose) || namesNoPatient(whose)) return;
    const place = placeOf(resource);
    throw new NerverootError(
      'PatientMismatch',
      `"${place}" belongs to another patient than context.patientId; nothing was evaluated`,
      { path: place },
    );
  }

  #isContextPatient(reference: string): boolean {
    if (this.#names.has(reference)) return true;
    const [, id] = /(?:^|\/)Patient\/([^/]+)(?:\/_history\/[^/]+)?$/.exec(reference) ?? [];
    return id === this.#patientId;
  }
}

/** A Group, a Device, a contained resource: not a patient, so not another patient. */
function namesNoPatient(reference: string): boolean {
  if (reference.startsWith('#')) return true;
  const [, type] = /(?:^|\/)([A-Z][A-Za-z]+)\/[^/]+(?:\/_history\/[^/]+)?$/.exec(reference) ?? [];
  return type !== undefined && type !== 'Patient';
}

/** Requirements whose data may not be read as "absent". */
export function notLookedAt(data: PatientData): MetRequirement[] {
  return data.requirements.filter(({ state }) => state !== 'prefetched' && state !== 'absent');
}

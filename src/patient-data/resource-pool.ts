import { NerverootError } from '../errors.ts';
import { referenceTo, subjectReference, type Resource } from '../fhir/resource.ts';

/** Says where a resource stands in the request; asked only when it is refused. */
export type PlaceOf = (resource: Resource) => string;

// More would only come from a fault or an attack; it bounds the work of one call.
const RESOURCE_LIMIT = 50_000;

/** Collects resources, each once, and refuses those of another patient or another FHIR version. */
export class ResourcePool {
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

  /** All of them or, when one is refused, none. */
  add(resources: readonly Resource[], placeOf: PlaceOf): void {
    for (const resource of resources) this.check(resource, placeOf);
    for (const resource of resources) {
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

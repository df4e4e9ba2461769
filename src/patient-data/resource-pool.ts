import { NerverootError } from '../errors.ts';
import type { Resource } from '../fhir/resource.ts';
import { elementOfStu3 } from '../reading/status.ts';
import { whoseIs, type PatientNames } from '../reading/whose.ts';

/** Says where a resource stands in the request; asked only when it is refused. */
export type PlaceOf = (resource: Resource) => string;

// More would only come from a fault or an attack; it bounds the work of one call.
const RESOURCE_LIMIT = 50_000;

/** Collects resources as they come, and refuses those of another patient or another FHIR version. */
export class ResourcePool {
  readonly resources: Resource[] = [];
  readonly #names = new Set<string>();
  readonly #patient: PatientNames;
  readonly #isResourceType: (name: string) => boolean;

  constructor(
    { id, server }: { readonly id: string; readonly server: string | undefined },
    isResourceType: (name: string) => boolean,
  ) {
    this.#patient = { id, server, others: this.#names };
    this.#names.add(`Patient/${id}`).add(`urn:uuid:${id}`);
    this.#isResourceType = isResourceType;
  }

  /** How the resources may name the patient, as far as it has been learnt. */
  get patient(): PatientNames {
    return this.#patient;
  }

  /** A bundle may call the context patient by another name, as transactions do. */
  learnName(fullUrl: string, resource: Resource): void {
    if (resource.resourceType === 'Patient' && resource.id === this.#patient.id) {
      this.#names.add(fullUrl);
    }
  }

  /** All of them or, when one is refused, none. */
  add(resources: readonly Resource[], placeOf: PlaceOf): void {
    for (const resource of resources) this.check(resource, placeOf);
    for (const resource of resources) this.resources.push(resource);
    if (this.resources.length > RESOURCE_LIMIT) {
      throw new NerverootError(
        'BodyTooLarge',
        `The prefetch holds more than ${RESOURCE_LIMIT} resources`,
        { path: 'prefetch' },
      );
    }
  }

  /** Throws InvalidRequest for what is no FHIR R4, and PatientMismatch for another patient's. */
  check(resource: Resource, placeOf: PlaceOf): void {
    if (!this.#isResourceType(resource.resourceType)) {
      const place = placeOf(resource);
      throw new NerverootError(
        'InvalidRequest',
        `"${place}" has a resource type that FHIR R4 does not have; this service reads R4 only`,
        { path: place },
      );
    }
    const older = elementOfStu3(resource);
    if (older !== undefined) {
      const place = `${placeOf(resource)}.${older}`;
      throw new NerverootError(
        'InvalidRequest',
        `"${place}" is written as in FHIR STU3; this service reads R4 only, in which a ${resource.resourceType} has no such element or another type for it`,
        { path: place },
      );
    }
    if (whoseIs(resource, this.#patient) !== 'another patient') return;
    const place = placeOf(resource);
    throw new NerverootError(
      'PatientMismatch',
      `"${place}" belongs to another patient than context.patientId; nothing was evaluated`,
      { path: place },
    );
  }
}

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
  /** Whether FHIR R4 has a resource type of that name that a record may hold. */
  readonly isRecordType: (name: string) => boolean;
  readonly resources: Resource[] = [];
  readonly #names = new Set<string>();
  readonly #patient: PatientNames;

  constructor(
    { id, server }: { readonly id: string; readonly server: string | undefined },
    isRecordType: (name: string) => boolean,
  ) {
    this.#patient = { id, server, others: this.#names };
    this.#names.add(`Patient/${id}`).add(`urn:uuid:${id}`);
    this.isRecordType = isRecordType;
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

  /**
   * All of them or, when one is refused, none; but for those that no record of FHIR R4 holds.
   * Returns whether there was none of these.
   */
  add(resources: readonly Resource[], placeOf: PlaceOf): boolean {
    for (const resource of resources) this.check(resource, placeOf);
    const before = this.resources.length;
    for (const resource of resources) {
      if (this.isRecordType(resource.resourceType)) this.resources.push(resource);
    }
    if (this.resources.length > RESOURCE_LIMIT) {
      throw new NerverootError(
        'BodyTooLarge',
        `The prefetch holds more than ${RESOURCE_LIMIT} resources`,
        { path: 'prefetch' },
      );
    }
    return this.resources.length - before === resources.length;
  }

  /** Throws InvalidRequest for what STU3 writes, and PatientMismatch for another patient's. */
  check(resource: Resource, placeOf: PlaceOf): void {
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

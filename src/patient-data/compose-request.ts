import { NerverootError } from '../errors.ts';
import {
  isObject,
  isResource,
  objectsIn,
  referenceTo,
  subjectReference,
  type Resource,
} from '../fhir/resource.ts';
import type { DataRequirement } from './requirements.ts';

/** What an EHR would know when it calls: one patient's resources and the moment. */
export interface Situation {
  readonly hook: string;
  readonly hookInstance: string;
  readonly requirements: readonly DataRequirement[];
  readonly resources: readonly Resource[];
  /** Which patient; needed only when the resources hold several. */
  readonly patientId?: string | undefined;
  /** Unsigned orders; all of them are selected unless `selections` says otherwise. */
  readonly draftOrders?: readonly Resource[] | undefined;
  readonly selections?: readonly string[] | undefined;
  /** Further context fields, as given. */
  readonly context?: Readonly<Record<string, unknown>> | undefined;
  /** Resource types the EHR does not send. */
  readonly withhold?: readonly string[] | undefined;
}

/**
 * Composes the CDS Hooks request that an EHR with these resources would send, with
 * everything by prefetch. Throws InvalidInput when there is no patient, or more
 * than one and none is named.
 */
export function composeRequest(situation: Situation): Record<string, unknown> {
  const patient = choosePatient(situation.resources, situation.patientId);
  const own = situation.resources.filter((resource) => belongsTo(resource, patient));
  const prefetch = situation.requirements
    .filter(({ resourceType }) => !(situation.withhold ?? []).includes(resourceType))
    .map((requirement) => [
      requirement.key,
      requirement.resourceType === 'Patient'
        ? patient
        : searchset(own.filter((resource) => isAskedFor(resource, requirement))),
    ]);
  const orders = (situation.draftOrders ?? []).map((order, i) => withId(order, i));
  const orderContext =
    situation.draftOrders === undefined
      ? {}
      : {
          draftOrders: collection(orders),
          selections: situation.selections ?? orders.flatMap((order) => referenceTo(order) ?? []),
        };
  return {
    hook: situation.hook,
    hookInstance: situation.hookInstance,
    context: {
      userId: 'Practitioner/nerveroot',
      patientId: patient.id,
      ...(situation.hook === 'encounter-start' ? { encounterId: 'nerveroot' } : {}),
      ...orderContext,
      ...situation.context,
    },
    prefetch: Object.fromEntries(prefetch) as Record<string, unknown>, // fromEntries types values as any
  };
}

/**
 * The resources of a Bundle of any type, with `urn:uuid:` names turned into ids and
 * references, as a server does with a transaction.
 *
 * @see https://hl7.org/fhir/R4/http.html#trules
 */
export function resourcesOfBundle(bundle: unknown): Resource[] {
  if (!isResource(bundle)) {
    throw new NerverootError(
      'InvalidInput',
      'The file is no FHIR resource: it has no resourceType',
    );
  }
  if (bundle.resourceType !== 'Bundle') return [bundle];
  const entries = objectsIn(bundle['entry']);
  const names = new Map<string, string>();
  const resources = entries.flatMap(({ fullUrl, resource }) => {
    if (!isResource(resource) || resource.resourceType === 'OperationOutcome') return [];
    const uuid = typeof fullUrl === 'string' ? /^urn:uuid:(.+)$/.exec(fullUrl)?.[1] : undefined;
    const named =
      resource.id === undefined && uuid !== undefined ? { ...resource, id: uuid } : resource;
    const reference = referenceTo(named);
    if (typeof fullUrl === 'string' && reference !== undefined) names.set(fullUrl, reference);
    return [named];
  });
  return resources.map((resource) => renameReferences(resource, names));
}

function renameReferences(resource: Resource, names: ReadonlyMap<string, string>): Resource {
  if (names.size === 0) return resource;
  return JSON.parse(JSON.stringify(resource), (key, value: unknown) =>
    key === 'reference' && typeof value === 'string' ? (names.get(value) ?? value) : value,
  ) as Resource; // the same resource, references renamed
}

/** Where an EHR lets the service read, instead of sending what it holds. */
export interface OpenServer {
  readonly fhirServer: string;
  readonly token: string | undefined;
  readonly patientId: string;
}

/** Composes the request of an EHR that sends nothing by prefetch and opens its FHIR server. */
export function composeOpenRequest(
  situation: Pick<Situation, 'hook' | 'hookInstance' | 'draftOrders'>,
  { fhirServer, token, patientId }: OpenServer,
): Record<string, unknown> {
  const patient: Resource = { resourceType: 'Patient', id: patientId };
  const { prefetch: _nothing, ...request } = composeRequest({
    ...situation,
    requirements: [],
    resources: [patient],
  });
  const fhirAuthorization = {
    access_token: token,
    token_type: 'Bearer',
    expires_in: 300,
    scope: 'patient/*.read',
    subject: 'nerveroot',
  };
  return { ...request, fhirServer, ...(token === undefined ? {} : { fhirAuthorization }) };
}

function choosePatient(
  resources: readonly Resource[],
  wanted: string | undefined,
): Resource & { id: string } {
  const patients = resources.filter((resource) => resource.resourceType === 'Patient');
  const chosen = wanted === undefined ? patients : patients.filter(({ id }) => id === wanted);
  const patient = chosen[0];
  // The same patient twice is one patient.
  const other = chosen.find(({ id }) => id !== patient?.id);
  if (!patient) {
    const message = wanted === undefined ? 'There is no Patient' : 'There is no Patient of that id';
    throw new NerverootError('InvalidInput', `${message} among the resources`);
  }
  if (other) {
    throw new NerverootError(
      'InvalidInput',
      'There are several Patients; say which with --patient <id>',
    );
  }
  return { ...patient, id: patient.id ?? 'patient' };
}

function belongsTo(resource: Resource, patient: Resource & { id: string }): boolean {
  const subject = subjectReference(resource)?.replace(/\/_history\/[^/]+$/, '');
  return subject === undefined || /(?:^|\/)Patient\/([^/]+)$/.exec(subject)?.[1] === patient.id;
}

/**
 * Whether a server would find the resource by the requirement's search, beside the patient.
 * What has words for a code comes along, as from an EHR that sends all of a type.
 */
function isAskedFor(resource: Resource, { resourceType, narrowed }: DataRequirement): boolean {
  if (resource.resourceType !== resourceType) return false;
  if (narrowed === undefined) return true;
  const found = codesAt(resource, narrowed.element);
  const isInWords = narrowed.element === 'code' && found.size === 0;
  return isInWords || narrowed.codes.some((code) => found.has(code));
}

/** The codes of an element, which is one CodeableConcept or a list of them. */
function codesAt(resource: Resource, element: string): Set<string> {
  const concepts = [resource[element]].flat();
  const codings = concepts.flatMap((concept) =>
    isObject(concept) ? [concept['coding']].flat() : [],
  );
  return new Set(codings.flatMap((coding) => (isObject(coding) ? String(coding['code']) : [])));
}

function withId(order: Resource, i: number): Resource {
  return order.id === undefined ? { ...order, id: `draft-${i + 1}` } : order;
}

function searchset(resources: readonly Resource[]): unknown {
  return {
    resourceType: 'Bundle',
    type: 'searchset',
    total: resources.length,
    entry: entriesOf(resources),
  };
}

function collection(resources: readonly Resource[]): unknown {
  return { resourceType: 'Bundle', type: 'collection', entry: entriesOf(resources) };
}

function entriesOf(resources: readonly Resource[]): unknown[] {
  return resources.map((resource) => ({ resource }));
}

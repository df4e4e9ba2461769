import { serverAddress } from '../site.ts';
import { isObject, isResource, objectsIn, referenceTo, type Resource } from '../fhir/resource.ts';

/** How resources may name the patient of a call. */
export interface PatientNames {
  readonly id: string;
  /** References that are known to be the patient's: the plain one, and those by which Bundles hold the Patient. */
  readonly others: ReadonlySet<string>;
  /** The FHIR server that the call names. */
  readonly server: string | undefined;
}

/** Whose a resource is, as far as it says so; one that says nothing came as the patient's. */
export type Whose = 'the patient' | 'another patient' | 'no patient' | 'not clear';

/**
 * Whose a resource is. Another patient's is certain only by another id; what names a Group, a
 * Device or the like is nobody's; and an identifier alone, a Patient inside the resource, another
 * server's Patient of the same id, or a reference of no form leave it open.
 *
 * @see https://hl7.org/fhir/R4/references.html
 */
export function whoseIs(resource: Resource, patient: PatientNames): Whose {
  if (resource.resourceType === 'Patient') {
    const own = referenceTo(resource);
    return own === undefined || own === `Patient/${patient.id}` ? 'the patient' : 'another patient';
  }
  const whose = subjectOf(resource, patient);
  if (whose !== 'the patient') return whose;
  if (resource['focus'] === undefined) return whose;
  const focus = objectsIn(resource['focus']).map((one) => referred(one, resource, patient));
  const other = focus.find((one) => one !== 'the patient');
  if (other === undefined) return 'the patient';
  // The record is the patient's; what it tells is of somebody else.
  return other === 'not clear' ? 'not clear' : 'no patient';
}

function subjectOf(resource: Resource, patient: PatientNames): Whose {
  for (const element of ['subject', 'patient', 'beneficiary', 'for']) {
    const value = resource[element];
    if (isObject(value)) return referred(value, resource, patient);
    if (value !== undefined && value !== null) return 'not clear';
  }
  return 'the patient';
}

const REFERENCE =
  /^(?:(https?:\/\/.+)\/)?([A-Z][A-Za-z]+)\/([A-Za-z0-9.-]{1,64})(?:\/_history\/[^/]+)?$/;

function referred(
  { reference }: Readonly<Record<string, unknown>>,
  holder: Resource,
  { id, others, server }: PatientNames,
): Whose {
  if (typeof reference !== 'string') return 'not clear';
  if (others.has(reference)) return 'the patient';
  if (reference.startsWith('#')) return contained(holder, reference.slice(1));
  // A urn that no Bundle explains may be anybody's.
  if (reference.startsWith('urn:')) return 'not clear';
  const [, base, type, named] = REFERENCE.exec(reference) ?? [];
  if (type === undefined) return 'not clear';
  if (type !== 'Patient') return 'no patient';
  if (named !== id) return 'another patient';
  const isElsewhere =
    base !== undefined && server !== undefined && serverAddress(base) !== serverAddress(server);
  return isElsewhere ? 'not clear' : 'the patient';
}

/** Nothing says that a Patient inside a resource is the one of the call. */
function contained(holder: Resource, id: string): Whose {
  const inside = objectsIn(holder['contained']).find((one) => one['id'] === id);
  return isResource(inside) && inside.resourceType !== 'Patient' ? 'no patient' : 'not clear';
}

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
  const { extension, focus } = resource;
  if (extension !== undefined && objectsIn(extension).some(({ url }) => url === FOCUS_IN_WORDS))
    return 'not clear';
  if (focus === undefined || focus === null) return whose;
  return focusOf(Array.isArray(focus) ? focus : [focus], resource, patient);
}

/** What an Observation is about, where that is no resource: a fetus, a donor. @see https://hl7.org/fhir/R4/extension-observation-focuscode.html */
const FOCUS_IN_WORDS = 'http://hl7.org/fhir/StructureDefinition/observation-focusCode';

/**
 * Of whom a record of the patient tells. Another person as the focus makes it somebody else's; a
 * thing, as a Condition, says no more than what the record is about, and not whose that is.
 *
 * @see https://hl7.org/fhir/R4/observation-definitions.html#Observation.focus
 */
function focusOf(focus: readonly unknown[], holder: Resource, patient: PatientNames): Whose {
  const named = focus.map((one) => (isObject(one) ? referred(one, holder, patient) : 'not clear'));
  if (named.includes('not clear')) return 'not clear';
  if (named.length > 0 && named.every(isOther)) return 'no patient';
  const isOfPatient = named.length === 0 || named.includes('the patient');
  return isOfPatient && !named.some(isOther) ? 'the patient' : 'not clear';
}

const HOLDERS = ['subject', 'patient', 'beneficiary', 'for'];

function subjectOf(resource: Resource, patient: PatientNames): Whose {
  for (const element of HOLDERS) {
    const value = resource[element];
    if (isObject(value)) return AS_SUBJECT[referred(value, resource, patient)];
    if (value !== undefined && value !== null) return 'not clear';
  }
  return 'the patient';
}

function isOther(one: Referred): boolean {
  return one === 'another patient' || one === 'no patient';
}

/** What a reference names: somebody, what FHIR has as a subject beside people, or another thing. */
type Referred = Whose | 'a subject' | 'a thing';

/** Nothing is said of an encounter or a form: as the subject such a one was put there in error. */
const AS_SUBJECT: Readonly<Record<Referred, Whose>> = {
  'the patient': 'the patient',
  'another patient': 'another patient',
  'no patient': 'no patient',
  'not clear': 'not clear',
  'a subject': 'no patient',
  'a thing': 'not clear',
};

/** People who are not the patient. A Person may be the same one, and a Group may hold them. */
const OTHERS: ReadonlySet<string> = new Set(['RelatedPerson', 'Practitioner']);

/** @see https://hl7.org/fhir/R4/observation-definitions.html#Observation.subject, and that of R5 */
const SUBJECTS: ReadonlySet<string> = new Set([
  'Device',
  'Group',
  'Location',
  'Medication',
  'Organization',
  'Substance',
]);

const REFERENCE =
  /^(?:(https?:\/\/.+)\/)?([A-Z][A-Za-z]+)\/([A-Za-z0-9.-]{1,64})(?:\/_history\/[^/]+)?$/;

function referred(
  { reference }: Readonly<Record<string, unknown>>,
  holder: Resource,
  { id, others, server }: PatientNames,
): Referred {
  if (typeof reference !== 'string') return 'not clear';
  if (others.has(reference)) return 'the patient';
  if (reference.startsWith('#')) return contained(holder, reference.slice(1));
  // A urn that no Bundle explains may be anybody's.
  if (reference.startsWith('urn:')) return 'not clear';
  const [, base, type, named] = REFERENCE.exec(reference) ?? [];
  if (type === undefined) return 'not clear';
  if (type !== 'Patient') return ofType(type);
  if (named !== id) return 'another patient';
  const isElsewhere =
    base !== undefined && server !== undefined && serverAddress(base) !== serverAddress(server);
  return isElsewhere ? 'not clear' : 'the patient';
}

/** Nothing says that a Patient inside a resource is the one of the call. */
function contained(holder: Resource, id: string): Referred {
  const inside = objectsIn(holder['contained']).find((one) => one['id'] === id);
  const isTold = isResource(inside) && inside.resourceType !== 'Patient';
  return isTold ? ofType(inside.resourceType) : 'not clear';
}

function ofType(type: string): Referred {
  if (OTHERS.has(type)) return 'no patient';
  return SUBJECTS.has(type) ? 'a subject' : 'a thing';
}

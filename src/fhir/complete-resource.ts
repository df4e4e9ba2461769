import type { Resource } from './resource.ts';

/** Resource types that name their patient in `patient` rather than in `subject`. */
const BY_PATIENT = new Set([
  'AllergyIntolerance',
  'Device',
  'FamilyMemberHistory',
  'Immunization',
  'RelatedPerson',
]);

/** Nobody's: they would be invalid with a subject. */
const NOBODYS = new Set([
  'Location',
  'Medication',
  'Organization',
  'Practitioner',
  'PractitionerRole',
]);

/** Adds what authors leave out because every resource needs it: an id, and whose it is. */
export function completeResource(
  resource: Resource,
  patientId: string,
  id: string,
): Resource & { readonly id: string } {
  if (resource.resourceType === 'Patient') return { ...resource, id: resource.id ?? patientId };
  if (NOBODYS.has(resource.resourceType)) return { ...resource, id: resource.id ?? id };
  const element = BY_PATIENT.has(resource.resourceType) ? 'patient' : 'subject';
  const owner = { [element]: { reference: `Patient/${patientId}` } };
  return { ...owner, ...resource, id: resource.id ?? id };
}

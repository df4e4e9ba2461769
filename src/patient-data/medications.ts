import type { FhirReader } from '../fhir/client.ts';
import { isObject, isResource, referenceTo, type Resource } from '../fhir/resource.ts';

/**
 * A medicine may be given by a code, or by reference to a Medication that has the
 * code. Rules read codes, so what a reference leads to is put in its place.
 *
 * @see https://hl7.org/fhir/R4/medicationrequest.html
 */

// EHRs that refer do so in every prescription; a list of medicines is rarely longer.
const MAX_READS = 100;
// A server is asked for so many at a time.
const AT_ONCE = 8;

/** The resource with the code of its medicine, where the reference leads to one that is here. */
export function withMedicineCode(
  resource: Resource,
  medications: ReadonlyMap<string, Resource>,
): Resource {
  const reference = medicationReference(resource);
  if (reference === undefined) return resource;
  const medication = reference.startsWith('#')
    ? contained(resource, reference.slice(1))
    : medications.get(relative(reference));
  if (!isObject(medication?.['code'])) return resource;
  const { medicationReference: _replaced, ...rest } = resource;
  return {
    ...rest,
    resourceType: resource.resourceType,
    medicationCodeableConcept: medication['code'],
  };
}

/** The Medications among the resources, by `Medication/id`. */
export function medicationsOf(resources: readonly Resource[]): Map<string, Resource> {
  const medications = resources.filter(({ resourceType }) => resourceType === 'Medication');
  return new Map(medications.map((medication) => [referenceTo(medication) ?? '', medication]));
}

/**
 * Reads the Medications that resources refer to and that did not come along, one
 * by one: every server can do that, while few take `_include`. What cannot be read
 * stays a reference, which rules see.
 */
export async function readMedications(
  resources: readonly Resource[],
  reader: FhirReader,
): Promise<Resource[]> {
  const here = medicationsOf(resources);
  const wanted = new Set(
    resources
      .map((resource) => relative(medicationReference(resource) ?? ''))
      .filter((reference) => /^Medication\/[A-Za-z0-9.-]{1,64}$/.test(reference)),
  );
  const missing = [...wanted].filter((reference) => !here.has(reference)).slice(0, MAX_READS);
  const found: Resource[] = [];
  const next = missing.values();
  const readOn = async (): Promise<void> => {
    for (const reference of next) {
      const { resources: read } = await reader.read(reference);
      found.push(...read.filter((resource) => referenceTo(resource) === reference));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, readOn));
  return found;
}

function medicationReference(resource: Resource): string | undefined {
  const value = resource['medicationReference'];
  const reference = isObject(value) ? value['reference'] : undefined;
  return typeof reference === 'string' ? reference : undefined;
}

function contained(resource: Resource, id: string): Resource | undefined {
  const inside = Array.isArray(resource['contained']) ? resource['contained'] : [];
  return inside.filter(isResource).find((one) => one.id === id);
}

/** `https://…/Medication/12/_history/3` is read as `Medication/12`. */
function relative(reference: string): string {
  return /(?:^|\/)(Medication\/[^/]+)(?:\/_history\/[^/]+)?$/.exec(reference)?.[1] ?? reference;
}

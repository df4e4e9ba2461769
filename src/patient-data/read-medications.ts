import type { FhirReader } from '../fhir/client.ts';
import { referenceTo, type Resource } from '../fhir/resource.ts';
import { medicationReference, medicationsOf, relativeReference } from '../reading/medications.ts';

// EHRs that refer do so in every prescription; a list of medicines is rarely longer.
const MAX_READS = 100;
// A server is asked for so many at a time.
const AT_ONCE = 8;

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
      .map((resource) => relativeReference(medicationReference(resource) ?? ''))
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

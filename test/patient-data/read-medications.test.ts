import { describe, expect, it } from 'vitest';
import type { FhirReader } from '../../src/fhir/client.ts';
import type { Resource } from '../../src/fhir/resource.ts';
import { readMedications } from '../../src/patient-data/read-medications.ts';

const MEDICATION = { resourceType: 'Medication', id: 'm1', code: { text: 'A medicine' } };

function aPrescription(reference: string): Resource {
  return { resourceType: 'MedicationRequest', medicationReference: { reference } };
}

function aReader() {
  const asked: string[] = [];
  const reader: FhirReader = {
    read: async (path) => {
      asked.push(path);
      return { state: 'read', resources: [{ ...MEDICATION, id: path.split('/')[1] ?? '' }] };
    },
    search: async () => ({ state: 'failed', resources: [], reason: 'not asked for' }),
  };
  return { asked, reader };
}

describe('reading Medications', () => {
  it('asks once for each that is not here, by its id alone', async () => {
    const { asked, reader } = aReader();
    const resources = [
      MEDICATION,
      aPrescription('Medication/m1'),
      aPrescription('Medication/m2'),
      aPrescription('https://ehr.example/fhir/Medication/m2'),
      aPrescription('#m3'),
      aPrescription('Medication/../Patient'),
      aPrescription('Patient/p1'),
    ];
    const found = await readMedications(resources, reader);
    expect([asked, found.map(({ id }) => id)]).toEqual([['Medication/m2'], ['m2']]);
  });

  it('asks for a hundred at most', async () => {
    const { asked, reader } = aReader();
    const many = Array.from({ length: 150 }, (_, i) => aPrescription(`Medication/m-${i}`));
    expect(await readMedications(many, reader)).toHaveLength(100);
    expect(asked).toHaveLength(100);
  });

  it('leaves out what fails, and an answer that is something else', async () => {
    const reader: FhirReader = {
      read: async (path) =>
        path.endsWith('m1')
          ? { state: 'failed', resources: [], reason: 'refused' }
          : { state: 'read', resources: [{ resourceType: 'Medication', id: 'm9' }] },
      search: async () => ({ state: 'failed', resources: [], reason: 'not asked for' }),
    };
    const resources = [aPrescription('Medication/m1'), aPrescription('Medication/m2')];
    expect(await readMedications(resources, reader)).toEqual([]);
  });
});

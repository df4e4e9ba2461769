import { describe, expect, it } from 'vitest';
import type { FhirReader } from '../../src/fhir/client.ts';
import type { Resource } from '../../src/fhir/resource.ts';
import {
  medicationsOf,
  readMedications,
  withMedicineCode,
} from '../../src/patient-data/medications.ts';

const APIXABAN = {
  coding: [{ system: 'http://www.nlm.nih.gov/research/umls/rxnorm', code: '1364430' }],
};
const MEDICATION = { resourceType: 'Medication', id: 'm1', code: APIXABAN };

function aPrescription(reference: string, changes: object = {}): Resource {
  return { resourceType: 'MedicationRequest', medicationReference: { reference }, ...changes };
}

describe('a medicine by reference', () => {
  it.each(['Medication/m1', 'https://ehr.example/fhir/Medication/m1', 'Medication/m1/_history/2'])(
    'as %s is read by the code of the Medication that came along',
    (reference) => {
      const prescription = aPrescription(reference, { id: 'r1', status: 'active' });
      expect(withMedicineCode(prescription, medicationsOf([MEDICATION]))).toEqual({
        resourceType: 'MedicationRequest',
        id: 'r1',
        status: 'active',
        medicationCodeableConcept: APIXABAN,
      });
    },
  );

  it('is read by the code of the Medication it contains', () => {
    const prescription = aPrescription('#m1', { contained: [MEDICATION] });
    expect(withMedicineCode(prescription, new Map())).toMatchObject({
      medicationCodeableConcept: APIXABAN,
    });
  });

  it.each<[string, Resource, Resource[]]>([
    ['another Medication', aPrescription('Medication/m2'), [MEDICATION]],
    ['a Medication without a code', aPrescription('Medication/m1'), [{ ...MEDICATION, code: 1 }]],
    ['nothing inside', aPrescription('#m1'), [MEDICATION]],
    ['a resource without a medicine', { resourceType: 'Condition' }, [MEDICATION]],
  ])('stays as it came where there is %s', (_what, resource, others) => {
    expect(withMedicineCode(resource, medicationsOf(others))).toBe(resource);
  });
});

/** A reader of a server that has every Medication, and what it was asked for. */
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

import { describe, expect, it } from 'vitest';
import type { Resource } from '../../src/fhir/resource.ts';
import { medicationsOf, withMedicineCode } from '../../src/reading/medications.ts';

const APIXABAN = {
  coding: [{ system: 'http://www.nlm.nih.gov/research/umls/rxnorm', code: '1364430' }],
};
const MEDICATION = { resourceType: 'Medication', id: 'm1', code: APIXABAN };

function aPrescription(reference: string, changes: object = {}): Resource {
  return { resourceType: 'MedicationRequest', medicationReference: { reference }, ...changes };
}

const codesOf = (prescription: Resource, beside: readonly Resource[] = []) =>
  withMedicineCode(prescription, medicationsOf(beside))['medicationCodeableConcept'];

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

  it('is read by what the Medication holds as well', () => {
    const product = { coding: [{ system: 'urn:products', code: 'P1', display: 'A pack' }] };
    const pack = {
      ...MEDICATION,
      code: product,
      ingredient: [
        { itemCodeableConcept: APIXABAN },
        { itemCodeableConcept: { text: 'a thinner' } },
        { itemReference: { reference: 'Substance/s' } },
      ],
    };
    const read = withMedicineCode(aPrescription('Medication/m1'), medicationsOf([pack]));
    expect(read['medicationCodeableConcept']).toEqual({
      coding: [...product.coding, ...APIXABAN.coding, { display: 'a thinner' }],
    });
  });

  describe('that holds what is referred to', () => {
    const product = { coding: [{ system: 'urn:products', code: 'P1', display: 'A pack' }] };
    const holding = (reference: object, changes: object = {}) => ({
      resourceType: 'Medication',
      id: 'pack',
      code: product,
      ingredient: [{ itemReference: reference }],
      ...changes,
    });
    it.each<[string, Resource, readonly Resource[]]>([
      [
        'in the prescription',
        aPrescription('#pack', { contained: [holding({ reference: '#m1' }), MEDICATION] }),
        [],
      ],
      [
        'in the Medication',
        aPrescription('Medication/pack'),
        [holding({ reference: '#m1' }, { contained: [MEDICATION] })],
      ],
      [
        'beside it',
        aPrescription('Medication/pack'),
        [holding({ reference: 'https://ehr.example/fhir/Medication/m1' }), MEDICATION],
      ],
      [
        'as a Substance',
        aPrescription('#pack', {
          contained: [
            holding({ reference: '#m1' }),
            { resourceType: 'Substance', id: 'm1', code: APIXABAN },
          ],
        }),
        [],
      ],
    ])('%s is read by both', (_title, prescription, beside) => {
      expect(codesOf(prescription, beside)).toEqual({
        coding: [...product.coding, ...APIXABAN.coding],
      });
    });

    it('and is not there is read by the words of the reference', () => {
      const pack = holding({ reference: 'Medication/elsewhere', display: 'Apixaban' });
      expect(codesOf(aPrescription('Medication/pack'), [pack])).toEqual({
        coding: [...product.coding, { display: 'Apixaban' }],
      });
    });

    it('and has no code of its own is read by that', () => {
      const pack = holding({ reference: '#m1' }, { code: undefined, contained: [MEDICATION] });
      expect(codesOf(aPrescription('Medication/pack'), [pack])).toEqual(APIXABAN);
    });

    it('and holds itself comes to an end', () => {
      const round = holding({ reference: 'Medication/pack' });
      const read = codesOf(aPrescription('Medication/pack'), [round]) as typeof product;
      expect(new Set(read.coding)).toEqual(new Set(product.coding));
    });
  });

  it('keeps what must not be ignored of the resource, of the Medication, and of what it holds', () => {
    const [own, outer, inner] = ['urn:own', 'urn:outer', 'urn:inner'].map((url) => ({ url }));
    const medication = {
      ...MEDICATION,
      modifierExtension: [outer],
      ingredient: [{ itemCodeableConcept: APIXABAN, modifierExtension: [inner] }],
    };
    const prescription = aPrescription('Medication/m1', { modifierExtension: [own] });
    expect(withMedicineCode(prescription, medicationsOf([medication]))).toMatchObject({
      modifierExtension: [own, outer, inner],
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

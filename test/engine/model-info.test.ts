import { expect, it } from 'vitest';
import { parseModelInfo, readModelInfo, typeLineage } from '../../src/engine/model-info.ts';

const model = readModelInfo();

it('reads every type of the model info', () => {
  const declared = model.xml.match(/<typeInfo /g)?.length;
  expect(model.types.size).toBe(declared);
  expect(model.types.size).toBeGreaterThan(600);
});

it('reads the conversions that FHIRHelpers has to provide', () => {
  expect(model.conversions.length).toBe(model.xml.match(/<conversionInfo /g)?.length);
  expect(model.conversions).toContainEqual({
    functionName: 'FHIRHelpers.ToQuantity',
    from: 'FHIR.Quantity',
    to: 'System.Quantity',
  });
});

it('tells single elements, lists and choices apart', () => {
  const elements = model.types.get('FHIR.Observation')?.elements;
  expect(elements?.get('code')).toEqual({ kind: 'named', name: 'FHIR.CodeableConcept' });
  expect(elements?.get('category')).toEqual({
    kind: 'list',
    of: { kind: 'named', name: 'FHIR.CodeableConcept' },
  });
  expect(elements?.get('effective')).toEqual({
    kind: 'choice',
    of: ['FHIR.dateTime', 'FHIR.Period', 'FHIR.Timing', 'FHIR.instant'],
  });
});

it('knows which types can be retrieved, and by which code', () => {
  const observation = model.types.get('FHIR.Observation');
  expect([observation?.retrievable, observation?.primaryCodePath]).toEqual([true, 'code']);
  expect(model.types.get('FHIR.Quantity')?.retrievable).toBe(false);
});

it('gives the lineage of a type, nearest first', () => {
  expect(typeLineage(model, 'FHIR.Observation').map(({ name }) => name)).toEqual([
    'FHIR.Observation',
    'FHIR.DomainResource',
    'FHIR.Resource',
  ]);
});

it('gives no lineage to a type that FHIR R4 does not have', () => {
  expect(typeLineage(model, 'FHIR.ServiceOrder')).toEqual([]);
});

it('refuses XML that is not well formed', () => {
  expect(() => parseModelInfo('<modelInfo><typeInfo></modelInfo>')).toThrow('unexpected close tag');
});

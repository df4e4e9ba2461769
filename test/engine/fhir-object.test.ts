import { expect, it } from 'vitest';
import { FhirObject, wrapResource } from '../../src/engine/fhir-object.ts';
import { FhirModel } from '../../src/engine/fhir-model.ts';
import { parseDateTime } from '../../src/engine/fhir-values.ts';
import { readModelInfo } from '../../src/engine/model-info.ts';
import { toFactValue } from '../../src/engine/to-fact-value.ts';

const model = new FhirModel(readModelInfo());
const scope = { model, timeZone: 'Europe/Zurich', dates: new Map<string, unknown>() };

function wrap(resourceType: string, elements: Record<string, unknown>): FhirObject {
  return wrapResource({ resourceType, id: '1', ...elements }, scope, 0);
}

/** The value at a path, as a fact where it is a plain one; null when absent. */
function read(object: FhirObject, path: string): unknown {
  const value = object.get(path);
  return value instanceof FhirObject ? value : toFactValue(value);
}

it.each([
  [{ onsetDateTime: '2026-03-01' }, 'FHIR.dateTime'],
  [{ onsetString: 'last week' }, 'FHIR.string'],
  [{ onsetAge: { value: 40 } }, 'FHIR.Age'],
  [{ onsetPeriod: { start: '2026-03-01' } }, 'FHIR.Period'],
])('reads a choice in the type it came in: %j', (elements, type) => {
  const onset = wrap('Condition', elements).get('onset');
  expect(onset instanceof FhirObject ? onset.typeName : onset).toBe(type);
});

it('has no value for a choice in a type that it cannot have', () => {
  expect(wrap('Condition', { onsetBoolean: true }).get('onset')).toBeUndefined();
  expect(wrap('Condition', { onset: '2026-03-01' }).get('onset')).toBeUndefined();
});

it('reads primitives, with the extensions beside them', () => {
  const url = 'urn:extension';
  const patient = wrap('Patient', {
    birthDate: '1980-05',
    _birthDate: { extension: [{ url, valueString: 'x' }] },
  });
  expect(read(patient, 'birthDate.value')).toBe('1980-05');
  const birthDate = patient.get('birthDate');
  expect((birthDate as FhirObject).json['extension']).toEqual([{ url, valueString: 'x' }]);
});

it('reads a primitive that is nothing but extensions as one without a value', () => {
  const patient = wrap('Patient', { _birthDate: { extension: [{ url: 'urn:unknown' }] } });
  expect(patient.get('birthDate')).toBeInstanceOf(FhirObject);
  expect(patient.get('birthDate.value')).toBeUndefined();
});

it('reads extras of a list by their position', () => {
  const name = wrap('Patient', {
    name: [{ given: ['Ada', null], _given: [null, { extension: [{ url: 'urn:x' }] }] }],
  }).get('name') as FhirObject[];
  const given = name[0]?.get('given') as FhirObject[];
  expect(given.map((part) => part.get('value'))).toEqual(['Ada', undefined]);
  expect(given[1]?.json['extension']).toEqual([{ url: 'urn:x' }]);
});

it.each([
  ['Patient', { active: 'true' }, 'active.value'],
  ['Patient', { gender: 1 }, 'gender.value'],
  ['Patient', { birthDate: 19_800_501 }, 'birthDate.value'],
  ['Patient', { multipleBirthInteger: 1.5 }, 'multipleBirth.value'],
  ['Observation', { valueQuantity: { value: '5' } }, 'value.value.value'],
  ['Observation', { valueDateTime: true }, 'value.value'],
  ['Observation', { code: 'text' }, 'code'],
  ['Observation', { code: [{ text: 'x' }] }, 'code'],
  ['Observation', { notAnElement: 'x' }, 'notAnElement'],
])('takes a value of the wrong JSON type as absent: %s %j', (type, elements, path) => {
  expect(wrap(type, elements).get(path)).toBeUndefined();
});

it('takes a single value where a list belongs as an empty list', () => {
  expect(wrap('Patient', { name: { family: 'x' } }).get('name')).toEqual([]);
});

it('reads a decimal and a time of day', () => {
  const quantity = wrap('Observation', { valueQuantity: { value: 5.25 } });
  expect(read(quantity, 'value.value.value')).toBe(5.25);
  expect(read(wrap('Observation', { valueTime: '09:30:00' }), 'value.value')).toBe('09:30:00');
});

it('reads a contained resource in its own type', () => {
  const resource = wrap('Patient', {
    contained: [{ resourceType: 'Medication', status: 'active' }],
  });
  const [contained] = resource.get('contained') as FhirObject[];
  expect(contained?.typeName).toBe('FHIR.Medication');
});

it.each([
  ['2026', '2026'],
  ['2026-03', '2026-03'],
  ['2026-03-10', '2026-03-10'],
  ['2026-03-10T09:30:00', '2026-03-10T09:30:00.000+01:00'],
  ['2026-07-10T09:30:00', '2026-07-10T09:30:00.000+02:00'],
  ['2026-03-10T23:30:00Z', '2026-03-11T00:30:00.000+01:00'],
  ['2026-03-10T23:30:00.125-05:00', '2026-03-11T05:30:00.125+01:00'],
])('reads the dateTime %s with its precision, in the site’s time', (text, expected) => {
  expect(String(parseDateTime(text, 'Europe/Zurich'))).toBe(expected);
});

it.each([
  '',
  'yesterday',
  '2026-02-30',
  '2026-13',
  '2026-W10',
  '2026-070',
  '20260310',
  '+002026',
  '2026-3-1',
  '2026-03-10T25:00:00Z',
  '2026-03-10 09:00:00',
])('takes the dateTime %j as absent, since FHIR has no such date', (text) => {
  expect(parseDateTime(text, 'Europe/Zurich')).toBeUndefined();
});

it.each([
  ['1980-05-01', '1980-05-01'],
  ['1980-05', '1980-05'],
  ['1980', '1980'],
  ['1980-02-30', null],
  ['1980-05-01T00:00:00Z', null],
  ['80-05-01', null],
])('reads the date %s as %s', (birthDate, expected) => {
  expect(read(wrap('Patient', { birthDate }), 'birthDate.value')).toBe(expected);
});

it('knows the types of R4 and not those of other versions', () => {
  expect(model.isResourceType('ServiceRequest')).toBe(true);
  expect(model.isResourceType('ProcedureRequest')).toBe(false);
  expect(model.isResourceType('Quantity')).toBe(false);
  expect(model.isResourceType('')).toBe(false);
});

it.each([
  ['ServiceRequest', true],
  ['OperationOutcome', true],
  ['Bundle', false],
  ['Parameters', false],
  ['Binary', false],
  ['Resource', false],
  ['DomainResource', false],
  ['ProcedureRequest', false],
  ['Quantity', false],
  ['__proto__', false],
  ['', false],
])('the model knows what a record may hold: %s, %s', (name, expected) => {
  expect(model.isRecordType(name)).toBe(expected);
});

it('shows the engine a cheap identity and none of the content', () => {
  const condition = wrap('Condition', { code: { text: 'x' } });
  expect(Object.entries(condition)).toEqual([['identity', 'Condition/1#0']]);
  expect(Object.entries(wrapResource({ resourceType: 'Condition' }, scope, 4))).toEqual([
    ['identity', 'Condition#4'],
  ]);
});

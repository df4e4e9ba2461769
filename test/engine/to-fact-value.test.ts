import cql from 'cql-execution';
import { expect, it } from 'vitest';
import { FhirObject } from '../../src/engine/fhir-object.ts';
import { FhirModel } from '../../src/engine/fhir-model.ts';
import { readModelInfo } from '../../src/engine/model-info.ts';
import { toFactValue } from '../../src/engine/to-fact-value.ts';

const model = new FhirModel(readModelInfo());
const scope = { model, timeZone: 'UTC', dates: new Map<string, unknown>() };

function fhir(type: string, json: Record<string, unknown>): FhirObject {
  return new FhirObject(json, model.shapeOf(`FHIR.${type}`), scope);
}

const code = new cql.Code('1-8', 'http://loinc.org', undefined, 'One');
const date = new cql.Date(2026, 3, 10);

it.each<readonly [what: string, value: unknown, fact: unknown]>([
  ['null', null, null],
  ['undefined', undefined, null],
  ['a Boolean', false, false],
  ['a number', 0, 0],
  ['a text', '', ''],
  ['a list', [1, null, 'x'], [1, null, 'x']],
  ['a tuple', { a: 1, b: { c: null } }, { a: 1, b: { c: null } }],
  ['a tuple with a field that is undefined', { a: undefined }, { a: null }],
  ['a date', date, '2026-03-10'],
  ['a date of a month', new cql.Date(2026, 3), '2026-03'],
  [
    'a date and time',
    new cql.DateTime(2026, 3, 10, 9, 30, 0, 0, 1),
    '2026-03-10T09:30:00.000+01:00',
  ],
  ['a quantity', new cql.Quantity(5, 'mm'), { value: 5, unit: 'mm' }],
  ['an interval', new cql.Interval(date, null), { low: '2026-03-10', high: null }],
  ['a code', code, { system: 'http://loinc.org', code: '1-8', display: 'One' }],
  ['a code without display', new cql.Code('x', 'urn:s'), { system: 'urn:s', code: 'x' }],
  [
    'a concept',
    new cql.Concept([new cql.Code('x', 'urn:s')], 'X'),
    { codes: [{ system: 'urn:s', code: 'x' }], display: 'X' },
  ],
])('gives %s as plain JSON', (_what, value, fact) => {
  expect(toFactValue(value)).toEqual(fact);
});

it.each<readonly [what: string, value: FhirObject, fact: unknown]>([
  [
    'a resource as its reference',
    fhir('Condition', { resourceType: 'Condition', id: 'c1', code: { text: 'private' } }),
    { reference: 'Condition/c1' },
  ],
  ['a FHIR string as its value', fhir('string', { value: 'x' }), 'x'],
  ['a FHIR boolean as its value', fhir('boolean', { value: false }), false],
  ['a bound code as its value', fhir('AdministrativeGender', { value: 'female' }), 'female'],
  ['a primitive that is only extensions as unknown', fhir('string', { extension: [] }), null],
  [
    'a FHIR quantity with its unit',
    fhir('Quantity', { value: 5, unit: 'mm' }),
    { value: 5, unit: 'mm' },
  ],
  [
    'an identifier with its system',
    fhir('Identifier', { system: 'urn:s', value: '7' }),
    { system: 'urn:s', value: '7' },
  ],
])('gives %s', (_what, value, fact) => {
  expect(toFactValue(value)).toEqual(fact);
});

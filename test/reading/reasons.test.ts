import { expect, it } from 'vitest';
import type { JsonObject } from '../../src/fhir/resource.ts';
import { unreadReasonsOf } from '../../src/reading/reasons.ts';
import { knownCodes } from '../support/known-codes.ts';

const SNOMED = 'http://snomed.info/sct';
const WHEEZE = 'urn:set:wheeze';
const FEVER = 'urn:set:fever';
const known = knownCodes({
  valueSetsWith: (codings) => (codings.some(({ code }) => code === '1') ? [WHEEZE] : []),
  isContradicted: ({ display }) => display === 'false name',
  displaysOf: ({ code }) => (code === '1' ? ['Wheezing'] : []),
  possible: (type, words) =>
    type === 'Condition' && /fever/i.test(words) ? [{ valueSet: FEVER, word: 'fever' }] : [],
});
const coded = (code: string, display?: string, system = SNOMED) => ({
  coding: [{ system, code, ...(display === undefined ? {} : { display }) }],
});
const read = (elements: JsonObject) =>
  unreadReasonsOf(
    { resourceType: 'ServiceRequest', id: 'o', ...elements },
    known,
    (reference) => reference === 'Condition/here',
  );

it.each<[string, unknown]>([
  ['none', undefined],
  ['an empty list', []],
  ['a known code', [coded('1')]],
  ['a known code, with words that say no more', [{ ...coded('1'), text: 'Wheezing at night' }]],
  ['a code that no rule looks for', [coded('7', 'Cough')]],
])('reads the reason of an order: %s', (_what, reasonCode) => {
  expect(read({ reasonCode })).toEqual([]);
});

it.each<[string, unknown, string, string[], string | undefined]>([
  ['words', { text: 'cough' }, 'no code', [], undefined],
  ['a code of the site', coded('1x', undefined, 'urn:local'), 'no code', [], undefined],
  ['a code of no list', coded('7', 'Fever'), 'code not listed', [FEVER], 'fever'],
  ['more than its code', { ...coded('1'), text: 'with fever' }, 'says more', [FEVER], 'fever'],
  ['a code and another name', coded('1', 'false name'), 'contradicted', [WHEEZE], undefined],
])(
  'does not read a reason that is %s, beside one that is read',
  (_what, reason, why, mayBe, word) => {
    const resource = { resourceType: 'ServiceRequest', id: 'o', reasonCode: [reason] };
    expect(read({ reasonCode: [coded('1'), reason] })).toEqual([{ resource, why, mayBe, word }]);
  },
);

it.each<[string, unknown, unknown]>([
  ['a bare text', ['fever'], { text: 'fever' }],
  ['a Coding', { system: SNOMED, code: '7', display: 'fever' }, { text: 'fever' }],
  ['nothing that can be shown', [7], {}],
])('shows a reason that is not written as FHIR has it: %s', (_what, reasonCode, shown) => {
  expect(read({ reasonCode }).map(({ why, resource }) => [why, resource['reasonCode']])).toEqual([
    ['malformed', [shown]],
  ]);
});

it('reads a reason that stands in the chart where it stands', () => {
  expect(read({ reasonReference: [{ reference: 'Condition/here' }] })).toEqual([]);
});

it.each<[string, JsonObject, unknown, string[]]>([
  ['is not in the chart', { reference: 'Condition/x' }, { text: 'Condition/x' }, []],
  [
    'is not in the chart, and has words',
    { reference: 'Condition/x', display: 'Fever' },
    { text: 'Fever' },
    [FEVER],
  ],
  ['has no form', { identifier: { value: '7' }, display: 'Fever' }, { text: 'Fever' }, [FEVER]],
  ['stands inside the order', { reference: '#c' }, coded('1'), [WHEEZE]],
  ['stands inside the order without a code', { reference: '#d' }, { text: '#d' }, []],
])('does not read a reason by reference that %s', (_what, reference, shown, mayBe) => {
  const contained = [
    { resourceType: 'Condition', id: 'c', code: coded('1') },
    { resourceType: 'Condition', id: 'd' },
  ];
  expect(
    read({ contained, reasonReference: [reference] }).map((one) => [
      one.why,
      one.resource['reasonCode'],
      one.mayBe,
    ]),
  ).toEqual([['by reference', [shown], mayBe]]);
});

it.each<[string, JsonObject]>([
  ['its notes', { note: [{ text: 'Seen today. Fever' }] }],
  ['what its name says that it is for', { code: { text: 'Film of the chest for fever' } }],
  ['what is added to its name behind a dash', { code: { text: 'Film of the chest - fever' } }],
  ['what is added to its name in brackets', { code: { text: 'Film of the chest (fever)' } }],
])('reads as a reason of an order %s', (_what, elements) => {
  expect(read(elements).map(({ why, mayBe }) => [why, mayBe])).toEqual([['says more', [FEVER]]]);
});

it.each<[string, JsonObject]>([
  ['what the patient was told to watch for', { note: [{ text: 'Return if fever' }] }],
  ['its name alone', { code: { text: 'Film of the fever-bone' } }],
])('reads as no reason %s', (_what, elements) => {
  expect(read(elements)).toEqual([]);
});

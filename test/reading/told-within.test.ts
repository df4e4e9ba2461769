import { describe, expect, it } from 'vitest';
import type { Resource } from '../../src/fhir/resource.ts';
import { CodeMap } from '../../src/reading/code-map.ts';
import { readChart } from '../../src/reading/read.ts';
import { unreadReasonsOf } from '../../src/reading/reasons.ts';
import { diagnosesWithin } from '../../src/reading/told-within.ts';
import { knownCodes } from '../support/known-codes.ts';

const SNOMED = 'http://snomed.info/sct';
const WHEEZE = 'urn:set:wheeze';
const FEVER = 'urn:set:fever';
const known = knownCodes({
  valueSetsWith: (codings) => (codings.some(({ code }) => code === '1') ? [WHEEZE] : []),
  possible: (type, words) =>
    type === 'Condition' && /(?<!no )fever/i.test(words)
      ? [{ valueSet: FEVER, word: 'fever' }]
      : [],
});
const coded = (code: string, display?: string) => ({
  coding: [{ system: SNOMED, code, ...(display === undefined ? {} : { display }) }],
});
const a = (resourceType: string, elements: object): Resource => ({
  resourceType,
  id: 'x',
  subject: { reference: 'Patient/p' },
  ...elements,
});
const unreadOf = (...resources: Resource[]) =>
  readChart(
    {
      resources,
      draftOrders: [],
      selectedOrders: [],
      unseenOrders: [],
      patient: { id: 'p', others: new Set(), server: undefined },
    },
    {
      types: new Set(['Condition', 'MedicationRequest', 'MedicationStatement', 'Procedure']),
      known,
      questionnaires: [],
      codeMap: new CodeMap([]),
      today: '2026-03-10',
    },
  ).unread.map(({ resource, why, mayBe, word }) => ({ code: resource['code'], why, mayBe, word }));

const fever = { text: 'Fever' };
const told = { code: fever, why: 'says more', mayBe: [FEVER], word: 'fever' };

describe('a diagnosis is told of', () => {
  it.each([
    [
      'as what shows another',
      a('Condition', { code: coded('7', 'Cough'), evidence: [{ code: [fever] }] }),
    ],
    [
      'as the reason of a medicine',
      a('MedicationRequest', { medicationCodeableConcept: coded('7', 'Tea'), reasonCode: [fever] }),
    ],
    [
      'as the reason of a medicine that is taken',
      a('MedicationStatement', {
        medicationCodeableConcept: coded('7', 'Tea'),
        reasonCode: [fever],
      }),
    ],
    [
      'as the reason of a procedure',
      a('Procedure', { code: coded('7', 'Bath'), reasonCode: [fever] }),
    ],
    [
      'as what came of a procedure',
      a('Procedure', { code: coded('7', 'Bath'), complication: [fever] }),
    ],
    [
      'alone where a list stands in FHIR',
      a('Procedure', { code: coded('7', 'Bath'), complication: fever }),
    ],
  ])('%s', (_how, resource) => {
    expect(unreadOf(resource)).toEqual([told]);
  });

  it('by how another began, in words', () => {
    const cough = a('Condition', { code: coded('7', 'Cough'), onsetString: 'with fever' });
    expect(unreadOf(cough)).toEqual([{ ...told, code: { text: 'with fever' } }]);
  });

  it('by what the name of a procedure says that it is for', () => {
    const bath = a('Procedure', { code: coded('7', 'Bath for fever') });
    expect(unreadOf(bath)).toEqual([{ ...told, code: { text: 'fever' } }]);
    expect(unreadOf(a('Procedure', { code: coded('7', 'Fever bath') }))).toEqual([]);
  });

  it('by a code, with its words', () => {
    const bath = a('Procedure', { code: coded('7', 'Bath'), reasonCode: [coded('1', 'Wheezing')] });
    expect(unreadOf(bath)).toMatchObject([{ why: 'says more', mayBe: [WHEEZE], word: 'Wheezing' }]);
  });
});

describe('nothing is told of', () => {
  it.each([
    [
      'by what is denied',
      [a('Procedure', { code: coded('7', 'Bath'), reasonCode: [{ text: 'no fever' }] })],
    ],
    [
      'by what no rule looks for',
      [a('Procedure', { code: coded('7', 'Bath'), reasonCode: [{ text: 'dirt' }] })],
    ],
    [
      'by what was not done',
      [a('Procedure', { status: 'not-done', code: coded('7', 'Bath'), reasonCode: [fever] })],
    ],
    [
      'that stands in the chart and lasts',
      [
        a('Procedure', { code: coded('7', 'Bath'), reasonCode: [coded('1')] }),
        { ...a('Condition', { code: coded('1') }), id: 'c' },
      ],
    ],
  ])('%s', (_how, resources) => {
    expect(unreadOf(...resources)).toEqual([]);
  });

  it('but that which has ended in the chart', () => {
    const bath = a('Procedure', { code: coded('7', 'Bath'), reasonCode: [coded('1')] });
    const ended = a('Condition', { code: coded('1'), abatementDateTime: '2025-01-01' });
    expect(unreadOf(bath, { ...ended, id: 'c' })).toMatchObject([{ mayBe: [WHEEZE] }]);
  });
});

it('names where it was told, and when that was', () => {
  const bath = {
    code: coded('7', 'Bath'),
    reasonCode: [fever],
    performedPeriod: { start: '2026-03-01' },
  };
  expect(diagnosesWithin(a('Procedure', bath))).toEqual([
    {
      resourceType: 'Condition',
      subject: { reference: 'Patient/p' },
      code: fever,
      recordedDate: '2026-03-01',
      evidence: [{ detail: [{ reference: 'Procedure/x' }] }],
    },
  ]);
});

it.each([
  ['a detail', { orderDetail: [{ text: 'Fever?' }] }],
  ['what is sent with it, by its words', { supportingInfo: [{ display: 'fever since noon' }] }],
  [
    'what it contains',
    {
      contained: [{ resourceType: 'Condition', id: 'c', code: { text: 'Fever' } }],
      supportingInfo: [{ reference: '#c' }],
    },
  ],
])('reads the reason of an order in %s', (_what, elements) => {
  const order = { resourceType: 'ServiceRequest', id: 'o', ...elements };
  expect(unreadReasonsOf(order, known, () => false)).toMatchObject([
    { why: 'says more', mayBe: [FEVER] },
  ]);
});

it('reads no reason in what says nothing, nor in what stands in the chart', () => {
  const order = {
    resourceType: 'ServiceRequest',
    orderDetail: [{ text: 'with a warm towel' }],
    supportingInfo: [{ reference: 'Condition/here', display: 'fever' }],
  };
  expect(unreadReasonsOf(order, known, (reference) => reference === 'Condition/here')).toEqual([]);
});

it('a diagnosis that another tells of is told once, also by one whose own words say more', () => {
  const code = { ...coded('1'), text: 'Wheeze with chills and fever' };
  const found = unreadOf(a('Condition', { code, evidence: [{ code: [fever] }] }));
  expect(found.filter((one) => one.code === fever)).toEqual([told]);
});

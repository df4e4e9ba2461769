import { expect, it } from 'vitest';
import {
  hasUnreadReason,
  isUnread,
  withoutContradicted,
  type KnownCodes,
} from '../../src/patient-data/unread.ts';

const KNOWN: KnownCodes = {
  systems: new Set(['http://loinc.org', 'http://snomed.info/sct']),
  isContradicted: ({ display }) => display === 'false name',
};
const condition = (code?: unknown) => ({ resourceType: 'Condition', id: 'c', code });

it.each([
  ['words alone', { text: 'Cough' }, true],
  ['a local code', { coding: [{ system: 'urn:local', code: '1' }] }, true],
  ['a code without a system', { coding: [{ code: '49727002' }] }, true],
  ['a system without a code', { coding: [{ system: 'http://snomed.info/sct' }] }, true],
  ['an empty code', { coding: [{ system: 'http://snomed.info/sct', code: '' }] }, true],
  ['codings of no form', { coding: 'x', text: 3 }, true],
  [
    'a code of a known system',
    { coding: [{ system: 'http://snomed.info/sct', code: '1' }] },
    false,
  ],
  [
    'one under another name of it',
    { coding: [{ system: 'urn:oid:2.16.840.1.113883.6.96', code: '1' }] },
    false,
  ],
  ['nothing that could be shown', undefined, false],
])('takes a resource with %s for unread or not', (_what, code, expected) => {
  expect(isUnread(condition(code), KNOWN)).toBe(expected);
});

it.each([
  ['in words', { text: 'Blood thinner' }, true],
  ['by a known code', { coding: [{ system: 'http://snomed.info/sct', code: '1' }] }, false],
])('takes a medicine %s for unread or not', (_how, medicationCodeableConcept, expected) => {
  const resource = { resourceType: 'MedicationRequest', medicationCodeableConcept };
  expect(isUnread(resource, KNOWN)).toBe(expected);
});

it.each([
  ['no reason', undefined, false],
  ['a list without a reason', [], false],
  ['words', [{ text: 'sciatica' }], true],
  [
    'words, and another reason by a known code',
    [{ text: 'sciatica' }, { coding: [{ system: 'http://snomed.info/sct', code: '1' }] }],
    false,
  ],
  ['a local code', [{ coding: [{ system: 'urn:local', code: '1' }] }], true],
])(
  'takes an order with %s for one whose reason is unread or not',
  (_what, reasonCode, expected) => {
    expect(hasUnreadReason({ resourceType: 'ServiceRequest', reasonCode }, KNOWN)).toBe(expected);
  },
);

const right = { system: 'http://loinc.org', code: '1-1', display: 'true name' };
const torn = { system: 'http://loinc.org', code: '2-2', display: 'false name' };

it('takes away the codings that their display contradicts, and nothing else', () => {
  const given = condition({ text: 'Words', coding: [torn, right, 'odd', null] });
  expect(withoutContradicted(given, KNOWN)).toEqual({
    resource: condition({ text: 'Words', coding: [right, 'odd', null] }),
    isDoubtful: false,
  });
  expect(given.code).toEqual({ text: 'Words', coding: [torn, right, 'odd', null] });
});

it.each([
  ['what a medicine is', { medicationCodeableConcept: { coding: [torn] } }],
  ['the value of an observation', { valueCodeableConcept: { text: 'x', coding: [torn] } }],
  ['one of two reasons', { reasonCode: [{ coding: [right] }, { coding: [torn] }] }],
  ['a component', { component: [{ code: { coding: [torn] } }] }],
  [
    'what a local code beside it says',
    { code: { coding: [torn, { system: 'urn:x', code: '1' }] } },
  ],
])('says that a resource is doubtful when no trusted code is left for %s', (_what, elements) => {
  const { resource, isDoubtful } = withoutContradicted({ resourceType: 'X', ...elements }, KNOWN);
  expect(isDoubtful).toBe(true);
  expect(JSON.stringify(resource)).not.toContain('false name');
});

it.each([
  condition(),
  condition({ text: 'Words' }),
  condition({ coding: [{ code: 'x' }] }),
  condition({ coding: 'torn' }),
])('gives back the same object where there is nothing to take away: %j', (given) => {
  const trusted = withoutContradicted(given, KNOWN);
  expect(trusted.resource).toBe(given);
  expect(trusted.isDoubtful).toBe(false);
});

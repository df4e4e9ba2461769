import { expect, it } from 'vitest';
import { elementOfStu3, isWithdrawn, readStatus, withoutStatus } from '../../src/reading/status.ts';

const CLINICAL = 'http://terminology.hl7.org/CodeSystem/condition-clinical';
const VERIFICATION = 'http://terminology.hl7.org/CodeSystem/condition-ver-status';
const clinical = (...codes: unknown[]) => ({
  coding: codes.map((code) => ({ system: CLINICAL, code })),
});
const verification = (...codes: unknown[]) => ({
  coding: codes.map((code) => ({ system: VERIFICATION, code })),
});
const coded = (system: string | undefined) => ({ coding: [{ system, code: 'resolved' }] });
const a = (resourceType: string, elements: object) => ({ resourceType, ...elements });

it.each([
  ['a status of FHIR', a('Observation', { status: 'final' })],
  ['no status', a('Observation', {})],
  ['null', a('Observation', { status: null })],
  ['a status of FHIR in a concept', a('Condition', { clinicalStatus: clinical('active') })],
  [
    'one with words beside it',
    a('Condition', { clinicalStatus: { ...clinical('active'), text: 'Active' } }),
  ],
  ['two codes that agree', a('Condition', { clinicalStatus: clinical('active', 'relapse') })],
  ['a result that is not there yet', a('Observation', { status: 'registered' })],
  [
    'a status by the name that its system had in STU3',
    a('Condition', {
      clinicalStatus: {
        coding: [{ system: 'http://hl7.org/fhir/condition-clinical', code: 'resolved' }],
      },
    }),
  ],
  ['a type whose status rules do not read', a('Encounter', { status: 'whatever' })],
])('leaves %s as it is', (_what, resource) => {
  const read = readStatus(resource);
  expect(read).toEqual({ resource, isUnread: false });
  expect(read.resource).toBe(resource);
});

it.each([
  ['in another case', a('Observation', { status: 'Final' })],
  ['of another type', a('Observation', { status: 'active' })],
  ['empty', a('Observation', { status: '' })],
  ['a number', a('Observation', { status: 1 })],
  ['a list', a('Observation', { status: ['final'] })],
  ['of another code system', a('Condition', { clinicalStatus: coded('urn:local:status') })],
  ['of the other of the two code systems', a('Condition', { clinicalStatus: coded(VERIFICATION) })],
  ['of no code system', a('Condition', { clinicalStatus: coded(undefined) })],
  ['of two minds in its codes', a('Condition', { clinicalStatus: clinical('active', 'resolved') })],
  [
    'of two minds in code and words',
    a('Condition', { clinicalStatus: { ...clinical('resolved'), text: 'Active' } }),
  ],
  ['in words alone', a('Condition', { clinicalStatus: { text: 'active' } })],
  ['a text where FHIR has a concept', a('Condition', { clinicalStatus: 'activ' })],
  ['a concept without a code', a('Condition', { verificationStatus: verification(undefined) })],
])('takes a status away that is %s', (_what, resource) => {
  expect(readStatus(resource)).toEqual({
    resource: { resourceType: resource.resourceType },
    isUnread: true,
  });
});

it('takes away the wrong one of two statuses alone', () => {
  const verificationStatus = verification('confirmed');
  const given = a('Condition', { clinicalStatus: clinical('current'), verificationStatus });
  expect(readStatus(given)).toEqual({
    resource: a('Condition', { verificationStatus }),
    isUnread: true,
  });
});

it.each([
  [a('Observation', { status: 'entered-in-error' }), true],
  [a('Procedure', { status: 'not-done' }), true],
  [a('Condition', { verificationStatus: verification('refuted') }), true],
  [a('Condition', { verificationStatus: verification('x', 'entered-in-error') }), true],
  [a('Condition', { clinicalStatus: clinical('resolved') }), false],
  [a('Observation', { status: 'cancelled' }), false],
  [a('Observation', {}), false],
])('knows what was withdrawn: %j %s', (resource, expected) => {
  expect(isWithdrawn(resource)).toBe(expected);
});

it.each([
  [a('Condition', { clinicalStatus: 'active' }), 'clinicalStatus'],
  [a('Condition', { verificationStatus: 'confirmed' }), 'verificationStatus'],
  [a('MedicationStatement', { taken: 'y' }), 'taken'],
  [a('Procedure', { notDone: false }), 'notDone'],
  [a('Condition', { clinicalStatus: clinical('active') }), undefined],
  [a('Observation', { taken: 'y' }), undefined],
])('tells what is of FHIR before R4: %j', (resource, element) => {
  expect(elementOfStu3(resource)).toBe(element);
});

it('takes all statuses away from what a modifier may unsay, and nothing else', () => {
  const more = { clinicalStatus: clinical('active'), verificationStatus: verification('refuted') };
  expect(withoutStatus(a('Condition', { ...more, id: 'c' }))).toEqual(a('Condition', { id: 'c' }));
  const visit = a('Encounter', { status: 'finished' });
  expect(withoutStatus(visit)).toEqual(visit);
});

it('leaves of a status the codes alone that FHIR has for it', () => {
  const official = { system: CLINICAL, code: 'active' };
  const clinicalStatus = { coding: [{ system: 'urn:local:status', code: 'resolved' }, official] };
  expect(readStatus(a('Condition', { clinicalStatus }))).toEqual({
    resource: a('Condition', { clinicalStatus: { coding: [official] } }),
    isUnread: false,
  });
});

it('takes no word for it that a result is not there yet, where one is', () => {
  expect(readStatus(a('Observation', { status: 'registered', valueBoolean: true }))).toEqual({
    resource: a('Observation', { valueBoolean: true }),
    isUnread: true,
  });
});

import { expect, it } from 'vitest';
import { elementOfStu3, isWithdrawn, readStatus, withoutStatus } from '../../src/reading/status.ts';

const concept = (...codes: unknown[]) => ({ coding: codes.map((code) => ({ code })) });
const a = (resourceType: string, elements: object) => ({ resourceType, ...elements });

it.each([
  ['a status of FHIR', a('Observation', { status: 'final' })],
  ['no status', a('Observation', {})],
  ['null', a('Observation', { status: null })],
  ['a status of FHIR in a concept', a('Condition', { clinicalStatus: concept('active') })],
  ['one of two codings', a('Condition', { clinicalStatus: concept('A', 'active') })],
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
  ['in words alone', a('Condition', { clinicalStatus: { text: 'active' } })],
  ['a text where FHIR has a concept', a('Condition', { clinicalStatus: 'activ' })],
  ['a concept without a code', a('Condition', { verificationStatus: concept(undefined) })],
])('takes a status away that is %s', (_what, resource) => {
  expect(readStatus(resource)).toEqual({
    resource: { resourceType: resource.resourceType },
    isUnread: true,
  });
});

it('takes away the wrong one of two statuses alone', () => {
  const verificationStatus = concept('confirmed');
  const given = a('Condition', { clinicalStatus: concept('current'), verificationStatus });
  expect(readStatus(given)).toEqual({
    resource: a('Condition', { verificationStatus }),
    isUnread: true,
  });
});

it.each([
  [a('Observation', { status: 'entered-in-error' }), true],
  [a('Procedure', { status: 'not-done' }), true],
  [a('Condition', { verificationStatus: concept('refuted') }), true],
  [a('Condition', { verificationStatus: concept('x', 'entered-in-error') }), true],
  [a('Condition', { clinicalStatus: concept('resolved') }), false],
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
  [a('Condition', { clinicalStatus: concept('active') }), undefined],
  [a('Observation', { taken: 'y' }), undefined],
])('tells what is of FHIR before R4: %j', (resource, element) => {
  expect(elementOfStu3(resource)).toBe(element);
});

it('takes all statuses away from what a modifier may unsay, and nothing else', () => {
  const more = { clinicalStatus: concept('active'), verificationStatus: concept('refuted') };
  expect(withoutStatus(a('Condition', { ...more, id: 'c' }))).toEqual(a('Condition', { id: 'c' }));
  const visit = a('Encounter', { status: 'finished' });
  expect(withoutStatus(visit)).toEqual(visit);
});

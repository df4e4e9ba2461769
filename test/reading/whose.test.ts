import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { whoseIs, type PatientNames } from '../../src/reading/whose.ts';

const PATIENT: PatientNames = {
  id: 'p1',
  others: new Set(['urn:uuid:00000000-0000-4000-8000-000000000001']),
  server: 'https://ehr.example/fhir',
};
const about = (subject: unknown, more: object = {}) => ({
  resourceType: 'Observation',
  subject,
  ...more,
});
const to = (reference: unknown) => ({ reference });
const inside = (resourceType: string) => ({ contained: [{ resourceType, id: 'p' }] });

it.each([
  ['says nothing of a subject', undefined, 'the patient'],
  ['names the patient', to('Patient/p1'), 'the patient'],
  ['names a version of the patient', to('Patient/p1/_history/3'), 'the patient'],
  ['names the patient on the server', to('https://ehr.example/fhir/Patient/p1'), 'the patient'],
  ['names the server with its port', to('https://EHR.example:443/fhir/Patient/p1'), 'the patient'],
  [
    'names the patient as the Bundle does',
    to('urn:uuid:00000000-0000-4000-8000-000000000001'),
    'the patient',
  ],
  ['names another', to('Patient/p2'), 'another patient'],
  ['names another on another server', to('https://x.example/Patient/p2'), 'another patient'],
  ['names a urn that no Bundle explains', to('urn:uuid:2'), 'not clear'],
  ['names a group', to('Group/g1'), 'no patient'],
  ['names a device', to('https://ehr.example/fhir/Device/d1'), 'no patient'],
  [
    "names another server's patient of the same id",
    to('https://x.example/Patient/p1'),
    'not clear',
  ],
  ['names a location', to('Location/l'), 'no patient'],
  ['names a relative', to('RelatedPerson/m'), 'no patient'],
  ['names the patient in capitals', to('PATIENT/p1'), 'not clear'],
  ['names a type that FHIR does not have', to('Patients/p1'), 'not clear'],
  ['names an encounter', to('Encounter/e'), 'not clear'],
  ['has an identifier alone', { identifier: { value: '12' } }, 'not clear'],
  ['has words alone', { display: 'Somebody' }, 'not clear'],
  ['has a reference of no form', to('p1'), 'not clear'],
  ['has a reference that is no text', to(7), 'not clear'],
  ['has an empty reference', to(''), 'not clear'],
  ['names what it does not contain', to('#p'), 'not clear'],
  ['has a subject of no form', 'Patient/p2', 'not clear'],
  ['has a list of subjects', [to('Patient/p1')], 'not clear'],
])('says whose a resource is that %s', (_what, subject, expected) => {
  expect(whoseIs(about(subject), PATIENT)).toBe(expected);
});

it('does not take a Patient inside a resource for the one of the call', () => {
  expect(whoseIs(about(to('#p'), inside('Patient')), PATIENT)).toBe('not clear');
  expect(whoseIs(about(to('#p'), inside('Group')), PATIENT)).toBe('no patient');
  expect(whoseIs(about(to('#p'), inside('Encounter')), PATIENT)).toBe('not clear');
});

it('takes any server for that of the call where the call names none', () => {
  const subject = to('https://x.example/Patient/p1');
  expect(whoseIs(about(subject), { ...PATIENT, server: undefined })).toBe('the patient');
});

it.each([
  ['the patient', [to('Patient/p1')], 'the patient'],
  ['nothing', [], 'the patient'],
  ['a fetus', [to('Patient/p2')], 'no patient'],
  ['a mother', [to('RelatedPerson/m')], 'no patient'],
  ['a fetus and its father', [to('Patient/p2'), to('RelatedPerson/f')], 'no patient'],
  ['the patient and a child', [to('Patient/p1'), to('Patient/p2')], 'not clear'],
  ['a condition', [to('Condition/c')], 'not clear'],
  ['an encounter', [to('https://ehr.example/fhir/Encounter/e')], 'not clear'],
  ['a device', [to('Device/d')], 'not clear'],
  ['a group, which may hold the patient', [to('Group/g')], 'not clear'],
  ['a mother and a condition', [to('RelatedPerson/m'), to('Condition/c')], 'not clear'],
  ['the patient and a condition', [to('Patient/p1'), to('Condition/c')], 'the patient'],
  ['an identifier alone', [{ identifier: {} }], 'not clear'],
  ['a child, in no list', to('Patient/p2'), 'no patient'],
  ['a text', 'Patient/p1', 'not clear'],
  ['what is no reference', [null], 'not clear'],
])("takes the patient's record that is focused on %s for what it is", (_what, focus, expected) => {
  expect(whoseIs(about(to('Patient/p1'), { focus }), PATIENT)).toBe(expected);
});

it.each([
  ['RelatedPerson', 'no patient'],
  ['Condition', 'not clear'],
])('takes a record that is focused on a %s inside it for what that is', (type, expected) => {
  const focused = about(to('Patient/p1'), { focus: [to('#p')], ...inside(type) });
  expect(whoseIs(focused, PATIENT)).toBe(expected);
});

it.each(['patient', 'beneficiary', 'for'])('reads %s like subject', (element) => {
  const resource = { resourceType: 'Task', [element]: to('Patient/p2') };
  expect(whoseIs(resource, PATIENT)).toBe('another patient');
});

it('takes a Patient for the one of the call by its id, or without one', () => {
  const patients = [{ id: 'p1' }, {}, { id: 'p2' }];
  const whose = patients.map((one) => whoseIs({ resourceType: 'Patient', ...one }, PATIENT));
  expect(whose).toEqual(['the patient', 'the patient', 'another patient']);
});

it('never takes a resource for the patient’s that names another id', () => {
  const id = fc.stringMatching(/^[A-Za-z0-9.-]{1,20}$/).filter((one) => one !== 'p1');
  fc.assert(
    fc.property(id, fc.constantFrom('', 'https://ehr.example/fhir/'), (one, base) => {
      expect(whoseIs(about(to(`${base}Patient/${one}`)), PATIENT)).toBe('another patient');
      expect(whoseIs(about(to(`urn:uuid:${one}`)), PATIENT)).toBe('not clear');
    }),
  );
});

it('takes a record for one of which it is not clear whose, that says in a code what it is about', () => {
  const url = 'http://hl7.org/fhir/StructureDefinition/observation-focusCode';
  const valueCodeableConcept = { text: 'Mother' };
  const focused = about(to('Patient/p1'), { extension: [{ url, valueCodeableConcept }] });
  expect(whoseIs(focused, PATIENT)).toBe('not clear');
});

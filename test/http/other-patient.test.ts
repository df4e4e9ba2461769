import { describe, expect, it } from 'vitest';
import { anOrderRequest, aPrefetch, aViewRequest } from '../support/cds-request.ts';
import {
  aCondition,
  aDraftOrder,
  anObservation,
  aPatientResource,
  PATIENT_ID,
  searchset,
  type Json,
} from '../support/fhir-data.ts';
import { TRIAL_CONTENT, useServer } from '../support/server.ts';
import { cardsOf, issueOf } from '../support/wire.ts';

const server = useServer({ content: TRIAL_CONTENT });

function callWith(prefetch: Json) {
  return server.call('trial-view', aViewRequest({ prefetch: aPrefetch(prefetch) }));
}

function refusal(path: string) {
  return {
    severity: 'error',
    code: 'security',
    diagnostics: `"${path}" belongs to another patient than context.patientId; nothing was evaluated`,
    expression: [path],
  };
}

describe('data of another patient', () => {
  it('refuses another Patient', async () => {
    const answer = await callWith({ patient: aPatientResource({ id: 'stranger' }) });
    expect(answer.status).toBe(400);
    expect(issueOf(answer)).toEqual(refusal('prefetch.patient'));
  });

  it('refuses two Patients under one key, and points at the second', async () => {
    const patients = searchset([aPatientResource(), aPatientResource({ id: 'stranger' })]);
    const answer = await callWith({ patient: patients });
    expect(issueOf(answer)).toEqual(refusal('prefetch.patient.entry[1].resource'));
  });

  it.each([
    ['Patient/stranger'],
    ['Patient/stranger/_history/1'],
    ['https://ehr.example/fhir/Patient/stranger'],
    ['https://ehr.example/fhir/Patient/stranger/_history/3'],
    [`Patient/${PATIENT_ID}-2`],
    [`Patient/x${PATIENT_ID}`],
    [`Patient/${PATIENT_ID.toUpperCase()}`],
  ])('refuses a condition of %s', async (reference) => {
    const stray = aCondition({ id: 'stray', subject: { reference } });
    const answer = await callWith({ conditions: searchset([aCondition(), stray]) });
    expect(answer.status).toBe(400);
    expect(issueOf(answer)).toEqual(refusal('prefetch.conditions.entry[1].resource'));
  });

  it('refuses a resource that names its patient as "patient"', async () => {
    const allergy = {
      resourceType: 'AllergyIntolerance',
      id: 'allergy-1',
      patient: { reference: 'Patient/stranger' },
    };
    const answer = await callWith({ conditions: searchset([aCondition(), allergy]) });
    expect(issueOf(answer)).toEqual(refusal('prefetch.conditions.entry[1].resource'));
  });

  it('refuses a resource that came alone, without a Bundle', async () => {
    const answer = await callWith({
      conditions: aCondition({ subject: { reference: 'Patient/stranger' } }),
    });
    expect(issueOf(answer)).toEqual(refusal('prefetch.conditions'));
  });

  it('refuses an observation under a key that is not required', async () => {
    const stray = anObservation({ subject: { reference: 'Patient/stranger' } });
    const answer = await callWith({ observations: searchset([stray, anObservation()]) });
    expect(issueOf(answer)).toEqual(refusal('prefetch.observations.entry[0].resource'));
  });

  it('refuses a draft order', async () => {
    const stray = aDraftOrder({ subject: { reference: 'Patient/stranger' } });
    const answer = await server.call('trial-order', anOrderRequest([stray]));
    expect(answer.status).toBe(400);
    expect(issueOf(answer)).toEqual(refusal('context.draftOrders.entry[0].resource'));
  });

  it.each<[string, (prefetch: Json) => Json, string]>([
    [
      'of a type that FHIR does not have',
      (subject) => ({ conditions: searchset([{ resourceType: 'Diagnosis', subject }]) }),
      'prefetch.conditions.entry[0].resource',
    ],
    [
      'of a type that was not asked for, alone under a key',
      (subject) => ({ conditions: anObservation({ subject }) }),
      'prefetch.conditions',
    ],
  ])('refuses a resource %s', async (_title, prefetchOf, path) => {
    const answer = await callWith(prefetchOf({ reference: 'Patient/stranger' }));
    expect(answer.status).toBe(400);
    expect(issueOf(answer)).toEqual(refusal(path));
  });

  it.each<[string, Json]>([
    ['of no type', { subject: { reference: 'Patient/stranger' } }],
    ['in Parameters', { resourceType: 'Parameters', subject: { reference: 'Patient/stranger' } }],
  ])('refuses a draft %s', async (_title, draft) => {
    const answer = await server.call('trial-order', anOrderRequest([draft]));
    expect(answer.status).toBe(400);
    expect(issueOf(answer)).toEqual(refusal('context.draftOrders.entry[0].resource'));
  });

  it('points at the entry as it was sent, past an OperationOutcome before it', async () => {
    const outcome = { resourceType: 'OperationOutcome', issue: [{ severity: 'information' }] };
    const stray = aCondition({ id: 'stray', subject: { reference: 'Patient/stranger' } });
    const answer = await callWith({ conditions: searchset([outcome, aCondition(), stray]) });
    expect(issueOf(answer)).toEqual(refusal('prefetch.conditions.entry[2].resource'));
  });
});

describe('data of this patient, otherwise named', () => {
  it.each([
    [`Patient/${PATIENT_ID}`],
    [`Patient/${PATIENT_ID}/_history/7`],
    [`https://ehr.example/fhir/Patient/${PATIENT_ID}`],
    [`https://ehr.example/fhir/Patient/${PATIENT_ID}/_history/7`],
    [`urn:uuid:${PATIENT_ID}`],
  ])('takes a condition of %s', async (reference) => {
    const answer = await callWith({
      conditions: searchset([aCondition({ subject: { reference } })]),
    });
    expect(cardsOf(answer)).toHaveLength(1);
  });

  it('takes a condition that names no subject', async () => {
    const bare = aCondition({ id: 'b', subject: undefined });
    expect(cardsOf(await callWith({ conditions: searchset([bare]) }))).toHaveLength(1);
  });

  it.each([
    ['an identifier alone', { identifier: { value: '123' } }],
    ['a search', { reference: `Patient?identifier=${PATIENT_ID}` }],
    ['an id alone', { reference: PATIENT_ID }],
    ['another case', { reference: `patient/${PATIENT_ID}` }],
    ['a slash too many', { reference: `Patient/${PATIENT_ID}/` }],
    ['a urn that nothing explains', { reference: 'urn:uuid:0e3f1c6e-3f0f-4f59-a3c5-5fb1d1f6a0aa' }],
    ['a Group', { reference: 'Group/7' }],
  ])('answers without a condition whose subject is %s', async (_how, subject) => {
    const unclear = aCondition({ id: 'a', subject });
    const answer = await callWith({ conditions: searchset([unclear, aCondition()]) });
    expect([answer.status, cardsOf(answer).length]).toEqual([200, 1]);
  });
});

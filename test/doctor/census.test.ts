import { beforeAll, describe, expect, it } from 'vitest';
import type { Program } from '../../src/engine/program.ts';
import { takeCensus, type Census } from '../../src/doctor/census.ts';
import type { Resource } from '../../src/fhir/resource.ts';
import { aCompiler } from '../support/content.ts';
import { contentOf } from '../support/mini-content.ts';

let program: Program;
beforeAll(async () => {
  ({ program } = await contentOf(aCompiler()));
});

function census(resourceType: string, ...resources: Readonly<Record<string, unknown>>[]): Census {
  const typed = resources.map((resource): Resource => ({ resourceType, ...resource }));
  return takeCensus(typed, { resourceType, patientId: 'p1' }, program);
}

describe('a census', () => {
  it('finds the code where the type has it, also in another resource', () => {
    const { codes } = census(
      'MedicationRequest',
      { medicationReference: { reference: 'Medication/1' } },
      { medicationCodeableConcept: { text: 'something' } },
      { medicationCodeableConcept: { coding: [{ system: 'urn:a', code: 'A' }] } },
      {},
    );
    expect(codes).toEqual({ coded: 1, text: 1, reference: 1 });
  });

  it.each([
    ['Condition', { recordedDate: '2026-01-01' }],
    ['Condition', { abatementPeriod: {} }],
    ['Observation', { effectiveInstant: '2026-01-01T08:00:00Z' }],
    ['MedicationRequest', { authoredOn: '2026-01-01' }],
    ['Encounter', { period: { start: '2026-01-01' } }],
  ])('knows a date of %s: %j', (type, resource) => {
    expect(census(type, resource, { meta: { lastUpdated: '2026-01-01' } }).dated).toBe(1);
  });

  it('knows a code system by its other names, and says when there is none', () => {
    const { systems, localOnly } = census(
      'Condition',
      { code: { coding: [{ system: 'urn:oid:2.16.840.1.113883.6.96', code: '1' }] } },
      { code: { coding: [{ code: '2' }] } },
    );
    expect(systems).toEqual([
      { system: '(no system)', resources: 1, known: false, examples: ['2'] },
      { system: 'http://snomed.info/sct', resources: 1, known: true, examples: [] },
    ]);
    expect(localOnly).toBe(1);
  });

  it('gives three codes of a local system at most, and none that reads like words', () => {
    const coding = ['a person lives here', 'L1', 'L2', 'L3', 'L4'].map((code) => ({
      system: 'urn:local\u001B[31m',
      code,
    }));
    const [system] = census('Condition', { code: { coding } }).systems;
    expect(system).toMatchObject({ system: 'urn:local[31m', examples: ['L1', 'L2', 'L3'] });
  });

  it('counts no codes and no status of a patient', () => {
    expect(census('Patient', { id: 'p1', maritalStatus: {} })).toMatchObject({
      found: 1,
      codes: null,
      withStatus: null,
    });
  });

  it('counts what belongs to others, and what FHIR R4 does not have or writes otherwise', () => {
    const mine = { subject: { reference: 'https://ehr.example/fhir/Patient/p1' } };
    const counted = census(
      'Condition',
      mine,
      { subject: { reference: 'Patient/p2' } },
      { ...mine, resourceType: 'ActorDefinition' },
      { ...mine, clinicalStatus: 'active' },
    );
    expect(counted).toMatchObject({
      found: 3,
      strangers: 1,
      foreign: 2,
      others: { ActorDefinition: 1 },
      absoluteReferences: 2,
    });
  });
});

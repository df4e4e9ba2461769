import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Program } from '../../src/cql/program.ts';
import { deriveRequirements, prefetchKey, sourcesOf } from '../../src/patient-data/requirements.ts';
import { aCompiler } from '../support/content.ts';
import { aLibrary, aProgram } from '../support/cql.ts';

const compiler = aCompiler();
let program: Program;

const TEST = aLibrary(
  'Test',
  `define "Both": exists [Observation] or exists "Conditions"
define "Conditions": [Condition] C where C.code.text.value = 'x'
define "Again": exists [Condition]
define "Own": Patient.active.value`,
);
const name = (expression: string) => ({ library: 'Test', expression });

beforeAll(async () => {
  program = await aProgram(compiler, [TEST]);
});
afterAll(() => compiler.translator.close());

it('asks for the patient and, by patient alone, for each type once, in order', () => {
  expect(deriveRequirements(program, [name('Both'), name('Again'), name('Own')])).toEqual([
    { key: 'patient', resourceType: 'Patient', template: 'Patient/{{context.patientId}}' },
    {
      key: 'conditions',
      resourceType: 'Condition',
      template: 'Condition?patient={{context.patientId}}',
    },
    {
      key: 'observations',
      resourceType: 'Observation',
      template: 'Observation?patient={{context.patientId}}',
    },
  ]);
});

it('asks for the patient even where nothing is read', () => {
  expect(deriveRequirements(program, []).map(({ key }) => key)).toEqual(['patient']);
});

it('names the types that an expression rests on', () => {
  expect([...sourcesOf(program, name('Both'))]).toEqual(['Observation', 'Condition']);
});

it.each([
  ['Patient', 'patient'],
  ['Condition', 'conditions'],
  ['ServiceRequest', 'serviceRequests'],
  ['FamilyMemberHistory', 'familyMemberHistories'],
])('sends %s as %s', (resourceType, key) => {
  expect(prefetchKey(resourceType)).toBe(key);
});

import { expect, it } from 'vitest';
import { lintPrefetchTemplate } from '../../src/patient-data/prefetch-lint.ts';

const TOKENS =
  'context.userId, context.patientId, context.encounterId, userPractitionerId, userPractitionerRoleId, userPatientId, userRelatedPersonId';
const FORM = 'A template is one relative FHIR read (Type/id) or search (Type?…)';
const BRACES = 'Tokens stand between {{ and }}, and no other braces are allowed';

it.each([
  'Patient/{{context.patientId}}',
  'Condition?patient={{context.patientId}}',
  'Condition?patient={{context.patientId}}&category=problem-list-item&_count=100&_sort=-recorded-date',
  'Observation?patient={{context.patientId}}&code:in=http://example.org/set',
  'Observation?patient={{context.patientId}}&date=ge2026-01-01',
  'Encounter?_id={{context.encounterId}}&_lastUpdated=gt2026-01-01',
  'Practitioner/{{userPractitionerId}}',
  '{{context.userId}}',
])('takes %s', (template) => {
  expect(lintPrefetchTemplate(template, 'patient-view')).toBeUndefined();
});

it.each([
  [
    'Condition?patient={{context.patient}}',
    `The token {{context.patient}} is not one of patient-view: ${TOKENS}`,
  ],
  ['Condition?date=ge{{today()}}', `The token {{today()}} is not one of patient-view: ${TOKENS}`],
  ['Condition?patient={{context.patientId}', BRACES],
  ['Condition?patient={context.patientId}', BRACES],
  ['https://ehr.example.org/Patient/{{context.patientId}}', FORM],
  ['/Patient/{{context.patientId}}', FORM],
  ['Patient', FORM],
  ['Patient/{{context.patientId}}/_history', FORM],
  ['Patient/{{context.patientId}}?_format=json', FORM],
  ['', FORM],
  [
    'Condition?_include=Condition:subject',
    'The parameter _include is not one that every client knows',
  ],
  [
    'Condition?_has:Observation:patient:code=x',
    'The parameter _has:Observation:patient:code is not one that every client knows',
  ],
  [
    'Condition?encounter.date=2026',
    'Chained parameter encounter.date: not every client follows chains',
  ],
  ['Condition?code:not=x', 'The modifier :not is not one that every client knows'],
  [
    'Observation?date=2016',
    'Not every server takes date=2016; write a full date with a prefix, like date=ge2026-01-31',
  ],
  [
    'Condition?recorded-date=ge2026-01',
    'Not every server takes recorded-date=ge2026-01; write a full date with a prefix, like recorded-date=ge2026-01-31',
  ],
  ['Condition?recorded-date=ne2026-01-01', 'Dates compare with eq, lt, gt, ge and le only'],
])('refuses %s', (template, objection) => {
  expect(lintPrefetchTemplate(template, 'patient-view')).toBe(objection);
});

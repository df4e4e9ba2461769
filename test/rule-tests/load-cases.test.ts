import { expect, it } from 'vitest';
import { formatFault } from '../../src/content/fault.ts';
import { loadCases } from '../../src/rule-tests/load-cases.ts';
import { aFolder, type Files } from '../support/folder.ts';

const GOOD = `title: Good
hook: patient-view
patient: [{ resourceType: Patient }]
expect: { cards: [] }
`;

async function load(files: Files, ...paths: readonly string[]) {
  const root = aFolder(files);
  const { cases, faults } = await loadCases(root, paths.length > 0 ? paths : ['test/rules']);
  return { files: cases.map(({ file }) => file), faults: faults.map(formatFault), cases };
}

it('reads the cases of all folders in order, and no shared patients', async () => {
  const { files, faults } = await load({
    'test/rules/RX-02/a.yml': GOOD,
    'test/rules/RX-01/b.yaml': GOOD,
    'test/rules/RX-01/deep/c.yaml': GOOD,
    'test/rules/RX-01/notes.md': 'no case',
    'test/rules/patients/p.yaml': 'patient: []',
  });
  expect(files).toEqual([
    'test/rules/RX-01/b.yaml',
    'test/rules/RX-01/deep/c.yaml',
    'test/rules/RX-02/a.yml',
  ]);
  expect(faults).toEqual([]);
});

it('reads a case once that is named twice', async () => {
  const { files } = await load({ 'a/b.yaml': GOOD }, 'a', 'a/b.yaml');
  expect(files).toEqual(['a/b.yaml']);
});

const SEVERAL = `hook: patient-view
expect: { cards: [] }
cases:
  - title: One
    patient: [{ resourceType: Patient }]
  - title: Other
    patient: [{ resourceType: Condition }, { pain: yes }]
    expect: { status: 412 }
`;

it('reads several cases of one file, each with what they have in common', async () => {
  const file = 'test/rules/RX-01/a.yaml';
  const { cases, files } = await load({ [file]: SEVERAL.replace(', { pain: yes }', '') });
  expect(files).toEqual([file, file]);
  expect(cases.map(({ written }) => [written.title, written.hook, written.expect])).toEqual([
    ['One', 'patient-view', { cards: [] }],
    ['Other', 'patient-view', { status: 412 }],
  ]);
  expect(cases.map(({ resources }) => resources)).toEqual([
    [{ resourceType: 'Patient' }],
    [{ resourceType: 'Condition' }],
  ]);
});

it('says where a fault stands among several cases', async () => {
  const { cases, faults } = await load({ 'test/rules/RX-01/a.yaml': SEVERAL });
  expect([cases.length, faults.length]).toEqual([0, 1]);
  expect(faults[0]).toMatch(/^test\/rules\/RX-01\/a.yaml:7:44: error: "cases.1.patient.1"/);
});

it('puts the resources of the shared patient first', async () => {
  const { cases } = await load({
    'test/rules/RX-01/a.yaml': `base: ../patients/p.yaml\n${GOOD.replace('Patient }', 'Condition }')}`,
    'test/rules/patients/p.yaml': 'patient: [{ resourceType: Patient, id: p1 }]',
  });
  expect(cases[0]?.resources).toEqual([
    { resourceType: 'Patient', id: 'p1' },
    { resourceType: 'Condition' },
  ]);
});

it.each([
  [
    'an unknown key',
    'hook:',
    'hooks:',
    ['1:1: error: "hook": is missing', '2:1: error: "hooks": Unrecognized key: "hooks"'],
  ],
  [
    'a moment without an offset',
    'hook:',
    'now: 2026-03-10T09:00:00\nhook:',
    ['2:1: error: "now": Invalid ISO datetime'],
  ],
  [
    'a time zone that there is not',
    'hook:',
    'timeZone: Mars/Base\nhook:',
    ['2:1: error: "timeZone": must be an IANA time zone, like Europe/Zurich'],
  ],
  [
    'a resource without a type',
    '{ resourceType: Patient }',
    '{ id: p1 }',
    [
      '3:11: error: "patient.0": must be a FHIR resource with "resourceType", or one of patient, finding, condition, prescription, medicine, order, procedure, report',
    ],
  ],
  [
    'a short entry with a second key',
    '{ resourceType: Patient }',
    '{ finding: Cough, date: today }',
    ['3:29: error: "patient.0.date": belongs in the text of "finding", after a comma'],
  ],
  [
    'an expectation of nothing',
    '{ cards: [] }',
    '{}',
    ['4:1: error: "expect": must expect something'],
  ],
  [
    'a misspelt expectation',
    'cards: []',
    'card: []',
    [
      '4:1: error: "expect": must expect something',
      '4:11: error: "expect.card": Unrecognized key: "card"',
    ],
  ],
  [
    'YAML that is none',
    '{ cards: [] }',
    '{ cards: [',
    [
      '5:1: error: Flow sequence in block collection must be sufficiently indented and end with a ]',
      '5:1: error: Flow map in block collection must be sufficiently indented and end with a }',
    ],
  ],
  [
    'a shared patient that is not there',
    'hook:',
    'base: ../nobody.yaml\nhook:',
    ['2:1: error: There is no patient file ../nobody.yaml, or it has faults'],
  ],
])('reports %s, and reads the others', async (_what, from, to, faults) => {
  const loaded = await load({
    'test/rules/RX-01/bad.yaml': GOOD.replace(from, to),
    'test/rules/RX-01/good.yaml': GOOD,
  });
  expect(loaded.faults).toEqual(faults.map((fault) => `test/rules/RX-01/bad.yaml:${fault}`));
  expect(loaded.files).toEqual(['test/rules/RX-01/good.yaml']);
});

it('reports the fault of a shared patient once, and each case that needs it', async () => {
  const { faults } = await load({
    'test/rules/RX-01/a.yaml': `base: ../patients/p.yaml\n${GOOD}`,
    'test/rules/RX-01/b.yaml': `base: ../patients/p.yaml\n${GOOD}`,
    'test/rules/patients/p.yaml': 'patients: []',
  });
  const lacking = '1:1: error: There is no patient file ../patients/p.yaml, or it has faults';
  expect(faults).toEqual([
    `test/rules/RX-01/a.yaml:${lacking}`,
    `test/rules/RX-01/b.yaml:${lacking}`,
    'test/rules/patients/p.yaml:1:1: error: "patient": is missing',
    'test/rules/patients/p.yaml:1:1: error: "patients": Unrecognized key: "patients"',
  ]);
});

const CODES = `system,code,display,group,valueset,source,confidence
SNOMED CT,49727002,Cough (finding),,,,verified
`;
const COUGH = {
  coding: [{ system: 'http://snomed.info/sct', code: '49727002', display: 'Cough' }],
};

it('makes FHIR of short entries, in the case, its orders and the shared patient', async () => {
  const { cases, faults } = await load({
    'cql/terminology/codes.csv': CODES,
    'test/rules/short-names.yaml': 'names: { a cough: Cough }',
    'test/rules/RX-01/a.yaml': `title: Short
hook: order-select
base: ../patients/p.yaml
patient:
  - finding: a cough, yes, today
  - { resourceType: AllergyIntolerance, patient: { reference: Patient/p1 } }
context: { draftOrders: [{ order: 'Cough, id o1' }] }
expect: { cards: [] }
`,
    'test/rules/patients/p.yaml': 'patient: [{ patient: 45 years old }]',
  });
  expect(faults).toEqual([]);
  expect(cases[0]?.resources).toEqual([
    { resourceType: 'Patient', birthDate: 'today - 45 years' },
    {
      resourceType: 'Observation',
      status: 'final',
      code: COUGH,
      valueBoolean: true,
      effectiveDateTime: 'today',
    },
    { resourceType: 'AllergyIntolerance', patient: { reference: 'Patient/p1' } },
  ]);
  expect(cases[0]?.written.context?.draftOrders).toEqual([
    { resourceType: 'ServiceRequest', status: 'draft', intent: 'order', code: COUGH, id: 'o1' },
  ]);
});

it('reports what it cannot read of short entries where it stands, and leaves out these cases', async () => {
  const { files, faults } = await load({
    'cql/terminology/codes.csv': CODES,
    'test/rules/short-names.yaml': 'names: { a cough: Couhg }',
    'test/rules/RX-01/bad.yaml': `title: Short
hook: order-select
patient:
  - patient: 45 years old
  - finding: Cuogh, yes
  - finding: Cough, today, yesterday
  - findng: Cough
  - finding: 49727002
context:
  draftOrders:
    - order: Cough, femal
expect: { cards: [] }
`,
    'test/rules/RX-01/based.yaml': `base: ../patients/p.yaml\n${GOOD}`,
    'test/rules/RX-01/good.yaml': GOOD,
    'test/rules/RX-01/orders.yaml': `title: Short
hook: order-select
patient:
  - finding: Cuogh, yes
  - finding: Cough, yesterday
context:
  draftOrders:
    - order: Cough, femal
expect: { cards: [] }
`,
    'test/rules/patients/p.yaml': 'patient:\n  - patient: 45',
  });
  expect(files).toEqual(['test/rules/RX-01/good.yaml']);
  expect(faults).toEqual([
    expect.stringMatching(/^test\/rules\/RX-01\/bad.yaml:7:5: error: .* Did you mean "finding"\?$/),
    'test/rules/RX-01/bad.yaml:8:5: error: "patient.4": "finding" must be text; put a number between quotation marks',
    'test/rules/RX-01/based.yaml:1:1: error: There is no patient file ../patients/p.yaml, or it has faults',
    expect.stringMatching(
      /orders.yaml:4:5: error: "Cuogh" is not known; .* Did you mean "Cough"\?$/,
    ),
    expect.stringMatching(/orders.yaml:5:5: error: "yesterday" is not understood in "finding"/),
    expect.stringMatching(/orders.yaml:8:7: error: "femal" is not understood in "order"/),
    expect.stringMatching(
      /^test\/rules\/patients\/p.yaml:2:5: error: "patient.0": "patient" must be text/,
    ),
    expect.stringMatching(/^test\/rules\/short-names.yaml:1:10: error: "Couhg" is not known/),
  ]);
});

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

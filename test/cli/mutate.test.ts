import { expect, it } from 'vitest';
import { aFolder } from '../support/folder.ts';
import { MINI_CONTENT } from '../support/mini-content.ts';
import { nerveroot } from '../support/nerveroot.ts';

const CASE = `title: One cough is not urgent
hook: patient-view
patient:
  - { resourceType: Patient, id: p1, active: true }
  - resourceType: Condition
    id: c1
    code: { text: Cough, coding: [{ system: http://snomed.info/sct, code: "49727002" }] }
    recordedDate: today - 3 days
expect:
  cards: [{ rule: RX-01, indicator: info }]
`;

function aSite(): string {
  return aFolder({ ...MINI_CONTENT, 'test/rules/RX-01/cough.yaml': CASE });
}

it('lists the changes that no case notices, with file, line and column', async () => {
  const { status, out, err } = await nerveroot(['mutate', 'cql/Mini.cql', '--content', aSite()]);
  expect([status, err]).toEqual([0, 'Trying 5 changes against 1 cases …\n']);
  expect(out)
    .toBe(`cql/Mini.cql:12:21: dropped: the sources of Looked.Known: Looked.Known(exists "Coughs", { 'Condition' })
cql/Mini.cql:18:30: dropped: is null: "Has Cough" is null
cql/Mini.cql:19:40: 1 became 2: Count("Coughs") > 1
2 of 5 changes noticed, 40.0 %; 3 not noticed, 0 reached by no case
`);
});

it('ends with 1 where fewer were noticed than the threshold asks', async () => {
  const args = ['mutate', 'cql/Mini.cql', '--rule', 'RX-01', '--content', aSite()];
  expect((await nerveroot([...args, '--threshold', '50'])).status).toBe(1);
  expect((await nerveroot([...args, '--threshold', '0'])).status).toBe(0);
});

it('ends with 2 where a file or a rule is not there', async () => {
  const site = aSite();
  const file = await nerveroot(['mutate', 'cql/Nothing.cql', '--content', site]);
  expect([file.status, file.err]).toEqual([
    2,
    'nerveroot: There is no CQL library in cql/Nothing.cql\n',
  ]);
  const rule = await nerveroot(['mutate', '--rule', 'RX-09', '--content', site]);
  expect([rule.status, rule.err]).toEqual([2, 'nerveroot: There is no card of rule RX-09\n']);
});

import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { aFolder, writeFiles } from '../support/folder.ts';
import { aCoughCase, MINI_CONTENT, miniContent } from '../support/mini-content.ts';
import { nerveroot } from '../support/nerveroot.ts';

const CASE = aCoughCase('One cough is not urgent', '[{ rule: RX-01, indicator: info }]');

const GUARD = `- in: Mini.Has Cough
  change: "dropped: the sources of Looked.Known"
  text: Looked.Known(exists "Coughs", { 'Condition' })
  reason: Conditions are required, so that a call without them is refused
`;
const FEWER = `- in: Mini.Urgency
  change: 1 became 0
  text: Count("Coughs") > 1
  reason: Nobody coughs once
`;

function aSite(accepted?: string): string {
  const cases = { 'test/rules/RX-01/cough.yaml': CASE };
  return aFolder({
    ...MINI_CONTENT,
    ...cases,
    ...(accepted === undefined ? {} : { 'test/mutants.yaml': accepted }),
  });
}

it('lists the changes that no case notices, with file, line and column', async () => {
  const { status, out, err } = await nerveroot(['mutate', 'cql/Mini.cql', '--content', aSite()]);
  expect([status, err]).toEqual([0, '']);
  expect(out)
    .toBe(`cql/Mini.cql:12:21: Has Cough: dropped: the sources of Looked.Known: Looked.Known(exists "Coughs", { 'Condition' })
cql/Mini.cql:18:30: What Is Unknown: dropped: is null: "Has Cough" is null
cql/Mini.cql:19:40: Urgency: 1 became 2: Count("Coughs") > 1
2 of 5 changes noticed, 0 accepted, 40.0 %; 3 not noticed, 0 reached by no case
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

it('counts an accepted change as noticed, and gives the reason', async () => {
  const args = ['mutate', 'cql/Mini.cql', '--threshold', '60', '--content', aSite(GUARD)];
  const { status, out } = await nerveroot(args);
  expect([status, out.split('\n').slice(0, 2), out.split('\n').at(-2)]).toEqual([
    0,
    [
      `cql/Mini.cql:12:21: Has Cough: dropped: the sources of Looked.Known: Looked.Known(exists "Coughs", { 'Condition' })`,
      '  accepted: Conditions are required, so that a call without them is refused',
    ],
    '2 of 5 changes noticed, 1 accepted, 60.0 %; 2 not noticed, 0 reached by no case',
  ]);
});

it('names an accepted change that a case notices, and misses the threshold for it', async () => {
  const args = ['mutate', 'cql/Mini.cql', '--content', aSite(GUARD + FEWER)];
  const { status, err } = await nerveroot([...args, '--threshold', '0']);
  expect([status, err.split('\n').at(-2)]).toEqual([
    1,
    'test/mutants.yaml:5:3: error: A case notices this change now; take the entry out',
  ]);
  expect((await nerveroot(args)).status).toBe(0);
});

it('cannot tell so while only some changes of the library are tried', async () => {
  const args = ['mutate', '--rule', 'RX-01', '--threshold', '0', '--content', aSite(FEWER)];
  const { status, err } = await nerveroot(args);
  expect([status, err]).toEqual([0, '']);
});

it('tells changes of one name apart by their order', async () => {
  const twice = miniContent([
    ['cql/Mini.cql', 'Count("Coughs") > 1', 'Count("Coughs") > 1 or Count("Coughs") > 1'],
  ]);
  const second = FEWER.replace('became 0', 'became 2').replace('reason', 'nth: 2\n  reason');
  const site = aFolder({
    ...twice,
    'test/rules/RX-01/cough.yaml': CASE,
    'test/mutants.yaml': second,
  });
  const { out } = await nerveroot(['mutate', 'cql/Mini.cql', '--content', site]);
  expect(out.split('\n').filter((line) => /Urgency: 1 became 2|accepted:/.test(line))).toEqual([
    'cql/Mini.cql:19:40: Urgency: 1 became 2 (1 of 2): Count("Coughs") > 1',
    'cql/Mini.cql:19:63: Urgency: 1 became 2 (2 of 2): Count("Coughs") > 1',
    '  accepted: Nobody coughs once',
  ]);
});

it('warns of an accepted change that is not there, as check does', async () => {
  const site = aSite(GUARD.replace('Has Cough', 'Had Cough'));
  const warning =
    'test/mutants.yaml:1:3: warning: No change of the CQL has this name; ' +
    'see what "nerveroot mutate" calls it now, or take the entry out\n';
  const { status, err } = await nerveroot(['mutate', 'cql/Mini.cql', '--content', site]);
  expect([status, err]).toEqual([0, warning]);
  const check = await nerveroot(['check', '--content', site]);
  expect([check.status, check.out.startsWith(warning)]).toEqual([0, true]);
});

it.each([
  ['an entry without a reason', GUARD.replace(/ {2}reason.*/, ''), '1:3', '"0.reason": is missing'],
  ['an entry that stands twice', GUARD + GUARD, '5:3', 'This change is accepted twice'],
  [
    'a define without its library',
    GUARD.replace('Mini.', ''),
    '1:3',
    '"0.in": must be written Library.Define',
  ],
])(
  'refuses %s, with file and line, and changes nothing',
  async (_what, accepted, place, message) => {
    const { status, out, err } = await nerveroot(['mutate', '--content', aSite(accepted)]);
    expect([status, out, err]).toEqual([1, '', `test/mutants.yaml:${place}: error: ${message}\n`]);
  },
);

describe('of what changed since a commit', () => {
  it('tries nothing where no library is other than it was', async () => {
    const site = aSite();
    commitAll(site);
    const args = ['mutate', '--changed', 'HEAD', '--content', site];
    const { status, out } = await nerveroot([...args, '--threshold', '100']);
    expect([status, out]).toEqual([0, 'Nothing to change\n']);
  });

  it('tries the libraries that are new or other than they were, and says how each fared', async () => {
    const site = aSite();
    commitAll(site);
    const mini = MINI_CONTENT['cql/Mini.cql'] ?? '';
    writeFiles(site, {
      'cql/Mini.cql': `${mini}define "One More": true\n`,
      'cql/New.cql': `library New version '1.0.0'\ndefine "Some": 2 = 2\n`,
    });
    const { out } = await nerveroot(['mutate', '--changed', 'HEAD', '--content', site]);
    expect(out.split('\n').slice(-4)).toEqual([
      'New: 0 of 5, 0.0 %',
      'Mini: 2 of 5, 40.0 %',
      '2 of 10 changes noticed, 0 accepted, 20.0 %; 3 not noticed, 5 reached by no case',
      '',
    ]);
  });

  it('ends with 2 where git does not know the commit', async () => {
    const site = aSite();
    commitAll(site);
    const { status, err } = await nerveroot(['mutate', '--changed', 'v9', '--content', site]);
    expect([status, err]).toEqual([
      2,
      `nerveroot: git cannot tell what changed in ${site} since v9\n`,
    ]);
  });
});

function commitAll(folder: string): void {
  const who = ['-c', 'user.name=Test', '-c', 'user.email=test@example.org'];
  for (const args of [
    ['init', '-q'],
    ['add', '.'],
    [...who, 'commit', '-q', '-m', 'content: begin'],
  ]) {
    execFileSync('git', ['-C', folder, ...args]);
  }
}

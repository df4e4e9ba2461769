import { join } from 'node:path';
import { expect, it } from 'vitest';
import { aFolder } from '../support/folder.ts';
import { MINI_CONTENT, miniContent } from '../support/mini-content.ts';
import { nerveroot } from '../support/nerveroot.ts';

const CASE = 'test/rules/RX-01/a.yaml';
const BROKEN = miniContent(
  [
    ['cql/Mini.cql', 'Today()', 'Nowhere'],
    ['hooks/cards/NC-01.yaml', 'title: Not checked', 'titel: Not checked'],
  ],
  { [CASE]: 'title: A case\nhook: patient-view\n' },
);

it('ends with 0 and a count where there is no fault', async () => {
  const run = await nerveroot(['check', '--content', aFolder(MINI_CONTENT)]);
  expect(run).toEqual({
    status: 0,
    out: '3 libraries, 3 cards, 2 services, 0 forms, 0 cases: 0 errors, 0 warnings.\n',
    err: '',
  });
});

it('ends with 1 and each fault with its place, those of cases too', async () => {
  const run = await nerveroot(['check', '--content', aFolder(BROKEN)]);
  expect(run.status).toBe(1);
  expect(run.out.split('\n')).toEqual([
    'cql/Mini.cql:27:20: error: Could not resolve identifier Nowhere in the current library.',
    'hooks/cards/NC-01.yaml:1:1: error: "title": is missing',
    'hooks/cards/NC-01.yaml:2:1: error: "titel": Unrecognized key: "titel"',
    `${CASE}:1:1: error: "expect": is missing`,
    '4 errors, 0 warnings.',
    '',
  ]);
});

it('prints the faults as JSON', async () => {
  const good = await nerveroot(['check', '--json', '--content', aFolder(MINI_CONTENT)]);
  expect([good.status, JSON.parse(good.out)]).toEqual([0, []]);
  const bad = await nerveroot(['check', '--json', '--content', aFolder(BROKEN)]);
  expect([bad.status, bad.err]).toEqual([1, '']);
  expect(JSON.parse(bad.out)).toContainEqual({
    file: 'hooks/cards/NC-01.yaml',
    line: 2,
    column: 1,
    severity: 'error',
    message: '"titel": Unrecognized key: "titel"',
  });
});

it('takes the folder from the settings, and refuses one that is not there', async () => {
  const nowhere = join(aFolder(), 'nowhere');
  const run = await nerveroot(['check'], { NERVEROOT_CONTENT: nowhere });
  expect(run).toEqual({
    status: 2,
    out: '',
    err: `nerveroot: There is no content folder ${nowhere}\n`,
  });
});

it('checks a file of local codes against the content', async () => {
  const site = aFolder({ ...MINI_CONTENT, 'codes.yaml': 'resourceType: ConceptMap\ngroup: []\n' });
  const codes = join(site, 'codes.yaml');
  const { status, out } = await nerveroot(['check', '--content', site, '--codes', codes]);
  expect([status, out]).toEqual([
    1,
    `${codes}:2:1: error: "group": Too small: expected array to have >=1 items\n1 error, 0 warnings.\n`,
  ]);
});

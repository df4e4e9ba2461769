import { join } from 'node:path';
import { expect, it } from 'vitest';
import { aLibrary } from '../support/cql.ts';
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

it('ends with 0 and each warning with its place and its name', async () => {
  const text = MINI_CONTENT['cql/Mini.cql'] ?? '';
  const silenced = [
    'define "Lines": Combine("Coughs" C return C.id.value) // nerveroot-check allow combine-nothing: read by nobody',
    'define "More Lines": Combine("Coughs" C return C.id.value)',
    '',
  ];
  const files = { ...MINI_CONTENT, 'cql/Mini.cql': text + silenced.join('\n') };
  const run = await nerveroot(['check', '--content', aFolder(files)]);
  expect(run.status).toBe(0);
  expect(run.out.split('\n')).toEqual([
    'cql/Mini.cql:29:22: warning: Combine of no texts is null here, and an empty text in other engines. ' +
      'Say what is meant: if exists L then Combine(L, …) else null, with the same L twice [combine-nothing]',
    '3 libraries, 3 cards, 2 services, 0 forms, 0 cases: 0 errors, 1 warning.',
    '',
  ]);
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

it('says each mistake once, with its place and what to do about it, whatever else is wrong', async () => {
  const coughs = MINI_CONTENT['hooks/cards/RX-01.yaml'] ?? '';
  const site = aFolder(
    miniContent(
      [
        ['cql/Mini.cql', 'valueset:cough', 'valueset:cogh'],
        ['hooks/cards/RX-01.yaml', '{{Number Of Coughs}}', '{{Number Of Cough}}'],
        [
          'hooks/cards/RX-02.yaml',
          'source:\n  label: A guideline\n  url: https://example.org/guideline\n',
          '',
        ],
        ['hooks/services/mini-view.yaml', '[RX-01]', '[RX-01, RX-01]'],
        [
          'hooks/services/mini-order.yaml',
          'required:',
          'prefetch:\n  conditions: Condition?patient={{context.patientId}}\n  conditions: Condition\nrequired:',
        ],
      ],
      {
        'cql/More.cql': aLibrary('More', 'define "Misspelt": Mini."Has Cogh" and true', ['Mini']),
        'cql/Most.cql': aLibrary('Most', 'define "Rests On It": not More."Misspelt"', ['More']),
        'hooks/cards/RX-03.yaml': coughs,
        'hooks/cards/RX-04.yaml': coughs
          .replace('RX-01', 'RX-04')
          .replace('show: Has Cough', 'show: Most.Rests On It'),
        [CASE]: `title: A case
hook: patient-view
withhold: [Conditions]
expect:
  cards: [RX-09, { rule: RX-01 }]
  facts: { Mini.Has Cogh: true, Most.Rests On It: true }
`,
      },
    ),
  );
  const run = await nerveroot(['check', '--content', site]);
  expect([run.status, run.out.split('\n')]).toEqual([
    1,
    [
      'cql/Mini.cql:7:1: error: No file in cql/valuesets/ defines value set urn:mini:valueset:cogh. Did you mean urn:mini:valueset:cough?',
      'cql/More.cql:6:25: error: Could not resolve identifier Has Cogh in library Mini. Did you mean "Has Cough"? (Most rests on it and could not be checked)',
      'hooks/cards/RX-01.yaml:6:1: error: {{Number Of Cough}}: CQL library Mini has no expression "Number Of Cough". Did you mean "Number Of Coughs"?',
      'hooks/cards/RX-02.yaml:1:1: error: "source": is missing',
      'hooks/cards/RX-03.yaml:1:1: error: Rule RX-01 must stand in RX-01.yaml',
      'hooks/services/mini-order.yaml:8:3: error: "conditions" stands twice; keep one of them',
      'hooks/services/mini-view.yaml:7:16: error: Rule RX-01 stands twice; keep one of them',
      `${CASE}:5:11: error: There is no card for rule RX-09 (hooks/cards/RX-09.yaml)`,
      `${CASE}:6:12: error: CQL library Mini has no expression "Has Cogh". Did you mean "Has Cough"?`,
      '9 errors, 0 warnings.',
      '',
    ],
  ]);
});

it('holds cases to the services, where these are whole', async () => {
  const other = CASE.replace('a.yaml', 'b.yaml');
  const site = aFolder({
    ...MINI_CONTENT,
    [CASE]: 'title: A\nhook: patient-view\nwithhold: [Conditions]\nexpect: { cards: [] }\n',
    [other]: 'title: B\nhook: patient-view\nservice: mini-vew\nexpect: { cards: [] }\n',
  });
  const run = await nerveroot(['check', '--content', site]);
  expect([run.status, run.out.split('\n')]).toEqual([
    1,
    [
      `${CASE}:3:12: error: mini-view does not read Conditions; it reads Patient, Condition`,
      `${other}:3:1: error: No service answers patient-view as mini-vew; there are: mini-view`,
      '3 libraries, 3 cards, 2 services, 0 forms, 2 cases: 2 errors, 0 warnings.',
      '',
    ],
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

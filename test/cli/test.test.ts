import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { aFolder, writeFiles } from '../support/folder.ts';
import { aCoughCase, MINI_CONTENT } from '../support/mini-content.ts';
import { nerveroot, openNerveroot } from '../support/nerveroot.ts';

const COUGHS = aCoughCase('A cough is listened to', '[RX-01]');
const CASE = 'test/rules/RX-01/coughs.yaml';
const FAILING = COUGHS.replace('cards: [RX-01]', 'cards: []');

it('ends with 0 where every case passes', async () => {
  const site = aFolder({ ...MINI_CONTENT, [CASE]: COUGHS });
  expect(await nerveroot(['test', '--content', site])).toEqual({
    status: 0,
    out: '1 passed, 0 failed\n',
    err: '',
  });
});

it('ends with 1 and says what was expected, what came and why', async () => {
  const site = aFolder({ ...MINI_CONTENT, [CASE]: FAILING, 'test/rules/RX-01/good.yaml': COUGHS });
  const { status, out } = await nerveroot(['test', '--content', site]);
  expect(status).toBe(1);
  expect(out).toBe(`✗ A cough is listened to
  test/rules/RX-01/coughs.yaml
  cards
    expected: no card
    got:      RX-01
  why
    RX-01 Cough: shown
      ✓ Mini.Has Cough  Mini.cql:12
        · Mini.Coughs: Condition/c1  Mini.cql:11
            ← Condition/c1  Cough, 2026-03-07

1 passed, 1 failed
`);
});

it('runs only the cases that are named', async () => {
  const other = 'test/rules/RX-02/other.yaml';
  const site = aFolder({ ...MINI_CONTENT, [CASE]: COUGHS, [other]: FAILING });
  const { status, out } = await nerveroot(['test', 'test/rules/RX-01', '--content', site]);
  expect([status, out]).toEqual([0, '1 passed, 0 failed\n']);
});

it('ends with 1 and names the file where a case cannot be read, and runs the others', async () => {
  const bad = 'test/rules/bad.yaml';
  const site = aFolder({ ...MINI_CONTENT, [CASE]: COUGHS, [bad]: 'titel: x' });
  const { status, out, err } = await nerveroot(['test', '--content', site]);
  expect([status, out]).toEqual([1, `1 passed, 0 failed, not read for their faults: ${bad}\n`]);
  expect(err).toContain(`${bad}:1:1: error: "titel": Unrecognized key: "titel"\n`);
  const alone = await nerveroot(['test', bad, '--content', site]);
  expect([alone.status, alone.out]).toEqual([
    1,
    `0 passed, 0 failed, not read for their faults: ${bad}\n`,
  ]);
});

it('names a case that is a link to nothing', async () => {
  const site = aFolder({ ...MINI_CONTENT, [CASE]: COUGHS });
  symlinkSync('nowhere.yaml', join(site, 'test/rules/RX-01/link.yaml'));
  const { status, err } = await nerveroot(['test', '--content', site]);
  expect([status, err]).toEqual([
    1,
    'test/rules/RX-01/link.yaml:1:1: error: The file cannot be read\n',
  ]);
});

it('runs no case over broken content', async () => {
  const site = aFolder({
    ...MINI_CONTENT,
    [CASE]: COUGHS,
    'hooks/cards/RX-01.yaml': 'rule: RX-01',
  });
  const { status, out, err } = await nerveroot(['test', '--content', site]);
  expect([status, out]).toEqual([1, '']);
  expect(err).toContain('The content has errors, listed above; no case was run\n');
});

it('ends with 2 where a path is not there, or holds no case', async () => {
  const site = aFolder({ ...MINI_CONTENT, [CASE]: COUGHS, 'test/rules/RX-02/notes.md': '' });
  const gone = await nerveroot(['test', 'test/rules/RX-09', '--content', site]);
  expect(gone).toEqual({
    status: 2,
    out: '0 passed, 0 failed\n',
    err: `There is no test/rules/RX-09 in ${site}\n`,
  });
  expect((await nerveroot(['test', 'test/rules/RX-02', '--content', site])).status).toBe(2);
});

it('writes a JUnit report beside, or says that it cannot', async () => {
  const site = aFolder({ ...MINI_CONTENT, [CASE]: COUGHS });
  const report = join(site, 'report.xml');
  expect((await nerveroot(['test', '--content', site, '--junit', report])).status).toBe(0);
  expect(readFileSync(report, 'utf8')).toContain(
    '<testsuite name="test/rules/RX-01" tests="1" failures="0">',
  );
  const nowhere = join(site, 'nowhere/report.xml');
  const { status, err } = await nerveroot(['test', '--content', site, '--junit', nowhere]);
  expect([status, err]).toEqual([2, `nerveroot: Cannot write the report to ${nowhere}\n`]);
});

it('runs again when a case, a card or the CQL is saved', async () => {
  const site = aFolder({ ...MINI_CONTENT, [CASE]: COUGHS });
  const { waitFor } = openNerveroot(['test', '--content', site, '--watch']);
  const ready = await waitFor((output) =>
    output.includes('Watching for changes; end with Ctrl-C.'),
  );
  expect(ready).toBe('1 passed, 0 failed\nWatching for changes; end with Ctrl-C.\n');
  writeFileSync(join(site, CASE), FAILING);
  await waitFor((output) => output.includes('0 passed, 1 failed'));
  writeFiles(site, { [CASE]: COUGHS, 'hooks/cards/RX-01.yaml': 'rule: RX-01' });
  await waitFor((output) => output.includes('no case was run'));
  writeFiles(site, { 'hooks/cards/RX-01.yaml': MINI_CONTENT['hooks/cards/RX-01.yaml'] ?? '' });
  const output = await waitFor((text) => text.split('1 passed, 0 failed').length === 3);
  expect(output).toContain('hooks/cards/RX-01.yaml:1:1: error: "title"');
});

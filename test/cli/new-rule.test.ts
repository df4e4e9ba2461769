import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { aFolder } from '../support/folder.ts';
import { MINI_CONTENT, miniContent } from '../support/mini-content.ts';
import { nerveroot } from '../support/nerveroot.ts';

/** A site whose view service shows rule RX-16 and needs conditions, as the stubs expect. */
const READY = miniContent([
  ['hooks/services/mini-view.yaml', 'cards: [RX-01]', 'cards: [RX-01, RX-16]'],
]);

it('writes a library, a card and three cases, and says what comes next', async () => {
  const site = aFolder(MINI_CONTENT);
  const { status, out, err } = await nerveroot(['new', 'rule', 'RX-16', '--content', site]);
  expect([status, err]).toEqual([0, '']);
  expect(out).toBe(`wrote cql/RuleRX16.cql
wrote hooks/cards/RX-16.yaml
wrote test/rules/RX-16/fires.yaml
wrote test/rules/RX-16/does-not-fire.yaml
wrote test/rules/RX-16/unknown.yaml

Next: write the logic in cql/RuleRX16.cql, add RX-16 to "cards" of a file in hooks/services/,
then run: nerveroot check && nerveroot test
`);
});

it('writes files that have no fault and cases that pass, once a service shows the rule', async () => {
  const site = aFolder(READY);
  await nerveroot(['new', 'rule', 'RX-16', '--library', 'Wheeze', '--content', site]);
  const check = await nerveroot(['check', '--content', site]);
  expect(check.out).toBe(
    '4 libraries, 4 cards, 2 services, 0 forms, 3 cases: 0 errors, 0 warnings.\n',
  );
  expect(await nerveroot(['test', '--content', site])).toEqual({
    status: 0,
    out: '3 passed, 0 failed\n',
    err: '',
  });
});

it('overwrites nothing', async () => {
  const site = aFolder({ ...MINI_CONTENT, 'cql/Mine.cql': 'mine' });
  const args = ['new', 'rule', 'RX-16', '--library', 'Mine', '--content', site];
  expect(await nerveroot(args)).toEqual({
    status: 2,
    out: '',
    err: 'nerveroot: cql/Mine.cql exists already; nothing was written\n',
  });
  expect(readFileSync(join(site, 'cql/Mine.cql'), 'utf8')).toBe('mine');
  expect(readdirSync(join(site, 'hooks/cards'))).not.toContain('RX-16.yaml');
});

it.each([
  ['rx-16', [], 'A rule id looks like XX-01 or CC-01b, not "rx-16"'],
  ['../RX-16', [], 'A rule id looks like XX-01 or CC-01b, not "../RX-16"'],
  [
    'RX-16',
    ['--library', '../Mine'],
    'A library name is one word in letters and digits, not "../Mine"',
  ],
])('refuses the names %s %j', async (id, options, sentence) => {
  const site = aFolder();
  const { status, err } = await nerveroot(['new', 'rule', id, ...options, '--content', site]);
  expect([status, err]).toEqual([2, `nerveroot: ${sentence}\n`]);
  expect(readdirSync(site)).toEqual([]);
});

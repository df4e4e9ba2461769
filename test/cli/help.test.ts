import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../support/content.ts';
import { nerveroot, openNerveroot } from '../support/nerveroot.ts';

it('names the commands, examples and exit codes', async () => {
  const { status, out, err } = await nerveroot(['--help']);
  expect([status, err]).toEqual([0, '']);
  for (const command of [
    'serve',
    'check',
    'test',
    'mutate',
    'call',
    'doctor',
    'demo-patients',
    'new',
    'dictionary',
    'terminology',
  ]) {
    expect(out).toMatch(new RegExp(`^  ${command} `, 'm'));
  }
  expect(out).toContain('$ nerveroot check');
  expect(out).toContain('Exit codes: 0 fine; 1 something was found wanting');
});

it.each([
  ['serve', ['--content']],
  ['check', ['--content', '--json']],
  ['test', ['[paths...]', '--content', '--junit', '--watch', '--coverage-threshold']],
  [
    'mutate',
    ['[files...]', '--content', '--changed', '--rule', '--sample', '--seed', '--threshold'],
  ],
  [
    'call',
    ['<service>', '--bundle', '--order', '--patient', '--now', '--json', '--explain', '--why'],
  ],
  ['burden', ['<folders...>', '--content', '--json', '--svg']],
  ['doctor', ['--fhir-server', '--patient', '--token-env', '--content', '--json']],
  ['dictionary', ['--content', '--out']],
  ['terminology', ['<task>', '--server', '--token-env', '--write', '--content']],
  ['new', ['<kind>', '<id>', '--library', '--content']],
])('names what %s takes, whatever the settings', async (command, names) => {
  const { status, out, err } = await nerveroot([command, '--help'], { PORT: 'none' });
  expect([status, err]).toEqual([0, '']);
  for (const name of names) expect(out).toContain(name);
});

it.each([
  [['frobnicate'], "unknown command 'frobnicate'"],
  [['check', '--fast'], "unknown option '--fast'"],
  [['call', '--bundle', 'a.json'], "missing required argument 'service'"],

  [['new', 'card', 'RX-01'], "'card' is invalid for argument 'kind'. Allowed choices are rule."],
])('answers %j with a sentence and exit code 2', async (args, sentence) => {
  const { status, out, err } = await nerveroot(args);
  expect([status, out]).toEqual([2, '']);
  expect(err).toContain(sentence);
  expect(err).toContain('(run with --help to see how it is used)');
});

const OLD_NODES = ['/usr/bin/node', '/usr/local/bin/node'].filter(
  (node) => existsSync(node) && isOld(execFileSync(node, ['--version'], { encoding: 'utf8' })),
);

function isOld(version: string): boolean {
  const [major = 0, minor = 0] = version.slice(1).split('.').map(Number);
  return major < 22 || (major === 22 && minor < 18);
}

it.skipIf(OLD_NODES.length === 0)('tells a Node that is too old so in a sentence', async () => {
  const { status, out, err } = await openNerveroot(['--help'], {}, OLD_NODES[0]).ended;
  expect([status, out]).toEqual([2, '']);
  expect(err).toMatch(/^nerveroot needs Node 22\.19 or newer, and this is \d+\.\d+\.\d+\. In a /);
});

it('ends quietly when its reader has seen enough', () => {
  const piped = spawnSync('sh', ['-c', 'node bin/nerveroot.js test test/rules/DX-01 | head -0'], {
    cwd: ROOT,
    encoding: 'utf8',
    env: {
      ...process.env,
      PATH: `${join(ROOT, 'node_modules', '.bin')}:${process.env['PATH'] ?? ''}`,
    },
  });
  expect([piped.status, piped.stderr]).toEqual([0, '']);
});

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { aFolder } from '../support/folder.ts';
import { aCoughCase, MINI_CONTENT } from '../support/mini-content.ts';
import { nerveroot } from '../support/nerveroot.ts';

const CASE = aCoughCase('A cough is listened to', '[RX-01]');

function aSite(): string {
  return aFolder({ ...MINI_CONTENT, 'test/rules/RX-01/coughs.yaml': CASE });
}

it('says what no case showed, and writes the pages', async () => {
  const site = aSite();
  const pages = join(site, 'pages');
  const { status, out } = await nerveroot([
    'test',
    '--content',
    site,
    '--coverage',
    '--coverage-all',
    '--coverage-dir',
    pages,
    '--coverage-json',
  ]);
  expect(status).toBe(0);
  expect(out).toContain('1 passed, 0 failed\nClauses of which 1 case showed every outcome:\n');
  expect(out).toContain("cql/Mini.cql:18:55: never reached: { 'Whether there is a cough' }\n");
  expect(out).toContain(`The CQL in colour: ${join(pages, 'index.html')}\n`);
  expect(readFileSync(join(pages, 'Mini.html'), 'utf8')).toContain('<h1>Mini</h1>');
  expect(existsSync(join(pages, 'coverage.json'))).toBe(true);
  expect(existsSync(join(pages, 'FHIRHelpers.html'))).toBe(false);
});

it('ends with 1 where less was seen than the threshold asks, and with 0 where enough was', async () => {
  const site = aSite();
  const run = (percent: string) =>
    nerveroot([
      'test',
      '--content',
      site,
      '--coverage-dir',
      join(site, 'pages'),
      '--coverage-threshold',
      percent,
    ]);
  const { status, err } = await run('99');
  expect(status).toBe(1);
  expect(err).toMatch(/^Coverage is \d+\.\d %, and the threshold is 99 %\n$/);
  expect((await run('1')).status).toBe(0);
});

it('ends with 2 where the threshold is no percentage, or the folder cannot be written', async () => {
  const site = aSite();
  const wrong = await nerveroot(['test', '--content', site, '--coverage-threshold', 'most']);
  expect(wrong.status).toBe(2);
  expect(wrong.err).toContain('It must be a number from 0 to 100.');
  const folder = join(site, 'cql/Mini.cql');
  const { status, err } = await nerveroot(['test', '--content', site, '--coverage-dir', folder]);
  expect([status, err]).toEqual([2, `nerveroot: Cannot write the coverage to ${folder}\n`]);
});

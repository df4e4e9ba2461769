import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';

const PLACES = [
  process.env['NERVEROOT_TEST_CHROMIUM'] ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

const NO_CHROMIUM =
  'There is no Chromium on this machine: install it (Debian: apt-get install chromium), or name one in NERVEROOT_TEST_CHROMIUM';

/**
 * The Chromium of this machine; undefined, with one printed line, where there is none.
 * In continuous integration that is an error.
 */
export function findChromium(): string | undefined {
  const path = PLACES.find((place) => place !== '' && existsSync(place));
  if (path !== undefined) return path;
  if (process.env['CI'] === 'true') throw new Error(NO_CHROMIUM);
  process.stderr.write(`No test in a browser: ${NO_CHROMIUM}\n`);
  return undefined;
}

/** The address of a served CDS Hooks Sandbox; undefined, with one printed line, when none is named. */
export function findPublicClient(): string | undefined {
  const address = process.env['NERVEROOT_TEST_CDS_CLIENT'];
  if (address !== undefined) return address;
  process.stderr.write(
    'No test with the public CDS Hooks Sandbox: NERVEROOT_TEST_CDS_CLIENT names none (CONTRIBUTING.md says how)\n',
  );
  return undefined;
}

/** A browser for the tests of one describe, and a new page with a profile of its own for each. */
export function useBrowser(path: string | undefined): () => Promise<Page> {
  let browser: Browser | undefined;
  beforeAll(async () => {
    if (path === undefined) return;
    // It visits nothing but this machine; as root Chromium has no sandbox of its own.
    const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-sync'];
    browser = await chromium.launch({ executablePath: path, args });
  });
  afterAll(() => browser?.close());
  return async () => {
    if (!browser) throw new Error('There is no browser');
    const page = await browser.newPage();
    page.setDefaultTimeout(600_000);
    return page;
  };
}

/** Serves one page on a loopback port of its own, and so from another origin. */
export function usePage(file: URL): () => string {
  const server = createServer((_request, response) => {
    response.setHeader('Content-Type', 'text/html; charset=utf-8').end(readFileSync(file));
  });
  beforeAll(() => new Promise<void>((done) => server.listen(0, '127.0.0.1', done)));
  afterAll(
    () =>
      new Promise<void>((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  );
  return () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/`; // a TCP server's address
}

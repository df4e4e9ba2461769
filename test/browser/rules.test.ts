import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findChromium, useBrowser } from '../support/browser.ts';
import { FAINT } from '../support/contrast.ts';
import { useServer } from '../support/server.ts';

const chromium = findChromium();
const PAGES = ['/rules', '/rules/RF-01', '/rules/IM-04', '/rules/RF-99'];

describe.skipIf(chromium === undefined)('the pages of rules', () => {
  const server = useServer();
  const newPage = useBrowser(chromium);

  async function open(path: string): Promise<Page> {
    const page = await newPage();
    await page.goto(server.url(path));
    for (const more of await page.locator('details').all()) await more.click();
    return page;
  }

  it.each(PAGES)('%s can be read in light and in dark', async (path) => {
    const page = await open(path);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect({ colorScheme, faint: await page.evaluate(FAINT) }).toEqual({
        colorScheme,
        faint: [],
      });
    }
  });

  it.each(PAGES)('%s fits a screen of 320 pixels', async (path) => {
    const page = await open(path);
    await page.setViewportSize({ width: 320, height: 640 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
  });

  it.each(PAGES)(
    '%s has a language, a title, one main part and one first heading',
    async (path) => {
      const page = await open(path);
      expect(await page.title()).toMatch(/ · nerveroot$/);
      expect(await page.locator('html').getAttribute('lang')).toBe('en');
      expect(await page.getByRole('main').count()).toBe(1);
      expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
    },
  );

  it('are reached from one another', async () => {
    const page = await open('/rules');
    await page.getByRole('link', { name: 'RF-01 Suspected cauda equina syndrome' }).click();
    await page.getByRole('heading', { level: 1, name: 'Suspected cauda equina' }).waitFor();
    await page.getByRole('link', { name: 'What is the same for all' }).click();
    await page.getByRole('heading', { name: 'What is the same for all rules' }).waitFor();
    expect(new URL(page.url()).hash).toBe('#all');
  });

  it('show with their style in a frame of another origin', async () => {
    const page = await newPage();
    await page.goto(await servePage(`<iframe src="${server.url('/rules/RF-01')}"></iframe>`));
    const heading = page.frameLocator('iframe').locator('h1');
    expect(await heading.textContent()).toContain('cauda equina');
    const margin = "getComputedStyle(document.querySelector('h1')).marginTop";
    expect(await page.frames()[1]?.evaluate(margin)).toBe('0px');
  });
});

/** Serves a page at another port of this machine, which is another origin, until the test is over. */
async function servePage(text: string): Promise<string> {
  const other = createServer((_request, response) => {
    response.setHeader('Content-Type', 'text/html').end(text);
  });
  onTestFinished(() => {
    other.close();
    other.closeAllConnections();
  });
  await new Promise<void>((done) => other.listen(0, '127.0.0.1', done));
  return `http://127.0.0.1:${(other.address() as AddressInfo).port}/`; // a TCP server's address
}

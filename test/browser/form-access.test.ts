import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { findChromium, useBrowser } from '../support/browser.ts';
import { FAINT } from '../support/contrast.ts';
import { answerAll, useForms } from '../support/form-page.ts';
import { useServer } from '../support/server.ts';

const chromium = findChromium();
const FORMS = [
  'red-flag-screen',
  'leg-examination',
  'symptoms-and-course',
  'care-so-far',
  'lumbar-imaging',
  'imaging-safety',
  'injection-safety',
];

/** What people act on, and what holds it together, each by its role. */
const NAMED = new Set(['textbox', 'combobox', 'radio', 'button', 'group', 'Date', 'link']);

/** Roles and names as the browser hands them to a screen reader. */
async function namesByRole(page: Page): Promise<{ role: string; name: string }[]> {
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send('Accessibility.getFullAXTree');
  return nodes
    .filter(({ ignored }) => !ignored)
    .map(({ role, name }) => ({ role: String(role?.value), name: String(name?.value ?? '') }));
}

/** Faults in how elements refer to one another: ids that stand twice, and that nothing has. */
const REFERENCES = `(() => {
  const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
  const twice = ids.filter((id, i) => ids.indexOf(id) !== i);
  const named = [...document.querySelectorAll('[aria-describedby], [aria-labelledby], [for]')]
    .flatMap((at) => ['aria-describedby', 'aria-labelledby', 'for'].flatMap((name) => (at.getAttribute(name) ?? '').split(' ')))
    .filter((id) => id !== '' && !ids.includes(id));
  return [...twice, ...named];
})()`;

/** How far down each of the fields and buttons of the form is that the Tab key comes to. */
async function tabStops(page: Page): Promise<number[]> {
  const stops: number[] = [];
  await page.locator('#who').focus();
  for (;;) {
    await page.keyboard.press('Tab');
    stops.push(
      await page.evaluate<number>(
        '(() => { const { top, height } = document.activeElement.getBoundingClientRect(); return Math.round(top + height / 2 + scrollY); })()',
      ),
    );
    if (await page.evaluate<boolean>('document.activeElement.id === "save"')) return stops;
  }
}

describe.skipIf(chromium === undefined)('a form', () => {
  const server = useServer();
  const { openFor } = useForms(server, useBrowser(chromium));

  /** The form with all its questions asked and an error beside a field. */
  async function openWhole(form: string): Promise<Page> {
    const page = await openFor('early-mri', form);
    await answerAll(page, 'Yes');
    for (const field of await page.locator('#items [inputmode]').all()) await field.fill('x');
    return page;
  }

  it.each(FORMS)('%s names all that people act on', async (form) => {
    const page = await openWhole(form);
    // What unfolds is a group too, and its summary is its name.
    await page.locator('details').evaluateAll((all) => all.forEach((one) => one.remove()));
    const nodes = (await namesByRole(page)).filter(({ role }) => NAMED.has(role));
    expect(nodes.filter(({ name }) => name.trim() === '')).toEqual([]);
    expect(nodes.some(({ role }) => role === 'radio')).toBe(true);
    const groups = nodes.filter(({ role }) => role === 'group').map(({ name }) => name);
    expect(groups.length).toBeGreaterThan(3);
  });

  it.each(FORMS)('%s refers to what is there, and calls nothing the same', async (form) => {
    expect(await (await openWhole(form)).evaluate(REFERENCES)).toEqual([]);
  });

  it.each(FORMS)('%s can be read in light and in dark, with its errors', async (form) => {
    const page = await openWhole(form);
    await page.getByRole('button', { name: 'Save' }).click();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect({ colorScheme, faint: await page.evaluate(FAINT) }).toEqual({
        colorScheme,
        faint: [],
      });
    }
  });

  it.each(FORMS)('%s is gone through from the top to the bottom', async (form) => {
    const stops = await tabStops(await openWhole(form));
    expect(stops).toEqual(stops.toSorted((a, b) => a - b));
    expect(stops.length).toBeGreaterThan(3);
  });

  it.each(FORMS)('%s fits a screen of 320 pixels', async (form) => {
    const page = await openWhole(form);
    await page.setViewportSize({ width: 320, height: 640 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
  });

  it('has a language, a title, one main part and one first heading', async () => {
    const page = await openFor('early-mri');
    expect(await page.title()).toBe('Red-flag screen · nerveroot');
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    expect(await page.getByRole('main').count()).toBe(1);
    expect(await page.getByRole('heading', { level: 1 }).allTextContents()).toEqual([
      'Red-flag screen',
    ]);
  });
});

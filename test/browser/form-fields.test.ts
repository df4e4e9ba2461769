import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { findChromium, useBrowser } from '../support/browser.ts';
import { answer, cardsIn, focused, tabTo, useForms } from '../support/form-page.ts';
import { useServer } from '../support/server.ts';

const chromium = findChromium();

const EMERGENCY = 'Possible cauda equina: 300 mL residual. Emergency MRI and spine surgeon now';
const RESIDUAL = 'Bladder volume after passing urine, if measured';
const TEMPERATURE = 'Body temperature now, if taken';
const WEAKNESS = 'Any weakness of a leg or foot, reported or seen';
const SINCE = 'Day the weakness began';

const residual = (page: Page) => page.getByLabel(RESIDUAL, { exact: true });
const temperature = (page: Page) => page.getByLabel(TEMPERATURE, { exact: true });
const unit = (page: Page) => page.getByLabel(`Unit: ${TEMPERATURE}`);
const choose = (page: Page, question: string, choice: 'Yes' | 'No' | 'Not asked') =>
  page.getByRole('group', { name: question }).getByLabel(choice, { exact: true }).check();
const save = (page: Page) => page.getByRole('button', { name: 'Save' }).click();

const isAboutInfection = (summary: string) => /infect|fever/i.test(summary);

/** Saves what cannot be saved, and gives what the alert says. */
async function refused(page: Page): Promise<string | null> {
  await save(page);
  await page.getByRole('alert').waitFor();
  return page.getByRole('alert').textContent();
}

/** Saves, and gives the summaries of the cards after. */
async function saved(page: Page): Promise<string[]> {
  await save(page);
  await page.locator('#saved').waitFor();
  await page.locator('#after > *').first().waitFor();
  return cardsIn(page, 'after');
}

describe.skipIf(chromium === undefined)('a field of a form', () => {
  const server = useServer();
  const { openFor } = useForms(server, useBrowser(chromium));

  async function observationsOf(patient: string, code: string): Promise<Record<string, unknown>[]> {
    const { text } = await server.get(`/sandbox/fhir/Observation?patient=${patient}&code=${code}`);
    const { entry = [] } = JSON.parse(text) as { entry?: { resource: Record<string, unknown> }[] };
    return entry.map(({ resource }) => resource);
  }

  describe('for a measured value', () => {
    it('takes the number by keyboard; 300 mL left in the bladder changes the cards', async () => {
      const page = await openFor('six-weeks-of-care');
      expect(await cardsIn(page, 'before')).not.toContain(EMERGENCY);
      await tabTo(page, RESIDUAL);
      await page.keyboard.type('300');
      await page.keyboard.press('Enter');
      await page.locator('#after h4').first().waitFor();
      expect((await cardsIn(page, 'after'))[0]).toBe(EMERGENCY);
      await page.locator('#after').getByText('Details').first().click();
      await page.locator('#after').getByText('Post-void residual 300 mL').waitFor();
      const [stored] = await observationsOf('six-weeks-of-care', 'post-void-residual');
      expect(stored?.['valueQuantity']).toEqual({
        value: 300,
        unit: 'mL',
        system: 'http://unitsofmeasure.org',
        code: 'mL',
      });
    });

    it.each([
      ['coded-as-back-pain', '38,5', '°C', { value: 38.5, unit: '°C', code: 'Cel' }],
      ['l5-or-peroneal', '101.3', '°F', { value: 101.3, unit: '°F', code: '[degF]' }],
    ])('takes the unit: %s with %s %s is a fever', async (patient, number, chosen, quantity) => {
      const page = await openFor(patient);
      expect((await cardsIn(page, 'before')).filter(isAboutInfection)).toEqual([]);
      await temperature(page).fill(number);
      await unit(page).selectOption(chosen);
      await choose(page, 'Pain that is new, or has become worse', 'Yes');
      expect((await saved(page)).filter(isAboutInfection)).toHaveLength(1);
      const [stored] = await observationsOf(patient, '8310-5');
      expect(stored?.['valueQuantity']).toEqual({
        system: 'http://unitsofmeasure.org',
        ...quantity,
      });
    });

    it.each([
      ['a text', '38 or so', '°C', 'Write a number, like 12 or 12.5.'],
      ['what may be a thousand', '1,500', '', 'Write a number, like 12 or 12.5.'],
      ['too much', '101.3', '°C', 'Write a number from 10 to 47 °C.'],
      ['too little', '38.5', '°F', 'Write a number from 50 to 116.6 °F.'],
      ['a sign', '-38', '°C', 'Write a number, like 12 or 12.5.'],
    ])('says what is wrong with %s, and keeps it', async (_what, number, chosen, message) => {
      const page = await openFor('early-mri');
      await temperature(page).fill(number);
      if (chosen !== '') await unit(page).selectOption(chosen);
      expect(await refused(page)).toBe(
        'An answer cannot be read; it is marked. Nothing was saved.',
      );
      expect(await focused(page)).toBe(TEMPERATURE);
      expect(await temperature(page).inputValue()).toBe(number);
      expect(await temperature(page).getAttribute('aria-invalid')).toBe('true');
      expect(await described(page, TEMPERATURE)).toContain(message);
    });

    it('asks for the unit where there are several, and goes there', async () => {
      const page = await openFor('early-mri');
      await temperature(page).fill('38.5');
      await refused(page);
      expect(await page.evaluate('document.activeElement.getAttribute("aria-label")')).toBe(
        `Unit: ${TEMPERATURE}`,
      );
      expect(await unit(page).getAttribute('aria-invalid')).toBe('true');
      expect(await temperature(page).getAttribute('aria-invalid')).toBe('false');
      await page.getByText('Choose the unit of the number.').waitFor();
    });

    it('that is left empty writes nothing, whatever unit is chosen', async () => {
      const page = await openFor('early-mri');
      await unit(page).selectOption('°C');
      expect(await refused(page)).toBe('No question is answered. Nothing was saved.');
    });
  });

  describe('whose question rests on another', () => {
    it('appears below with the answer, is told, and is the next to be reached', async () => {
      const page = await openFor('early-mri', 'leg-examination');
      const since = page.getByLabel(SINCE);
      expect(await since.isVisible()).toBe(false);
      await answer(page, WEAKNESS, true);
      expect(await since.isVisible()).toBe(true);
      expect(await page.locator('#changes').textContent()).toBe(
        `Now asked below: ${SINCE}. Now asked below: The weakness is known, unchanged for more than six months, and has been imaged.`,
      );
      await page.keyboard.press('Tab');
      expect(await focused(page)).toBe(SINCE);
    });

    it('goes with the answer, and what was written there is neither saved nor lost', async () => {
      const page = await openFor('chronic-low-mood', 'leg-examination');
      await choose(page, WEAKNESS, 'Yes');
      await page.getByLabel(SINCE).fill('2026-01-05');
      await choose(page, WEAKNESS, 'No');
      expect(await page.getByLabel(SINCE).isVisible()).toBe(false);
      expect(await page.locator('#changes').textContent()).toContain(`No longer asked: ${SINCE}.`);
      await choose(page, WEAKNESS, 'Yes');
      expect(await page.getByLabel(SINCE).inputValue()).toBe('2026-01-05');
      await choose(page, WEAKNESS, 'No');
      await saved(page);
      expect(await page.locator('#saved').textContent()).toBe('Saved: 1 answer.');
      expect(await observationsOf('chronic-low-mood', 'weakness-onset')).toEqual([]);
    });

    it('is not held to what it takes while it is hidden', async () => {
      const page = await openFor('osteoporotic-fracture');
      await residual(page).fill('much');
      for (const question of ['Numbness', 'Trouble', 'Loss of control', 'Change in sexual']) {
        await choose(page, question, 'No');
      }
      expect(await residual(page).isVisible()).toBe(false);
      await saved(page);
      expect(await page.locator('#saved').textContent()).toBe('Saved: 4 answers.');
    });

    it('is asked unless the answer is no, where not asked is no no', async () => {
      const page = await openFor('early-mri');
      expect(await residual(page).isVisible()).toBe(true);
      await choose(page, 'Trouble passing urine', 'No');
      expect(await residual(page).isVisible()).toBe(false);
      await choose(page, 'Numbness or changed feeling', 'Yes');
      expect(await residual(page).isVisible()).toBe(true);
    });
  });

  it('keeps all that is written when the FHIR server refuses to store it', async () => {
    const page = await openFor('foot-drop');
    const outcome = { resourceType: 'OperationOutcome', issue: [{ diagnostics: 'Read only' }] };
    await page.route('**/sandbox/fhir', (route) => route.fulfill({ status: 403, json: outcome }));
    await residual(page).fill('300');
    await temperature(page).fill('37.2');
    await unit(page).selectOption('°C');
    await choose(page, 'Loss of control of the bowel', 'Yes');
    expect(await refused(page)).toBe('The FHIR server: refused (403): Read only');
    expect(await residual(page).inputValue()).toBe('300');
    expect(await temperature(page).inputValue()).toBe('37.2');
    expect(await unit(page).inputValue()).toBe('Cel');
    const bowel = page.getByRole('group', { name: 'Loss of control of the bowel' });
    expect(await bowel.getByLabel('Yes', { exact: true }).isChecked()).toBe(true);
    expect(await observationsOf('foot-drop', 'post-void-residual')).toEqual([]);
    await page.unroute('**/sandbox/fhir');
    expect((await saved(page))[0]).toMatch(
      /^Possible cauda equina: .*300 mL residual.*\. Emergency MRI and spine surgeon now$/,
    );
  });
});

/** What a screen reader reads of a field beside its name. */
async function described(page: Page, label: string): Promise<string> {
  const ids = await page.getByLabel(label, { exact: true }).getAttribute('aria-describedby');
  const texts = (ids ?? '').split(' ').map((id) => page.locator(`[id="${id}"]`).textContent());
  return (await Promise.all(texts)).join(' ');
}

import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { findChromium, useBrowser } from '../support/browser.ts';
import { useServer } from '../support/server.ts';

const chromium = findChromium();
const browse = useBrowser(chromium);

const INCOMPLETE =
  'Red-flag screen incomplete: 0 of 6 items answered before MR Lumbar spine WO contrast';
const EARLY =
  'MR Lumbar spine WO contrast: is usually not appropriate in the first 6 weeks without red flags';
const EMERGENCY =
  'Possible cauda equina syndrome: emergency lumbar MRI and spine surgery review today';

const cardsIn = (page: Page, place: 'before' | 'after') =>
  page.locator(`#${place} h4`).allTextContents();

/** The words of what has the focus: of the question, the label or the element itself. */
const FOCUSED = `(() => {
  const at = document.activeElement;
  const question = at.closest('fieldset')?.querySelector('legend')?.textContent;
  return question ?? at.labels?.[0]?.textContent ?? at.textContent;
})()`;

const focused = (page: Page): Promise<string> => page.evaluate<string>(FOCUSED);

/** Goes on with the Tab key until the words have the focus. */
async function tabTo(page: Page, words: string): Promise<void> {
  for (let i = 0; i < 80; i += 1) {
    await page.keyboard.press('Tab');
    if ((await focused(page)).includes(words)) return;
  }
  throw new Error(`The Tab key never came to "${words}"`);
}

/** From "Not asked", which comes last: one step back is No, two are Yes. */
async function answer(page: Page, question: string, yes: boolean): Promise<void> {
  await tabTo(page, question);
  for (let i = 0; i < (yes ? 2 : 1); i += 1) await page.keyboard.press('ArrowLeft');
}

describe.skipIf(chromium === undefined)('a form', () => {
  const server = useServer();

  async function open(path: string): Promise<Page> {
    const page = await browse();
    await page.goto(server.url(path));
    return page;
  }

  async function search(query: string): Promise<Record<string, unknown>[]> {
    const { text } = await server.get(`/sandbox/fhir/${query}`);
    const { entry = [] } = JSON.parse(text) as { entry?: { resource: Record<string, unknown> }[] };
    return entry.map(({ resource }) => resource);
  }

  /** Opens the form of a patient by the keyboard alone. */
  async function openFor(patient: string, form = 'red-flag-screen'): Promise<Page> {
    const page = await open(`/forms/${form}`);
    await page.locator('#patients option').first().waitFor({ state: 'attached' });
    await tabTo(page, 'Patient');
    await page.keyboard.type(patient);
    await page.keyboard.press('Enter');
    await page.locator('#who').waitFor();
    return page;
  }

  it('filled in with the keyboard alone, changes the cards of a demo patient', async () => {
    const page = await openFor('unscreened');
    expect(await cardsIn(page, 'before')).toContain(INCOMPLETE);
    await answer(page, 'Numbness or changed feeling between the legs', true);
    await answer(page, 'Weakness of a leg', false);
    await tabTo(page, 'Save');
    await page.keyboard.press('Enter');
    await page.locator('#after h4').first().waitFor();
    expect(await focused(page)).toBe('Cards now');
    expect(await page.locator('#saved').textContent()).toBe('Saved: 2 answers.');
    const after = await cardsIn(page, 'after');
    expect(after[0]).toBe(EMERGENCY);
    expect(after).not.toContain(INCOMPLETE);
  });

  // Goes on with the record that the test before has left.
  it('writes the response, and an Observation for each answer, that say the same once', async () => {
    const [response] = await search('QuestionnaireResponse?patient=unscreened');
    expect(response?.['status']).toBe('completed');
    const observations = await search('Observation?patient=unscreened');
    const source = [{ reference: `QuestionnaireResponse/${String(response?.['id'])}` }];
    expect(observations.map(({ derivedFrom }) => derivedFrom)).toEqual([source, source]);
    const page = await openFor('unscreened');
    await page.getByText('Details').first().click();
    const evidence = page.locator('#before li').filter({ hasText: 'Change in saddle sensation' });
    expect(await evidence.count()).toBe(1);
    expect(await evidence.textContent()).toContain('(Observation/');
  });

  it('with every question answered no, says that imaging is early', async () => {
    const page = await openFor('early-mri');
    expect(await cardsIn(page, 'before')).toContain(EARLY);
    for (const no of await page.getByLabel('No', { exact: true }).all()) await no.check();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.locator('#after h4').first().waitFor();
    expect(await cardsIn(page, 'after')).toContain(EARLY);
  });

  it('records by side, and grades what can be graded', async () => {
    const page = await openFor('no-back-problem', 'leg-examination');
    const left = page.getByRole('group', { name: 'Left leg' });
    await left.getByLabel('Ankle dorsiflexion').fill('7');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('alert').waitFor();
    expect(await focused(page)).toContain('Left leg');
    const grade = left.getByLabel('Ankle dorsiflexion');
    expect(await grade.getAttribute('aria-invalid')).toBe('true');
    await page.getByText('Write a whole number from 0 to 5.').waitFor();
    await grade.fill('2');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.locator('#after h4').first().waitFor();
    expect((await cardsIn(page, 'after'))[0]).toContain('weakness');
  });

  it('saves nothing while nothing is answered', async () => {
    const page = await openFor('foot-drop');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').textContent()).toBe(
      'No question is answered. Nothing was saved.',
    );
  });

  it('says so when there is no such patient', async () => {
    const page = await open('/forms/red-flag-screen#patient=nobody-here');
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').textContent()).toContain('The patient: refused (404)');
  });

  it('fits a screen of 320 pixels, and says what it is', async () => {
    const page = await openFor('early-mri', 'leg-examination');
    await page.setViewportSize({ width: 320, height: 640 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
    expect(await page.getByText('Not a medical device').isVisible()).toBe(true);
  });
});

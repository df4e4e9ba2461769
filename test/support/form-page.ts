import type { Page } from 'playwright-core';
import type { Client } from './server.ts';

/** The summaries of the cards that the page shows. */
export const cardsIn = (page: Page, place: 'before' | 'after') =>
  page.locator(`#${place} h4`).allTextContents();

/** The words of what has the focus: of the question, the label or the element itself. */
const FOCUSED = `(() => {
  const at = document.activeElement;
  if (at.type === 'radio') return at.closest('fieldset').querySelector('legend').textContent;
  return at.labels?.[0]?.textContent ?? at.textContent;
})()`;

export const focused = (page: Page): Promise<string> => page.evaluate<string>(FOCUSED);

/** Goes on with the Tab key until the words have the focus. */
export async function tabTo(page: Page, words: string): Promise<void> {
  for (let i = 0; i < 80; i += 1) {
    await page.keyboard.press('Tab');
    if ((await focused(page)).includes(words)) return;
  }
  throw new Error(`The Tab key never came to "${words}"`);
}

/** From "Not asked", which comes last: one step back is No, two are Yes. */
export async function answer(page: Page, question: string, yes: boolean): Promise<void> {
  await tabTo(page, question);
  for (let i = 0; i < (yes ? 2 : 1); i += 1) await page.keyboard.press('ArrowLeft');
}

/** Answers every question so that is asked, with what appears below on the way. */
export async function answerAll(page: Page, label: 'Yes' | 'No'): Promise<void> {
  for (const choice of await page.getByLabel(label, { exact: true }).all()) {
    if (await choice.isVisible()) await choice.check();
  }
}

/** Opens forms that the server serves, each in a page of its own. */
export function useForms(server: Client, browse: () => Promise<Page>) {
  async function open(path: string): Promise<Page> {
    const page = await browse();
    await page.goto(server.url(path));
    return page;
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

  return { open, openFor };
}

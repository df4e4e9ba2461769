import { describe, expect, it } from 'vitest';
import { findChromium, useBrowser } from '../support/browser.ts';
import { answer, answerAll, cardsIn, focused, tabTo, useForms } from '../support/form-page.ts';
import { useServer } from '../support/server.ts';

const chromium = findChromium();

const INCOMPLETE = '0 of 6 red flags answered: ask the others before lumbar imaging is judged';
const EARLY =
  'Low back or root pain for 12 days, red flags answered no: imaging is usually not appropriate in the first 6 weeks';
const EMERGENCY =
  'Possible cauda equina: saddle sensation changed. Emergency MRI and spine surgeon now';

describe.skipIf(chromium === undefined)('a form', () => {
  const server = useServer();
  const { open, openFor } = useForms(server, useBrowser(chromium));

  async function search(query: string): Promise<Record<string, unknown>[]> {
    const { text } = await server.get(`/sandbox/fhir/${query}`);
    const { entry = [] } = JSON.parse(text) as { entry?: { resource: Record<string, unknown> }[] };
    return entry.map(({ resource }) => resource);
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
    expect(await evidence.textContent()).toContain('(today)');
  });

  it('with every question answered no, says that imaging is early', async () => {
    const page = await openFor('early-mri');
    expect(await cardsIn(page, 'before')).toContain(EARLY);
    await answerAll(page, 'No');
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
    expect(await focused(page)).toContain('Ankle dorsiflexion');
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

  it('says what it is', async () => {
    const page = await openFor('early-mri', 'leg-examination');
    expect(await page.getByText('Not a medical device').isVisible()).toBe(true);
  });
});

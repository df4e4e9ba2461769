import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { findChromium, findPublicClient, useBrowser, usePage } from '../support/browser.ts';
import { useServer, type Client } from '../support/server.ts';

const chromium = findChromium();
const publicClient = findPublicClient();
const browse = useBrowser(chromium);

/** Presses the service's button, and waits for what it says. */
async function ask(opened: Page, service: string): Promise<string[]> {
  await opened.getByRole('button', { name: service }).click();
  await opened.locator('#answer > *').first().waitFor();
  return opened.locator('#answer h2, #answer p').allTextContents();
}

describe.skipIf(chromium === undefined)('X-01: a CDS client in a page of another origin', () => {
  const page = usePage(new URL('cds-client.html', import.meta.url));
  const development = useServer();
  const closed = useServer({ env: { NODE_ENV: 'production', NERVEROOT_SANDBOX: 'on' } });

  /** The page, with a service and a patient of its sandbox filled in. */
  async function open(server: Client, patient: string): Promise<Page> {
    const opened = await browse();
    await opened.goto(page());
    await opened.getByLabel('CDS services').fill(server.url('/cds-services'));
    await opened.getByLabel('FHIR server').fill(server.url('/sandbox/fhir'));
    await opened.getByLabel('Patient').fill(patient);
    await opened.getByRole('button', { name: 'Discover' }).click();
    return opened;
  }

  it('X-01: discovers the services, with a token', async () => {
    const opened = await open(development, 'cauda-equina');
    const buttons = opened.locator('#found button');
    await buttons.first().waitFor();
    expect(await buttons.allTextContents()).toEqual([
      'lumbar-radiculopathy-order',
      'lumbar-radiculopathy-sign',
      'lumbar-radiculopathy-start',
      'lumbar-radiculopathy-view',
    ]);
  });

  it('X-01: fills the prefetch templates from the sandbox and shows the card', async () => {
    const opened = await open(development, 'cauda-equina');
    expect(await ask(opened, 'lumbar-radiculopathy-view')).toEqual([
      'Possible cauda equina: saddle sensation changed, 420 mL residual and 1 more. Emergency MRI and spine surgeon now',
    ]);
    expect(await opened.locator('#answer pre').textContent()).toContain('**Why**');
  });

  it('X-01: shows advice on a draft order, takes it, and asks again', async () => {
    const opened = await open(development, 'early-mri');
    expect(await ask(opened, 'lumbar-radiculopathy-order')).toEqual([
      'Low back or root pain for 12 days, red flags answered no: imaging is usually not appropriate in the first 6 weeks',
    ]);
    expect(await opened.locator('#drafts li').allTextContents()).toEqual(['MRI lumbar']);
    await opened.getByRole('button', { name: 'Remove the imaging order' }).click();
    await opened.getByText('No cards').waitFor();
    expect(await opened.locator('#drafts li').allTextContents()).toEqual([]);
  });

  it('X-01: shows why the service could not answer', async () => {
    const opened = await open(development, 'nobody-here');
    await opened.getByRole('button', { name: 'lumbar-radiculopathy-view' }).click();
    const alert = opened.getByRole('alert');
    await alert.waitFor();
    expect(await alert.textContent()).toBe(
      '412: "patient": not sent. This service cannot advise without it; send it by prefetch, as Patient/{{context.patientId}}',
    );
  });

  it('X-02: in production, unlisted, is told nothing by the browser', async () => {
    const opened = await open(closed, 'cauda-equina');
    const alert = opened.getByRole('alert');
    await alert.waitFor();
    expect(await alert.textContent()).toBe('Failed to fetch');
  });
});

describe.skipIf(chromium === undefined || publicClient === undefined)(
  'the public CDS Hooks Sandbox',
  () => {
    const { origin } = new URL(publicClient ?? 'http://localhost');
    const server = useServer({ env: { NERVEROOT_ORIGINS: origin } });

    it.each([
      [
        'cauda-equina',
        'Possible cauda equina: saddle sensation changed, 420 mL residual and 1 more. Emergency MRI and spine surgeon now',
      ],
      [
        'cancer-history',
        'Cancer (Personal history of malignant neoplasm of breast) and back pain: whole-spine MRI within 1 week, with blood tests',
      ],
    ])('shows the card of %s in its patient view', async (patient, summary) => {
      const address = new URL(publicClient ?? '');
      address.searchParams.set('fhirServiceUrl', server.url('/sandbox/fhir'));
      address.searchParams.set('patientId', patient);
      address.searchParams.set('serviceDiscoveryURL', server.url('/cds-services'));
      const page = await browse();
      await page.goto(address.href);
      const card = page.getByText(summary);
      await card.waitFor();
      expect(await card.isVisible()).toBe(true);
    });
  },
);

import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { connectFhir, type FhirReader } from '../../src/fhir/client.ts';
import type { Json } from '../support/fhir-data.ts';
import { nerveroot } from '../support/nerveroot.ts';
import { entriesOf } from '../support/sandbox-server.ts';
import { useServer, type Answer } from '../support/server.ts';
import { issueOf, summariesOf } from '../support/wire.ts';
import { askOther, nextOf, NO_OTHER_SERVER, OTHER_SERVER } from './hapi.ts';

const RETRACTED = 130;

// New ones at each run, for a server that goes on running between them.
const RUN = randomUUID().slice(0, 8);
const [MANY_PAGES, JUST_NOW, GONE] = [`many-pages-${RUN}`, `just-now-${RUN}`, `gone-${RUN}`];

describe.skipIf(NO_OTHER_SERVER)('reading HAPI FHIR', () => {
  const nowhere = `${OTHER_SERVER.replace(/\/fhir$/, '')}/nowhere`;
  const server = useServer({
    env: {
      NERVEROOT_FHIR_SERVERS: `${OTHER_SERVER},${nowhere}`,
      NERVEROOT_FHIR_BUDGET: '60000',
      NERVEROOT_LOG_LEVEL: 'warn',
    },
  });

  const view = (patientId: string, fhirServer = OTHER_SERVER): Promise<Answer> =>
    server.call('lumbar-radiculopathy-view', {
      hook: 'patient-view',
      hookInstance: '11111111-1111-4111-8111-111111111111',
      context: { userId: 'Practitioner/1', patientId },
      fhirServer,
    });

  it('shows a card for what stands behind many pages of retracted entries', async () => {
    const resources = await cardPatient(MANY_PAGES);
    // Entries of the codes that are asked for, so that searches by code meet them, too.
    const observations = resources.filter(({ resourceType }) => resourceType === 'Observation');
    const retracted = Array.from({ length: RETRACTED }, (_item, i) => ({
      ...observations[i % observations.length],
      id: `${MANY_PAGES}-retracted-${i}`,
      status: 'entered-in-error',
    }));
    const [patient = {}, ...rest] = resources;
    await put([patient, ...retracted]);
    await put(rest);
    const first = await askOther(`Observation?patient=${MANY_PAGES}`);
    expect(nextOf(first.body)).toMatch(/\/fhir\?_getpages=/);
    const looked = await open().search(`Observation?patient=${MANY_PAGES}`);
    expect([looked.state, looked.resources.length]).toEqual([
      'read',
      RETRACTED + observations.length,
    ]);
    expect(summariesOf(await view(MANY_PAGES))[0]).toMatch(/^Possible cauda equina: /);
  });

  it('sees at once what was recorded after the last look', async () => {
    const resources = await cardPatient(JUST_NOW);
    const sciatica = resources.filter((r) =>
      /^(Patient|Condition)$/.test(String(r['resourceType'])),
    );
    await put(sciatica);
    expect(summariesOf(await view(JUST_NOW)).join()).not.toContain('cauda equina');
    await put(resources);
    expect(summariesOf(await view(JUST_NOW))[0]).toMatch(/^Possible cauda equina: /);
  });

  it('is told that a patient is not there, and does not take it for good news', async () => {
    const answer = await view('nobody-at-all');
    expect(answer.status).toBe(412);
    expect(issueOf(answer).diagnostics).toContain('"patient": the FHIR server answered 404');
  });

  it('is told that a patient was deleted', async () => {
    await put([{ resourceType: 'Patient', id: GONE }]);
    expect((await askOther(`Patient/${GONE}`, { method: 'DELETE' })).status).toBe(200);
    const answer = await view(GONE);
    expect(answer.status).toBe(412);
    expect(issueOf(answer).diagnostics).toContain('"patient": the FHIR server answered 410');
  });

  it('fails at an address where there is no FHIR server', async () => {
    const answer = await view(JUST_NOW, nowhere);
    expect(answer.status).toBe(412);
    expect(issueOf(answer).diagnostics).toContain('the FHIR server answered 404');
  });

  it.each([
    ['a parameter that it does not know', 'Observation?patient=nobody&nonsense=1', 400],
    ['a date that is none', 'Observation?patient=nobody&date=yesterday', 400],
    ['a page that has expired', '?_getpages=no-such-page', 410],
  ])('fails on %s', async (_title, query, status) => {
    expect(await open().search(query)).toEqual({
      state: 'failed',
      resources: [],
      reason: `the FHIR server answered ${status}`,
    });
  });

  it('keeps patient ids out of the log', () => {
    expect(server.output()).toContain('MissingData');
    expect(server.output()).not.toMatch(new RegExp(`nobody-at-all|${RUN}`));
  });
});

function open(): FhirReader {
  const limits = { signal: AbortSignal.timeout(60_000), maxPages: 50 };
  return connectFhir(20 * 1024 * 1024)({ baseUrl: OTHER_SERVER }, limits);
}

/** The demo patient with cauda equina syndrome, under another id. */
async function cardPatient(id: string): Promise<Json[]> {
  const { out } = await nerveroot(['demo-patients']);
  const bundle = JSON.parse(out) as Json;
  const resources = entriesOf(bundle).map(({ resource }) => JSON.stringify(resource));
  return resources
    .filter(
      (text) => text.includes('Patient/cauda-equina"') || text.includes('"id":"cauda-equina"'),
    )
    .map(
      (text) =>
        JSON.parse(
          text
            .replaceAll('"cauda-equina', `"${id}`)
            .replaceAll('Patient/cauda-equina', `Patient/${id}`),
        ) as Json,
    );
}

async function put(resources: readonly Json[]): Promise<void> {
  const entry = resources.map((resource) => ({
    resource,
    request: {
      method: 'PUT',
      url: `${String(resource['resourceType'])}/${String(resource['id'])}`,
    },
  }));
  const body = { resourceType: 'Bundle', type: 'transaction', entry };
  const { status } = await askOther('', { method: 'POST', body });
  expect(status).toBe(200);
}

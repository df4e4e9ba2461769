import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readResources } from '../../src/cli/read-resources.ts';
import { anOrderContext } from '../support/cds-request.ts';
import { ROOT } from '../support/content.ts';
import { searchset, type Json } from '../support/fhir-data.ts';
import { aFhirClient, entriesOf } from '../support/sandbox-server.ts';
import { useServer } from '../support/server.ts';
import { bodyOf, type WireService } from '../support/wire.ts';

/** Patient records of other projects; not part of this one. */
const FOLDER = join(ROOT, '..', 'shared', 'records');
const records = existsSync(FOLDER)
  ? readdirSync(FOLDER).filter((name) => name.endsWith('.json.gz'))
  : [];
if (records.length === 0) {
  process.stdout.write('Skipped: no patient records of other projects in ../shared/records\n');
}

const server = useServer({
  env: { NERVEROOT_LOG_LEVEL: 'silent', NERVEROOT_FHIR_BUDGET: '60000' },
});
const sandbox = aFhirClient(() => server.url('/sandbox/fhir'));
const MRI: Json = {
  resourceType: 'ServiceRequest',
  id: 'mri',
  status: 'draft',
  intent: 'order',
  code: { coding: [{ system: 'http://loinc.org', code: '30679-5' }] },
};

let services: readonly WireService[];
beforeAll(async () => {
  const discovery = bodyOf(await server.get('/cds-services'));
  services = discovery['services'] as WireService[]; // the specification's list
});

interface ServiceAnswer {
  readonly service: string;
  readonly status: number;
  readonly body: { readonly cards?: readonly unknown[] };
}

/** With everything by prefetch, with nothing, and with every second key. */
interface Answers {
  readonly prefetched: ServiceAnswer[];
  readonly read: ServiceAnswer[];
  readonly mixed: ServiceAnswer[];
}

interface Situation {
  readonly patientId: string;
  readonly order: Json;
  readonly fetchAll: (query: string) => Promise<Json>;
}

async function ask(service: WireService, situation: Situation, answers: Answers): Promise<void> {
  const { patientId, order, fetchAll } = situation;
  const orders = service.hook.startsWith('order-') ? anOrderContext([order]) : {};
  const context: Json = {
    userId: 'Practitioner/demo',
    encounterId: 'demo',
    ...orders,
    patientId,
  };
  const keys = Object.entries(service.prefetch ?? {});
  const whole: Json = {};
  for (const [key, template] of keys) whole[key] = await fetchAll(filledIn(template, context));
  const half = keys.filter((_entry, i) => i % 2 === 0).map(([key]) => [key, whole[key]] as const);
  const answerTo = async (prefetch: Json): Promise<ServiceAnswer> => {
    const request = { hook: service.hook, hookInstance: HOOK_INSTANCE, context, prefetch };
    const fhirServer = sandbox.base();
    const { status, text } = await server.call(service.id, { ...request, fhirServer });
    const body = JSON.parse(text.replaceAll(/"uuid":"[^"]+"/g, '"uuid":""')) as object;
    return { service: service.id, status, body };
  };
  answers.prefetched.push(await answerTo(whole));
  answers.read.push(await answerTo({}));
  answers.mixed.push(await answerTo(Object.fromEntries(half)));
}

const HOOK_INSTANCE = '11111111-1111-4111-8111-111111111111';

function filledIn(template: string, context: Json): string {
  return template.replaceAll(/\{\{context\.(\w+)\}\}/g, (_token, name: string) =>
    String(context[name]),
  );
}

/** A resource, or all pages of a search in one Bundle, as an EHR prefetches it. */
async function fetchPages(query: string): Promise<Json> {
  let { status, body } = await sandbox.get(`/${query}`);
  expect([query, status]).toEqual([query, 200]);
  if (body['resourceType'] !== 'Bundle') return body;
  const found: unknown[] = [];
  for (;;) {
    found.push(...entriesOf(body).map(({ resource }) => resource));
    const next = (body['link'] as Json[]).find(({ relation }) => relation === 'next')?.['url'];
    if (typeof next !== 'string') return searchset(found as Json[]);
    ({ status, body } = await sandbox.get(next));
    expect([next, status]).toEqual([next, 200]);
  }
}

/** What all services answer, in each of the three ways. */
async function askAll(patientId: string, order = MRI): Promise<Answers> {
  const fetched = new Map<string, Promise<Json>>(); // the services share their searches
  const fetchAll = async (query: string): Promise<Json> => {
    const result = fetched.get(query) ?? fetchPages(query);
    fetched.set(query, result);
    return result;
  };
  const answers: Answers = { prefetched: [], read: [], mixed: [] };
  for (const service of services) {
    await ask(service, { patientId, order, fetchAll }, answers);
  }
  return answers;
}

function countCards({ prefetched }: Answers): number {
  return prefetched.reduce((sum, { body }) => sum + (body.cards?.length ?? 0), 0);
}

describe('the same patient by prefetch, by reads and by a mix gives the same cards', () => {
  it('for all demo patients', async () => {
    const { patients } = bodyOf(await server.get('/sandbox/patients')) as {
      patients: { id: string; try: { order?: Json } }[];
    };
    expect(patients.length).toBeGreaterThanOrEqual(12);
    let cards = 0;
    for (const { id, try: call } of patients) {
      const answers = await askAll(id, call.order && { id: 'draft', ...call.order });
      expect(answers.read).toEqual(answers.prefetched);
      expect(answers.mixed).toEqual(answers.prefetched);
      expect(answers.prefetched.map(({ status }) => status)).toEqual(services.map(() => 200));
      cards += countCards(answers);
    }
    expect(cards).toBeGreaterThan(patients.length);
  });

  let withCards = 0;
  it.runIf(records.length > 0).each(records)('for %s', async (record) => {
    const resources = readResources(join(FOLDER, record));
    const entry = resources.map((resource, i) => {
      const named = { ...resource, id: resource.id ?? `without-id-${i}` };
      return {
        resource: named,
        request: { method: 'PUT', url: `${named.resourceType}/${named.id}` },
      };
    });
    await sendBatch(entry);
    const patient = resources.find(({ resourceType }) => resourceType === 'Patient');
    const answers = await askAll(String(patient?.id));
    expect(answers.read).toEqual(answers.prefetched);
    expect(answers.mixed).toEqual(answers.prefetched);
    expect(answers.prefetched.map(({ status }) => status)).toEqual(services.map(() => 200));
    if (countCards(answers) > 0) withCards += 1;
    // Some patients stand in two collections.
    await sendBatch(entry.map(({ request: { url } }) => ({ request: { method: 'DELETE', url } })));
  });

  it.runIf(records.length > 0)('where most have cards at all', () => {
    expect(withCards).toBeGreaterThan(records.length / 2);
  });
});

async function sendBatch(entry: readonly Json[]): Promise<void> {
  const { body } = await sandbox.send('POST', '', { resourceType: 'Bundle', type: 'batch', entry });
  const statuses = entriesOf(body).map(({ response }) => String((response as Json)['status']));
  expect(statuses).toHaveLength(entry.length);
  expect(statuses.filter((status) => !status.startsWith('20'))).toEqual([]);
}

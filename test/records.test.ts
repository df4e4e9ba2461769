import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { carriesOrders } from '../src/cds-hooks/hooks.ts';
import type { CdsResponse } from '../src/cds-hooks/response.ts';
import type { CdsService, Content } from '../src/content/content.ts';
import { decide } from '../src/decision/decide.ts';
import { readFact, type FactValue } from '../src/facts.ts';
import type { Resource } from '../src/fhir/resource.ts';
import { decideHere } from '../src/decision/answer.ts';
import { createApp } from '../src/http/app.ts';
import { composeRequest, resourcesOfBundle } from '../src/patient-data/compose-request.ts';
import { ROOT, theContent } from './support/content.ts';
import { aSite } from './support/site.ts';

/** Patient records of other projects; not part of this one. */
const FOLDER = join(ROOT, '..', 'shared', 'records');
const records = existsSync(FOLDER)
  ? readdirSync(FOLDER).filter((name) => name.endsWith('.json.gz'))
  : [];
if (records.length === 0) {
  process.stdout.write('Skipped: no patient records of other projects in ../shared/records\n');
}

const MRI: Resource = {
  resourceType: 'ServiceRequest',
  id: 'mri',
  status: 'draft',
  intent: 'order',
  code: { coding: [{ system: 'http://loinc.org', code: '30679-5' }] },
};

let content: Content;
let server: Server;
let base: string;
const now = new Date('2026-03-10T14:00:00Z');

beforeAll(async () => {
  content = await theContent();
  const app = createApp({
    decider: decideHere(depsOf(content)),
    log: pino({ level: 'silent' }),
    bodyLimitBytes: 20 * 1024 * 1024,
    trustProxy: undefined,
  });
  server = createServer(app);
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done);
  });
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.close();
});

function depsOf(the: Content) {
  return {
    content: { current: async () => the },
    clock: () => now,
    newId: () => '00000000-0000-4000-8000-000000000000',
    siteOf: () => aSite(),
  };
}

function requestOf(
  record: string,
  service: CdsService,
  requirements = service.requirements,
): Record<string, unknown> {
  const text = gunzipSync(readFileSync(join(FOLDER, record))).toString('utf8');
  return composeRequest({
    hook: service.hook,
    hookInstance: '11111111-1111-4111-8111-111111111111',
    requirements,
    resources: resourcesOfBundle(JSON.parse(text.replace(/^\uFEFF/, ''))),
    draftOrders: carriesOrders(service.hook) ? [MRI] : undefined,
  });
}

describe.skipIf(records.length === 0)('the records of other projects, by prefetch', () => {
  it.each(records)('%s is answered 200 on every hook', async (record) => {
    const statuses: number[] = [];
    for (const service of content.services) {
      statuses.push((await post(service, requestOf(record, service))).status);
    }
    expect(statuses).toEqual(content.services.map(() => 200));
  });

  it('get a word on selecting a lumbar MRI, except where the patient is a minor', async () => {
    const service = serviceFor('order-select');
    const silent: string[] = [];
    for (const record of records) {
      const response = await post(service, requestOf(record, service));
      const { cards } = (await response.json()) as CdsResponse;
      if (cards.length === 0 && (await isAdult(record, service)) !== false) silent.push(record);
    }
    expect(silent).toEqual([]);
  });

  it('are silent on opening the chart only where all data were looked at', async () => {
    const service = serviceFor('patient-view');
    const unexplained: string[] = [];
    for (const record of records) {
      const { rules, data } = await decide(service.id, requestOf(record, service), depsOf(content));
      const lookedAtAll = data.requirements.every((r) =>
        ['prefetched', 'absent'].includes(r.state),
      );
      if (rules.length === 0 && !lookedAtAll) unexplained.push(record);
    }
    expect(unexplained).toEqual([]);
  });

  it('hold no words that are taken for an emergency, where the EHR sends all observations', async () => {
    const service = serviceFor('patient-view');
    const all = service.requirements.map(({ narrowed: _dropped, ...requirement }) => requirement);
    const named: string[] = [];
    for (const record of records) {
      const { rules } = await decide(service.id, requestOf(record, service, all), depsOf(content));
      if (rules.includes('NC-03')) named.push(record);
    }
    expect(named).toEqual([]);
  });
});

function serviceFor(hook: string): CdsService {
  const service = content.services.find((candidate) => candidate.hook === hook);
  if (!service) throw new Error(`There is no service for ${hook}`);
  return service;
}

async function post(service: CdsService, body: unknown): Promise<Response> {
  return fetch(`${base}/cds-services/${service.id}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

async function isAdult(record: string, service: CdsService): Promise<FactValue> {
  const { evaluation } = await decide(service.id, requestOf(record, service), depsOf(content));
  const name = { library: 'Population', expression: 'Is Adult' };
  return readFact(await evaluation.facts([name]), name);
}

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CdsResponse } from '../src/cds-hooks/response.ts';
import type { CdsService, Content } from '../src/content/content.ts';
import { decide } from '../src/decision/decide.ts';
import { readFact } from '../src/facts.ts';
import type { Resource } from '../src/fhir/resource.ts';
import { createApp } from '../src/http/app.ts';
import { composeRequest, resourcesOfBundle } from '../src/patient-data/compose-request.ts';
import { ROOT, theContent } from './support/content.ts';

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
    deps: depsOf(content),
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
    timeZoneOf: () => 'UTC',
  };
}

function requestOf(record: string, service: CdsService): Record<string, unknown> {
  const text = gunzipSync(readFileSync(join(FOLDER, record))).toString('utf8');
  return composeRequest({
    hook: service.hook,
    hookInstance: '11111111-1111-4111-8111-111111111111',
    requirements: service.requirements,
    resources: resourcesOfBundle(JSON.parse(text.replace(/^\uFEFF/, ''))),
    draftOrders: service.hook === 'order-select' ? [MRI] : undefined,
  });
}

describe.skipIf(records.length === 0)('the records of other projects, by prefetch', () => {
  it.each(records)('%s is answered 200 on every hook', async (record) => {
    for (const service of content.services) {
      const response = await fetch(`${base}/cds-services/${service.id}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(requestOf(record, service)),
      });
      expect(response.status).toBe(200);
      const { cards } = (await response.json()) as CdsResponse;
      // Ordering a lumbar MRI for an adult always gets a word: a card, or what has to be asked first.
      if (service.hook === 'order-select' && cards.length === 0) {
        expect(await reasonForSilence(record, service)).toBe('not an adult');
      }
    }
  });

  it('are silent on opening the chart only where nothing is recorded that a card is about', async () => {
    const service = content.services.find(({ hook }) => hook === 'patient-view');
    if (!service) throw new Error('There is no patient-view service');
    const unexplained: string[] = [];
    for (const record of records) {
      const { rules, facts, data } = await decide(
        service.id,
        requestOf(record, service),
        depsOf(content),
      );
      if (rules.length > 0) continue;
      const lookedAtAll = data.requirements.every((r) =>
        ['prefetched', 'absent'].includes(r.state),
      );
      // Nothing true was left unsaid, and nothing was left unlooked at.
      const shown = service.cards.filter(({ show }) => show && readFact(facts, show) === true);
      if (!lookedAtAll || shown.length > 0) unexplained.push(record);
    }
    expect(unexplained).toEqual([]);
  });
});

async function reasonForSilence(record: string, service: CdsService): Promise<string> {
  const { evaluation } = await decide(service.id, requestOf(record, service), depsOf(content));
  const name = { library: 'Population', expression: 'Is Adult' };
  const adult = readFact(await evaluation.facts([name]), name);
  return adult === false ? 'not an adult' : `adult: ${String(adult)}`;
}

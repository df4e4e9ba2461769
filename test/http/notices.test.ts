import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, describe, expect, it } from 'vitest';
import { createNotices } from '../../src/http/notices.ts';
import { anAuthorization, aPrefetch, aViewRequest, withValue } from '../support/cds-request.ts';
import { findSecrets, SECRET_VALUE } from '../support/fhir-data.ts';
import { aClient, aServer, TRIAL_CONTENT } from '../support/server.ts';

const folder = mkdtempSync(join(tmpdir(), 'nerveroot-notices-'));
const clients = join(folder, 'clients.yaml');
writeFileSync(clients, 'clients: [{ fhirServer: https://EHR.example:443/fhir/ }]\n');
afterAll(() => rmSync(folder, { recursive: true }));

const UNKNOWN =
  'No entry of NERVEROOT_CLIENTS has this fhirServer: what holds for everybody holds for its calls';
const NOT_SENT =
  'The client did not send this key and it was not read: decisions that need it stay open (docs/connecting-an-ehr.md#prefetch)';

function aLog() {
  const lines: Record<string, unknown>[] = [];
  const write = (line: string) => lines.push(JSON.parse(line) as Record<string, unknown>);
  const log = pino({ base: null, timestamp: false }, { write });
  return { log, told: () => lines.map(({ level: _level, ...line }) => line) };
}

const LEFT_ASIDE =
  'The client sends this field in a form that CDS Hooks does not have: it is not used (docs/connecting-an-ehr.md#what-is-odd-in-a-call)';
const KNOWN = {
  service: 's',
  address: 'https://a.example',
  isKnown: true,
  notSent: [],
  leftAside: [],
};

describe('what the operator is told of a client', () => {
  it('is each thing once', () => {
    const { log, told } = aLog();
    const notice = createNotices(log, true);
    const strange = { ...KNOWN, isKnown: false, notSent: ['x', 'y'], leftAside: ['z'] };
    for (let i = 0; i < 3; i += 1) notice(strange);
    notice(KNOWN);
    notice({ ...KNOWN, address: undefined, isKnown: false });
    expect(told()).toEqual([
      { client: 'https://a.example', msg: UNKNOWN },
      { client: 'https://a.example', service: 's', key: 'x', msg: NOT_SENT },
      { client: 'https://a.example', service: 's', key: 'y', msg: NOT_SENT },
      { client: 'https://a.example', service: 's', field: 'z', msg: LEFT_ASIDE },
      { client: 'names no fhirServer', msg: UNKNOWN },
    ]);
  });

  it('is not who it is, where no clients are configured', () => {
    const { log, told } = aLog();
    createNotices(log, false)({ ...KNOWN, isKnown: false });
    expect(told()).toEqual([]);
  });

  it('ends somewhere, whatever addresses are made up', () => {
    const { log, told } = aLog();
    const notice = createNotices(log, true);
    const path = 'x'.repeat(10_000);
    for (let i = 0; i < 1000; i += 1) {
      notice({ ...KNOWN, isKnown: false, address: `https://${i}.example/${path}` });
    }
    expect(told()).toHaveLength(200);
    expect(Math.max(...told().map((line) => JSON.stringify(line).length))).toBeLessThan(400);
  });
});

it('the log of a server says which clients are not known, what they do not send, and what is odd', async () => {
  const server = await aServer({ content: TRIAL_CONTENT, env: { NERVEROOT_CLIENTS: clients } });
  const client = aClient(() => `http://127.0.0.1:${server.port}`);
  const { observations: _observations, ...prefetch } = aPrefetch();
  try {
    for (const fhirServer of ['https://ehr.example/fhir', 'https://other.example/fhir?x=1']) {
      await client.call('trial-view', aViewRequest({ fhirServer, prefetch }));
      await client.call('trial-view', aViewRequest({ fhirServer, prefetch }));
    }
    const fhirServer = 'https://ehr.example/fhir';
    const odd = { ...aViewRequest({ fhirServer, fhirAuthorization: SECRET_VALUE }) };
    await client.call('trial-view', withValue(odd, 'context.userId', SECRET_VALUE));
    const fhirAuthorization = anAuthorization({ access_token: SECRET_VALUE });
    await client.call('trial-view', {
      ...aViewRequest({ fhirAuthorization }),
      fhirServer: null,
    });
  } finally {
    await server.stop();
  }
  const lines = server
    .output()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter(({ msg }) => msg !== 'answered');
  expect(lines.map(({ client: address, key, field, msg }) => [address, key ?? field, msg])).toEqual(
    [
      ['https://ehr.example/fhir', 'observations', NOT_SENT],
      ['https://other.example/fhir', undefined, UNKNOWN],
      ['https://other.example/fhir', 'observations', NOT_SENT],
      ['https://ehr.example/fhir', 'fhirAuthorization', LEFT_ASIDE],
      ['https://ehr.example/fhir', 'context.userId', LEFT_ASIDE],
      ['names no fhirServer', undefined, UNKNOWN],
      ['names no fhirServer', 'fhirServer', LEFT_ASIDE],
      ['names no fhirServer', 'fhirAuthorization', LEFT_ASIDE],
    ],
  );
  expect(findSecrets(server.output())).toEqual([]);
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Metrics } from '../../src/http/metrics.ts';
import { aPrefetch, aViewRequest } from '../support/cds-request.ts';
import { findSecrets, SECRET_VALUE } from '../support/fhir-data.ts';
import { TRIAL_CONTENT, useServer } from '../support/server.ts';

const folder = mkdtempSync(join(tmpdir(), 'nerveroot-metrics-'));
const clients = join(folder, 'clients.yaml');
writeFileSync(clients, 'clients: [{ fhirServer: https://EHR.example:443/fhir/ }]\n');
afterAll(() => rmSync(folder, { recursive: true }));

const CALLS = `# HELP nerveroot_calls_total Calls that were answered.
# TYPE nerveroot_calls_total counter
`;
const NOT_SENT = `# HELP nerveroot_keys_not_sent_total Calls answered without this prefetch key, which did not come and was not read.
# TYPE nerveroot_keys_not_sent_total counter
`;
const KNOWN = {
  service: 's',
  address: 'https://a.example',
  isKnown: true,
  notSent: ['x'],
  leftAside: [],
};

describe('the numbers that an operator can watch', () => {
  it('are nothing before the first call', () => {
    expect(String(new Metrics())).toBe(CALLS + NOT_SENT);
  });

  it('count each call once, and once for each key that did not come with it', () => {
    const metrics = new Metrics();
    metrics.count({ ...KNOWN, notSent: ['x', 'y', 'x'] });
    metrics.count({ ...KNOWN, notSent: ['x'] });
    metrics.count({ ...KNOWN, notSent: [] });
    expect(String(metrics)).toBe(
      `${CALLS}nerveroot_calls_total{client="https://a.example",service="s"} 3
${NOT_SENT}nerveroot_keys_not_sent_total{client="https://a.example",service="s",key="x"} 2
nerveroot_keys_not_sent_total{client="https://a.example",service="s",key="y"} 1
`,
    );
  });

  it('do not grow with the addresses that callers make up', () => {
    const metrics = new Metrics();
    for (let i = 0; i < 1000; i += 1) {
      metrics.count({ ...KNOWN, isKnown: false, address: `https://${i}.example` });
    }
    metrics.count({ ...KNOWN, isKnown: false, address: undefined });
    expect(String(metrics)).toBe(
      `${CALLS}nerveroot_calls_total{client="other",service="s"} 1001
${NOT_SENT}nerveroot_keys_not_sent_total{client="other",service="s",key="x"} 1001
`,
    );
  });

  it('escape what the format gives a meaning', () => {
    const metrics = new Metrics();
    metrics.count({ ...KNOWN, notSent: ['a"b\\c\nd'] });
    expect(String(metrics)).toContain(String.raw`key="a\"b\\c\nd"} 1`);
  });
});

describe('GET /metrics', () => {
  const server = useServer({ content: TRIAL_CONTENT, env: { NERVEROOT_CLIENTS: clients } });

  it('shows this machine which keys of which client did not come, and nothing of a patient', async () => {
    const { observations: _observations, ...prefetch } = aPrefetch();
    const fhirServer = 'https://ehr.example/fhir';
    await server.call('trial-view', aViewRequest({ fhirServer, prefetch }));
    await server.call('trial-view', aViewRequest({ fhirServer: 'https://x.example/', prefetch }));
    await server.call('trial-view', aViewRequest({ fhirServer, fhirAuthorization: SECRET_VALUE }));
    const { status, headers, text } = await server.get('/metrics');
    expect([status, headers.get('Content-Type')]).toEqual([
      200,
      'text/plain; version=0.0.4; charset=utf-8',
    ]);
    expect(text).toBe(
      `${CALLS}nerveroot_calls_total{client="https://ehr.example/fhir",service="trial-view"} 2
nerveroot_calls_total{client="other",service="trial-view"} 1
${NOT_SENT}nerveroot_keys_not_sent_total{client="https://ehr.example/fhir",service="trial-view",key="observations"} 1
nerveroot_keys_not_sent_total{client="other",service="trial-view",key="observations"} 1
`,
    );
    expect(findSecrets(text)).toEqual([]);
  });

  it.each([
    { 'X-Forwarded-For': '203.0.113.9' },
    { 'X-Forwarded-For': '127.0.0.1' },
    { Forwarded: 'for=203.0.113.9' },
  ])('is not there for whoever comes through a proxy that nobody declared: %j', async (headers) => {
    expect((await server.send('/metrics', { headers })).status).toBe(404);
  });

  it('is only read', async () => {
    expect((await server.send('/metrics', { method: 'POST' })).status).toBe(405);
  });
});

describe('GET /metrics behind a declared proxy', () => {
  const server = useServer({ content: TRIAL_CONTENT, env: { NERVEROOT_TRUST_PROXY: 'loopback' } });

  it.each([
    ['203.0.113.9', 404],
    ['127.0.0.1', 200],
  ])('asks whom the proxy speaks for: %s', async (address, status) => {
    const headers = { 'X-Forwarded-For': address, 'X-Forwarded-Proto': 'https' };
    expect((await server.send('/metrics', { headers })).status).toBe(status);
  });
});

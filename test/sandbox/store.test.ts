import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { FhirServer } from '../../src/sandbox/server.ts';
import type { Json } from '../support/fhir-data.ts';
import { entriesOf, issueOf, useSandbox } from '../support/sandbox-server.ts';

const small = useSandbox({ limit: 1 });
const sandbox = useSandbox();

it('takes so many resources and no more, but new versions of those it has', async () => {
  const anna = { resourceType: 'Patient', id: 'a' };
  expect((await small.send('PUT', '/Patient/a', anna)).status).toBe(201);
  expect((await small.send('PUT', '/Patient/a', { ...anna, active: true })).status).toBe(200);
  const reply = await small.send('POST', '/Patient', { resourceType: 'Patient' });
  expect([reply.status, issueOf(reply)]).toEqual([
    413,
    'too-long: The sandbox is full and takes no more resources; start it anew',
  ]);
});

it('does not keep what the caller says of version and time', async () => {
  const meta = { versionId: '9', lastUpdated: '1999-01-01T00:00:00Z', source: 'urn:x' };
  await sandbox.send('PUT', '/Patient/a', { resourceType: 'Patient', id: 'a', meta });
  expect((await sandbox.get('/Patient/a')).body['meta']).toEqual({
    versionId: '1',
    lastUpdated: '2026-03-10T08:00:00.000Z',
    source: 'urn:x',
  });
});

it('gives back what it was given, faulty records too', async () => {
  const record = {
    resourceType: 'Observation',
    id: 'odd',
    status: 'no such status',
    subject: 'Patient/a',
    code: { coding: { code: '1' } },
    effectiveDateTime: '2026-02-31',
    issued: '2026-03',
    valueQuantity: { value: 0.1, unknownElement: 1e-7 },
    component: [null, { valueString: 'é\u2028' }],
    name: null,
  };
  await sandbox.send('PUT', '/Observation/odd', record);
  const { meta: _meta, ...rest } = (await sandbox.get('/Observation/odd')).body;
  const { name: _null, ...kept } = record;
  expect(rest).toEqual(kept);
  for (const search of ['patient=b', 'code=1', 'date=2026', 'status=final']) {
    const { status, body } = await sandbox.get(`/Observation?${search}`);
    expect([search, status, entriesOf(body)]).toEqual([search, 200, []]);
  }
});

it('puts back what a failed transaction had changed', async () => {
  const before = { resourceType: 'Patient', id: 'kept', active: true };
  await sandbox.send('PUT', '/Patient/kept', before);
  const asItWas = (await sandbox.get('/Patient/kept')).body;
  const entry = [
    { resource: { ...before, active: false }, request: { method: 'PUT', url: 'Patient/kept' } },
    { request: { method: 'GET', url: 'Patient/nobody' } },
  ];
  const bundle = { resourceType: 'Bundle', type: 'transaction', entry };
  expect((await sandbox.send('POST', '', bundle)).status).toBe(404);
  expect((await sandbox.get('/Patient/kept')).body).toEqual(asItWas);
});

it('names the types that it was given and does not serve', async () => {
  const options = { clock: () => new Date(0), newId: () => '1', zone: 'UTC' };
  const server = new FhirServer(options);
  expect(await server.load([{ resourceType: 'Unicorn' }, { resourceType: 'Patient' }])).toEqual([
    'Unicorn',
  ]);
});

const IDS = ['a', 'b', 'c'];
const aChange = fc.record({
  method: fc.constantFrom('PUT', 'DELETE', 'POST', 'GET'),
  id: fc.constantFrom(...IDS),
  active: fc.boolean(),
});

async function everything(): Promise<unknown[]> {
  const replies = IDS.map(async (id) => sandbox.get(`/Basic/${id}`));
  return (await Promise.all(replies)).map(({ status, body }) => [status, body]);
}

it('is the same after any transaction that fails, whatever it had done by then', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(aChange, { maxLength: 6 }), fc.nat(6), async (changes, at) => {
      const entry: Json[] = changes.map(({ method, id, active }) => ({
        resource: { resourceType: 'Basic', id, active },
        request: { method, url: method === 'POST' ? 'Basic' : `Basic/${id}` },
      }));
      const sound = { resourceType: 'Bundle', type: 'transaction', entry: [...entry] };
      entry.splice(at, 0, { request: { method: 'GET', url: 'Basic/never' } });
      const faulty = { resourceType: 'Bundle', type: 'transaction', entry };
      const before = await everything();
      expect((await sandbox.send('POST', '', faulty)).body['resourceType']).toBe(
        'OperationOutcome',
      );
      expect(await everything()).toEqual(before);
      await sandbox.send('POST', '', sound);
    }),
    { numRuns: 50 },
  );
});

it('answers whatever it is sent, without a fault of its own', async () => {
  const anEntry = fc.oneof(
    fc.jsonValue(),
    fc.record({
      fullUrl: fc.jsonValue(),
      resource: fc.oneof(fc.jsonValue(), fc.constant({ resourceType: 'Basic', meta: 1 })),
      request: fc.record({
        method: fc.oneof(fc.constantFrom('GET', 'PUT', 'POST', 'DELETE', 'PATCH'), fc.jsonValue()),
        url: fc.oneof(
          fc.constantFrom('Basic', 'Basic/a', 'Basic?code=1', '/', '?', 'Basic/_search', '//x'),
          fc.jsonValue(),
        ),
        ifNoneExist: fc.oneof(fc.constant('code=1'), fc.constant('x'), fc.jsonValue()),
        ifMatch: fc.jsonValue(),
      }),
    }),
  );
  const aType = fc.constantFrom('batch', 'transaction');
  await fc.assert(
    fc.asyncProperty(aType, fc.array(anEntry, { maxLength: 4 }), async (type, entry) => {
      const reply = await sandbox.send('POST', '', { resourceType: 'Bundle', type, entry });
      expect(reply.status).toBeLessThan(500);
      const statuses = entriesOf(reply.body).map(({ response }) => (response as Json)['status']);
      expect(statuses).not.toContain('500');
    }),
    { numRuns: 1000 },
  );
});

import { describe, expect, it } from 'vitest';
import type { Json } from '../support/fhir-data.ts';
import { entriesOf, idsOf, issueOf, useSandbox } from '../support/sandbox-server.ts';

const sandbox = useSandbox();

function aBundle(type: string, entry: readonly Json[]): Json {
  return { resourceType: 'Bundle', type, entry };
}

function put(resource: Json, url?: string): Json {
  const own = `${String(resource['resourceType'])}/${String(resource['id'])}`;
  return { resource, request: { method: 'PUT', url: url ?? own } };
}

function post(resource: Json, fullUrl?: string): Json {
  const request = { method: 'POST', url: resource['resourceType'] };
  return { ...(fullUrl === undefined ? {} : { fullUrl }), resource, request };
}

function statuses(body: Json): unknown[] {
  return entriesOf(body).map(({ response }) => (response as Json)['status']);
}

const ANNA = 'urn:uuid:7f3b1f6e-7e0a-4c0e-9d53-2a3f0f8d3a01';

describe('a batch', () => {
  it('does what it can: one failing entry says why, the others stand', async () => {
    const entries = [
      put({ resourceType: 'Patient', id: 'b1' }),
      put({ resourceType: 'Unicorn', id: 'b2' }),
      { request: { method: 'GET', url: 'Patient/b1' } },
      { request: { method: 'GET', url: 'Patient?_id=b1' } },
      { request: { method: 'BREW', url: 'Patient' } },
      {},
    ];
    const reply = await sandbox.send('POST', '', aBundle('batch', entries));
    expect([reply.status, reply.body['type']]).toEqual([200, 'batch-response']);
    expect(statuses(reply.body)).toEqual(['201', '404', '200', '200', '404', '400']);
    const { response } = entriesOf(reply.body)[1] ?? {};
    expect((response as { outcome: Json }).outcome['resourceType']).toBe('OperationOutcome');
    expect((await sandbox.get('/Patient/b1')).status).toBe(200);
  });
});

describe('a transaction', () => {
  it('turns urn:uuid names into references, wherever the entries stand', async () => {
    const condition = { resourceType: 'Condition', subject: { reference: ANNA } };
    const anna = { resourceType: 'Patient', active: true };
    const bundle = aBundle('transaction', [post(condition), post(anna, ANNA)]);
    const reply = await sandbox.send('POST', '', bundle);
    expect(statuses(reply.body)).toEqual(['201', '201']);
    const [first, second] = entriesOf(reply.body).map(({ resource }) => resource as Json);
    expect(first?.['subject']).toEqual({ reference: `Patient/${String(second?.['id'])}` });
    const found = await sandbox.get(`/Condition?patient=${String(second?.['id'])}`);
    expect(idsOf(found)).toEqual([first?.['id']]);
  });

  it('does nothing at all when one entry fails, and says which', async () => {
    await sandbox.send('PUT', '/Patient/kept', { resourceType: 'Patient', id: 'kept' });
    const bundle = aBundle('transaction', [
      put({ resourceType: 'Patient', id: 't1' }),
      { request: { method: 'DELETE', url: 'Patient/kept' } },
      put({ resourceType: 'Patient', id: 'x' }, 'Patient/y'),
    ]);
    const reply = await sandbox.send('POST', '', bundle);
    expect([reply.status, issueOf(reply)]).toEqual([
      400,
      'invalid: Bundle.entry[2]: Incorrect resource ID',
    ]);
    expect((await sandbox.get('/Patient/t1')).status).toBe(404);
    expect((await sandbox.get('/Patient/kept')).status).toBe(200);
  });

  it('reads after it has written', async () => {
    const bundle = aBundle('transaction', [
      { request: { method: 'GET', url: 'Patient/r1' } },
      put({ resourceType: 'Patient', id: 'r1' }),
    ]);
    expect(statuses((await sandbox.send('POST', '', bundle)).body)).toEqual(['200', '201']);
  });

  it('resolves references by search, and creates on a condition once', async () => {
    const doctor = { resourceType: 'Practitioner', identifier: [{ system: 'urn:n', value: '1' }] };
    const entry = {
      ...post(doctor, 'urn:uuid:0d7a1c52-93e4-4f0b-8a6d-5f1d3c9b7e02'),
      request: { method: 'POST', url: 'Practitioner', ifNoneExist: 'identifier=urn:n|1' },
    };
    const encounter = {
      resourceType: 'Encounter',
      participant: [{ individual: { reference: 'urn:uuid:0d7a1c52-93e4-4f0b-8a6d-5f1d3c9b7e02' } }],
      serviceProvider: { reference: 'Practitioner?identifier=urn:n|1' },
    };
    await sandbox.send('POST', '', aBundle('transaction', [entry]));
    const reply = await sandbox.send('POST', '', aBundle('transaction', [entry, post(encounter)]));
    expect(statuses(reply.body)).toEqual(['200', '201']);
    const [found, made] = entriesOf(reply.body).map(({ resource }) => resource as Json);
    const reference = `Practitioner/${String(found?.['id'])}`;
    expect(made?.['participant']).toEqual([{ individual: { reference } }]);
    expect(made?.['serviceProvider']).toEqual({ reference });
  });

  const orphan = post({ resourceType: 'Condition', subject: { reference: 'Patient?_id=nobody' } });
  const twice = put({ resourceType: 'Patient', id: 'z' });
  it.each([
    ['a reference by search that fits nothing', [orphan]],
    ['a resource changed twice', [twice, twice]],
    ['an entry without a request', [{ resource: { resourceType: 'Patient' } }]],
  ])('refuses %s', async (_what, entries: Json[]) => {
    const reply = await sandbox.send('POST', '', aBundle('transaction', entries));
    expect([reply.status, reply.body['resourceType']]).toEqual([400, 'OperationOutcome']);
  });

  it('takes so many entries and no more', async () => {
    const entries = Array.from({ length: 10_001 }, () => ({}));
    const reply = await sandbox.send('POST', '', aBundle('batch', entries));
    expect([reply.status, issueOf(reply)]).toEqual([
      413,
      'too-long: A Bundle has at most 10000 entries here',
    ]);
  });
});

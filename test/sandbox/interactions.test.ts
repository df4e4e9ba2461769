import { describe, expect, it } from 'vitest';
import type { Json } from '../support/fhir-data.ts';
import { entriesOf, issueOf, useSandbox } from '../support/sandbox-server.ts';

const sandbox = useSandbox({ bodyLimitBytes: 4096 });
const roomy = useSandbox();
const PATIENT = { resourceType: 'Patient', id: 'anna', gender: 'female' };

describe('reading and writing', () => {
  it('creates a resource under an id of its own and says where', async () => {
    const reply = await sandbox.send('POST', '/Patient', { ...PATIENT, id: 'ignored' });
    expect(reply.status).toBe(201);
    expect(reply.headers.get('Location')).toBe(`${sandbox.base()}/Patient/new-1`);
    expect(reply.headers.get('Content-Type')).toBe('application/fhir+json; charset=utf-8');
    expect(reply.body).toEqual({
      ...PATIENT,
      id: 'new-1',
      meta: { versionId: '1', lastUpdated: '2026-03-10T08:00:00.000Z' },
    });
  });

  it('creates by update, then counts the versions', async () => {
    const first = await sandbox.send('PUT', '/Patient/anna', PATIENT);
    const second = await sandbox.send('PUT', '/Patient/anna', { ...PATIENT, active: true });
    expect([first.status, second.status]).toEqual([201, 200]);
    const read = await sandbox.get('/Patient/anna');
    expect([read.status, read.headers.get('ETag'), read.body['active']]).toEqual([
      200,
      'W/"2"',
      true,
    ]);
    expect(read.headers.get('Last-Modified')).toBe('Tue, 10 Mar 2026 08:00:00 GMT');
  });

  it('refuses an update of another version than the one that stands', async () => {
    await sandbox.send('PUT', '/Patient/otto', { resourceType: 'Patient', id: 'otto' });
    const otto = { resourceType: 'Patient', id: 'otto', active: false };
    const stale = await sandbox.send('PUT', '/Patient/otto', otto, { 'If-Match': 'W/"7"' });
    expect([stale.status, issueOf(stale)]).toEqual([412, 'processing: Precondition Failed']);
    const fresh = await sandbox.send('PUT', '/Patient/otto', otto, { 'If-Match': 'W/"1"' });
    expect(fresh.status).toBe(200);
  });

  it('says that a deleted resource is gone, and deletes it once more without complaint', async () => {
    await sandbox.send('PUT', '/Patient/gone', { resourceType: 'Patient', id: 'gone' });
    expect((await sandbox.send('DELETE', '/Patient/gone')).status).toBe(204);
    expect((await sandbox.send('DELETE', '/Patient/gone')).status).toBe(204);
    const read = await sandbox.get('/Patient/gone');
    expect([read.status, issueOf(read)]).toEqual([410, 'deleted: Gone']);
    const gone = { resourceType: 'Patient', id: 'gone' };
    const again = await sandbox.send('PUT', '/Patient/gone', gone);
    expect([again.status, again.headers.get('ETag')]).toEqual([201, 'W/"3"']);
  });

  it('creates on a condition only when nothing fulfils it', async () => {
    const device = { resourceType: 'Device', identifier: [{ system: 'urn:x', value: '7' }] };
    const condition = { 'If-None-Exist': 'identifier=urn:x|7' };
    const first = await sandbox.send('POST', '/Device', device, condition);
    const second = await sandbox.send('POST', '/Device', device, condition);
    expect([first.status, second.status]).toEqual([201, 200]);
    expect(second.body['id']).toBe(first.body['id']);
    await sandbox.send('POST', '/Device', device);
    expect((await sandbox.send('POST', '/Device', device, condition)).status).toBe(412);
  });
});

describe('what it refuses', () => {
  const wrongId = { resourceType: 'Patient', id: 'other' };
  it.each([
    ['GET', '/Patient/nobody', undefined, 404, 'not-found'],
    ['GET', '/Unicorn', undefined, 404, 'not-found'],
    ['GET', '/Unicorn/1', undefined, 404, 'not-found'],
    ['GET', '/__proto__', undefined, 404, 'not-found'],
    ['GET', '/Patient/anna/_history', undefined, 404, 'not-found'],
    ['GET', '/Patient/anna/$everything', undefined, 404, 'not-found'],
    ['GET', '', undefined, 405, 'not-supported'],
    ['PATCH', '/Patient/anna', undefined, 405, 'not-supported'],
    ['PUT', '/Patient', PATIENT, 405, 'not-supported'],
    ['POST', '/Patient', '{"resourceType":', 400, 'structure'],
    ['POST', '/Patient', '[]', 400, 'invalid'],
    ['POST', '/Patient', { resourceType: 'Observation' }, 400, 'invalid'],
    ['PUT', '/Patient/anna', wrongId, 400, 'invalid'],
    ['POST', '/Patient', { ...PATIENT, text: 'x'.repeat(5000) }, 413, 'too-long'],
    ['POST', '', { resourceType: 'Bundle', type: 'searchset' }, 400, 'invalid'],
    ['POST', '', PATIENT, 400, 'invalid'],
  ])('%s %s is refused with an OperationOutcome', async (method, path, body, status, code) => {
    const reply = await sandbox.send(method, path, body);
    expect([reply.status, reply.body['resourceType']]).toEqual([status, 'OperationOutcome']);
    expect(issueOf(reply).split(':')[0]).toBe(code);
    expect(JSON.stringify(reply.body)).not.toMatch(/\.ts:|node_modules/);
  });

  it('takes JSON only', async () => {
    const reply = await sandbox.send('POST', '/Patient', '<Patient/>', {
      'Content-Type': 'application/fhir+xml',
    });
    expect(reply.status).toBe(415);
  });
});

interface Listed {
  readonly type: string;
  readonly searchParam: readonly { readonly name: string; readonly type: string }[];
}

const SAMPLES: Readonly<Record<string, string>> = {
  token: 'a|b',
  reference: 'Patient/x',
  date: 'ge2026-01-01',
  string: 'x',
  uri: 'urn:x',
};

describe('the CapabilityStatement', () => {
  it('says that the server is a demo, and what it can do', async () => {
    const { status, body } = await sandbox.get('/metadata');
    expect([status, body['resourceType'], body['fhirVersion']]).toEqual([
      200,
      'CapabilityStatement',
      '4.0.1',
    ]);
    expect(JSON.stringify(body['implementation'])).toContain('never send it data of real people');
  });

  it('lists types and parameters that all work', async () => {
    const { body } = await roomy.get('/metadata');
    const [rest] = body['rest'] as { resource: Listed[] }[];
    const types = rest?.resource ?? [];
    const one = types.map(({ type }) => ({
      resource: { resourceType: type, id: 'x' },
      request: { method: 'PUT', url: `${type}/x` },
    }));
    const searches = types.flatMap(({ type, searchParam }) =>
      searchParam.map(({ name, type: kind }) => ({
        request: { method: 'GET', url: `${type}?${name}=${SAMPLES[kind] ?? ''}` },
      })),
    );
    expect(searches.length).toBeGreaterThan(1000);
    const bundle = { resourceType: 'Bundle', type: 'batch', entry: [...one, ...searches] };
    const answers = entriesOf((await roomy.send('POST', '', bundle)).body);
    const statuses = answers.map(({ response }) => (response as Json)['status'] as string);
    expect(statuses.filter((status) => !status.startsWith('20'))).toEqual([]);
    expect(statuses).toHaveLength(one.length + searches.length);
  });
});

describe('other origins', () => {
  it('answers a preflight of any page, without credentials', async () => {
    const reply = await sandbox.send('OPTIONS', '/Patient', undefined, {
      Origin: 'https://page.example',
      'Access-Control-Request-Method': 'PUT',
    });
    expect(reply.status).toBe(204);
    expect(reply.headers.get('Access-Control-Allow-Origin')).toBe('*');
    expect(reply.headers.get('Access-Control-Allow-Methods')).toContain('PUT');
    expect(reply.headers.get('Access-Control-Allow-Headers')).toContain('Content-Type');
    expect(reply.headers.has('Access-Control-Allow-Credentials')).toBe(false);
  });

  it('lets any page read answers and failures', async () => {
    const reply = await sandbox.get('/Patient/nobody');
    expect(reply.headers.get('Access-Control-Allow-Origin')).toBe('*');
  });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { anOrderRequest, aViewRequest, aWholeRequest } from '../support/cds-request.ts';
import { TRIAL_CONTENT, useServer } from '../support/server.ts';
import { bodyOf, cardsOf, findEmpty, findNulls, findPaths, servicesOf } from '../support/wire.ts';

// https://cds-hooks.hl7.org/STU2/#discovery, and nothing beyond it.
const FIELDS = new Set(['hook', 'title', 'description', 'id', 'prefetch', 'usageRequirements']);

// https://cds-hooks.hl7.org/hooks/STU1/
const STANDARD_HOOKS = new Set([
  'patient-view',
  'encounter-start',
  'encounter-discharge',
  'order-select',
  'order-sign',
  'order-dispatch',
  'appointment-book',
  'problem-list-item-create',
]);

describe.each([
  ['the real content', undefined],
  ['a second content folder', TRIAL_CONTENT],
])('D: discovery of %s', (_title, content) => {
  const server = useServer(content === undefined ? {} : { content });
  const discover = async () => servicesOf(await server.get('/cds-services'));

  it.each(['/cds-services', '/cds-services/', '/cds-services?format=json'])(
    'D-01: GET %s is answered with 200',
    async (path) => {
      const answer = await server.get(path);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    },
  );

  it('D-02: the body is an object with the list of services and nothing else', async () => {
    const body = bodyOf(await server.get('/cds-services'));
    expect(Object.keys(body)).toEqual(['services']);
    expect(body['services']).toBeInstanceOf(Array);
    expect(await discover()).not.toHaveLength(0);
  });

  it('D-04, D-13: each service names a standard hook', async () => {
    const hooks = (await discover()).map(({ hook }) => hook);
    expect(hooks.filter((hook) => !STANDARD_HOOKS.has(hook))).toEqual([]);
  });

  it('D-05: each service has a title', async () => {
    for (const { title } of await discover()) expect(title).toMatch(/^\S.+\S$/);
  });

  it('D-06: each service has a description', async () => {
    for (const { description } of await discover()) expect(description).toMatch(/^\S.+\S$/s);
  });

  it('D-07: each service has an id that is one segment of an address', async () => {
    for (const { id } of await discover()) expect(id).toMatch(/^[A-Za-z0-9\-._~]+$/);
  });

  it('D-07: each service answers a call of its hook at its address', async () => {
    for (const service of await discover()) {
      const { status } = await server.call(service.id, aWholeRequest(service));
      expect([service.id, status]).toEqual([service.id, 200]);
    }
  });

  it('D-08: prefetch is an object of texts, with at least the patient', async () => {
    for (const { prefetch = {} } of await discover()) {
      expect(Object.keys(prefetch)).toContain('patient');
      for (const template of Object.values(prefetch)) expect(template).toBeTypeOf('string');
    }
  });

  it('D-09: usage requirements are a sentence where there are any', async () => {
    const sentences = (await discover()).flatMap((service) => service.usageRequirements ?? []);
    expect(sentences).not.toHaveLength(0);
    for (const sentence of sentences) expect(sentence).toMatch(/^[A-Z].+\.$/s);
  });

  it('D-10, D-11, D-16: version, hookVersion and extension are left out, as 2.0.1 knows none', async () => {
    const foreign = (await discover()).flatMap((s) =>
      Object.keys(s).filter((key) => !FIELDS.has(key)),
    );
    expect(foreign).toEqual([]);
  });

  it('D-12: no service is listed twice for one hook', async () => {
    const pairs = (await discover()).map(({ id, hook }) => `${id} ${hook}`);
    expect(pairs).toEqual([...new Set(pairs)]);
  });

  it('J-03, J-04, X-06: discovery holds no null, nothing empty and no extension', async () => {
    const body = bodyOf(await server.get('/cds-services'));
    expect(findNulls(body)).toEqual([]);
    expect(findEmpty(body)).toEqual([]);
    expect(findPaths(body, (_value, key) => key === 'extension')).toEqual([]);
  });
});

describe('D: what the product offers', () => {
  const server = useServer();

  it('D-02: the built-in content has a service for each of four hooks', async () => {
    const services = servicesOf(await server.get('/cds-services'));
    expect(services.map(({ id, hook }) => [id, hook])).toEqual([
      ['lumbar-radiculopathy-order', 'order-select'],
      ['lumbar-radiculopathy-sign', 'order-sign'],
      ['lumbar-radiculopathy-start', 'encounter-start'],
      ['lumbar-radiculopathy-view', 'patient-view'],
    ]);
  });
});

describe('D: a second content folder', () => {
  const server = useServer({ content: TRIAL_CONTENT });

  it('is served as it stands, its own services and no other', async () => {
    const services = servicesOf(await server.get('/cds-services'));
    expect(services.map(({ id, hook }) => [id, hook])).toEqual([
      ['trial-both', 'order-select'],
      ['trial-both', 'patient-view'],
      ['trial-order', 'order-select'],
      ['trial-trouble', 'patient-view'],
      ['trial-view', 'patient-view'],
    ]);
  });

  it('lists a service with exactly what its file says and what its logic reads', async () => {
    const service = servicesOf(await server.get('/cds-services')).find(
      ({ id }) => id === 'trial-view',
    );
    expect(service).toEqual({
      hook: 'patient-view',
      title: 'Trial, on opening the chart',
      description: 'Notes and measurements.',
      id: 'trial-view',
      prefetch: {
        patient: 'Patient/{{context.patientId}}',
        conditions: 'Condition?patient={{context.patientId}}',
        observations: 'Observation?patient={{context.patientId}}',
      },
      usageRequirements: 'Needs the patient and all conditions.',
    });
  });

  it('decides by its own CQL', async () => {
    const [card] = cardsOf(await server.call('trial-view', aViewRequest()));
    expect(card?.summary).toBe('Note: Radiculopathy, lumbar region');
    expect(card?.source.label).toBe('Example guideline');
  });

  it('D-12: one id for two hooks answers each by the hook of the call', async () => {
    const [viewed] = cardsOf(await server.call('trial-both', aViewRequest()));
    const [ordered] = cardsOf(await server.call('trial-both', anOrderRequest()));
    expect(viewed?.summary).toBe('Note: Radiculopathy, lumbar region');
    expect(ordered?.summary).toBe('MRI lumbar spine: confirm before signing');
  });

  it('is not the product: the built-in services are unknown there', async () => {
    const answer = await server.call('lumbar-radiculopathy-view', aViewRequest());
    expect(answer.status).toBe(404);
  });
});

describe('D-03: content without a service', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nerveroot-empty-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const server = useServer({ content: folder });

  it('D-03: is discovered as an empty list', async () => {
    const answer = await server.get('/cds-services');
    expect(answer.status).toBe(200);
    expect(answer.text).toBe('{"services":[]}');
  });

  it('R-01: has no service to call', async () => {
    expect((await server.call('any', aViewRequest())).status).toBe(404);
  });
});

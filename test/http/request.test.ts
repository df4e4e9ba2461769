import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  anAuthorization,
  anOrderContext,
  anOrderRequest,
  aPrefetch,
  aViewRequest,
  withValue,
} from '../support/cds-request.ts';
import {
  aDraftOrder,
  aDstu2MedicationOrder,
  aNamedOrder,
  aNote,
  aPatientResource,
  findSecrets,
  searchset,
  type Json,
} from '../support/fhir-data.ts';
import { TRIAL_CONTENT, useServer } from '../support/server.ts';
import { cardsOf, issueOf, summariesOf, withoutIds } from '../support/wire.ts';

const server = useServer({ content: TRIAL_CONTENT });

describe('R: the call', () => {
  it('R-01: POST to the service is answered with 200', async () => {
    expect((await server.call('trial-view', aViewRequest())).status).toBe(200);
  });

  it('R-01: a service nobody knows is a 404 that names no service', async () => {
    const answer = await server.call('no-such-service', aViewRequest());
    expect(answer.status).toBe(404);
    expect(issueOf(answer)).toEqual({
      severity: 'error',
      code: 'not-found',
      diagnostics: 'There is no CDS service of that id; GET /cds-services lists those there are',
    });
  });

  it.each(['__proto__', 'constructor', 'trial-view%2F', 'TRIAL-VIEW', 'trial-view.'])(
    'R-01: %s is no service',
    async (id) => {
      expect((await server.call(id, aViewRequest())).status).toBe(404);
    },
  );

  it('R-04: fhirAuthorization without fhirServer is refused with 400', async () => {
    const request = aViewRequest({ fhirAuthorization: anAuthorization() });
    const answer = await server.call('trial-view', request);
    expect(answer.status).toBe(400);
    expect(issueOf(answer).expression).toEqual(['fhirServer']);
  });

  it('R-04: fhirServer alone, or neither, is answered from the prefetch', async () => {
    const alone = aViewRequest({ fhirServer: 'https://ehr.example/fhir' });
    for (const request of [alone, aViewRequest()]) {
      expect(cardsOf(await server.call('trial-view', request))).toHaveLength(1);
    }
  });

  it('R-06: a patient scope without the patient is answered', async () => {
    const request = aViewRequest({
      fhirServer: 'https://ehr.example/fhir',
      fhirAuthorization: anAuthorization({ scope: 'patient/Patient.read' }),
    });
    expect((await server.call('trial-view', request)).status).toBe(200);
  });
});

describe('R-05: the FHIR server of the call', () => {
  const asked: string[] = [];
  const ehr = createServer((request, response) => {
    asked.push(`${request.url} ${request.headers.authorization}`);
    response.end('{}');
  });
  beforeAll(() => new Promise<void>((done) => ehr.listen(0, '127.0.0.1', done)));
  afterAll(() => new Promise((done) => ehr.close(done)));

  it('R-05: is sent no token and no query, whatever is missing', async () => {
    const { port } = ehr.address() as AddressInfo; // a TCP server's address
    const request = aViewRequest({
      fhirServer: `http://127.0.0.1:${port}/fhir`,
      fhirAuthorization: anAuthorization(),
      prefetch: { patient: aPatientResource() },
    });
    const answer = await server.call('trial-view', request);
    expect(answer.status).toBe(412);
    expect(findSecrets(answer.text)).toEqual([]);
    expect(asked).toEqual([]);
  });
});

describe('R-09: one version of FHIR in the context', () => {
  it('R-09: a DSTU2 MedicationOrder among the drafts is refused with 400', async () => {
    const request = anOrderRequest([aDraftOrder(), aDstu2MedicationOrder()]);
    const answer = await server.call('trial-order', request);
    expect(answer.status).toBe(400);
    expect(issueOf(answer)).toEqual({
      severity: 'error',
      code: 'invalid',
      diagnostics:
        '"context.draftOrders.entry[1].resource" has a resource type that FHIR R4 does not have; this service reads R4 only',
      expression: ['context.draftOrders.entry[1].resource'],
    });
  });
});

describe('R-10: the Bundle of drafts', () => {
  const order = aDraftOrder();

  it.each<[string, Json]>([
    ['no type', { resourceType: 'Bundle', entry: [{ resource: order }] }],
    [
      'the type collection',
      { resourceType: 'Bundle', type: 'collection', entry: [{ resource: order }] },
    ],
    [
      'the type transaction',
      { resourceType: 'Bundle', type: 'transaction', entry: [{ resource: order }] },
    ],
    ['a fullUrl', { resourceType: 'Bundle', entry: [{ fullUrl: 'urn:uuid:1', resource: order }] }],
  ])('R-10: is taken with %s', async (_title, draftOrders) => {
    const request = withValue(anOrderRequest([order]), 'context.draftOrders', draftOrders);
    expect(summariesOf(await server.call('trial-order', request))).toEqual([
      'MRI lumbar spine: confirm before signing',
    ]);
  });

  it.each<[string, Json]>([
    ['no entry', { resourceType: 'Bundle' }],
    ['an empty entry', { resourceType: 'Bundle', entry: [] }],
  ])('R-10: is taken with %s, and is about no order', async (_title, draftOrders) => {
    const request = withValue(anOrderRequest([]), 'context.draftOrders', draftOrders);
    expect(cardsOf(await server.call('trial-order', request))).toEqual([]);
  });
});

describe('R-11: selections', () => {
  const lumbar = aNamedOrder('draft-1', 'MRI lumbar spine');
  const knee = aNamedOrder('draft-2', 'MRI knee');

  it('R-11: of two drafts, only the one selected gets a card', async () => {
    const context = anOrderContext([lumbar, knee], { selections: ['ServiceRequest/draft-2'] });
    const answer = await server.call('trial-order', anOrderRequest([], { context }));
    expect(summariesOf(answer)).toEqual(['MRI knee: confirm before signing']);
  });

  it('R-11: a selection that names no draft gets no card', async () => {
    const context = anOrderContext([lumbar], { selections: ['ServiceRequest/other'] });
    const answer = await server.call('trial-order', anOrderRequest([], { context }));
    expect(cardsOf(answer)).toEqual([]);
  });

  it('R-11: a selection of another type with the same id gets no card', async () => {
    const context = anOrderContext([lumbar], { selections: ['DeviceRequest/draft-1'] });
    const answer = await server.call('trial-order', anOrderRequest([], { context }));
    expect(cardsOf(answer)).toEqual([]);
  });

  it('R-11: a draft that is not selected stays background: no second referral is proposed', async () => {
    const referral = aNamedOrder('draft-3', 'Physiotherapy');
    const selections = ['ServiceRequest/draft-1'];
    const labels = async (orders: readonly Json[]) => {
      const context = anOrderContext(orders, { selections });
      const [card] = cardsOf(await server.call('trial-order', anOrderRequest([], { context })));
      return card?.suggestions?.map(({ label }) => label);
    };
    expect(await labels([lumbar])).toEqual(['Remove MRI lumbar spine', 'Add physiotherapy']);
    expect(await labels([lumbar, referral])).toEqual(['Remove MRI lumbar spine']);
  });
});

describe('R-13, R-14: what was not asked for', () => {
  it("R-13: extensions on the request, Epic's and CRD's, change nothing", async () => {
    const extension = {
      'com.epic.cdshooks.request.bpa-trigger-action': '23',
      'com.epic.cdshooks.request.cds-hooks-specification-version': '1.1',
      'davinci-crd.configuration': { 'max-cards': 1 },
    };
    const plain = await server.call('trial-view', aViewRequest());
    const extended = await server.call('trial-view', aViewRequest({ extension }));
    expect(summariesOf(extended)).toEqual(['Note: Radiculopathy, lumbar region']);
    expect(withoutIds(extended)).toEqual(withoutIds(plain));
  });

  it.each<[string, unknown]>([
    ['more conditions', searchset([aNote('Never asked for')])],
    ["another patient's data", aPatientResource({ id: 'stranger' })],
    ['a resource of DSTU2', aDstu2MedicationOrder()],
    ['no resource at all', 'text'],
    ['null', null],
  ])('R-14: an extra prefetch key with %s is ignored', async (_title, value) => {
    const plain = await server.call('trial-view', aViewRequest());
    const request = aViewRequest({ prefetch: aPrefetch({ extra: value }) });
    const extra = await server.call('trial-view', request);
    expect(summariesOf(extra)).toEqual(['Note: Radiculopathy, lumbar region']);
    expect(withoutIds(extra)).toEqual(withoutIds(plain));
  });
});

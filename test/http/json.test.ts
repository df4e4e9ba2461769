import { describe, expect, it } from 'vitest';
import {
  anAuthorization,
  anOrderRequest,
  aPrefetch,
  aViewRequest,
  withValue,
} from '../support/cds-request.ts';
import { aNote, searchset } from '../support/fhir-data.ts';
import { TRIAL_CONTENT, useServer } from '../support/server.ts';
import { cardsOf, issueOf, summariesOf, withoutIds } from '../support/wire.ts';

const server = useServer({ content: TRIAL_CONTENT });

const authorized = {
  fhirServer: 'https://ehr.example/fhir',
  fhirAuthorization: anAuthorization(),
};

describe('J: JSON', () => {
  it('J-01: a call is answered as application/json in UTF-8', async () => {
    const answer = await server.call('trial-view', aViewRequest());
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
  });

  it('J-01: application/fhir+json is taken as JSON', async () => {
    const answer = await server.send('/cds-services/trial-view', {
      method: 'POST',
      headers: { 'Content-Type': 'application/fhir+json; charset=utf-8' },
      body: JSON.stringify(aViewRequest()),
    });
    expect(summariesOf(answer)).toEqual(['Note: Radiculopathy, lumbar region']);
  });

  it('J-01: letters beyond ASCII come back as they were sent', async () => {
    const conditions = searchset([aNote('Ischias, späte Folge – 坐骨神経痛 🦵')]);
    const answer = await server.call(
      'trial-view',
      aViewRequest({ prefetch: aPrefetch({ conditions }) }),
    );
    expect(summariesOf(answer)).toEqual(['Note: Ischias, späte Folge – 坐骨神経痛 🦵']);
  });

  it('J-05: a card without suggestions, links and reasons has none of these keys', async () => {
    const [card] = cardsOf(await server.call('trial-view', aViewRequest()));
    expect(Object.keys(card ?? {}).toSorted()).toEqual([
      'detail',
      'indicator',
      'source',
      'summary',
      'uuid',
    ]);
  });

  it('J-05: a service without usage requirements has no such key', async () => {
    const { text } = await server.get('/cds-services');
    const services = (JSON.parse(text) as { services: { id: string }[] }).services;
    const keys = services.filter(({ id }) => id === 'trial-order').map((s) => Object.keys(s));
    expect(keys).toEqual([['hook', 'title', 'description', 'id', 'prefetch']]);
  });

  it('J-07: a proposed resource is an object with its resourceType', async () => {
    const [card] = cardsOf(await server.call('trial-order', anOrderRequest()));
    const resources = card?.suggestions?.flatMap(({ actions }) =>
      actions.flatMap(({ resource }) => resource ?? []),
    );
    expect(resources).toEqual([
      {
        resourceType: 'ServiceRequest',
        status: 'draft',
        intent: 'proposal',
        code: { text: 'Physiotherapy' },
        subject: { reference: 'Patient/patient-4711' },
      },
    ]);
  });

  it('J-07: a resource sent as text is none', async () => {
    const prefetch = aPrefetch({ conditions: JSON.stringify(searchset([])) });
    const answer = await server.call('trial-view', aViewRequest({ prefetch }));
    expect(answer.status).toBe(412);
    expect(issueOf(answer).diagnostics).toMatch(/^"conditions": what was sent is no FHIR resource/);
  });
});

describe('J-09: unknown properties', () => {
  it.each(['zzz', 'context.zzz', 'fhirAuthorization.zzz', 'prefetch.patient.zzz'])(
    'J-09: %s changes nothing in the answer',
    async (path) => {
      const request = aViewRequest(authorized);
      const plain = await server.call('trial-view', request);
      const odd = await server.call('trial-view', withValue(request, path, 1));
      expect(summariesOf(odd)).toEqual(['Note: Radiculopathy, lumbar region']);
      expect(withoutIds(odd)).toEqual(withoutIds(plain));
    },
  );

  it.each(['context.zzz', 'context.draftOrders.zzz', 'context.draftOrders.entry.0.zzz'])(
    'J-09: %s changes nothing in the answer to an order',
    async (path) => {
      const plain = await server.call('trial-order', anOrderRequest());
      const odd = await server.call(
        'trial-order',
        withValue(anOrderRequest(), path, { deep: [1] }),
      );
      expect(summariesOf(odd)).toEqual(['MRI lumbar spine: confirm before signing']);
      expect(withoutIds(odd)).toEqual(withoutIds(plain));
    },
  );

  it.each([
    '{"__proto__":{"hook":"order-select","polluted":true},',
    '{"constructor":{"prototype":{"polluted":true}},',
    '{"prefetch":null,"__proto__":null,',
  ])('J-09: keys of the prototype are ignored: %s', async (start) => {
    const answer = await server.send('/cds-services/trial-view', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: start + JSON.stringify(aViewRequest()).slice(1),
    });
    expect(summariesOf(answer)).toEqual(['Note: Radiculopathy, lumbar region']);
  });

  it('J-09: a resource cannot smuggle elements in by __proto__', async () => {
    const body = JSON.stringify(
      aViewRequest({ prefetch: aPrefetch({ conditions: searchset([aNote('Plain')]) }) }),
    ).replace('"code":{"text":"Plain"}', '"__proto__":{"code":{"text":"Smuggled"}}');
    const answer = await server.send('/cds-services/trial-view', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body,
    });
    expect(body).toContain('Smuggled');
    expect(summariesOf(answer)).toEqual(['Note: unknown']);
  });
});

import { describe, expect, it } from 'vitest';
import { link } from '../../src/cds-hooks/response.ts';
import { anOrderRequest, aPrefetch } from '../support/cds-request.ts';
import { aDraftOrder, aNamedOrder, searchset, type Json } from '../support/fhir-data.ts';
import { TRIAL_CONTENT, useServer } from '../support/server.ts';
import { cardsOf, type WireCard } from '../support/wire.ts';

const server = useServer({ content: TRIAL_CONTENT });

async function cardFor(order: Json = aDraftOrder(), changes: Json = {}): Promise<WireCard> {
  const [card] = cardsOf(await server.call('trial-order', anOrderRequest([order], changes)));
  if (!card) throw new Error('There is no card');
  return card;
}

async function deletedBy(order: Json): Promise<string[]> {
  const { suggestions = [] } = await cardFor(order);
  return suggestions.flatMap(({ actions }) =>
    actions.flatMap(({ resourceId }) => resourceId ?? []),
  );
}

describe('SG, AC: suggestions', () => {
  it('SG-01, SG-03, SG-04, AC-01, AC-02, AC-03, AC-05: are complete, and hold nothing else', async () => {
    const { suggestions = [] } = await cardFor();
    const plain = suggestions.map(({ uuid: _uuid, ...rest }) => rest);
    expect(plain).toEqual([
      {
        label: 'Remove MRI lumbar spine',
        actions: [
          {
            type: 'delete',
            description: 'Remove the draft order: MRI lumbar spine',
            resourceId: 'ServiceRequest/draft-mri',
          },
        ],
      },
      {
        label: 'Add physiotherapy',
        isRecommended: true,
        actions: [
          {
            type: 'create',
            description: 'Create a draft referral to physiotherapy',
            resource: {
              resourceType: 'ServiceRequest',
              status: 'draft',
              intent: 'proposal',
              code: { text: 'Physiotherapy' },
              subject: { reference: 'Patient/patient-4711' },
            },
          },
        ],
      },
    ]);
  });

  it('SG-02: have each a UUID of their own, new at each call', async () => {
    const uuids = [await cardFor(), await cardFor()].flatMap((card) => [
      card.uuid,
      ...(card.suggestions ?? []).map(({ uuid }) => uuid),
    ]);
    expect(new Set(uuids).size).toBe(6);
  });

  it('AC-05: an order is removed by the reference under which it came', async () => {
    expect(await deletedBy(aNamedOrder('a.b-9', 'MRI'))).toEqual(['ServiceRequest/a.b-9']);
  });

  it('AC-06: an order on record that is not in the context is not offered for removal', async () => {
    const serviceRequests = searchset([aNamedOrder('stored-1', 'CT on record')]);
    const request = anOrderRequest([], { prefetch: aPrefetch({ serviceRequests }) });
    const [card] = cardsOf(await server.call('trial-order', request));
    expect(card?.summary).toBe('On record: CT on record');
    expect(card).not.toHaveProperty('suggestions');
  });
});

describe('O: override reasons', () => {
  it('O-01, O-02: are complete, and in the order of the card', async () => {
    expect((await cardFor()).overrideReasons).toEqual([
      {
        code: 'settled',
        system: 'urn:example:override-reasons',
        display: 'Settled with the patient',
      },
      { code: 'elsewhere', system: 'urn:example:override-reasons', display: 'Done elsewhere' },
    ]);
  });
});

describe('L: links', () => {
  it('L-01, L-02, L-03, L-04, L-05: are sent as the card has them, and appContext to the app alone', async () => {
    expect((await cardFor()).links).toEqual([
      {
        label: 'Patient leaflet',
        url: 'https://guideline.example/leaflet#imaging',
        type: 'absolute',
      },
      {
        label: 'Decision aid',
        url: 'https://app.example/launch',
        type: 'smart',
        appContext: 'section-1',
      },
    ]);
  });

  const absolute = { label: 'Leaflet', url: 'https://guideline.example/?page=2', type: 'absolute' };
  const smart = { label: 'App', url: 'https://app.example/launch', type: 'smart' };

  it.each([absolute, smart, { ...smart, appContext: 'opaque' }])(
    'L-01: a card may have the link %j',
    (value) => {
      expect(link.safeParse(value).success).toBe(true);
    },
  );

  it.each([
    ['L-01: without a label', { ...absolute, label: '' }],
    ['L-01: of another type', { ...absolute, type: 'relative' }],
    ['L-02: relative', { ...absolute, url: '/leaflet' }],
    ['L-02: in the clear', { ...absolute, url: 'http://guideline.example/' }],
    ['L-02: a script', { ...absolute, url: 'javascript:alert(1)' }],
    ['L-02: data', { ...absolute, url: 'data:text/html,hello' }],
    ['L-03: an app with iss', { ...smart, url: 'https://app.example/launch?iss=x' }],
    ['L-03: an app with launch', { ...smart, url: 'https://app.example/launch?a=b&launch=x' }],
    ['L-04: appContext for no app', { ...absolute, appContext: 'opaque' }],
    ['L-05: one that launches by itself', { ...smart, autolaunchable: true }],
  ])('a card may not have a link that is %s', (_title, value) => {
    expect(link.safeParse(value).success).toBe(false);
  });
});

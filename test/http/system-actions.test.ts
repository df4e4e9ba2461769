import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemAction } from '../../src/cds-hooks/response.ts';
import type { Content } from '../../src/content/content.ts';
import { decide } from '../../src/decision/decide.ts';
import { loadCases } from '../../src/rule-tests/load-cases.ts';
import { composeCase } from '../../src/rule-tests/run-case.ts';
import { useApp } from '../support/app-server.ts';
import { ROOT, theContent } from '../support/content.ts';
import type { Json } from '../support/fhir-data.ts';
import { aSite } from '../support/site.ts';
import { useServer, type Answer } from '../support/server.ts';
import { bodyOf, cardsOf, servicesOf, summariesOf, systemActionsOf } from '../support/wire.ts';

const RATING = 'http://fhir.org/argonaut/Extension/pama-rating';

function aRating(code: string): Json {
  const system = 'http://fhir.org/argonaut/CodeSystem/pama-rating';
  return { url: RATING, valueCodeableConcept: { coding: [{ system, code }] } };
}

describe('a client that looks for system actions in the extension', () => {
  it('Y-01: is told there what others are told, and not twice', async () => {
    const content = await theContent();
    const { cases } = await loadCases(ROOT, ['test/rules/IM-04/appropriate.yaml']);
    const [ruleCase] = cases;
    if (!ruleCase) throw new Error('There is no such case');
    const { serviceId, body, now, timeZone } = composeCase(ruleCase, content);
    const responseTo = async (systemActions: boolean | 'extension') => {
      const { response } = await decide(serviceId, body, {
        content: { current: async () => content },
        clock: () => now,
        newId: () => '00000000-0000-4000-8000-000000000000',
        siteOf: () => aSite(timeZone, { systemActions }),
      });
      return response;
    };
    const { cards, systemActions } = await responseTo(true);
    expect(systemActions).toHaveLength(1);
    expect(await responseTo('extension')).toEqual({ cards, extension: { systemActions } });
    expect(await responseTo(false)).toEqual({ cards });
  });
});

describe('a client that takes system actions', () => {
  let content: Content;
  let now = new Date(0);
  let timeZone = 'UTC';
  beforeAll(async () => {
    content = await theContent();
  });
  const server = useApp(async () => ({
    content: { current: async () => content },
    clock: () => now,
    newId: () => '00000000-0000-4000-8000-000000000000',
    siteOf: () => aSite(timeZone, { systemActions: true }),
  }));

  /** Calls with a rule case; `change` may bend the request. */
  async function callCase(
    file: string,
    change: (request: Json) => void = () => undefined,
  ): Promise<{ answer: Answer; orders: Json[] }> {
    const { cases } = await loadCases(ROOT, [`test/rules/${file}.yaml`]);
    const [ruleCase] = cases;
    if (!ruleCase) throw new Error(`There is no case ${file}`);
    const composed = composeCase(ruleCase, content);
    ({ now, timeZone } = composed);
    const body = structuredClone(composed.body);
    change(body);
    const { draftOrders } = body['context'] as { draftOrders: { entry: { resource: Json }[] } };
    const orders = draftOrders.entry.map(({ resource }) => resource);
    return { answer: await server.call(composed.serviceId, body), orders };
  }

  it.each([
    ['IM-01/ten-days-screened', 'not-appropriate', 'Rated not appropriate'],
    ['IM-04/appropriate', 'appropriate', 'Rated appropriate'],
  ])('Y-01, Y-02, Y-03: is told of %s that the order is %s', async (file, code, words) => {
    const { answer, orders } = await callCase(file);
    expect(cardsOf(answer)).toHaveLength(1);
    expect(systemActionsOf(answer)).toEqual(
      orders.map((order) => ({
        type: 'update',
        description: expect.stringMatching(`^${words}: .`) as string,
        resource: { ...order, extension: [aRating(code)] },
      })),
    );
  });

  it('Y-01: is told once an order, and of those selected only', async () => {
    const both = await callCase('IM-01/two-orders');
    const ids = systemActionsOf(both.answer).map(({ resource }) => resource?.['id']);
    expect(ids).toEqual(both.orders.map(({ id }) => id));
    const one = await callCase('IM-01/one-of-two-selected');
    expect(one.orders).toHaveLength(2);
    expect(systemActionsOf(one.answer)).toHaveLength(1);
  });

  it('Y-03: gets every element of the order back, extensions of its own too', async () => {
    const own = { url: 'https://ehr.example/queue', valueString: 'stat' };
    const more = {
      extension: [own],
      note: [{ text: 'kept' }],
      _status: { extension: [own] },
      unheardOf: { deep: [1, 'two', { three: false }] },
    };
    const { answer, orders } = await callCase('IM-04/appropriate', (request) => {
      const { draftOrders } = request['context'] as {
        draftOrders: { entry: { resource: Json }[] };
      };
      for (const entry of draftOrders.entry) Object.assign(entry.resource, more);
    });
    expect(systemActionsOf(answer)[0]?.resource).toEqual({
      ...orders[0],
      extension: [own, aRating('appropriate')],
    });
  });

  it('Y-03: is told of a changed mind by another rating in the place of the first', async () => {
    const { answer } = await callCase('IM-04/appropriate', (request) => {
      const { draftOrders } = request['context'] as {
        draftOrders: { entry: { resource: Json }[] };
      };
      for (const { resource } of draftOrders.entry) {
        resource['extension'] = [aRating('not-appropriate')];
      }
    });
    expect(systemActionsOf(answer)[0]?.resource?.['extension']).toEqual([aRating('appropriate')]);
  });

  it('Y-01: is told nothing of an order that says so already', async () => {
    const { answer } = await callCase('IM-04/appropriate', (request) => {
      const { draftOrders } = request['context'] as {
        draftOrders: { entry: { resource: Json }[] };
      };
      for (const { resource } of draftOrders.entry)
        resource['extension'] = [aRating('appropriate')];
    });
    expect(cardsOf(answer)).toHaveLength(1);
    expect(Object.keys(bodyOf(answer))).toEqual(['cards']);
  });

  it.each([
    ['IM-01/duration-unknown', 'when the pain began is unknown'],
    ['IM-01/further-three-unanswered', 'the screen is not complete'],
    ['IM-01/mild-deficit', 'there is a mild deficit'],
    ['IM-05/severe-28-days', 'guidelines disagree on it'],
    ['IM-04/candidate-unknown', 'nobody recorded whether an injection is considered'],
    ['IM-04/no-score', 'there is no score'],
    ['IM-04/observations-withheld', 'observations were not sent'],
    ['IM-01/critical-silences', 'a critical card comes first'],
    ['IM-01/knee-mri', 'it is about a knee'],
  ])('Y-01, Y-03: is told no rating in %s: %s', async (file) => {
    const { answer } = await callCase(file);
    expect(answer.status).toBe(200);
    expect(Object.keys(bodyOf(answer))).toEqual(['cards']);
  });

  it('Y-01, Y-02: gets actions of the shape the specification has', async () => {
    const { answer } = await callCase('IM-01/two-orders');
    const actions = systemActionsOf(answer);
    expect(actions).not.toEqual([]);
    for (const action of actions) {
      expect(() => systemAction.parse(action)).not.toThrow();
      expect(Object.keys(action)).toEqual(['type', 'description', 'resource']);
    }
  });
});

describe("the client's profile", () => {
  const folder = mkdtempSync(join(tmpdir(), 'nerveroot-clients-'));
  const clients = join(folder, 'clients.yaml');
  writeFileSync(
    join(folder, 'codes.yaml'),
    `resourceType: ConceptMap
status: active
group:
  - source: urn:oid:1.2.3.4.5
    target: http://loinc.org
    element: [{ code: local-mri, target: [{ code: 30679-5, equivalence: equivalent }] }]
`,
  );
  writeFileSync(
    clients,
    `clients:
  - { fhirServer: https://rated.example/fhir, timeZone: UTC, systemActions: true, codes: codes.yaml }
  - { fhirServer: https://plain.example/fhir, timeZone: UTC }
  - { fhirServer: https://declined.example/fhir, timeZone: UTC, systemActions: false }
`,
  );
  afterAll(() => rmSync(folder, { recursive: true }));
  const server = useServer({ env: { NERVEROOT_CLIENTS: clients } });
  const SERVICE = 'lumbar-radiculopathy-order';

  /** The story of an early MRI, as prefetch, from this client. */
  async function callFrom(
    fhirServer: string | undefined,
    coding: Json = { system: 'http://loinc.org', code: '30679-5' },
  ): Promise<Answer> {
    const entry = servicesOf(await server.get('/cds-services')).find(({ id }) => id === SERVICE);
    const prefetch: Json = {};
    for (const [key, template] of Object.entries(entry?.prefetch ?? {})) {
      const path = template.replaceAll('{{context.patientId}}', 'early-mri');
      prefetch[key] = bodyOf(await server.get(`/sandbox/fhir/${path}`));
    }
    const code = { coding: [coding], text: 'MRI' };
    const subject = { reference: 'Patient/early-mri' };
    const order = { resourceType: 'ServiceRequest', id: 'mri', status: 'draft', code, subject };
    return server.call(SERVICE, {
      hook: 'order-select',
      hookInstance: 'd1577c69-dfbe-44ad-ba6d-3e05e953b2ea',
      context: {
        userId: 'Practitioner/1',
        patientId: 'early-mri',
        selections: ['ServiceRequest/mri'],
        draftOrders: { resourceType: 'Bundle', entry: [{ resource: order }] },
      },
      prefetch,
      ...(fhirServer === undefined ? {} : { fhirServer }),
    });
  }

  it('Y-03: turns system actions on', async () => {
    const answer = await callFrom('https://rated.example/fhir/');
    expect(summariesOf(answer)).toEqual([
      'Low back or root pain for 12 days, red flags answered no: imaging is usually not appropriate in the first 6 weeks',
    ]);
    expect(systemActionsOf(answer)[0]?.resource?.['extension']).toEqual([
      aRating('not-appropriate'),
    ]);
  });

  it('Y-03: gives an order known by a local code back with that code alone', async () => {
    const local = { system: 'urn:oid:1.2.3.4.5', code: 'local-mri' };
    const answer = await callFrom('https://rated.example/fhir', local);
    const [action] = systemActionsOf(answer);
    expect(action?.resource?.['code']).toEqual({ coding: [local], text: 'MRI' });
    expect(action?.resource?.['extension']).toEqual([aRating('not-appropriate')]);
  });

  it.each([
    'https://plain.example/fhir',
    'https://declined.example/fhir',
    'https://unlisted.example/fhir',
    undefined,
  ])('Y-03: else there are none, and the same cards: %s', async (fhirServer) => {
    const answer = await callFrom(fhirServer);
    expect(Object.keys(bodyOf(answer))).toEqual(['cards']);
    expect(cardsOf(answer)).toHaveLength(1);
  });

  it('Y-04: feedback on an action is asked for nowhere: it has nothing to name it by', async () => {
    const [action] = systemActionsOf(await callFrom('https://rated.example/fhir'));
    expect(JSON.stringify(action)).not.toMatch(/uuid/i);
  });
});

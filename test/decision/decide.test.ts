import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Content } from '../../src/content/content.ts';
import { decide, type DecisionResult } from '../../src/decision/decide.ts';
import { discover } from '../../src/decision/discover.ts';
import { aCompiler } from '../support/content.ts';
import { aCough, contentOf, miniContent } from '../support/mini-content.ts';
import { MINI_PATIENT } from '../support/rule-case.ts';
import { aSite } from '../support/site.ts';

const compiler = aCompiler();
let content: Content;

// While two coughs make RX-01 critical, the order service shows no other card beside it.
const LIMITED = miniContent([
  [
    'hooks/services/mini-order.yaml',
    'notChecked: NC-01',
    'besideCritical: 1\nusageRequirements: Send conditions\nnotChecked: NC-01',
  ],
]);

beforeAll(async () => {
  content = await contentOf(compiler, LIMITED);
});
afterAll(() => compiler.translator.close());

function aBundle(...resources: readonly unknown[]) {
  return { resourceType: 'Bundle', entry: resources.map((resource) => ({ resource })) };
}

/** Calls the view service, or the order service with as many orders as are asked for. */
function call(prefetch: Record<string, unknown>, orders?: number): Promise<DecisionResult> {
  const drafts = Array.from({ length: orders ?? 0 }, (_, i) => ({
    resourceType: 'ServiceRequest',
    id: `o${i + 1}`,
    code: { text: `Scan ${i + 1}` },
  }));
  const selections = drafts.map(({ id }) => `ServiceRequest/${id}`);
  const hook = orders === undefined ? 'patient-view' : 'order-select';
  const body = {
    hook,
    hookInstance: '11111111-1111-4111-8111-111111111111',
    context: {
      userId: 'Practitioner/1',
      patientId: 'p1',
      ...(orders === undefined ? {} : { draftOrders: aBundle(...drafts), selections }),
    },
    prefetch: { patient: MINI_PATIENT, ...prefetch },
  };
  return callWith(orders === undefined ? 'mini-view' : 'mini-order', body);
}

function callWith(serviceId: string, body: unknown): Promise<DecisionResult> {
  let serial = 0;
  return decide(serviceId, body, {
    content: { current: async () => content },
    clock: () => new Date('2026-03-10T14:00:00Z'),
    newId: () => `00000000-0000-4000-8000-${String((serial += 1)).padStart(12, '0')}`,
    siteOf: () => aSite('America/New_York'),
  });
}

it('shows the cards in the order of the service, one for each item', async () => {
  const { rules, response } = await call({ conditions: aBundle(aCough()) }, 2);
  expect(rules).toEqual(['RX-02', 'RX-02', 'RX-01']);
  expect(response.cards.map(({ summary }) => summary)).toEqual([
    'Think again: Scan 1',
    'Think again: Scan 2',
    'Coughs recorded - 1',
  ]);
});

it('shows at most so many others beside a critical card', async () => {
  const { response } = await call({ conditions: aBundle(aCough('a'), aCough('b')) }, 2);
  expect(response.cards.map(({ indicator }) => indicator)).toEqual(['warning', 'critical']);
});

it('leaves out what a card that is shown silences', async () => {
  const silencing = miniContent([
    [
      'hooks/services/mini-order.yaml',
      'notChecked: NC-01',
      'silences: { RX-02: [RX-01] }\nnotChecked: NC-01',
    ],
  ]);
  content = await contentOf(compiler, silencing);
  const conditions = aBundle(aCough());
  const { rules: beside, silent } = await call({ conditions }, 1);
  const { rules: alone } = await call({ conditions }, 0);
  content = await contentOf(compiler, LIMITED);
  expect({ beside, silent, alone }).toEqual({ beside: ['RX-02'], silent: [], alone: ['RX-01'] });
});

it('shows nothing where all was looked at and nothing found', async () => {
  const { rules } = await call({ conditions: null });
  expect(rules).toEqual([]);
});

it.each([
  ['were not sent', {}, 'conditions (not sent)'],
  [
    'could not be read',
    {
      conditions: {
        resourceType: 'OperationOutcome',
        issue: [{ severity: 'error', code: 'timeout' }],
      },
    },
    'conditions (the EHR could not read it)',
  ],
])('says what is undecided when data %s', async (_what, prefetch, data) => {
  const { rules, response } = await call(prefetch);
  expect(rules).toEqual(['NC-01']);
  expect(response.cards[0]?.detail).toContain(`Undecided: Cough;  for want of ${data};`);
});

it('does not call undecided what was found in data that are not whole', async () => {
  const conditions = { ...aBundle(aCough()), link: [{ relation: 'next', url: 'https://x.y/2' }] };
  expect((await call({ conditions })).rules).toEqual(['RX-01']);
});

it('takes the hook of the body for the service of that id only', async () => {
  await expect(callWith('nowhere', {})).rejects.toMatchObject({ code: 'UnknownService' });
  const { request } = await call({ conditions: null });
  const body = { ...request, prefetch: {} };
  await expect(callWith('mini-order', body)).rejects.toMatchObject({
    code: 'HookMismatch',
    message: '"hook" is patient-view, but service mini-order answers order-select',
  });
});

it('discovers what each service is and what to send', () => {
  const prefetch = {
    patient: 'Patient/{{context.patientId}}',
    conditions: 'Condition?patient={{context.patientId}}',
  };
  expect(discover(content).services).toEqual([
    {
      id: 'mini-order',
      hook: 'order-select',
      title: 'Mini orders',
      description: 'Looks at orders',
      usageRequirements: 'Send conditions',
      prefetch,
    },
    {
      id: 'mini-view',
      hook: 'patient-view',
      title: 'Mini',
      description: 'Looks for a cough',
      prefetch,
    },
  ]);
});

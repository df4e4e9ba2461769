import { beforeAll, describe, expect, it } from 'vitest';
import { carriesOrders } from '../src/cds-hooks/hooks.ts';
import type { CdsService, Content } from '../src/content/content.ts';
import { decide } from '../src/decision/decide.ts';
import type { Resource } from '../src/fhir/resource.ts';
import { composeRequest } from '../src/patient-data/compose-request.ts';
import { theContent } from './support/content.ts';
import { aLongChart, LONG_CHARTS, LOOKED_AT, type Entry } from './support/long-charts.ts';
import { aSite } from './support/site.ts';

/** A lumbar MRI and an epidural injection, so that every rule about orders has one. */
const ORDERS: readonly Resource[] = [
  { system: 'http://loinc.org', code: '30679-5' },
  { system: 'http://snomed.info/sct', code: '171787008' },
].map((coding) => ({
  resourceType: 'ServiceRequest',
  id: `order-${coding.code}`,
  status: 'draft',
  intent: 'order',
  code: { coding: [coding] },
}));

let content: Content;

beforeAll(async () => {
  content = await theContent();
});

/** How many steps all that a service may evaluate takes: rows of queries, calls, and members of lists. */
async function stepsOf(service: CdsService, resources: readonly Resource[]): Promise<number> {
  const request = composeRequest({
    hook: service.hook,
    hookInstance: '11111111-1111-4111-8111-111111111111',
    requirements: service.requirements,
    resources,
    draftOrders: carriesOrders(service.hook) ? ORDERS : undefined,
  });
  const { evaluation } = await decide(service.id, request, {
    content: { current: async () => content },
    clock: () => LOOKED_AT,
    newId: () => '00000000-0000-4000-8000-000000000000',
    siteOf: () => aSite(),
  });
  await evaluation.facts(service.expressions);
  return evaluation.steps;
}

/** Whether the rules look at such entries: a chart with some takes more steps than one without. */
async function isRead(service: CdsService, entry: Entry): Promise<boolean> {
  const none = await stepsOf(service, aLongChart(entry, 0));
  return (await stepsOf(service, aLongChart(entry, 50))) >= 1.2 * none;
}

describe('a chart of 400 entries', () => {
  // Eight times the entries: eight times the steps, and a little more where something is sorted. Were
  // each entry held against each, it would be sixty-four times.
  it.each(Object.entries(LONG_CHARTS))(
    'of %s takes at most ten times the steps of one of 50, in every service',
    async (_kind, entry) => {
      const times: Record<string, number> = {};
      for (const service of content.services) {
        const few = await stepsOf(service, aLongChart(entry, 50));
        const many = await stepsOf(service, aLongChart(entry, 400));
        if (many > 10 * few) times[service.hook] = many / few;
      }
      expect(times).toEqual({});
    },
  );

  it('is one whose entries the rules read: none is as quick as a chart without any', async () => {
    // The service for orders reads the most; placed orders are read when a chart is opened.
    const readers = content.services.filter(({ hook }) =>
      ['order-select', 'patient-view'].includes(hook),
    );
    const unread: string[] = [];
    for (const [kind, entry] of Object.entries(LONG_CHARTS)) {
      const read = await Promise.all(readers.map((service) => isRead(service, entry)));
      if (!read.includes(true)) unread.push(kind);
    }
    expect(readers).toHaveLength(2);
    expect(unread).toEqual([]);
  });
});

import { expect, it } from 'vitest';
import { makeCall, makeVisits, sizeOf, type Source } from '../../bench/records.ts';
import { decide } from '../../src/decision/decide.ts';
import { ROOT, theContent } from '../support/content.ts';
import { aSite } from '../support/site.ts';

const now = new Date('2026-03-10T14:00:00Z');

async function aSource(): Promise<Source> {
  const { services } = await theContent();
  return { folder: ROOT, services, now };
}

/** What a body holds, by prefetch key: the ids of the resources. */
function idsIn(text: string): Record<string, string[]> {
  const { prefetch } = JSON.parse(text) as {
    prefetch: Record<string, { entry?: { resource: { id: string } }[] }>;
  };
  const ids = Object.entries(prefetch).map(
    ([key, { entry = [] }]) => [key, entry.map(({ resource }) => resource.id)] as const,
  );
  return Object.fromEntries(ids);
}

async function topicsFor(text: string, service: string): Promise<string[]> {
  const content = await theContent();
  const { response } = await decide(service, JSON.parse(text), {
    content: { current: async () => content },
    clock: () => now,
    newId: () => '11111111-1111-4111-8111-111111111111',
    siteOf: () => aSite(),
  });
  return response.cards.map(({ source }) => source.topic.code);
}

const inside = { hook: 'patient-view', population: 'in population', bytes: 50e3 } as const;

it('makes a body of the size that is wanted, and not much more', async () => {
  const source = await aSource();
  for (const hook of ['patient-view', 'order-select']) {
    const { text, what } = await makeCall(source, { ...inside, hook });
    expect(what).toBe(`50 KB, in population, ${hook}`);
    expect(text.length).toBeGreaterThanOrEqual(50e3);
    expect(text.length).toBeLessThan(55e3);
  }
});

it('makes the same body twice', async () => {
  const source = await aSource();
  expect(await makeCall(source, inside)).toEqual(await makeCall(source, inside));
});

it('fills a record up with other resources of the types that the service asks for', async () => {
  const { text } = await makeCall(await aSource(), { ...inside, hook: 'order-select' });
  const others = Object.entries(idsIn(text))
    .filter(([, ids]) => ids.some((id) => id.startsWith('other-')))
    .map(([key]) => key);
  expect(others.toSorted()).toEqual([
    'conditions',
    'diagnosticReports',
    'medicationRequests',
    'medicationStatements',
    'observations',
    'procedures',
    'questionnaireResponses',
  ]);
});

it('changes no card by what it fills up with', async () => {
  const source = await aSource();
  for (const hook of ['patient-view', 'order-select', 'order-sign']) {
    const small = await makeCall(source, { ...inside, hook, bytes: 0 });
    const large = await makeCall(source, { ...inside, hook });
    const topics = await topicsFor(small.text, small.service);
    expect(topics).not.toEqual([]);
    expect(await topicsFor(large.text, large.service)).toEqual(topics);
  }
});

it('has no card for a patient out of the population', async () => {
  const { text, service } = await makeCall(await aSource(), {
    ...inside,
    population: 'out of population',
  });
  expect(await topicsFor(text, service)).toEqual([]);
});

it('makes visits that are each on a day of their own', async () => {
  const { text } = makeVisits(await aSource(), 400);
  const days = [...text.matchAll(/"onsetDateTime":"([^"]+)"/g)].map(([, day]) => day);
  expect(days).toHaveLength(400);
  expect(new Set(days).size).toBe(400);
});

it('says which hook the content has no service for', async () => {
  await expect(makeCall(await aSource(), { ...inside, hook: 'patient-hug' })).rejects.toThrow(
    'The content has no service for patient-hug',
  );
});

it('says sizes as people do', () => {
  expect([937, 50e3, 1.2e6, 6e6].map(sizeOf)).toEqual(['937 bytes', '50 KB', '1.2 MB', '6 MB']);
});

import { describe, expect, it } from 'vitest';
import { anOrderContext } from '../support/cds-request.ts';
import type { Json } from '../support/fhir-data.ts';
import { nerveroot } from '../support/nerveroot.ts';
import { useServer } from '../support/server.ts';
import { cardsOf, servicesOf, withoutIds, type WireService } from '../support/wire.ts';
import { NO_OTHER_SERVER, OTHER_SERVER, prefetchFromOther } from './hapi.ts';

// Some hundreds of calls and searches.
const CALLS_TIMEOUT = 600_000;

interface Story {
  readonly id: string;
  readonly try: { readonly hook: string; readonly order?: Json };
}

describe.skipIf(NO_OTHER_SERVER)('the demo patients on HAPI FHIR', () => {
  const server = useServer({
    env: {
      NERVEROOT_FHIR_SERVERS: OTHER_SERVER,
      NERVEROOT_FHIR_BUDGET: '60000',
      NERVEROOT_LOG_LEVEL: 'silent',
    },
  });

  it('are written by a command', async () => {
    // Into both servers at the same time, since some of their dates are counted in hours.
    for (const fhirServer of [OTHER_SERVER, server.url('/sandbox/fhir')]) {
      const { status, out, err } = await nerveroot(['demo-patients', '--fhir-server', fhirServer]);
      expect([status, err]).toEqual([0, '']);
      expect(out).toContain('17 of 17 demo patients written\n');
    }
  });

  it(
    'get the cards that they get from the sandbox: by reads, by prefetch and by both',
    async () => {
      const services = servicesOf(await server.get('/cds-services'));
      const stories = storiesIn((await server.get('/sandbox/patients')).text);
      expect([services.length, stories.length]).toEqual([4, 17]);
      let cards = 0;
      for (const story of stories) {
        const found = new Map<string, Json>();
        for (const service of services) {
          const call = callFor(service, story, stories);
          const ask = (added: Json) => server.call(service.id, { ...call, ...added });
          const expected = await ask({ fhirServer: server.url('/sandbox/fhir') });
          cards += cardsOf(expected).length;
          const prefetch = await prefetched(service, story.id, found);
          const answers = {
            reads: await ask({ fhirServer: OTHER_SERVER }),
            prefetch: await ask({ prefetch }),
            both: await ask({ fhirServer: OTHER_SERVER, prefetch: everyOther(prefetch) }),
          };
          for (const [way, answer] of Object.entries(answers)) {
            const told = [story.id, service.id, way, answer.status, withoutIds(answer)];
            expect(told).toEqual([story.id, service.id, way, 200, withoutIds(expected)]);
          }
        }
      }
      // Equal silence would be equal, too.
      expect(cards).toBeGreaterThan(stories.length);
    },
    CALLS_TIMEOUT,
  );
});

function storiesIn(text: string): readonly Story[] {
  return (JSON.parse(text) as { patients: Story[] }).patients;
}

/** The call of a service as its hook asks, for a story's order or another's. */
function callFor({ hook }: WireService, { id, try: call }: Story, all: readonly Story[]): Json {
  const order = call.order ?? all.find((story) => story.try.order)?.try.order ?? {};
  const orders = hook.startsWith('order-') ? anOrderContext([{ id: 'draft', ...order }]) : {};
  const encounter = hook === 'encounter-start' ? { encounterId: 'encounter-1' } : {};
  const context = { userId: 'Practitioner/1', ...orders, ...encounter, patientId: id };
  return { hook, hookInstance: '11111111-1111-4111-8111-111111111111', context };
}

/** Each template is asked once a patient: the services share them. */
async function prefetched(
  { prefetch = {} }: WireService,
  patientId: string,
  found: Map<string, Json>,
): Promise<Json> {
  for (const template of Object.values(prefetch)) {
    if (!found.has(template)) found.set(template, await prefetchFromOther(template, patientId));
  }
  return Object.fromEntries(
    Object.entries(prefetch).map(([key, template]) => [key, found.get(template)]),
  );
}

function everyOther(prefetch: Json): Json {
  return Object.fromEntries(Object.entries(prefetch).filter((_entry, i) => i % 2 === 1));
}

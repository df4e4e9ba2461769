import { expect, it } from 'vitest';
import { aPrefetch, aViewRequest } from '../support/cds-request.ts';
import { anObservation, searchset, type Json } from '../support/fhir-data.ts';
import { useServer } from '../support/server.ts';
import { cardsOf } from '../support/wire.ts';

const server = useServer();

/** The cards for an EHR that sends every observation, and not those alone that were asked for. */
async function cardsFor(observation: Json): Promise<string[]> {
  const prefetch = aPrefetch({
    conditions: searchset([]),
    observations: searchset([anObservation(observation)]),
  });
  const answer = await server.call('lumbar-radiculopathy-view', aViewRequest({ prefetch }));
  return cardsOf(answer).map(({ summary, detail }) => `${summary}\n${detail}`);
}

const CAUDA_EQUINA = {
  id: 'o1',
  effectiveDateTime: new Date().toISOString(),
  code: {
    coding: [
      {
        system: 'http://hl7.org/fhir/sid/icd-10-cm',
        code: 'G83.4',
        display: 'Cauda equina syndrome',
      },
    ],
  },
};

it('a diagnosis that stands on record as a finding is named, for every patient', async () => {
  const cards = await cardsFor({ ...CAUDA_EQUINA, valueBoolean: true });
  expect(cards.join('\n')).toContain(
    'Seen but not read: "Cauda equina syndrome: yes": its code is one that the rules do not look for in an entry of its kind',
  );
});

it('one without a value is named as well', async () => {
  const [card] = await cardsFor(CAUDA_EQUINA);
  expect(card).toContain('Seen but not read: "Cauda equina syndrome"');
});

it('one that was answered with no is not named', async () => {
  const cards = await cardsFor({ ...CAUDA_EQUINA, valueBoolean: false });
  expect(cards.filter((card) => card.includes('Cauda equina'))).toEqual([]);
});

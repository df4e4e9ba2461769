import { expect, it } from 'vitest';
import type { Exchange } from '../../src/fhir/client.ts';
import { connectLater } from '../../src/fhir/connect-later.ts';
import { aSearchset, useFakeFhir } from '../support/fake-fhir.ts';

const fhir = useFakeFhir();
const PATIENT = { resourceType: 'Patient', id: 'p1' };
const QUERY = 'Condition?patient=p1';

it.each([false, true])('reads as the client does, loaded at once: %j', async (atOnce) => {
  fhir.json('Patient/p1', PATIENT);
  fhir.json(QUERY, aSearchset([]));
  const seen: Exchange[] = [];
  const open = connectLater(100_000, { atOnce });
  const limits = { signal: AbortSignal.timeout(60_000), maxPages: 5 };
  const reader = open({ baseUrl: fhir.base() }, limits, (exchange) => seen.push(exchange));
  const looks = Promise.all([reader.read('Patient/p1'), reader.search(QUERY)]);
  expect(await looks).toEqual([
    { state: 'read', resources: [PATIENT] },
    { state: 'read', resources: [] },
  ]);
  expect(seen.map(({ status }) => status)).toEqual([200, 200]);
});

import { describe, expect, it } from 'vitest';
import { anOrderRequest, aPrefetch, aViewRequest } from '../support/cds-request.ts';
import { aDraftOrder, aMinor, aNote, searchset, type Json } from '../support/fhir-data.ts';
import { useServer } from '../support/server.ts';
import { bodyOf, cardsOf, summariesOf } from '../support/wire.ts';

const ICD = 'http://hl7.org/fhir/sid/icd-10-cm';
const VIEW = 'lumbar-radiculopathy-view';
const ORDER = 'lumbar-radiculopathy-order';
const server = useServer();

/** Drafts of lumbar imaging, by what they are called. */
function anImage(id: string, text: string, changes: Json = {}): Json {
  const coding = [{ system: 'http://loinc.org', code: '30679-5' }];
  return aDraftOrder({ id, code: { coding, text }, ...changes });
}

/** An adult with nothing on record. */
const nothingOnRecord = { prefetch: aPrefetch({ conditions: searchset([]) }) };

describe('cards about orders, with the real content', () => {
  it('K-11: each of two orders has a card that names it', async () => {
    const orders = [anImage('mri-1', 'MRI lumbar spine'), anImage('mri-2', 'MRI lumbar, contrast')];
    const answer = await server.call(ORDER, anOrderRequest(orders, nothingOnRecord));
    expect(summariesOf(answer)).toEqual([
      'No reason on the order and no back or leg complaint on record. Add it to MRI lumbar spine',
      'No reason on the order and no back or leg complaint on record. Add it to MRI lumbar, contrast',
    ]);
  });

  it('S-03: a minor who is selected an image for gets no card and 200', async () => {
    const prefetch = aPrefetch({ patient: aMinor(), conditions: searchset([]) });
    const answer = await server.call(ORDER, anOrderRequest([anImage('mri', 'MRI')], { prefetch }));
    expect([answer.status, answer.text]).toEqual([200, '{"cards":[]}']);
  });

  it('S-03: an order of something else gets no card and 200', async () => {
    const orders = [aDraftOrder({ code: { text: 'Full blood count' } })];
    const answer = await server.call(ORDER, anOrderRequest(orders, nothingOnRecord));
    expect([answer.status, answer.text]).toEqual([200, '{"cards":[]}']);
  });

  it('S-09: a later call with the reason added no longer has the card', async () => {
    const before = await server.call(
      ORDER,
      anOrderRequest([anImage('mri', 'MRI')], nothingOnRecord),
    );
    const mended = anImage('mri', 'MRI', {
      reasonCode: [{ coding: [{ system: ICD, code: 'R10.9' }] }],
    });
    const after = await server.call(ORDER, anOrderRequest([mended], nothingOnRecord));
    expect(cardsOf(before)).toHaveLength(1);
    expect(bodyOf(after)).toEqual({ cards: [] });
  });

  it('S-09: the same call twice has the same cards, with new uuids', async () => {
    const request = anOrderRequest([anImage('mri', 'MRI')], nothingOnRecord);
    const [first, second] = [await server.call(ORDER, request), await server.call(ORDER, request)];
    expect(summariesOf(second)).toEqual(summariesOf(first));
    expect(cardsOf(second)[0]?.uuid).not.toBe(cardsOf(first)[0]?.uuid);
  });
});

describe('J-06: JSON that is nearly JSON', () => {
  const nearly: readonly (readonly [string, string])[] = [
    ['a trailing comma', `${JSON.stringify(aViewRequest()).slice(0, -1)},}`],
    ['a comment', `/* EHR */ ${JSON.stringify(aViewRequest())}`],
    ['two values', `${JSON.stringify(aViewRequest())} {}`],
  ];
  it.each(nearly)('J-06: %s is refused with 400', async (_what, body) => {
    const headers = { 'Content-Type': 'application/json' };
    const answer = await server.send(`/cds-services/${VIEW}`, { method: 'POST', headers, body });
    expect(answer.status).toBe(400);
    expect(bodyOf(answer)['resourceType']).toBe('OperationOutcome');
  });

  it('J-06: what is sent back parses strictly, whatever a record holds', async () => {
    const conditions = searchset([aNote('"quoted", \\ and // comment')]);
    const answer = await server.call(VIEW, aViewRequest({ prefetch: aPrefetch({ conditions }) }));
    expect(answer.status).toBe(200);
    expect(bodyOf(answer)).toHaveProperty('cards');
  });
});

import { describe, expect, it } from 'vitest';
import {
  aMeasuredRequest,
  anOrderContext,
  anOrderRequest,
  aPrefetch,
  aViewRequest,
} from '../support/cds-request.ts';
import {
  aCondition,
  aMinor,
  aNamedOrder,
  aNote,
  searchset,
  type Json,
} from '../support/fhir-data.ts';
import { TRIAL_CONTENT, useServer } from '../support/server.ts';
import { bodyOf, cardsOf, issueOf, summariesOf, withoutIds } from '../support/wire.ts';

const server = useServer({ content: TRIAL_CONTENT });

function aTrouble(id: string): Json {
  return aCondition({ id, code: { coding: [{ code: 'trouble' }], text: 'Never to be told' } });
}

function callTrouble(...conditions: Json[]) {
  const prefetch = aPrefetch({ conditions: searchset(conditions) });
  return server.call('trial-trouble', aViewRequest({ prefetch }));
}

/** What is said of a patient with this one note. */
async function withNote(text: string): Promise<string[]> {
  const prefetch = aPrefetch({ conditions: searchset([aNote(text)]) });
  return summariesOf(await server.call('trial-view', aViewRequest({ prefetch })));
}

describe('S: success', () => {
  it('S-01, S-02: is 200 with an object that holds the cards and nothing else', async () => {
    const answer = await server.call('trial-view', aViewRequest());
    expect(answer.status).toBe(200);
    expect(Object.keys(bodyOf(answer))).toEqual(['cards']);
    expect(summariesOf(answer)).toEqual(['Note: Radiculopathy, lumbar region']);
  });

  it.each([
    [
      'a patient who is none of its business',
      'trial-view',
      aViewRequest({ prefetch: aPrefetch({ patient: aMinor(), conditions: null }) }),
    ],
    ['an order call without an order', 'trial-order', anOrderRequest([])],
    [
      'a patient without conditions',
      'trial-view',
      aViewRequest({ prefetch: aPrefetch({ conditions: null }) }),
    ],
  ])(
    'S-03: nothing to say about %s is 200 with an empty list',
    async (_title, service, request) => {
      const answer = await server.call(service, request);
      expect(answer.status).toBe(200);
      expect(answer.text).toBe('{"cards":[]}');
    },
  );

  it('S-09: the next call of the same service brings the fresh set, whatever the last one said', async () => {
    const early = aNamedOrder('draft-1', 'MRI lumbar spine');
    expect(cardsOf(await server.call('trial-both', anOrderRequest([early])))).toHaveLength(1);
    const context = anOrderContext([early], { selections: [] });
    const fixed = anOrderRequest([], { context });
    expect(cardsOf(await server.call('trial-both', fixed))).toEqual([]);
    expect(cardsOf(await server.call('trial-both', anOrderRequest([early])))).toHaveLength(1);
  });

  it('X-04: the same patient with other data gets another answer', async () => {
    expect(await withNote('First')).toEqual(['Note: First']);
    expect(await withNote('Second')).toEqual(['Note: Second']);
  });

  it('X-04: calls that run at the same time get each their own answer', async () => {
    const texts = Array.from({ length: 20 }, (_, i) => `Note of call ${i}`);
    const answers = await Promise.all(
      texts.map((text) => {
        const prefetch = aPrefetch({ conditions: searchset([aNote(text)]) });
        return server.call('trial-view', aViewRequest({ prefetch }));
      }),
    );
    expect(answers.map(summariesOf)).toEqual(texts.map((text) => [`Note: ${text}`]));
  });

  it('two calls with the same data get the same cards', async () => {
    const first = await server.call('trial-view', aMeasuredRequest('info'));
    const second = await server.call('trial-view', aMeasuredRequest('info'));
    expect(withoutIds(second)).toEqual(withoutIds(first));
    expect(cardsOf(first)).toHaveLength(2);
  });
});

describe('S: an expression that throws', () => {
  it('the trouble is the second condition, not the first', async () => {
    expect(cardsOf(await callTrouble(aTrouble('condition-1')))).toEqual([]);
  });

  it('S-05, S-06: is a 500 that names the expression and its place, and no data', async () => {
    const answer = await callTrouble(aTrouble('condition-1'), aTrouble('condition-2'));
    expect(answer.status).toBe(500);
    const { severity, code, diagnostics } = issueOf(answer);
    expect([severity, code]).toEqual(['error', 'exception']);
    expect(diagnostics).toMatch(
      /^CQL expression Trial\.Trouble could not be evaluated \(Trial\|1\.0\.0, \d+:\d+-\d+:\d+\)$/,
    );
    expect(answer.text).not.toContain('Never to be told');
  });

  it('S-08: is not hidden behind 200 and no cards', async () => {
    const answer = await callTrouble(aTrouble('condition-1'), aTrouble('condition-2'));
    expect(bodyOf(answer)).not.toHaveProperty('cards');
    expect(bodyOf(answer)['resourceType']).toBe('OperationOutcome');
  });
});

describe('S-06: the media type of an OperationOutcome', () => {
  it.each(['application/json', 'application/fhir+json', '*/*', 'text/html'])(
    'S-06: is application/json when the client accepts %s',
    async (accept) => {
      const answer = await server.send('/cds-services/none', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Accept: accept },
        body: JSON.stringify(aViewRequest()),
      });
      expect(answer.status).toBe(404);
      expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    },
  );
});

// S-07, an answer in about 500 ms, is reported by the bench and never asserted here.

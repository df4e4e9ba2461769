import { describe, expect, it } from 'vitest';
import {
  aMeasuredRequest,
  anOrderRequest,
  aPrefetch,
  aViewRequest,
  without,
} from '../support/cds-request.ts';
import {
  aCondition,
  aDraftOrder,
  aNamedOrder,
  aNote,
  anObservation,
  anOutcome,
  aPatientResource,
  PATIENT_ID,
  searchset,
  type Json,
} from '../support/fhir-data.ts';
import { TRIAL_CONTENT, useServer } from '../support/server.ts';
import { cardsOf, issueOf, summariesOf } from '../support/wire.ts';

const server = useServer({ content: TRIAL_CONTENT });

function callWith(prefetch: Json) {
  return server.call('trial-view', aViewRequest({ prefetch: aPrefetch(prefetch) }));
}

const NOTE = 'Note: Radiculopathy, lumbar region';
const ALARM = 'A measurement is on record';
const NOT_CHECKED = 'Not everything could be checked';

describe('PV-03: data that are missing', () => {
  it.each([
    ['patient', 'Patient/{{context.patientId}}'],
    ['conditions', 'Condition?patient={{context.patientId}}'],
  ])(
    'PV-03: required %s that did not come is a 412 that says how to send it',
    async (key, template) => {
      const answer = await server.call('trial-view', without(aViewRequest(), `prefetch.${key}`));
      expect(answer.status).toBe(412);
      expect(issueOf(answer)).toEqual({
        severity: 'error',
        code: 'incomplete',
        diagnostics: `"${key}": not sent. This service cannot advise without it; send it by prefetch, as ${template}`,
        expression: [`prefetch.${key}`],
      });
    },
  );

  it('PV-03: without any prefetch the answer is 412', async () => {
    const answer = await server.call('trial-view', without(aViewRequest(), 'prefetch'));
    expect(answer.status).toBe(412);
  });

  it('PV-03: optional observations that did not come are answered, and said to be missing', async () => {
    const answer = await server.call(
      'trial-view',
      without(aViewRequest(), 'prefetch.observations'),
    );
    expect(summariesOf(answer)).toEqual([NOTE, NOT_CHECKED]);
    expect(cardsOf(answer)[1]?.detail).toContain('- Measurement\n\nMissing:\n- observations');
  });

  it('PV-03: what is known is said although something else is missing', async () => {
    const answer = await server.call(
      'trial-view',
      without(aMeasuredRequest('info'), 'prefetch.observations'),
    );
    expect(summariesOf(answer)).toEqual([NOTE, NOT_CHECKED]);
    expect(summariesOf(await server.call('trial-view', aMeasuredRequest('info')))).toEqual([
      NOTE,
      ALARM,
    ]);
  });
});

describe('PV-04, PV-05: looked, and found nothing', () => {
  it.each<[string, unknown]>([
    ['null', null],
    ['a Bundle without entry', { resourceType: 'Bundle', type: 'searchset' }],
    ['a Bundle with an empty entry', { resourceType: 'Bundle', type: 'searchset', entry: [] }],
    ['a Bundle with total 0', { resourceType: 'Bundle', type: 'searchset', total: 0 }],
  ])('PV-04, PV-05: %s means that there is none', async (_title, nothing) => {
    expect(cardsOf(await callWith({ conditions: nothing }))).toEqual([]);
    expect(summariesOf(await callWith({ observations: nothing }))).toEqual([NOTE]);
  });

  it('PV-04: null in the place of the Patient is a 412: nobody is advised about nobody', async () => {
    const answer = await callWith({ patient: null });
    expect(answer.status).toBe(412);
    expect(issueOf(answer).expression).toEqual(['prefetch.patient']);
  });
});

describe('PV-06: an OperationOutcome in the place of data', () => {
  it.each(['error', 'fatal'] as const)('PV-06: %s on a required key is a 412', async (severity) => {
    const answer = await callWith({ conditions: anOutcome(severity) });
    expect(answer.status).toBe(412);
    expect(issueOf(answer).diagnostics).toMatch(/^"conditions": the EHR could not read it/);
    expect(answer.text).not.toContain('Said by the FHIR server');
  });

  it('PV-06: an error on an optional key is answered, and said to be a failed look', async () => {
    const answer = await callWith({ observations: anOutcome('error') });
    expect(summariesOf(answer)).toEqual([NOTE, NOT_CHECKED]);
    expect(cardsOf(answer)[1]?.detail).toContain('could not read it');
  });

  it.each<[string, Json]>([
    ['without issues', { resourceType: 'OperationOutcome' }],
    ['that only warns', anOutcome('warning')],
    ['that only informs', anOutcome('information')],
  ])('PV-06: an outcome %s is no answer either', async (_title, conditions) => {
    const answer = await callWith({ conditions });
    expect(answer.status).toBe(412);
    expect(issueOf(answer).diagnostics).toMatch(/^"conditions": the EHR could not read it/);
  });
});

describe('PV-07: an OperationOutcome among the entries', () => {
  it("PV-07: Epic's way to say that there is nothing is taken as nothing", async () => {
    const nothing = {
      resourceType: 'Bundle',
      type: 'searchset',
      total: 0,
      entry: [outcomeEntry('warning')],
    };
    expect(cardsOf(await callWith({ conditions: nothing }))).toEqual([]);
    expect(summariesOf(await callWith({ observations: nothing }))).toEqual([NOTE]);
  });

  it('PV-07: a warning beside data leaves the data as they are', async () => {
    const entry = [outcomeEntry('warning'), { resource: aCondition() }];
    expect(summariesOf(await callWith({ conditions: { ...searchset([]), entry } }))).toEqual([
      NOTE,
    ]);
  });

  it('PV-07: an error beside data makes them incomplete, and required data may not be', async () => {
    const entry = [{ resource: aCondition() }, outcomeEntry('error')];
    const answer = await callWith({ conditions: { ...searchset([]), entry } });
    expect(answer.status).toBe(412);
    expect(issueOf(answer).diagnostics).toMatch(/^"conditions": the search reported an error/);
  });
});

describe('PV-08: a page of several', () => {
  const next = { link: [{ relation: 'next', url: 'https://ehr.example/fhir?page=2' }] };

  it('PV-08: the first page alone of required data is a 412', async () => {
    const answer = await callWith({ conditions: { ...searchset([aCondition()]), ...next } });
    expect(answer.status).toBe(412);
  });

  it('PV-08: the first page alone of optional data is never read as "absent"', async () => {
    const answer = await callWith({ observations: { ...searchset([]), ...next } });
    expect(summariesOf(answer)).toEqual([NOTE, NOT_CHECKED]);
    expect(cardsOf(answer)[1]?.detail).toContain('only the first page was sent');
  });

  it('PV-08: what the first page shows is said all the same', async () => {
    const observations = { ...searchset([anObservation()]), ...next };
    expect(summariesOf(await callWith({ observations }))).toEqual([NOTE, ALARM]);
  });
});

describe('PV-08: a Bundle that is not whole', () => {
  it.each<[string, unknown, string]>([
    ['fewer than its total', { ...searchset([]), total: 3 }, 'fewer came than its total says'],
    [
      'an entry refused in a batch',
      {
        resourceType: 'Bundle',
        type: 'batch-response',
        entry: [{ response: { status: '403 Forbidden' } }],
      },
      'a part of it was answered with 403',
    ],
    ['an entry without resource', { ...searchset([]), entry: [{}] }, 'an entry holds no resource'],
    ['entries in no list', { ...searchset([]), entry: 'none' }, 'its entries cannot be read'],
  ])('PV-08: %s is never read as "absent"', async (_title, value, reason) => {
    const answer = await callWith({ observations: value });
    expect(summariesOf(answer)).toContain(NOT_CHECKED);
    expect(cardsOf(answer).at(-1)?.detail).toContain(reason);
    expect((await callWith({ conditions: value })).status).not.toBe(500);
  });

  it('PV-08: a Patient of which something was left out is still the Patient', async () => {
    const patient = { ...aPatientResource(), meta: { tag: [{ code: 'SUBSETTED' }] } };
    expect(summariesOf(await callWith({ patient }))).toContain(NOTE);
  });
});

describe('PV-09: shapes of a Bundle', () => {
  const included = [
    { resourceType: 'Practitioner', id: 'p' },
    { resourceType: 'Encounter', id: 'e', subject: { reference: `Patient/${PATIENT_ID}` } },
    { resourceType: 'Location', id: 'l' },
  ];

  it.each<[string, unknown]>([
    ['a searchset', searchset([aCondition()])],
    ['a collection', { ...searchset([aCondition()]), type: 'collection' }],
    ['a Bundle without type', { resourceType: 'Bundle', entry: [{ resource: aCondition() }] }],
    [
      'entries with fullUrl and search',
      {
        ...searchset([]),
        entry: [
          {
            fullUrl: 'https://ehr.example/fhir/Condition/condition-1',
            search: { mode: 'match' },
            resource: aCondition(),
          },
        ],
      },
    ],
    ['included resources of other types', searchset([aCondition(), ...included])],
    ['a resource without id', searchset([aCondition({ id: undefined })])],
    ['the same resource twice', searchset([aCondition(), aCondition()])],
    [
      'a search inside the response of a batch',
      {
        resourceType: 'Bundle',
        type: 'batch-response',
        entry: [{ response: { status: '200' }, resource: searchset([aCondition()]) }],
      },
    ],
  ])('PV-09: %s is read', async (_title, conditions) => {
    expect(summariesOf(await callWith({ conditions }))).toEqual([NOTE]);
  });

  it('PV-09: a resource without a Bundle is read, and is not all that there is', async () => {
    const answer = await callWith({ observations: anObservation() });
    expect(summariesOf(answer)).toEqual([NOTE, ALARM]);
    const required = await callWith({ conditions: aCondition() });
    expect(required.status).toBe(412);
    expect(issueOf(required).diagnostics).toMatch(
      /^"conditions": one resource was sent in the place of all that there are\./,
    );
  });

  it('PV-09: two resources without id are two', async () => {
    const [a, b] = [aNote('One'), aNote('Two')].map((note) => ({ ...note, id: undefined }));
    const answer = await callWith({ conditions: searchset([a ?? {}, b ?? {}]) });
    expect(summariesOf(answer)).toEqual(['Note: One', 'Note: Two']);
  });

  it('PV-09: the Patient may come in a Bundle', async () => {
    expect(summariesOf(await callWith({ patient: searchset([aPatientResource()]) }))).toEqual([
      NOTE,
    ]);
  });
});

describe('PV-10: an order in context and on record', () => {
  const draft = aNamedOrder('order-1', 'As drafted');
  const stored = aNamedOrder('order-1', 'As stored');
  const other = aNamedOrder('order-2', 'Another on record');

  it('PV-10: is read from the context alone', async () => {
    const prefetch = aPrefetch({ serviceRequests: searchset([stored, other]) });
    const answer = await server.call('trial-order', anOrderRequest([draft], { prefetch }));
    expect(summariesOf(answer)).toEqual([
      'As drafted: confirm before signing',
      'On record: Another on record',
    ]);
  });

  it('PV-10: is read from the record when no draft is in the context', async () => {
    const prefetch = aPrefetch({ serviceRequests: searchset([stored]) });
    const answer = await server.call('trial-order', anOrderRequest([], { prefetch }));
    expect(summariesOf(answer)).toEqual(['On record: As stored']);
  });

  it('PV-10: a draft without id hides nothing that is on record', async () => {
    const prefetch = aPrefetch({ serviceRequests: searchset([stored, other]) });
    const nameless = aDraftOrder({ id: undefined });
    const answer = await server.call('trial-order', anOrderRequest([nameless], { prefetch }));
    expect(summariesOf(answer)).toEqual(['On record: As stored', 'On record: Another on record']);
  });
});

function outcomeEntry(severity: 'error' | 'warning') {
  return { search: { mode: 'outcome' }, resource: anOutcome(severity) };
}

import { describe, expect, it } from 'vitest';
import type { CdsRequest } from '../../src/cds-hooks/request.ts';
import type { Resource } from '../../src/fhir/resource.ts';
import { whoseIs } from '../../src/reading/whose.ts';
import { gather, notLookedAt, type GatherRules } from '../../src/patient-data/gather.ts';
import type { RequirementState } from '../../src/patient-data/met-requirement.ts';

const RULES: GatherRules = {
  requirements: [
    { key: 'patient', resourceType: 'Patient', template: 'Patient/{{context.patientId}}' },
    {
      key: 'conditions',
      resourceType: 'Condition',
      template: 'Condition?patient={{context.patientId}}',
    },
  ],
  required: ['Patient'],
  without: [],
  totals: 'accurate',
  reader: undefined,
  isRecordType: (name) =>
    ['Patient', 'Condition', 'ServiceRequest', 'MedicationRequest', 'OperationOutcome'].includes(
      name,
    ),
};
const PATIENT = { resourceType: 'Patient', id: 'p1' };

function aRequest(
  prefetch: Record<string, unknown>,
  context: Partial<CdsRequest['context']> = {},
): CdsRequest {
  return {
    hook: 'patient-view',
    hookInstance: '11111111-1111-4111-8111-111111111111',
    context: { userId: 'Practitioner/1', patientId: 'p1', ...context },
    prefetch: new Map(Object.entries({ patient: PATIENT, ...prefetch })),
    leftAside: new Set(),
  };
}

function aCondition(id: string | undefined, reference = 'Patient/p1') {
  return { resourceType: 'Condition', ...(id === undefined ? {} : { id }), subject: { reference } };
}

function aBundle(entries: readonly unknown[], elements: Record<string, unknown> = {}) {
  const entry = entries.map((resource) => ({ resource }));
  return { resourceType: 'Bundle', type: 'searchset', entry, ...elements };
}

function anOutcome(severity: string) {
  return { resourceType: 'OperationOutcome', issue: [{ severity, code: 'processing' }] };
}

const NEXT_PAGE = { link: [{ relation: 'next', url: 'https://example.org/next' }] };

async function keysNotLookedAt(prefetch: Record<string, unknown>): Promise<string[]> {
  return notLookedAt(await gather(aRequest(prefetch), RULES)).map(({ key }) => key);
}

function order(id: string, reference = 'Patient/p1') {
  return { resourceType: 'ServiceRequest', id, status: 'draft', subject: { reference } };
}

/** An order of which nothing is known. */
const NO_TYPE = { resourceType: 'Basic' };

const DRAFTS = {
  resourceType: 'Bundle' as const,
  entry: [{ resource: order('d1') }, { resource: order('d2') }],
};

async function selectedOf(selections?: string[]): Promise<unknown> {
  const context = { draftOrders: DRAFTS, ...(selections ? { selections } : {}) };
  return (await gather(aRequest({}, context), RULES)).selectedOrders;
}

describe('what became of a requirement', () => {
  it.each<readonly [what: string, prefetch: Record<string, unknown>, state: RequirementState]>([
    ['a key that is not sent', {}, { state: 'missing', reason: 'not sent' }],
    ['null', { conditions: null }, { state: 'absent' }],
    ['an empty bundle', { conditions: aBundle([]) }, { state: 'absent' }],
    ['a bundle without entry', { conditions: { resourceType: 'Bundle' } }, { state: 'absent' }],
    ['a bundle', { conditions: aBundle([aCondition('c1')]) }, { state: 'prefetched' }],
    [
      'a single resource',
      { conditions: aCondition('c1') },
      { state: 'incomplete', reason: 'one resource was sent in the place of all that there are' },
    ],
    [
      'what is no resource',
      { conditions: ['c1'] },
      { state: 'incomplete', reason: 'what was sent is no FHIR resource' },
    ],
    [
      'a text',
      { conditions: 'c1' },
      { state: 'incomplete', reason: 'what was sent is no FHIR resource' },
    ],
    [
      'a resource of another type',
      { conditions: PATIENT },
      { state: 'incomplete', reason: 'what came is no Condition' },
    ],
    [
      'a bundle of another type',
      { conditions: aBundle([PATIENT]) },
      { state: 'incomplete', reason: 'what came is no Condition' },
    ],
    [
      'a bundle with others beside it',
      { conditions: aBundle([PATIENT, aCondition('c1')]) },
      { state: 'prefetched' },
    ],
    [
      'a bundle with a type that R4 lacks',
      { conditions: aBundle([{ resourceType: 'Diagnosis' }, aCondition('c1')]) },
      { state: 'incomplete', reason: 'it holds what no record of FHIR R4 does' },
    ],
    [
      'an error',
      { conditions: anOutcome('error') },
      { state: 'failed', reason: 'the EHR could not read it' },
    ],
    [
      'an outcome without error',
      { conditions: anOutcome('information') },
      { state: 'failed', reason: 'the EHR could not read it' },
    ],
    [
      'a first page',
      { conditions: aBundle([aCondition('c1')], NEXT_PAGE) },
      { state: 'incomplete', reason: 'only the first page was sent' },
    ],
    [
      'a bundle that reports an error',
      { conditions: aBundle([anOutcome('error')]) },
      { state: 'incomplete', reason: 'the search reported an error' },
    ],
    [
      'fewer than its total',
      { conditions: aBundle([aCondition('c1')], { total: 2 }) },
      { state: 'incomplete', reason: 'fewer came than its total says' },
    ],
    [
      'a single resource in part',
      { conditions: { ...aCondition('c1'), meta: { tag: [{ code: 'SUBSETTED' }] } } },
      { state: 'incomplete', reason: 'the resource came in part only' },
    ],
    ['a bundle with a hint', { conditions: aBundle([anOutcome('warning')]) }, { state: 'absent' }],
  ])('of %s', async (_what, prefetch, state) => {
    const data = await gather(aRequest(prefetch), RULES);
    expect(data.requirements[1]).toEqual({ ...RULES.requirements[1], ...state });
  });

  it('names as not looked at what is missing, failed or incomplete', async () => {
    expect(await keysNotLookedAt({})).toEqual(['conditions']);
    expect(await keysNotLookedAt({ conditions: anOutcome('error') })).toEqual(['conditions']);
    expect(await keysNotLookedAt({ conditions: aBundle([], NEXT_PAGE) })).toEqual(['conditions']);
    expect(await keysNotLookedAt({ conditions: null })).toEqual([]);
  });
});

it('takes what was read whole in the place of what was sent in part', async () => {
  const inPart = { ...aCondition('c1'), meta: { tag: [{ code: 'SUBSETTED' }] } };
  const whole = { ...aCondition('c1'), recordedDate: '2026-03-01' };
  const prefetch = { conditions: aBundle([inPart]) };
  const reader = {
    read: async () => ({ state: 'read', resources: [] }) as const,
    search: async () => ({ state: 'read', resources: [whole] }) as const,
  };
  const read = await gather(aRequest(prefetch), { ...RULES, reader });
  expect(read.resources).toEqual([PATIENT, whole]);
  expect(notLookedAt(read)).toEqual([]);
  const { resources } = await gather(aRequest(prefetch), RULES);
  expect(resources).toEqual([PATIENT, inPart]);
});

it.each<readonly [what: string, value: unknown, read: readonly Resource[]]>([
  ['no resource', 'c1', []],
  ['one resource alone', aCondition('c1'), [aCondition('c1')]],
  ['another type', { resourceType: 'MedicationRequest' }, [{ resourceType: 'MedicationRequest' }]],
  ['a type that R4 lacks', { resourceType: 'Diagnosis' }, []],
  ['a lost entry', aBundle([aCondition('c1'), { resourceType: 'Diagnosis' }]), [aCondition('c1')]],
])('what came as %s is read, and the rest looked for', async (_what, conditions, found) => {
  const asked: string[] = [];
  const reader = {
    read: async () => ({ state: 'read', resources: [] }) as const,
    search: async (query: string) => {
      asked.push(query);
      return { state: 'read', resources: [] } as const;
    },
  };
  const { resources, requirements } = await gather(aRequest({ conditions }), { ...RULES, reader });
  expect(resources).toEqual([PATIENT, ...found]);
  expect(asked).toEqual(['Condition?patient=p1']);
  expect(requirements[1]?.state).toBe('absent');
});

const answered = async (resources: readonly Resource[]) => {
  const found = { state: 'read', resources } as const;
  const reader = { read: async () => found, search: async () => found };
  const data = await gather(aRequest({}), { ...RULES, reader });
  const [met] = notLookedAt(data);
  return [data.resources, met && 'reason' in met ? met.reason : 'looked at'];
};

describe('what a server answers', () => {
  it('is no answer when it is of another type, and not all of one when R4 lacks some of it', async () => {
    expect(await answered([aCondition('c1')])).toEqual([[PATIENT, aCondition('c1')], 'looked at']);
    expect(await answered([PATIENT])).toEqual([[PATIENT, PATIENT], 'what came is no Condition']);
    const lost = [{ resourceType: 'Diagnosis' }, aCondition('c1')];
    expect(await answered(lost)).toEqual([
      [PATIENT, aCondition('c1')],
      'it holds what no record of FHIR R4 does',
    ]);
  });
});

describe('required data', () => {
  const required: GatherRules = { ...RULES, required: ['Patient', 'Condition'] };

  it.each([
    ['missing', {}, 'not sent'],
    ['failed', { conditions: anOutcome('fatal') }, 'the EHR could not read it'],
    ['incomplete', { conditions: aBundle([], NEXT_PAGE) }, 'only the first page was sent'],
    ['no resource', { conditions: {} }, 'what was sent is no FHIR resource'],
  ])('are refused when they are %s, with the way to send them', async (_state, prefetch, what) => {
    await expect(gather(aRequest(prefetch), required)).rejects.toThrow(
      expect.objectContaining({
        code: 'MissingData',
        path: 'prefetch.conditions',
        message: `"conditions": ${what}. This service cannot advise without it; send it by prefetch, as Condition?patient={{context.patientId}}`,
      }),
    );
  });

  it.each<[string, unknown, string]>([
    ['a text', 'p1', 'what was sent is no FHIR resource'],
    ['a Condition', aCondition('c1'), 'what came is no Patient'],
    ['a bundle of Conditions', aBundle([aCondition('c1')]), 'what came is no Patient'],
  ])('are no patient when the key holds %s', async (_what, patient, reason) => {
    await expect(gather(aRequest({ patient }), RULES)).rejects.toThrow(
      `"patient": ${reason}. This service cannot advise without it`,
    );
    const reader = {
      read: async () => ({ state: 'read', resources: [PATIENT] }) as const,
      search: async () => ({ state: 'read', resources: [] }) as const,
    };
    const { resources } = await gather(aRequest({ patient }), { ...RULES, reader });
    expect(resources).toContain(PATIENT);
  });

  it('may be empty, but nobody is no patient', async () => {
    expect((await gather(aRequest({ conditions: null }), required)).resources).toEqual([PATIENT]);
    await expect(gather(aRequest({ patient: null }), RULES)).rejects.toThrow(
      '"patient": holds nobody. This service cannot advise without it',
    );
  });
});

describe('the resources', () => {
  it('stand as they came, however often', async () => {
    const entries = [
      aCondition('c1'),
      aCondition('c1'),
      aCondition(undefined),
      aCondition(undefined),
    ];
    const data = await gather(aRequest({ conditions: aBundle(entries) }), RULES);
    expect(data.resources.map((resource) => resource['id'])).toEqual([
      'p1',
      'c1',
      'c1',
      undefined,
      undefined,
    ]);
  });

  it.each([
    'Patient/p1',
    'Patient/p1/_history/3',
    'https://ehr.example.org/fhir/Patient/p1',
    'urn:uuid:p1',
    '#contained',
    'Group/7',
    'https://ehr.example.org/fhir/Device/8',
    'p1',
    'urn:uuid:0af3',
    'patient/p1',
    'Patient/p1/',
  ])('may name their subject as %s', async (reference) => {
    const prefetch = { conditions: aCondition('c1', reference) };
    expect((await gather(aRequest(prefetch), RULES)).resources).toHaveLength(2);
  });

  it('may name the patient as the bundle does', async () => {
    const patient = { fullUrl: 'urn:uuid:0af3', resource: PATIENT };
    const condition = { resource: aCondition('c1', 'urn:uuid:0af3') };
    const bundle = { resourceType: 'Bundle', entry: [patient, condition] };
    const data = await gather(aRequest({ conditions: bundle }), RULES);
    expect(whoseIs(aCondition('c1', 'urn:uuid:0af3'), data.patient)).toBe('the patient');
  });

  it.each(['Patient/p2', 'Patient/xp1', 'https://ehr.example.org/Patient/p2'])(
    'are refused when their subject is %s, without repeating it',
    async (reference) => {
      const entries = [aCondition('c1'), aCondition('c2', reference)];
      await expect(gather(aRequest({ conditions: aBundle(entries) }), RULES)).rejects.toThrow(
        expect.objectContaining({
          code: 'PatientMismatch',
          message:
            '"prefetch.conditions.entry[1].resource" belongs to another patient than context.patientId; nothing was evaluated',
        }),
      );
    },
  );

  it('are refused when the patient is another', async () => {
    const patient = { resourceType: 'Patient', id: 'p2' };
    await expect(gather(aRequest({ patient }), RULES)).rejects.toThrow(
      '"prefetch.patient" belongs to another patient than context.patientId',
    );
  });

  it('are refused beyond fifty thousand', async () => {
    const conditions = aBundle(
      Array.from({ length: 50_000 }, () => ({ resourceType: 'Condition' })),
    );
    await expect(gather(aRequest({ conditions }), RULES)).rejects.toThrow(
      expect.objectContaining({ code: 'BodyTooLarge' }),
    );
  });
});

describe('orders in hand', () => {
  it('are read from the context, and a stored copy of them comes along', async () => {
    const stored = { ...order('d1'), status: 'active' };
    const conditions = aBundle([aCondition('c1'), stored]);
    const data = await gather(
      aRequest({ conditions }, { draftOrders: DRAFTS, selections: [] }),
      RULES,
    );
    expect(data.resources.map(({ id }) => id)).toEqual(['p1', 'c1', 'd1']);
    expect(data.draftOrders).toEqual([order('d1'), order('d2')]);
  });

  it('are selected by reference, and all of them where the hook knows no selection', async () => {
    expect(await selectedOf(['ServiceRequest/d2', 'ServiceRequest/d9'])).toEqual([order('d2')]);
    expect(await selectedOf([])).toEqual([]);
    expect(await selectedOf()).toEqual([order('d1'), order('d2')]);
  });

  it('are refused when they are for another patient', async () => {
    const other = { ...DRAFTS, entry: [{ resource: order('d1', 'Patient/p2') }] };
    await expect(gather(aRequest({}, { draftOrders: other }), RULES)).rejects.toThrow(
      expect.objectContaining({
        code: 'PatientMismatch',
        path: 'context.draftOrders.entry[0].resource',
      }),
    );
  });

  it.each<[string, unknown, string]>([
    ['what has no type', { subject: { reference: 'Patient/p2' } }, '[0].resource'],
    [
      'a type that R4 lacks',
      { resourceType: 'Diagnosis', subject: { reference: 'Patient/p2' } },
      '[0].resource',
    ],
    [
      'an order in a bundle inside the bundle',
      aBundle([order('d1'), order('d2', 'Patient/p2')]),
      '[0].resource.entry[1].resource',
    ],
  ])('are refused when %s is for another patient', async (_what, resource, place) => {
    const draftOrders = aBundle([resource]);
    await expect(gather(aRequest({}, { draftOrders }), RULES)).rejects.toThrow(
      expect.objectContaining({
        code: 'PatientMismatch',
        path: `context.draftOrders.entry${place}`,
      }),
    );
  });

  it.each<[string, unknown, readonly Resource[]]>([
    ['no list', aBundle([], { entry: 'none' }), [NO_TYPE]],
    ['no resource', aBundle([undefined]), [NO_TYPE]],
    ['no type', aBundle([{ id: 'o1', code: {} }]), [{ ...NO_TYPE, id: 'o1', code: {} }]],
    ['a type that R4 lacks', aBundle([{ resourceType: 'Diagnosis' }]), [NO_TYPE]],
    ['a Bundle of it', aBundle([aBundle([{ resourceType: 'Diagnosis' }, order('d1')])]), [NO_TYPE]],
    ['no Bundle', null, [NO_TYPE]],
    ['one order', order('d1'), []],
    ['an outcome', aBundle([anOutcome('error')]), []],
    ['a Bundle of nothing', aBundle([aBundle([])]), []],
  ])('that are %s count as what cannot be seen', async (_what, draftOrders, expected) => {
    const { unseenOrders } = await gather(aRequest({}, { draftOrders }), RULES);
    expect(unseenOrders).toEqual(expected.map((resource) => ({ resource, why: 'malformed' })));
  });

  it.each<[string, readonly string[], readonly unknown[]]>([
    ['is here', ['ServiceRequest/d1'], []],
    [
      'is not here',
      ['ServiceRequest/d9', 'ServiceRequest/d9'],
      [{ resource: { resourceType: 'ServiceRequest', id: 'd9' }, why: 'not sent' }],
    ],
    [
      'has no type that R4 has',
      ['Diagnosis/d9'],
      [{ resource: { resourceType: 'Basic', id: 'd9' }, why: 'not sent' }],
    ],
    [
      'came without a type',
      ['ServiceRequest/o1'],
      [{ resource: { resourceType: 'Basic', id: 'o1' }, why: 'malformed' }],
    ],
    ['is no order', ['OperationOutcome/x1'], []],
  ])('of which one was selected that %s', async (_what, selections, expected) => {
    const outcome = { resourceType: 'OperationOutcome', id: 'x1' };
    const draftOrders = aBundle([order('d1'), { id: 'o1' }, outcome]);
    const { unseenOrders } = await gather(aRequest({}, { draftOrders, selections }), RULES);
    expect(unseenOrders).toEqual(expected);
  });

  it('are refused when they are of an older FHIR', async () => {
    const draftOrders = aBundle([order('d1'), { resourceType: 'MedicationOrder' }]);
    await expect(gather(aRequest({}, { draftOrders }), RULES)).rejects.toThrow(
      expect.objectContaining({
        code: 'InvalidRequest',
        path: 'context.draftOrders.entry[1].resource',
      }),
    );
  });
});

describe('what a site does not keep', () => {
  const without = ['Condition', 'Patient'];

  it('is not missed when it does not come', async () => {
    const { requirements } = await gather(aRequest({}), { ...RULES, without });
    expect(requirements.map(({ key, state }) => [key, state])).toEqual([
      ['patient', 'prefetched'],
      ['conditions', 'absent'],
    ]);
  });

  it('is read when it comes all the same, and a failed look stays one', async () => {
    const sent = await gather(aRequest({ conditions: aBundle([aCondition('c1')]) }), {
      ...RULES,
      without,
    });
    expect(sent.resources.map(({ resourceType }) => resourceType)).toEqual([
      'Patient',
      'Condition',
    ]);
    const failed = await gather(aRequest({ conditions: anOutcome('error') }), {
      ...RULES,
      without,
    });
    expect(notLookedAt(failed).map(({ key }) => key)).toEqual(['conditions']);
  });

  it('is asked for all the same where the service cannot do without', async () => {
    const needy = { ...RULES, required: ['Patient', 'Condition'], without };
    await expect(gather(aRequest({}), needy)).rejects.toMatchObject({ code: 'MissingData' });
  });
});

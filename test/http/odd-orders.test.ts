import { beforeAll, describe, expect, it } from 'vitest';
import { demoCalls, withContext, type DemoCall } from '../support/demo-calls.ts';
import { aDraftOrder, anOutcome, SECRET_VALUE, type Json } from '../support/fhir-data.ts';
import { useServer } from '../support/server.ts';
import { cardsOf, issueOf, summariesOf } from '../support/wire.ts';

const EMERGENCY = 'cauda-equina';
const CARED_FOR = 'six-weeks-of-care';
const server = useServer({ env: { NERVEROOT_LOG_LEVEL: 'silent' } });

const forOrders = async (patient: string) =>
  (await demoCalls(server, patient)).filter(({ hook }) => hook.startsWith('order-'));

let emergency: readonly DemoCall[];
let caredFor: readonly DemoCall[];
beforeAll(async () => {
  emergency = await forOrders(EMERGENCY);
  caredFor = await forOrders(CARED_FOR);
});

const bundle = (...resources: unknown[]) => ({
  resourceType: 'Bundle',
  type: 'collection',
  entry: resources.map((resource) => ({ resource })),
});
const image = (changes: Json = {}) => aDraftOrder({ subject: undefined, ...changes });

/** In the place of the Bundle, or of an order in it: nobody can say what is ordered. */
const UNREADABLE: readonly (readonly [title: string, value: unknown])[] = [
  ['null', null],
  ['a text', SECRET_VALUE],
  ['a number', 7],
  ['a list', [image()]],
  ['an empty object', {}],
  ['what has no type', { id: 'draft-mri' }],
  ['an empty type', { resourceType: '' }],
  ['a type that FHIR does not have', { resourceType: 'ImagingOrder' }],
  ['a type of R5', { resourceType: 'RequestOrchestration' }],
  ['Parameters', { resourceType: 'Parameters' }],
  ['a Binary', { resourceType: 'Binary' }],
  ['a Bundle whose entries are no list', { resourceType: 'Bundle', entry: SECRET_VALUE }],
  ['a Bundle with an empty entry', { resourceType: 'Bundle', entry: [{}] }],
  ['a Bundle with an entry of null', { resourceType: 'Bundle', entry: [null] }],
];

const NOT_JUDGED = 'Not judged, since the order could not be read: an order without a name';
const rulesFor = async (call: DemoCall, changes: Json) =>
  cardsOf(await server.call(call.service, withContext(call, changes))).map(
    ({ source }) => source.topic.code,
  );

describe('drafts that cannot be read', () => {
  const WHERE = [
    ['in the place of their Bundle', (value: unknown) => value],
    ['as the only draft', (value: unknown) => bundle(value)],
    ['in a Bundle inside the Bundle', (value: unknown) => bundle(bundle(value))],
  ] as const;

  it.each(
    UNREADABLE.flatMap(([title, value]) =>
      WHERE.map(([where, put]) => [title, where, put(value)] as const),
    ),
  )('%s %s is an order that was not judged', async (_title, _where, draftOrders) => {
    for (const call of caredFor) {
      const answer = await server.call(call.service, withContext(call, { draftOrders }));
      const expected =
        call.hook === 'order-sign'
          ? 'it is not written as FHIR has it'
          : /it was selected|it is not written/;
      expect(summariesOf(answer)).toEqual([NOT_JUDGED]);
      expect(cardsOf(answer)[0]?.detail).toMatch(expected);
      expect(answer.text).not.toContain(SECRET_VALUE);
    }
  });

  it.each(UNREADABLE)('%s beside an order leaves the order judged', async (_title, value) => {
    for (const call of caredFor) {
      const answer = await server.call(
        call.service,
        withContext(call, { draftOrders: bundle(value, image()) }),
      );
      const [first, ...others] = cardsOf(answer);
      expect(first?.source.topic.code).toBe('IM04');
      // A draft that was not selected is background.
      const expected = call.hook === 'order-sign' ? [NOT_JUDGED] : [];
      expect(others.map(({ summary }) => summary)).toEqual(expected);
    }
  });

  it.each(UNREADABLE)(
    '%s loses no emergency, and shows nothing that can wait',
    async (_title, value) => {
      for (const call of emergency) {
        for (const draftOrders of [value, bundle(value), bundle(value, image())]) {
          const rules = await rulesFor(call, { draftOrders });
          expect(rules[0]).toBe('RF01');
          expect(rules.filter((rule) => !/^(?:RF|NC)/.test(rule))).toEqual([]);
        }
      }
    },
  );

  it('an order that has no type is named by its words, also where it was selected', async () => {
    const { resourceType: _type, ...order } = image({ code: { text: 'MRT LWS' } });
    for (const call of caredFor) {
      const answer = await server.call(
        call.service,
        withContext(call, { draftOrders: bundle(order) }),
      );
      expect(summariesOf(answer)).toEqual([
        'Not judged, since the order could not be read: MRT LWS',
      ]);
    }
  });
});

describe('drafts that are not as they should be, and can be read', () => {
  it.each<[string, unknown]>([
    ['an order in the place of the Bundle', image()],
    ['an order in a Bundle inside the Bundle', bundle(bundle(image()))],
    ['an order three Bundles down', bundle(bundle(bundle(image())))],
    ['an order beside an OperationOutcome', bundle(anOutcome('error'), image())],
  ])('%s is judged', async (_title, draftOrders) => {
    for (const call of caredFor) expect(await rulesFor(call, { draftOrders })).toEqual(['IM04']);
  });

  it.each<[string, unknown]>([
    ['an OperationOutcome', bundle(anOutcome('error'))],
    ['an empty Bundle inside the Bundle', bundle({ resourceType: 'Bundle' })],
    ['a Condition', bundle({ resourceType: 'Condition', id: 'c1' })],
  ])('%s alone is no order', async (_title, draftOrders) => {
    for (const call of caredFor) {
      expect(await rulesFor(call, { draftOrders, selections: [] })).toEqual([]);
    }
  });
});

const group = (changes: Json): Json => ({
  resourceType: 'RequestGroup',
  id: 'group',
  status: 'draft',
  intent: 'order',
  ...changes,
});
const plan = (changes: Json): Json => ({
  resourceType: 'CarePlan',
  id: 'group',
  status: 'draft',
  intent: 'order',
  ...changes,
});
const own = { reference: '#draft-mri' };

/** Orders that stand inside others. */
const GROUPED: readonly (readonly [title: string, draft: Json])[] = [
  ['a RequestGroup', group({ contained: [image()], action: [{ resource: own }] })],
  [
    'a RequestGroup, in an action inside an action',
    group({ contained: [image()], action: [{ title: 'Back pain', action: [{ resource: own }] }] }),
  ],
  ['a RequestGroup without actions', group({ contained: [image()] })],
  ['a CarePlan', plan({ contained: [image()], activity: [{ reference: own }] })],
];

describe('orders inside others', () => {
  it.each(GROUPED)('one in %s is judged like one beside it', async (_title, draft) => {
    for (const call of caredFor) {
      const changes = { draftOrders: bundle(draft) };
      const type = String(draft['resourceType']);
      for (const selection of [`${type}/group`, 'ServiceRequest/draft-mri']) {
        const selections = call.hook === 'order-select' ? { selections: [selection] } : {};
        expect(await rulesFor(call, { ...changes, ...selections })).toEqual(['IM04']);
      }
    }
  });

  it.each(GROUPED)('one in %s that was not selected is background', async (_title, draft) => {
    for (const call of orderSelect()) {
      const changes = { draftOrders: bundle(draft), selections: [] };
      expect(await rulesFor(call, changes)).toEqual([]);
    }
  });

  it('one to which a group refers is judged where the group was selected', async () => {
    const reference = 'ServiceRequest/draft-mri';
    const draft = group({ action: [{ resource: { reference } }] });
    for (const call of orderSelect()) {
      const changes = { draftOrders: bundle(draft, image()), selections: ['RequestGroup/group'] };
      expect(await rulesFor(call, changes)).toEqual(['IM04']);
    }
  });

  it('one to which a group refers and that did not come was not judged', async () => {
    const draft = group({ action: [{ resource: { reference: 'ServiceRequest/elsewhere' } }] });
    for (const call of caredFor) {
      const changes = { draftOrders: bundle(draft), selections: ['RequestGroup/group'] };
      const answer = await server.call(call.service, withContext(call, changes));
      expect(summariesOf(answer)).toEqual([NOT_JUDGED]);
    }
  });

  it.each<[string, Json]>([
    ['the title of an action', group({ action: [{ title: 'MRT LWS' }] })],
    ['the code of an action', group({ action: [{ code: [{ text: 'MRT LWS' }] }] })],
    ['a display', group({ action: [{ resource: { display: 'MRT LWS' } }] })],
    ['an activity', plan({ activity: [{ detail: { code: { text: 'MRT LWS' } } }] })],
    ['words of an activity', plan({ activity: [{ detail: { description: 'MRT LWS' } }] })],
  ])('one that is told by %s alone was not judged', async (_title, draft) => {
    for (const call of caredFor) {
      const selections = [`${String(draft['resourceType'])}/group`];
      const changes = withContext(call, { draftOrders: bundle(draft), selections });
      expect(summariesOf(await server.call(call.service, changes))).toEqual([
        'Not judged, since the order could not be read: MRT LWS',
      ]);
    }
  });

  it('one of another patient is not judged as this patient’s', async () => {
    const other = image({ subject: { reference: 'Patient/somebody-else' } });
    const draft = group({ contained: [other] });
    for (const call of caredFor) {
      const changes = { draftOrders: bundle(draft), selections: ['RequestGroup/group'] };
      expect(await rulesFor(call, changes)).toEqual(['NC02']);
    }
  });

  it('no suggestion and no action names one, since a client knows it by no id of its own', async () => {
    const draft = group({ contained: [image()], action: [{ resource: own }] });
    for (const call of await forOrders('early-mri')) {
      const changes = { draftOrders: bundle(draft), selections: ['RequestGroup/group'] };
      const answer = await server.call(call.service, withContext(call, changes));
      expect(answer.text).not.toContain('resourceId');
      expect(answer.text).not.toContain('systemActions');
      const [plain] = cardsOf(await server.call(call.service, withContext(call, {})));
      expect(cardsOf(answer)[0]?.source.topic.code).toBe(plain?.source.topic.code);
    }
  });
});

const orderSelect = () => caredFor.filter(({ hook }) => hook === 'order-select');

describe('selections that are not as they should be', () => {
  it.each<[string, unknown]>([
    ['null', null],
    ['a text', 'ServiceRequest/draft-mri'],
    ['null among them', [null]],
    ['a number among them', [7]],
    ['an id without a type', ['draft-mri']],
    ['an address', ['https://ehr.example/fhir/ServiceRequest/draft-mri']],
    ['null beside one that names a draft', ['ServiceRequest/draft-mri', null]],
  ])('%s: any of the drafts may have been selected', async (_title, selections) => {
    for (const call of orderSelect())
      expect(await rulesFor(call, { selections })).toEqual(['IM04']);
    for (const call of emergency) expect(await rulesFor(call, { selections })).toContain('RF01');
  });

  it('one that names no draft is an order that was not judged, and the others are background', async () => {
    for (const call of orderSelect()) {
      const answer = await server.call(
        call.service,
        withContext(call, { selections: ['ServiceRequest/elsewhere'] }),
      );
      expect(summariesOf(answer)).toEqual([NOT_JUDGED]);
      expect(cardsOf(answer)[0]?.detail).toContain(
        'it was selected, and is not among the orders that were sent',
      );
    }
  });

  it('one that names no draft beside one that does leaves that one judged', async () => {
    const selections = ['ServiceRequest/elsewhere', 'ServiceRequest/draft-mri'];
    for (const call of orderSelect()) {
      expect(await rulesFor(call, { selections })).toEqual(['IM04', 'NC02']);
    }
  });

  it.each(['MedicationRequest/elsewhere', 'DeviceRequest/draft-mri'])(
    '%s, which is no draft and none that a rule is about, is passed over',
    async (selection) => {
      for (const call of orderSelect()) {
        expect(await rulesFor(call, { selections: [selection] })).toEqual([]);
      }
    },
  );

  it('one of a type that FHIR does not have may be any order', async () => {
    for (const call of orderSelect()) {
      expect(await rulesFor(call, { selections: ['ImagingOrder/1'] })).toEqual(['NC02']);
    }
  });
});

it.each([
  'DeviceUseRequest',
  'DiagnosticOrder',
  'EligibilityRequest',
  'MedicationOrder',
  'Order',
  'ProcedureRequest',
  'ProcessRequest',
  'ReferralRequest',
])('R-09: a %s is an order of an older FHIR, which refuses the call', async (resourceType) => {
  for (const call of caredFor) {
    const draftOrders = bundle(image(), bundle({ resourceType, id: SECRET_VALUE }));
    const answer = await server.call(call.service, withContext(call, { draftOrders }));
    expect(answer.status).toBe(400);
    expect(issueOf(answer).expression).toEqual([
      'context.draftOrders.entry[1].resource.entry[0].resource',
    ]);
    expect(answer.text).not.toContain(SECRET_VALUE);
  }
});

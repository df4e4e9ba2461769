import { beforeAll, describe, expect, it } from 'vitest';
import { demoCalls, withKey, type DemoCall } from '../support/demo-calls.ts';
import { anOutcome, SECRET_VALUE, searchset, type Json } from '../support/fhir-data.ts';
import { useServer, type Answer } from '../support/server.ts';
import { cardsOf, issueOf } from '../support/wire.ts';

const server = useServer({ env: { NERVEROOT_LOG_LEVEL: 'silent' } });

/** Somebody with an emergency, and somebody who is ordered an image that is appropriate. */
let emergency: readonly DemoCall[];
let caredFor: readonly DemoCall[];
beforeAll(async () => {
  emergency = await demoCalls(server, 'cauda-equina');
  const calls = await demoCalls(server, 'six-weeks-of-care');
  caredFor = calls.filter(({ hook }) => hook === 'order-select');
});

type OddValue = readonly [title: string, valueIn: (call: DemoCall) => unknown];
const patientIn = ({ body }: DemoCall) => body.prefetch['patient'] as Json; // a read of the sandbox

/** What may stand under a key and is no answer, neither to a read nor to a search. */
const NO_ANSWER: readonly OddValue[] = [
  ['an empty object', () => ({})],
  ['an empty list', () => []],
  ['a list of resources', () => [{ resourceType: 'Condition', id: SECRET_VALUE }]],
  ['a text', () => SECRET_VALUE],
  ['an empty text', () => ''],
  ['a number', () => 7],
  ['false', () => false],
  ['a resource without a type', () => ({ id: SECRET_VALUE })],
  ['a resource of an empty type', () => ({ resourceType: '' })],
  ['a resource whose type is a list', () => ({ resourceType: ['Condition'] })],
  ['a type that FHIR does not have', () => ({ resourceType: 'Diagnosis' })],
  ['a type of DSTU2', () => ({ resourceType: 'MedicationOrder' })],
  ['a type without resources of its own', () => ({ resourceType: 'DomainResource' })],
  ['a name that every object has', () => ({ resourceType: '__proto__' })],
  ['Parameters', () => ({ resourceType: 'Parameters' })],
  ['a Binary', () => ({ resourceType: 'Binary', data: 'eA==' })],
  ['an error', () => anOutcome('error')],
  ['an outcome that only informs', () => anOutcome('information')],
  ['a resource of another type', () => ({ resourceType: 'Organization', id: 'o1' })],
  ['a Bundle that holds no list', () => ({ resourceType: 'Bundle', entry: 'none' })],
  ['a Bundle of null', () => ({ resourceType: 'Bundle', entry: [null] })],
  ['a Bundle of a type that FHIR does not have', () => searchset([{ resourceType: 'Diagnosis' }])],
];

/** The Patient is no answer where a search was asked for. */
const NO_SEARCH: readonly OddValue[] = [
  ...NO_ANSWER,
  ['the Patient', patientIn],
  ['a Bundle that holds the Patient alone', (call) => searchset([patientIn(call)])],
];

/** What may stand among the entries of a Bundle and cannot be read. */
const LOST: readonly (readonly [title: string, entry: unknown])[] = [
  ['null', null],
  ['a text', SECRET_VALUE],
  ['an empty entry', {}],
  ['a resource of null', { resource: null }],
  ['a list of resources', { resource: [{ resourceType: 'Condition' }] }],
  ['a resource without a type', { resource: { id: SECRET_VALUE } }],
  ['a resource of an empty type', { resource: { resourceType: '' } }],
  ['a type that FHIR does not have', { resource: { resourceType: 'Diagnosis' } }],
  ['a type of DSTU2', { resource: { resourceType: 'MedicationOrder' } }],
  ['Parameters', { resource: { resourceType: 'Parameters' } }],
  ['a Binary', { resource: { resourceType: 'Binary' } }],
  ['a Bundle that lost an entry', { resource: { resourceType: 'Bundle', entry: [{}] } }],
];

const searchesOf = ({ body }: DemoCall) =>
  Object.keys(body.prefetch).filter((key) => key !== 'patient');

/** All that the cards say, but for why data are missing. */
function saidIn(answer: Answer): string[] {
  return cardsOf(answer).map(({ indicator, summary, detail }) =>
    [indicator, summary, detail.replaceAll(/^- (\w+) \(.*\)$/gm, '- $1')].join('\n'),
  );
}

const rulesIn = (answer: Answer) => cardsOf(answer).map(({ source }) => source.topic.code);

/** Of an emergency and of what is not known; all others speak of what can wait. */
const isWarning = (rule: string) => /^(?:RF|NC)/.test(rule);

/** The call with a Bundle that has one more entry, and counts nothing. */
function withEntry(call: DemoCall, key: string, entry: unknown): Json {
  const { total: _total, ...bundle } = call.body.prefetch[key] as Json; // a search of the sandbox
  const entries = (bundle['entry'] ?? []) as unknown[]; // its list
  return withKey(call, key, { ...bundle, entry: [...entries, entry] });
}

it('an emergency, and an image that is appropriate, are there to be lost', async () => {
  for (const { service, body } of emergency) {
    expect(rulesIn(await server.call(service, body))).toContain('RF01');
  }
  expect(caredFor).toHaveLength(1);
  for (const { service, body } of caredFor) {
    expect(rulesIn(await server.call(service, body))).toEqual(['IM04']);
  }
});

const nameOf = (call: DemoCall, key: string) =>
  `${call.service} ${String(patientIn(call)['id'])} ${key}`;

describe('a key that holds no answer', () => {
  const failures = new Map<string, string[]>();
  beforeAll(async () => {
    for (const call of [...emergency, ...caredFor]) {
      for (const key of searchesOf(call)) {
        const failed = await server.call(call.service, withKey(call, key, anOutcome('error')));
        failures.set(nameOf(call, key), saidIn(failed));
      }
    }
  });

  it.each(NO_SEARCH)('and holds %s is like a search that failed', async (_title, valueIn) => {
    for (const call of [...emergency, ...caredFor]) {
      for (const key of searchesOf(call)) {
        const answer = await server.call(call.service, withKey(call, key, valueIn(call)));
        const name = nameOf(call, key);
        expect([name, saidIn(answer)]).toEqual([name, failures.get(name)]);
        expect(answer.text).not.toContain(SECRET_VALUE);
      }
    }
  });

  it('loses no emergency that the rest shows, and shows nothing that can wait', async () => {
    for (const call of emergency) {
      for (const key of searchesOf(call)) {
        const rules = rulesIn(await server.call(call.service, withKey(call, key, {})));
        const isNeeded = ['conditions', 'observations'].includes(key);
        expect([key, rules]).toEqual([key, expect.arrayContaining([isNeeded ? 'NC01' : 'RF01'])]);
        expect(rules.filter((rule) => !isWarning(rule))).toEqual([]);
      }
    }
  });

  it.each<readonly [string, unknown, string]>([
    ['an empty object', {}, 'what was sent is no FHIR resource'],
    ['a text', SECRET_VALUE, 'what was sent is no FHIR resource'],
    [
      'a type that FHIR does not have',
      { resourceType: 'Diagnosis' },
      'it holds what no record of FHIR R4 does',
    ],
    ['an Organization', { resourceType: 'Organization' }, 'what came is no Condition'],
    ['an outcome', anOutcome('information'), 'the EHR could not read it'],
  ])('and holds %s is named with why', async (_title, value, reason) => {
    for (const call of emergency) {
      const answer = await server.call(call.service, withKey(call, 'conditions', value));
      expect(cardsOf(answer).at(-1)?.detail).toContain(`\n- conditions (${reason})`);
    }
  });
});

describe('a Bundle with an entry that cannot be read', () => {
  it.each(LOST)(
    'being %s is like one that reports an error beside the rest',
    async (_title, entry) => {
      for (const call of emergency) {
        for (const key of searchesOf(call)) {
          const error = { resource: anOutcome('error') };
          const failed = await server.call(call.service, withEntry(call, key, error));
          const odd = await server.call(call.service, withEntry(call, key, entry));
          expect([key, saidIn(odd)]).toEqual([key, saidIn(failed)]);
          expect(rulesIn(odd)).toContain('RF01');
          expect(rulesIn(odd).filter((rule) => !isWarning(rule))).toEqual([]);
          expect(odd.text).not.toContain(SECRET_VALUE);
        }
      }
    },
  );
});

const old = (call: DemoCall) => ({
  resourceType: 'Condition',
  id: 'c-old',
  clinicalStatus: 'active',
  code: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'G83.4' }] },
  subject: { reference: `Patient/${String(patientIn(call)['id'])}` },
});

it('a resource as FHIR STU3 writes it refuses the call, and says why', async () => {
  for (const call of emergency) {
    const answer = await server.call(
      call.service,
      withEntry(call, 'conditions', { resource: old(call) }),
    );
    const [at = ''] = issueOf(answer).expression ?? [];
    expect(answer.status).toBe(400);
    expect(at).toMatch(/^prefetch\.conditions\.entry\[\d+\]\.resource\.clinicalStatus$/);
    expect(issueOf(answer).diagnostics).toBe(
      `"${at}" is written as in FHIR STU3; this service reads R4 only, in which a Condition has no such element or another type for it`,
    );
  }
});

it('one resource in the place of a Bundle is read, and is not all that there is', async () => {
  for (const call of emergency) {
    const { entry } = call.body.prefetch['observations'] as { entry: { resource: Json }[] };
    const saddle = entry.find(({ resource }) => JSON.stringify(resource).includes('saddle'));
    const answer = await server.call(call.service, withKey(call, 'observations', saddle?.resource));
    expect(rulesIn(answer)).toContain('RF01');
    expect(cardsOf(answer).at(-1)?.detail).toContain(
      '\n- observations (one resource was sent in the place of all that there are)',
    );
  }
});

it.each(NO_ANSWER)(
  'a patient key that holds %s is a 412, as when it is missing',
  async (_title, valueIn) => {
    for (const call of emergency) {
      const answer = await server.call(call.service, withKey(call, 'patient', valueIn(call)));
      expect(answer.status).toBe(412);
      expect(issueOf(answer).expression).toEqual(['prefetch.patient']);
      expect(answer.text).not.toContain(SECRET_VALUE);
    }
  },
);

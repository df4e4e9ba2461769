import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Resource } from '../../src/fhir/resource.ts';
import { CodeMap } from '../../src/reading/code-map.ts';
import { distrustOf, readChart, type Chart, type ReadingRules } from '../../src/reading/read.ts';
import { codingsOf } from '../../src/reading/known.ts';
import { knownCodes } from '../support/known-codes.ts';

const SNOMED = 'http://snomed.info/sct';
const VERIFICATION = 'http://terminology.hl7.org/CodeSystem/condition-ver-status';
const COUGH = 'urn:set:cough';
const HEAT = 'urn:set:heat';

const known = knownCodes({
  valueSetsWith: (codings) => {
    const codes = new Set(codings.map(({ code }) => code));
    return [...(codes.has('1') ? [COUGH] : []), ...(codes.has('8') ? [HEAT] : [])];
  },
  possible: (_type, words) => (words.includes('cough') ? [{ valueSet: COUGH, word: 'cough' }] : []),
  codeOf: (url) => ({ system: SNOMED, code: url === COUGH ? '1' : '8' }),
  ranges: new Map([[HEAT, [{ unit: 'Cel', min: 25, max: 45 }]]]),
  convert: (quantity) => (quantity as { value?: number }).value,
});
const rules: ReadingRules = {
  types: new Set(['Condition', 'Observation', 'Procedure', 'QuestionnaireResponse']),
  known,
  questionnaires: [],
  today: '2026-03-10',
  codeMap: new CodeMap([
    {
      source: { system: 'urn:site', code: 'C1' },
      target: { system: SNOMED, code: '1' },
      isSame: true,
    },
  ]),
};
const aChart = (resources: readonly Resource[], changes: Partial<Chart> = {}): Chart => ({
  resources,
  draftOrders: [],
  selectedOrders: [],
  unseenOrders: [],
  patient: { id: 'p', others: new Set(), server: 'https://ehr.example/fhir' },
  ...changes,
});
const coded = (code: string, display?: string, system = SNOMED) => ({
  coding: [{ system, code, ...(display === undefined ? {} : { display }) }],
});
const a = (resourceType: string, id: string, elements: object = {}): Resource => ({
  resourceType,
  id,
  subject: { reference: 'Patient/p' },
  code: coded('1'),
  ...elements,
});
const heat = (value: number) =>
  a('Observation', 'o', { code: coded('8'), valueQuantity: { value } });
const order = (id: string, code: unknown, elements: object = {}): Resource =>
  a('ServiceRequest', id, { code, ...elements });
const readOrders = (...orders: Resource[]) =>
  readChart(aChart([], { draftOrders: orders, selectedOrders: orders }), rules);
const read = (...resources: Resource[]) => readChart(aChart(resources), rules);
const outcomeOf = (resource: Resource) => read(resource).left.map(({ outcome }) => outcome);

describe('a resource leaves as', () => {
  it.each([
    ['read, by a code that rules look for', a('Condition', 'c')],
    [
      'read, by a local code that the site has mapped',
      a('Condition', 'c', { code: coded('C1', undefined, 'urn:site') }),
    ],
    ['read, where its code is not what it is asked by', a('Encounter', 'o', { code: undefined })],
  ])('%s', (_how, resource) => {
    expect(outcomeOf(resource)[0]).toMatch(/^(?:read|not asked for)$/);
    expect(read(resource).resources).toHaveLength(1);
    expect(read(resource).unread).toEqual([]);
  });

  it.each([
    ['a code that no rule looks for', a('Condition', 'c', { code: coded('2', 'Sneezing') })],
    ['a type that no rule looks for', a('Encounter', 'e')],
    ['a form that rules do not know', a('QuestionnaireResponse', 'q', { questionnaire: 'urn:x' })],
  ])('not asked for, by %s', (_how, resource) => {
    expect(outcomeOf(resource)).toEqual(['not asked for']);
  });

  it.each([
    ['entered in error', a('Observation', 'o', { status: 'entered-in-error' })],
    [
      'refuted',
      a('Condition', 'c', { verificationStatus: coded('refuted', undefined, VERIFICATION) }),
    ],
  ])('withdrawn, when %s', (_how, resource) => {
    expect(outcomeOf(resource)).toEqual(['withdrawn']);
  });

  it.each([
    ['a Group', { subject: { reference: 'Group/g' } }],
    ['a Device', { subject: { reference: 'Device/d' } }],
    ['the patient, and focuses on another', { focus: [{ reference: 'Patient/child' }] }],
  ])('of somebody else, when it is about %s; rules do not see it', (_whom, elements) => {
    const { left, resources, unread } = read(a('Observation', 'o', elements));
    expect([left[0]?.outcome, resources, unread]).toEqual(['of somebody else', [], []]);
  });

  it('read, with what its words may say beyond its code', () => {
    const both = a('Condition', 'c', { code: { ...coded('8'), text: 'Heat, and a cough' } });
    const { left, resources, unread } = read(both);
    expect(left.map(({ outcome }) => outcome)).toEqual(['read']);
    expect(resources).toEqual([both]);
    expect(unread).toEqual([{ resource: both, why: 'says more', mayBe: [COUGH], word: 'cough' }]);
  });

  it('read, with what a coding may be that contradicts itself beside it', () => {
    const torn = { coding: [...coded('8').coding, ...coded('1', 'false name').coding] };
    const { left, unread } = read(a('Condition', 'c', { code: torn }));
    expect(left.map(({ outcome }) => outcome)).toEqual(['read']);
    expect(unread).toMatchObject([{ why: 'says more', mayBe: [COUGH], word: undefined }]);
  });

  it.each([
    ['words without a code', { code: { text: 'a cough' } }, 'no code', 'cough'],
    ['a code that is not listed', { code: coded('2', 'Dry cough') }, 'code not listed', 'cough'],
    ['a display of another code', { code: coded('1', 'false name') }, 'contradicted', undefined],
    ['a modifier', { modifierExtension: [{ url: 'urn:x' }] }, 'modified', undefined],
    [
      'a subject by identifier alone',
      { subject: { identifier: {} } },
      'not clear whose',
      undefined,
    ],
    [
      'a thing as its focus',
      { focus: [{ reference: 'Condition/c' }] },
      'not clear whose',
      undefined,
    ],
    ['a subject inside it', { subject: { reference: '#p' } }, 'not clear whose', undefined],
    [
      'a reference of no form',
      { subject: { reference: 'patient/p' } },
      'not clear whose',
      undefined,
    ],
    ['a slash too many', { subject: { reference: 'Patient/p/' } }, 'not clear whose', undefined],
    [
      "another server's patient of that id",
      { subject: { reference: 'https://other.example/fhir/Patient/p' } },
      'not clear whose',
      undefined,
    ],
    ['a status in capitals', { clinicalStatus: coded('Active') }, 'status', undefined],
    [
      'a status that says and unsays it',
      { verificationStatus: { coding: [{ code: 'confirmed' }, { code: 'refuted' }] } },
      'status',
      undefined,
    ],
    [
      'a coding that is in no list',
      { code: { coding: coded('1').coding[0] } },
      'malformed',
      undefined,
    ],
  ])('unread, with %s, and with what it may be', (_what, elements, why, word) => {
    const resource = a('Condition', 'c', elements);
    const { clinicalStatus: _clinical, verificationStatus: _verified, ...told } = resource;
    const { left, unread } = read(resource);
    expect(left).toEqual([{ given: resource, outcome: 'unread' }]);
    expect(unread).toEqual([{ resource: told, why, mayBe: [COUGH], word }]);
  });

  it.each(['Condition', 'Observation', 'Procedure'])('unread, as a %s without a code', (type) => {
    const { left, unread } = read(a(type, 'r', { code: undefined }));
    expect(left.map(({ outcome }) => outcome)).toEqual(['unread']);
    expect(unread).toMatchObject([{ why: 'no code', mayBe: [] }]);
  });

  it('its newest version, whichever way they came', () => {
    const [old, now] = ['1', '2'].map((versionId) => a('Condition', 'c', { meta: { versionId } }));
    for (const both of [
      [old, now],
      [now, old],
    ] as Resource[][]) {
      expect(read(...both).resources).toEqual([now]);
      expect(new Set(read(...both).left)).toEqual(
        new Set([
          { given: old, outcome: 'superseded' },
          { given: now, outcome: 'read' },
        ]),
      );
    }
  });
});

describe('an unread Observation', () => {
  it.each([
    ['a modifier', { modifierExtension: [{ url: 'urn:x' }] }],
    ['a code that is not listed', { code: coded('2', 'Dry cough') }],
    ['no code', { code: { text: 'cough' } }],
    ['a Patient inside it', { subject: { reference: '#p' } }],
  ])('with %s is seen as asked, its answer not known', (_what, elements) => {
    const { resources } = read(a('Observation', 'o', { valueBoolean: false, ...elements }));
    expect(resources).toHaveLength(1);
    expect(resources[0]).not.toHaveProperty('valueBoolean');
    expect(known.valueSetsWith(codingsOf(resources[0]?.['code']))).toEqual([COUGH]);
  });

  it('of a value that no living body has is so, and one at the end of its range is not', () => {
    expect(read(heat(98.9)).unread.map(({ why, mayBe }) => [why, mayBe])).toEqual([
      ['value', [HEAT]],
    ]);
    expect(read(heat(98.9)).resources[0]).not.toHaveProperty('valueQuantity');
    expect(read(heat(45)).unread).toEqual([]);
    expect(read(heat(24.9)).unread).toHaveLength(1);
  });
});

it.each([
  ['a modifier', { modifierExtension: [{ url: 'urn:x' }] }, 'modified'],
  ['a Patient inside it', { subject: { reference: '#p' } }, 'not clear whose'],
  ['a display of another code', { code: coded('2', 'false name') }, 'contradicted'],
])('hands on what a panel with %s holds inside, unread for the same reason', (_, elements, why) => {
  const { resources, unread } = read(
    a('Observation', 'vitals', {
      code: coded('9'),
      ...elements,
      component: [
        { code: coded('8'), valueQuantity: { value: 39 } },
        { code: coded('7'), valueQuantity: { value: 70 } },
      ],
    }),
  );
  expect(unread.map((one) => [one.why, one.mayBe])).toEqual([
    [why, []],
    [why, [HEAT]],
  ]);
  const asked = resources.filter(({ code }) => codingsOf(code).some(({ code: c }) => c === '8'));
  expect(asked).toHaveLength(1);
  expect(asked[0]).not.toHaveProperty('valueQuantity');
});

it.each([
  ['another patient', 'Patient/child', 0, []],
  ['nobody that is clear', '#p', 1, ['not clear whose']],
  ['the patient', 'Patient/p', 1, []],
])('takes what a panel contains of %s for theirs', (_whom, reference, seen, whys) => {
  const member = { ...a('Observation', 'in', { subject: { reference } }), valueBoolean: true };
  const panel = a('Observation', 'panel', {
    code: coded('9'),
    hasMember: [{ reference: '#in' }],
    contained: [member],
  });
  const { resources, unread } = read(panel);
  const members = resources.filter(({ code }) => codingsOf(code).some((one) => one.code === '1'));
  expect(members).toHaveLength(seen);
  expect(unread.map(({ why }) => why)).toEqual(whys);
});

it('reads what a panel holds inside, each as an Observation of its own', () => {
  const panel = a('Observation', 'vitals', {
    code: coded('9'),
    status: 'final',
    effectiveDateTime: '2026-03-01',
    component: [
      { code: coded('8'), valueQuantity: { value: 39 } },
      { code: coded('7'), valueQuantity: { value: 70 } },
    ],
    hasMember: [{ reference: '#inside' }, { reference: 'Observation/elsewhere' }],
    contained: [
      { resourceType: 'Observation', id: 'inside', code: coded('1'), valueBoolean: true },
    ],
  });
  const { resources, left } = read(panel);
  expect(left).toEqual([{ given: panel, outcome: 'not asked for' }]);
  expect(resources.slice(0, 2)).toEqual(
    [
      { code: coded('8'), valueQuantity: { value: 39 } },
      { code: coded('1'), valueBoolean: true },
    ].map((part) => ({
      status: 'final',
      subject: { reference: 'Patient/p' },
      effectiveDateTime: '2026-03-01',
      ...part,
      resourceType: 'Observation',
      derivedFrom: [{ reference: 'Observation/vitals' }],
    })),
  );
});

it('knows of a Patient who holds a modifier no more than who it is', () => {
  const patient = { resourceType: 'Patient', id: 'p', birthDate: '1980', implicitRules: 'urn:x' };
  const { resources, lacks } = read(patient);
  expect(resources).toEqual([{ resourceType: 'Patient', id: 'p' }]);
  expect(lacks.map(({ key }) => key)).toEqual(['patient']);
});

it.each([
  ['no birth date', {}, ['it has no birth date']],
  ['one to come', { birthDate: '2026-03-11' }, ['its birth date is still to come']],
  ['one that is today', { birthDate: '2026-03-10' }, []],
  ['a year', { birthDate: '1980' }, []],
  ['a day of no such month', { birthDate: '1975-13-01' }, ['its birth date is no date']],
  ['a day that is none', { birthDate: '1975-02-30' }, ['its birth date is no date']],
  ['a date of another form', { birthDate: '03/03/1975' }, ['its birth date is no date']],
  ['an empty one', { birthDate: '' }, ['its birth date is no date']],
])('knows of a Patient with %s how old they are, or not', (_what, elements, reasons) => {
  const { lacks } = read({ resourceType: 'Patient', id: 'p', ...elements });
  expect(lacks.map(({ reason }) => reason)).toEqual(reasons);
});

it('says of an entry that is not trusted which it is, and what to do', () => {
  const torn = a('Condition', 'torn', { code: coded('1', 'false name') });
  expect(read(torn).lacks).toEqual([
    {
      key: 'Condition/torn',
      resourceType: 'Condition',
      reason: 'a code and its display contradict each other; correct one of them',
    },
  ]);
  expect(distrustOf({ resourceType: 'Condition' }).key).toBe('a Condition without id');
});

describe('orders in hand', () => {
  it('are read as they stand in the request, not as a copy was stored', () => {
    const draft = order('o', coded('1'));
    const stored = order('o', coded('2'));
    const chart = aChart([stored], { draftOrders: [draft], selectedOrders: [draft] });
    const { left, draftOrders } = readChart(chart, rules);
    expect([left, draftOrders]).toEqual([[{ given: stored, outcome: 'superseded' }], [draft]]);
  });

  it('say in words only what is ordered, or why, or neither', () => {
    const inCode = order('coded', coded('1'), { reasonCode: [coded('1')] });
    const inWords = order('words', { text: 'Cough' }, { reasonCode: [coded('1')] });
    const tornOne = order('torn', coded('1', 'false name'), {
      reasonCode: [coded('1', 'false name')],
    });
    const why = order('why', coded('1'), { reasonCode: [{ text: 'Cough' }] });
    const found = readOrders(inCode, inWords, tornOne, why);
    expect(found.unreadOrders.map((one) => [one.resource, one.why])).toEqual([
      [inWords, 'no code'],
      [tornOne, 'contradicted'],
    ]);
    expect(found.unreadReasons.map((one) => [one.resource, one.why])).toEqual([
      [tornOne, 'contradicted'],
      [why, 'no code'],
    ]);
    expect(found.draftOrders[2]).toEqual(
      order('torn', { coding: [] }, { reasonCode: [{ coding: [] }] }),
    );
  });

  it.each([
    ['a modifier', { modifierExtension: [{ url: 'urn:x' }] }, 'modified'],
    ['a subject that is not clear', { subject: { reference: 'patient/p' } }, 'not clear whose'],
  ])('with %s are not read', (_what, elements, reason) => {
    const modified = order('o', coded('1'), elements);
    const { draftOrders, selectedOrders, unreadOrders } = readOrders(modified);
    expect([draftOrders, selectedOrders]).toEqual([[], []]);
    expect(unreadOrders.map(({ resource, why }) => [resource, why])).toEqual([[modified, reason]]);
  });
});

describe('orders that cannot be seen', () => {
  it.each<[string, Resource, string[], string | undefined]>([
    ['no code', { resourceType: 'Basic', id: 'o' }, [], undefined],
    ['a code', { resourceType: 'Basic', code: coded('1') }, [COUGH], undefined],
    [
      'a code of the site',
      { resourceType: 'Basic', code: coded('C1', undefined, 'urn:site') },
      [COUGH],
      undefined,
    ],
    ['words', { resourceType: 'Basic', code: { text: 'a cough' } }, [COUGH], 'cough'],
  ])('with %s are unread, with what they may be', (_what, resource, mayBe, word) => {
    const chart = aChart([], { unseenOrders: [{ resource, why: 'malformed' }] });
    const { draftOrders, selectedOrders, unreadOrders } = readChart(chart, rules);
    expect([draftOrders, selectedOrders]).toEqual([[], []]);
    expect(unreadOrders).toEqual([{ resource, why: 'malformed', mayBe, word }]);
  });
});

const written = (list: readonly Resource[]) => list.map((one) => JSON.stringify(one)).toSorted();

const anElement = fc.constantFrom<object>(
  {},
  { code: { text: 'cough' } },
  { code: coded('2', 'Dry cough') },
  { code: coded('1', 'false name') },
  { code: undefined },
  { modifierExtension: [{ url: 'urn:x' }] },
  { subject: { reference: 'Group/g' } },
  { subject: { reference: 'patient/p' } },
  { status: 'entered-in-error' },
  { status: 'Final' },
  { meta: { versionId: '3' } },
  { valueBoolean: true },
  { component: [{ code: coded('1'), valueBoolean: true }] },
);
const aResource = fc
  .tuple(
    fc.constantFrom('Patient', 'Condition', 'Observation', 'Encounter', 'QuestionnaireResponse'),
    fc.constantFrom('p', 'x', 'y', 'z'),
    fc.array(anElement, { maxLength: 3 }),
  )
  .map(([type, id, elements]) =>
    a(type, type === 'Patient' ? 'p' : id, Object.assign({}, ...elements) as object),
  );

it('law: the outcomes add up to what came, and what is unread is handed on', () => {
  fc.assert(
    fc.property(fc.array(aResource, { maxLength: 12 }), (resources) => {
      const { left, unread, lacks } = readChart(aChart(resources), rules);

      expect(written(left.map(({ given }) => given))).toEqual(written(resources));
      const named = new Set(
        unread.map(({ resource }) => `${resource.resourceType}/${resource.id}`),
      );
      for (const { given, outcome } of left) {
        if (outcome !== 'unread') continue;
        const key = `${given.resourceType}/${given.id}`;
        expect(named.has(key) || lacks.some((lack) => lack.key === 'patient')).toBe(true);
      }
    }),
  );
});

const dated = (elements: object) => a('Observation', 'o', { code: coded('1'), ...elements });
const seenOf = (...resources: Resource[]) => read(...resources).resources;
const version = (elements: object): Resource => ({ resourceType: 'Patient', id: 'p', ...elements });

describe('days that stand for none', () => {
  const BORN = { resourceType: 'Patient', id: 'p', birthDate: '1975-03-03' };

  it('are not seen by rules, and what says when beside them is', () => {
    const given = dated({
      effectiveDateTime: '0001-01-01T00:00:00Z',
      issued: '2026-03-09T08:00:00Z',
    });
    expect(seenOf(given)).toEqual([dated({ issued: '2026-03-09T08:00:00Z' })]);
  });

  it("are told by the patient's birth", () => {
    const given = dated({ effectiveDateTime: '1973-01-01' });
    expect(seenOf(given)).toEqual([given]);
    expect(seenOf(BORN, given)).toEqual([BORN, dated({})]);
  });

  it('leave what has one as its value unread', () => {
    const given = dated({ valueDateTime: '0026-03-01' });
    expect(read(given).unread).toMatchObject([{ resource: given, why: 'value' }]);
  });
});

describe('a Patient in two versions', () => {
  const female = { gender: 'female' };
  const one = version({ ...female, birthDate: '1975-03-03', name: [{ text: 'A' }] });

  it('that differ in the birth date has no age, and what both say', () => {
    const { resources, lacks, left } = read(one, version({ ...female, birthDate: '1957-03-03' }));
    expect(resources).toEqual([version(female)]);
    expect(lacks).toEqual([
      {
        key: 'patient',
        resourceType: 'Patient.birthDate',
        reason: 'it came in two versions with two birth dates, and nothing says which is newer',
      },
    ]);
    expect(left).toHaveLength(2);
  });

  it('that agree in it has that age', () => {
    const { resources, lacks } = read(
      one,
      version({ birthDate: '1975-03-03', name: [{ text: 'B' }] }),
    );
    expect(resources).toEqual([version({ birthDate: '1975-03-03' })]);
    expect(lacks).toEqual([]);
  });

  it('of which one holds what may not be ignored is known by its id alone', () => {
    const modified = version({ birthDate: '1975-03-03', implicitRules: 'urn:rules' });
    const { resources, lacks } = read(one, modified);
    expect(resources).toEqual([version({})]);
    expect(lacks).toMatchObject([{ resourceType: 'Patient' }]);
  });
});

it('an order in hand is asked for by its code, whatever rules retrieve of the orders of the chart', () => {
  const given = order('o', coded('8'));
  const asked = { ...known, askedOf: () => new Set([COUGH]) };
  const chart = aChart([], { draftOrders: [given], selectedOrders: [given] });
  const { unreadOrders, draftOrders } = readChart(chart, { ...rules, known: asked });
  expect(unreadOrders).toEqual([]);
  expect(draftOrders).toEqual([given]);
});

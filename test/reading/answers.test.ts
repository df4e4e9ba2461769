import { describe, expect, it } from 'vitest';
import type { Resource } from '../../src/fhir/resource.ts';
import { answersIn, observationsOf } from '../../src/reading/answers.ts';
import type { Questionnaire } from '../../src/reading/questionnaire.ts';

const SYSTEM = 'urn:example:codes';
const LEFT = { system: 'http://snomed.info/sct', code: '7771000' };
const COUGH = { system: SYSTEM, code: 'cough', display: 'Cough' };

const VOLUME = { value: 300, unit: 'mL', system: 'http://unitsofmeasure.org', code: 'mL' };

const FORM: Questionnaire = {
  name: 'cough',
  url: 'urn:example:questionnaire:cough',
  title: 'Cough',
  questions: [
    { linkId: 'cough', text: 'Cough', code: COUGH, bodySite: undefined },
    {
      linkId: 'since',
      text: 'Since',
      code: { system: SYSTEM, code: 'since' },
      bodySite: undefined,
    },
    { linkId: 'left', text: 'Left', code: { system: SYSTEM, code: 'sign' }, bodySite: LEFT },
    {
      linkId: 'volume',
      text: 'Volume',
      code: { system: SYSTEM, code: 'volume' },
      bodySite: undefined,
    },
    { linkId: 'kind', text: 'Kind', code: { system: SYSTEM, code: 'kind' }, bodySite: undefined },
  ],
  resource: {
    resourceType: 'Questionnaire',
    item: [
      { linkId: 'cough', type: 'boolean', text: 'Cough', code: [COUGH] },
      {
        linkId: 'since',
        type: 'date',
        text: 'Since',
        code: [{ system: SYSTEM, code: 'since' }],
        enableWhen: [{ question: 'cough', operator: '=', answerBoolean: true }],
      },
      {
        linkId: 'volume',
        type: 'quantity',
        text: 'Volume',
        code: [{ system: SYSTEM, code: 'volume' }],
        enableWhen: [{ question: 'cough', operator: '=', answerBoolean: true }],
      },
    ],
  },
};

function aResponse(changes: Readonly<Record<string, unknown>> = {}): Resource {
  return {
    resourceType: 'QuestionnaireResponse',
    id: 'r1',
    status: 'completed',
    questionnaire: FORM.url,
    subject: { reference: 'Patient/p1' },
    authored: '2026-03-09T10:00:00+01:00',
    item: [{ linkId: 'cough', answer: [{ valueBoolean: false }] }],
    ...changes,
  };
}

const made = (changes: Readonly<Record<string, unknown>>) =>
  observationsOf(aResponse(changes), [FORM]);

describe('an answer', () => {
  it('stands for an Observation of its code, on the day and of the person of the response', () => {
    expect(made({})).toEqual([
      {
        resourceType: 'Observation',
        status: 'final',
        category: [
          {
            coding: [
              {
                system: 'http://terminology.hl7.org/CodeSystem/observation-category',
                code: 'survey',
              },
            ],
          },
        ],
        code: { coding: [COUGH] },
        subject: { reference: 'Patient/p1' },
        effectiveDateTime: '2026-03-09T10:00:00+01:00',
        derivedFrom: [{ reference: 'QuestionnaireResponse/r1' }],
        valueBoolean: false,
      },
    ]);
  });

  it('has a date only when the response has one', () => {
    expect(made({ authored: undefined })[0]).not.toHaveProperty('effectiveDateTime');
  });

  it.each([
    [{ valueBoolean: true }, { valueBoolean: true }],
    [{ valueInteger: 4 }, { valueInteger: 4 }],
    [{ valueDate: '2026-03' }, { valueDateTime: '2026-03' }],
    [{ valueCoding: COUGH }, { valueCodeableConcept: { coding: [COUGH] } }],
    [{ valueQuantity: VOLUME }, { valueQuantity: VOLUME }],
  ])('%j becomes %j', (answer, value) => {
    expect(made({ item: [{ linkId: 'kind', answer: [answer] }] })[0]).toMatchObject(value);
  });

  it.each([
    ['of a kind that no Observation holds', [{ linkId: 'cough', answer: [{ valueUri: 'x' }] }]],
    ['to a question that is not of the form', [{ linkId: 'other', answer: [{ valueInteger: 1 }] }]],
    ['that is not there', [{ linkId: 'cough' }, { linkId: 'since', answer: [] }]],
    ['in a response that is no FHIR', [null, 'x', { linkId: 'cough', answer: 'yes' }]],
    ['that is null', [{ linkId: 'cough', answer: [null] }]],
  ])('%s stands for nothing', (_what, item) => {
    expect(made({ item })).toEqual([]);
  });

  it('counts where it, or its item, stands alone and in no list', () => {
    const alone = { linkId: 'cough', answer: { valueBoolean: true } };
    expect(made({ item: alone })).toMatchObject([{ valueBoolean: true }]);
    expect(made({ item: { linkId: 'group', item: [alone] } })).toHaveLength(1);
  });

  it('is found in groups, and below other answers', () => {
    const left = { linkId: 'left', answer: [{ valueBoolean: true }] };
    const below = { linkId: 'kind', answer: [{ valueBoolean: true, item: [left] }] };
    const observations = made({ item: [{ linkId: 'group', item: [below] }] });
    expect(observations.map(({ bodySite }) => bodySite)).toEqual([undefined, { coding: [LEFT] }]);
  });

  it.each(['in-progress', 'entered-in-error', 'stopped', undefined])(
    'does not count in a response with the status %s',
    (status) => {
      expect(made({ status })).toEqual([]);
    },
  );

  it('is amended in an amended response', () => {
    expect(made({ status: 'amended' })[0]?.['status']).toBe('amended');
  });

  it('counts for any version of the form, and for no other form', () => {
    expect(made({ questionnaire: `${FORM.url}|9` })).toHaveLength(1);
    expect(made({ questionnaire: 'urn:example:questionnaire:other' })).toEqual([]);
    expect(made({ questionnaire: undefined })).toEqual([]);
  });
});

const answered = (cough: boolean | undefined): unknown[] => [
  ...(cough === undefined ? [] : [{ linkId: 'cough', answer: [{ valueBoolean: cough }] }]),
  { linkId: 'since', answer: [{ valueDate: '2026-03-01' }] },
];

it.each([
  ['is ruled out by a "no" to its question, which the form kept when it hid it', false, []],
  ['counts after a "yes"', true, ['2026-03-01']],
  ['counts where nobody answered its question', undefined, ['2026-03-01']],
])('what follows a question %s', (_how, cough, days) => {
  const found = made({ item: answered(cough) }).map(({ valueDateTime }) => valueDateTime);
  expect(found.filter((day) => day !== undefined)).toEqual(days);
});

it('what somebody measured counts, whatever was answered before it', () => {
  const item = [
    { linkId: 'cough', answer: [{ valueBoolean: false }] },
    { linkId: 'volume', answer: [{ valueQuantity: VOLUME }] },
  ];
  expect(made({ item }).map(({ valueQuantity }) => valueQuantity)).toEqual([undefined, VOLUME]);
});

const stored = (changes: Readonly<Record<string, unknown>> = {}): Resource => ({
  resourceType: 'Observation',
  id: 'o1',
  status: 'final',
  code: { coding: [COUGH] },
  derivedFrom: [{ reference: 'QuestionnaireResponse/r1' }],
  effectiveDateTime: '2026-03-09T10:00:00+01:00',
  valueBoolean: false,
  ...changes,
});
const ofVersion = (version: number) => ({
  derivedFrom: [{ reference: `QuestionnaireResponse/r1/_history/${version}` }],
});
const bare = (status: string) =>
  stored({
    id: status,
    status,
    code: { coding: [{ system: SYSTEM, code: 'sign' }] },
    valueBoolean: true,
  });
const all = (...observations: Resource[]): Resource[] => {
  const { answers, replaced } = answersIn([aResponse(), ...observations], [FORM]);
  return [...observations.filter((one) => !replaced.has(one)), ...answers];
};

describe('answers beside stored Observations', () => {
  it('count where none is stored', () => {
    expect(all()).toHaveLength(1);
  });

  it.each([
    ['as it was', {}],
    ['corrected', { status: 'corrected', valueBoolean: true }],
    ['withdrawn', { status: 'entered-in-error' }],
    [
      'under a full address',
      { derivedFrom: [{ reference: 'https://ehr.example/QuestionnaireResponse/r1/_history/2' }] },
    ],
  ])('count once: what is stored stands, %s', (_how, changes) => {
    expect(all(stored(changes))).toEqual([stored(changes)]);
  });

  it.each([
    ['says something else', { valueBoolean: true }],
    ['says it of another day', { effectiveDateTime: '2026-03-01' }],
    ['says it of no day', { effectiveDateTime: undefined }],
  ])('count beside an extracted Observation that %s', (_what, changes) => {
    expect(all(stored(changes))).toHaveLength(2);
  });

  it.each([
    ['of the version that it names', { meta: { versionId: '2' } }, 2, 1],
    ['of a version before', { meta: { versionId: '2' }, status: 'amended' }, 1, 2],
    ['of the only version, by all that is known', {}, 1, 1],
    ['amended since, perhaps', { status: 'amended' }, 1, 2],
  ])('yield to a corrected one of a response %s', (_what, response, version, count) => {
    const corrected = stored({ status: 'corrected', valueBoolean: true, ...ofVersion(version) });
    const { answers, replaced } = answersIn([aResponse(response), corrected], [FORM]);
    expect([answers.length + 1, replaced.size]).toEqual([count, 0]);
  });

  it.each([
    ['another response', { derivedFrom: [{ reference: 'QuestionnaireResponse/r2' }] }],
    ['no response', { derivedFrom: undefined }],
    ['another code', { code: { coding: [{ system: SYSTEM, code: 'sign' }] } }],
    ['one side', { bodySite: { coding: [LEFT] } }],
  ])('count beside an Observation of %s', (_what, changes) => {
    expect(all(stored(changes))).toHaveLength(2);
  });

  it.each([
    ['no value', { valueBoolean: undefined }],
    ['a value under a name that R4 does not have', { valueBoolean: undefined, valueDate: '2026' }],
    ['a value of another kind', { valueBoolean: undefined, valueString: 'no' }],
    ['a value written as a text', { valueBoolean: 'false' }],
  ])('stand in for an Observation with %s', (_what, changes) => {
    expect(all(JSON.parse(JSON.stringify(stored(changes))) as Resource)).toEqual(made({}));
  });

  it('stand in for what an extraction wrote without the side, and not for what somebody corrected', () => {
    const item = [{ linkId: 'left', answer: [{ valueBoolean: true }] }];
    const { answers, replaced } = answersIn(
      [aResponse({ item }), bare('final'), bare('corrected')],
      [FORM],
    );
    expect(answers.map(({ bodySite }) => bodySite)).toEqual([{ coding: [LEFT] }]);
    expect([...replaced].map(({ id }) => id)).toEqual(['final']);
  });

  it.each([
    ['a text', 'yes', 'yes'],
    ['a list of texts', ['yes'], 'yes'],
    ['neither text nor object', true, 'true'],
  ])('are handed on as unreadable where there is %s', (_what, answer, valueString) => {
    const { answers, unreadable } = answersIn(
      [aResponse({ item: [{ linkId: 'cough', answer }] })],
      [FORM],
    );
    expect(answers).toEqual([]);
    expect(unreadable).toMatchObject([{ code: { coding: [COUGH] }, valueString }]);
  });

  it('are handed on as unreadable where they are of no kind that an answer can be', () => {
    const item = [{ linkId: 'kind', answer: [{ valueDecimal: 38.5 }] }];
    const { answers, unreadable } = answersIn([aResponse({ item })], [FORM]);
    expect([answers, unreadable.map(({ valueDecimal }) => valueDecimal)]).toEqual([[], [38.5]]);
  });
});

it('an answer to a question that this version does not have is told by its words, and never read', () => {
  const item = [{ linkId: 'new', text: 'Wheezing', answer: [{ valueBoolean: true }] }];
  const { answers, unreadable } = answersIn([aResponse({ item })], [FORM]);
  expect(answers).toEqual([]);
  expect(unreadable.map(({ code, valueBoolean }) => [code, valueBoolean])).toEqual([
    [{ text: 'Wheezing' }, true],
  ]);
});

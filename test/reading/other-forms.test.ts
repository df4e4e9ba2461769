import { expect, it } from 'vitest';
import type { Resource } from '../../src/fhir/resource.ts';
import type { WrittenCoding } from '../../src/reading/known.ts';
import { readChart, type Reading } from '../../src/reading/read.ts';
import { knownCodes } from '../support/known-codes.ts';

const SNOMED = 'http://snomed.info/sct';
const COUGH = 'urn:set:cough';
const NAUSEA = 'urn:set:nausea';

let lookups = 0;
const known = knownCodes({
  askedOf: () => new Set([COUGH, NAUSEA]),
  valueSetsWith: (codings) =>
    codings.some(({ system, code }) => system === SNOMED && code === '1') ? [COUGH] : [],
  possible(_type, words) {
    lookups += 1;
    return [
      ...(/cough/i.test(words) ? [{ valueSet: COUGH, word: 'cough' }] : []),
      ...(/queasy.*morning/i.test(words) ? [{ valueSet: NAUSEA, word: 'queasy' }] : []),
    ];
  },
  codeOf: (url) => ({ system: SNOMED, code: url === COUGH ? '1' : '2' }),
});

type Item = Readonly<Record<string, unknown>>;
const form = (item: unknown, changes: Partial<Resource> = {}): Resource => ({
  resourceType: 'QuestionnaireResponse',
  id: 'q',
  status: 'completed',
  subject: { reference: 'Patient/p' },
  questionnaire: 'https://other.example/Questionnaire/intake',
  authored: '2026-03-09',
  item,
  ...changes,
});
const asked = (text: string | undefined, ...answer: unknown[]): Item => ({
  linkId: '1.2',
  ...(text === undefined ? {} : { text }),
  answer,
});
const yes = { valueBoolean: true };
const coded = (code: string, display?: string) => ({
  valueCoding: { system: SNOMED, code, ...(display === undefined ? {} : { display }) },
});
const read = (response: Resource, types = ['Observation', 'QuestionnaireResponse']): Reading =>
  readChart(
    {
      resources: [response],
      draftOrders: [],
      selectedOrders: [],
      unseenOrders: [],
      patient: { id: 'p', others: new Set(), server: 'https://ehr.example/fhir' },
    },
    { types: new Set(types), known, questionnaires: [], codeMap: undefined, today: '2026-03-10' },
  );

const contained = (item: Item): Partial<Resource> => ({
  contained: [{ resourceType: 'Questionnaire', id: 'f', item: [item] }],
  questionnaire: '#f',
});

it.each([
  ['the words of a question', form([asked('Do you cough?', yes)]), COUGH],
  ['those of a question answered with no', form([asked('Cough', { valueBoolean: false })]), COUGH],
  ['an answer in words', form([asked(undefined, { valueString: 'a dry cough' })]), COUGH],
  ['an answer chosen in words', form([asked('New', coded('9', 'Cough'))]), COUGH],
  ['an answer chosen by its code', form([asked('New', coded('1'))]), COUGH],
  ['the second of two answers', form([asked('New', coded('9'), coded('1'))]), COUGH],
  ['a question in a group', form([{ linkId: 'g', item: [asked('Cough', yes)] }]), COUGH],
  [
    'a question in an answer',
    form([asked('Ill?', { ...yes, item: [asked('Cough', yes)] })]),
    COUGH,
  ],
  ['an item that is no list', form(asked('Cough', yes)), COUGH],
  ['an answer that is no list', form([{ linkId: '1', text: 'Cough', answer: yes }]), COUGH],
  ['an answer that is no object', form([asked('Cough', true)]), COUGH],
  ['a linkId of words', form([{ linkId: '/chest/dry-cough', answer: [yes] }]), COUGH],
  ['a linkId of words in one', form([{ linkId: 'dryCough', answer: [yes] }]), COUGH],
  [
    'words that begin in the group above',
    form([{ linkId: 'g', text: 'Queasy', item: [asked('In the morning', yes)] }]),
    NAUSEA,
  ],
  [
    'a title that no question below asks for',
    form([{ linkId: 'g', text: 'Cough', item: [asked('At night', yes)] }]),
    COUGH,
  ],
  [
    'words of a form that the response holds itself',
    form([asked(undefined, yes)], contained({ linkId: '1.2', text: 'Cough' })),
    COUGH,
  ],
  ['a form without a name', form([asked('Cough', yes)], { questionnaire: undefined }), COUGH],
  ['a form that is not finished', form([asked('Cough', yes)], { status: 'in-progress' }), COUGH],
])('reads, of a form that it does not know, %s', (_what, response, valueSet) => {
  const { unread, left } = read(response);
  expect(unread.map(({ mayBe }) => mayBe)).toEqual([[valueSet]]);
  expect(unread[0]?.resource).toMatchObject({ effectiveDateTime: '2026-03-09' });
  expect(left.map(({ outcome }) => outcome)).toEqual(['read']);
});

it('reads an answer by the code of its question where there is one', () => {
  const code: WrittenCoding[] = [{ system: SNOMED, code: '1' }];
  for (const response of [
    form([{ ...asked('Symptom', yes), code }]),
    form([asked('Symptom', yes)], contained({ linkId: '1.2', code })),
  ]) {
    const { unread, resources } = read(response);
    expect(unread).toEqual([]);
    expect(resources).toContainEqual(
      expect.objectContaining({ status: 'final', valueBoolean: true, code: expect.anything() }),
    );
  }
});

it.each([
  ['words that nobody looks for', form([asked('Do you smoke?', yes)])],
  ['a question that nobody answered', form([asked('Cough')])],
  ['an answer without a value', form([asked('Cough', {})])],
  [
    'other questions of a group whose words are looked for',
    form([
      {
        linkId: 'g',
        text: 'Cough and the like',
        item: [{ linkId: 'c', text: 'Cough' }, asked('Else', yes)],
      },
    ]),
  ],
  [
    'what follows a question',
    form([{ linkId: 'g', text: 'Cough', answer: [{}], item: [asked('Else', yes)] }]),
  ],
  ['no items', form(undefined)],
])('asks nothing of a form of %s', (_what, response) => {
  const { unread, left } = read(response);
  expect([unread, left.map(({ outcome }) => outcome)]).toEqual([[], ['not asked for']]);
});

it('asks nothing of a form where no rule asks for observations', () => {
  expect(read(form([asked('Cough', yes)]), ['QuestionnaireResponse']).unread).toEqual([]);
});

it.each([
  ['withdrawn', { status: 'entered-in-error' }, 'withdrawn'],
  ['about somebody else', { subject: { reference: 'Patient/x' } }, 'of somebody else'],
])('reads nothing of a form that is %s', (_what, changes, outcome) => {
  const { unread, left } = read(form([asked('Cough', yes)], changes));
  expect([unread, left.map((one) => one.outcome)]).toEqual([[], [outcome]]);
});

it.each([
  ['it does not say clearly whose it is', { subject: { display: 'somebody' } }, 'not clear whose'],
  ['it holds what must not be ignored', { modifierExtension: [{ url: 'urn:x' }] }, 'modified'],
])('leaves an answer open where %s', (_what, changes, why) => {
  expect(read(form([asked('Cough', yes)], changes)).unread).toMatchObject([
    { why, mayBe: [COUGH] },
  ]);
});

it('tells each answer by its place, so that a no to one is none to another', () => {
  const { unread } = read(
    form([
      { linkId: 'a', text: 'Cough by day', answer: [{ valueBoolean: false }] },
      { linkId: 'b', text: 'Cough at night', answer: [yes, { valueString: 'often' }] },
    ]),
  );
  expect(unread.map(({ resource }) => resource['derivedFrom'])).toEqual([
    [{ reference: 'QuestionnaireResponse/q#a' }],
    [{ reference: 'QuestionnaireResponse/q#b' }],
    [{ reference: 'QuestionnaireResponse/q#b[1]' }],
  ]);
});

it('looks up the words of each item of a long form a few times only', () => {
  const items = Array.from({ length: 500 }, (_, i) => ({
    linkId: `${i}`,
    text: `Question ${i}`,
    answer: [{ valueString: `answer ${i}` }],
  }));
  lookups = 0;
  read(form([{ linkId: 'g', text: 'A group', item: items }]));
  expect(lookups).toBeLessThanOrEqual(500 * 6);
});

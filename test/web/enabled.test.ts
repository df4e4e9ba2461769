import { describe, expect, it } from 'vitest';
import { enabledItems } from '../../web/enabled.js';
import type { EnableWhen, QuestionnaireItem } from '../../src/reading/questionnaire.ts';

type Answers = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const UCUM = 'http://unitsofmeasure.org';
const millilitres = (value: number) => ({ value, system: UCUM, code: 'mL' });
const kind = (code: string) => ({ system: 'urn:example', code });

const item = (linkId: string, more: Partial<QuestionnaireItem> = {}): QuestionnaireItem => ({
  linkId,
  type: 'boolean',
  text: linkId,
  ...more,
});

/** What is asked of a form, by the answers so far. */
const asked = (items: readonly QuestionnaireItem[], answers: Answers) => [
  ...enabledItems(items, (linkId) => [answers[linkId] ?? []].flat()),
];

/** Whether the second question is asked beside that answer to the first; undefined is none. */
const isAsked = (condition: Omit<EnableWhen, 'question'>, answer?: Answers[string]) =>
  asked(
    [item('a'), item('b', { enableWhen: [{ question: 'a', ...condition }] })],
    answer ? { a: answer } : {},
  ).includes('b');

describe('a question with a condition', () => {
  it.each([
    [{ operator: '=', answerBoolean: true }, { valueBoolean: true }, true],
    [{ operator: '=', answerBoolean: true }, { valueBoolean: false }, false],
    [{ operator: '=', answerBoolean: true }, undefined, false],
    [{ operator: '!=', answerBoolean: false }, { valueBoolean: true }, true],
    [{ operator: '!=', answerBoolean: false }, { valueBoolean: false }, false],
    [{ operator: '!=', answerBoolean: false }, undefined, true],
    [{ operator: 'exists', answerBoolean: true }, { valueInteger: 0 }, true],
    [{ operator: 'exists', answerBoolean: true }, undefined, false],
    [{ operator: 'exists', answerBoolean: false }, undefined, true],
    [{ operator: 'exists', answerBoolean: false }, { valueBoolean: false }, false],
    [{ operator: '=', answerCoding: kind('x') }, { valueCoding: kind('x') }, true],
    [{ operator: '=', answerCoding: kind('x') }, { valueCoding: kind('y') }, false],
    [{ operator: '!=', answerCoding: kind('x') }, { valueCoding: kind('y') }, true],
    [{ operator: '<', answerInteger: 5 }, { valueInteger: 4 }, true],
    [{ operator: '<', answerInteger: 5 }, { valueInteger: 5 }, false],
    [{ operator: '<=', answerInteger: 5 }, { valueInteger: 5 }, true],
    [{ operator: '>', answerInteger: 5 }, { valueInteger: 5 }, false],
    [{ operator: '=', answerInteger: 0 }, { valueInteger: 0 }, true],
    [{ operator: '>', answerDate: '2026-01-09' }, { valueDate: '2026-01-10' }, true],
    [{ operator: '>', answerDate: '2026-01-10' }, { valueDate: '2026-01-10' }, false],
    [
      { operator: '>=', answerQuantity: millilitres(200) },
      { valueQuantity: millilitres(200) },
      true,
    ],
    [
      { operator: '>=', answerQuantity: millilitres(200) },
      { valueQuantity: millilitres(199.5) },
      false,
    ],
  ] as const)('%j beside %j: %j', (condition, answer, expected) => {
    expect(isAsked(condition, answer)).toBe(expected);
  });

  it.each([
    [
      { operator: '>=', answerQuantity: millilitres(200) },
      { valueQuantity: { value: 1, system: UCUM, code: 'L' } },
    ],
    [
      { operator: '!=', answerQuantity: millilitres(200) },
      { valueQuantity: { value: 1, system: UCUM, code: 'L' } },
    ],
    [{ operator: '>', answerDate: '2026-01-10' }, { valueDate: '2026' }],
  ] as const)('%j is asked in doubt, beside %j', (condition, answer) => {
    expect(isAsked(condition, answer)).toBe(true);
  });
});

const yes = (question: string): EnableWhen => ({ question, operator: '=', answerBoolean: true });

const form = (enableBehavior: 'all' | 'any') => [
  item('a'),
  item('b'),
  item('c', { enableBehavior, enableWhen: [yes('a'), yes('b')] }),
];

describe('several conditions', () => {
  const one = { a: { valueBoolean: true } };
  const both = { ...one, b: { valueBoolean: true } };

  it('hold all, or any of them', () => {
    expect(asked(form('all'), one)).toEqual(['a', 'b']);
    expect(asked(form('all'), both)).toEqual(['a', 'b', 'c']);
    expect(asked(form('any'), one)).toEqual(['a', 'b', 'c']);
    expect(asked(form('any'), {})).toEqual(['a', 'b']);
  });

  it('in a row: an answer to what is not asked counts as none', () => {
    const chain = [
      item('a'),
      item('b', { enableWhen: [yes('a')] }),
      item('c', { enableWhen: [yes('b')] }),
    ];
    expect(asked(chain, both)).toEqual(['a', 'b', 'c']);
    expect(asked(chain, { b: { valueBoolean: true } })).toEqual(['a']);
  });

  it('of a group are those of all it holds', () => {
    const inner = item('b', { type: 'group', enableWhen: [yes('a')], item: [item('c')] });
    expect(asked([item('a'), inner], {})).toEqual(['a']);
    expect(asked([item('a'), inner], one)).toEqual(['a', 'b', 'c']);
  });
});

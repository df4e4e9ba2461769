import { afterAll, describe, expect, it } from 'vitest';
import { aCompiler } from '../support/content.ts';
import { contentOf, faultsOf } from '../support/mini-content.ts';
import {
  aLimit,
  aQuestion,
  aUnit,
  aWholeLimit,
  FORM_FILE,
  formOf,
  UCUM,
  type Item,
} from '../support/mini-form.ts';

const compiler = aCompiler();
afterAll(() => compiler.translator.close());

/** The faults of a form with these items, as `line: message`; the first item is line 3. */
async function faultsIn(...items: readonly Item[]): Promise<string[]> {
  const faults = await faultsOf(compiler, formOf(...items));
  return faults.map((fault) =>
    fault.replace(`${FORM_FILE}:`, '').replace(/^(\d+):\d+: error: /, '$1: '),
  );
}

const measured = (...extension: object[]) =>
  aQuestion('peak', 'quantity', extension.length > 0 ? { extension } : {});

describe('a question about a measured value', () => {
  it('has units, and limits in any of them', async () => {
    const items = formOf(
      measured(aUnit('Cel'), aUnit('[degF]'), aLimit('min', 30, 'Cel'), aLimit('max', 45, 'Cel')),
    );
    const { questionnaires } = await contentOf(compiler, items);
    expect(questionnaires[0]?.questions).toMatchObject([{ linkId: 'peak' }]);
  });

  it.each([
    [
      'no unit',
      [],
      'A quantity needs its unit: the extension questionnaire-unitOption with a valueCoding of UCUM, once for each unit that may be chosen',
    ],
    [
      'a unit that UCUM does not know',
      [aUnit('millilitre')],
      '"millilitre" is not a UCUM unit; see https://ucum.org/ucum',
    ],
    [
      'a unit of another system',
      [aUnit('mL', 'urn:example:units')],
      `The unit must be of the system ${UCUM}, not of urn:example:units`,
    ],
    ['a unit twice', [aUnit('mL'), aUnit('mL')], 'This is said twice'],
    [
      'a limit in a unit that is not offered',
      [aUnit('mL'), aLimit('max', 5, 'L')],
      'The limit is in L, which is no unit of this question',
    ],
    [
      'limits that no number meets',
      [aUnit('mL'), aLimit('min', 9, 'mL'), aLimit('max', 5, 'mL')],
      'The greatest number, 5, is below the least, 9',
    ],
    [
      'two least numbers',
      [aUnit('mL'), aLimit('min', 1, 'mL'), aLimit('min', 2, 'mL')],
      'This is said twice',
    ],
    [
      'the limit of a whole number',
      [aUnit('mL'), aWholeLimit('max', 5)],
      'A question of the type quantity has no such extension: integers have minValue and maxValue; quantities have questionnaire-unitOption, and minQuantity and maxQuantity of SDC',
    ],
  ])('with %s is a fault', async (_what, extension, message) => {
    expect(await faultsIn(measured(...extension))).toEqual([`3: ${message}`]);
  });

  it('with an empty limit is a fault', async () => {
    const limit = { url: aLimit('min', 1, 'mL').url };
    expect(await faultsIn(measured(aUnit('mL'), limit))).toEqual([
      '3: The limit needs valueQuantity',
    ]);
  });
});

describe('a question about a whole number', () => {
  it.each([
    ['unitOption', aUnit('mL')],
    [
      'a unit',
      { ...aUnit('mL'), url: 'http://hl7.org/fhir/StructureDefinition/questionnaire-unit' },
    ],
    ['the limit of a quantity', aLimit('max', 5, 'mL')],
  ])('with %s is a fault', async (_what, extension) => {
    const [fault, ...others] = await faultsIn(
      aQuestion('grade', 'integer', { extension: [extension] }),
    );
    expect(fault).toContain('3: A question of the type integer has no such extension');
    expect(others).toEqual([]);
  });
});

const option = { system: 'http://snomed.info/sct', code: '386661006' };
const ASKED = [
  aQuestion('yes-no', 'boolean'),
  aQuestion('kind', 'choice', { answerOption: [{ valueCoding: option }] }),
  aQuestion('count', 'integer'),
  aQuestion('day', 'date'),
  aQuestion('volume', 'quantity', { extension: [aUnit('mL')] }),
  { linkId: 'group', type: 'group', text: 'Group', item: [aQuestion('inside', 'boolean')] },
];
/** The faults of a question that is asked only when that holds, in line 9. */
const faultsWhen = (...enableWhen: object[]) =>
  faultsIn(...ASKED, aQuestion('more', 'boolean', { enableWhen }));

describe('a question that is asked beside some answers only', () => {
  it.each([
    { question: 'yes-no', operator: '=', answerBoolean: true },
    { question: 'yes-no', operator: 'exists', answerBoolean: false },
    { question: 'kind', operator: '!=', answerCoding: option },
    { question: 'count', operator: '<', answerInteger: 5 },
    { question: 'day', operator: '>=', answerDate: '2026-01-01' },
    { question: 'volume', operator: '>', answerQuantity: { value: 9, system: UCUM, code: 'mL' } },
    { question: 'volume', operator: 'exists', answerBoolean: true },
  ])('may rest on %j', async (condition) => {
    expect(await faultsWhen(condition)).toEqual([]);
  });

  it.each([
    [
      { question: 'cold', operator: '=', answerBoolean: true },
      'No question cold stands before this item; only what is asked before can decide whether it is asked',
    ],
    [
      { question: 'more', operator: '=', answerBoolean: true },
      'No question more stands before this item; only what is asked before can decide whether it is asked',
    ],
    [
      { question: 'group', operator: 'exists', answerBoolean: true },
      'group is a group, which has no answer',
    ],
    [
      { question: 'yes-no', operator: '>', answerBoolean: true },
      'The operator > does not fit yes-no, whose type is boolean: use =, != or exists',
    ],
    [
      { question: 'kind', operator: '<=', answerCoding: option },
      'The operator <= does not fit kind, whose type is choice: use =, != or exists',
    ],
    [
      { question: 'volume', operator: '>', answerInteger: 9 },
      'The operator > with volume, whose type is quantity, takes answerQuantity',
    ],
    [
      { question: 'count', operator: 'exists', answerInteger: 9 },
      'The operator exists takes answerBoolean',
    ],
    [
      { question: 'kind', operator: '=', answerCoding: { system: 'urn:example', code: 'x' } },
      'x of urn:example is no option of kind',
    ],
    [
      { question: 'volume', operator: '>', answerQuantity: { value: 1, system: UCUM, code: 'L' } },
      'L is no unit of volume',
    ],
  ])('may not rest on %j', async (condition, message) => {
    expect(await faultsWhen(condition)).toEqual([`9: ${message}`]);
  });

  it.each([
    [
      { question: 'yes-no', operator: '~', answerBoolean: true },
      '"item.6.enableWhen.0.operator": Invalid option: expected one of "exists"|"="|"!="|">"|"<"|">="|"<="',
    ],
    [
      { question: 'yes-no', operator: '=' },
      '"item.6.enableWhen.0": needs "question", "operator" and one answer, like answerBoolean',
    ],
    [
      { question: 'yes-no', operator: '=', answerBoolean: true, answerInteger: 1 },
      '"item.6.enableWhen.0": needs "question", "operator" and one answer, like answerBoolean',
    ],
  ])('is no FHIR with %j', async (condition, message) => {
    expect(await faultsWhen(condition)).toEqual([`9: ${message}`]);
  });

  it('says whether all or any of several conditions must hold', async () => {
    const condition = { question: 'yes-no', operator: '=', answerBoolean: true };
    expect(await faultsWhen(condition, condition)).toEqual([
      '9: "item.6.enableBehavior": says whether all or any of several conditions must hold',
    ]);
  });
});

describe('a question inside a question', () => {
  it('is a fault: the page would not show it', async () => {
    const item = [aQuestion('more', 'boolean')];
    expect(await faultsIn(aQuestion('cough', 'boolean', { item }))).toEqual([
      '3: "item.0.item": stands in a group, and only there; a follow-up question stands after its question, with enableWhen',
    ]);
  });

  it('is as wrong as a group of nothing', async () => {
    expect(await faultsIn({ linkId: 'group', type: 'group', text: 'Group' })).toEqual([
      '3: "item.0.item": stands in a group, and only there; a follow-up question stands after its question, with enableWhen',
    ]);
  });
});

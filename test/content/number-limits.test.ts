import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { objectionToResponse } from '../../src/web/check-response.ts';
import { aCompiler, theContent } from '../support/content.ts';
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

const RANGES = 'cql/reading/ranges.csv';
const withRanges = (rows: readonly string[], ...items: readonly Item[]) => ({
  ...formOf(...items),
  [RANGES]: ['value_set,unit,min,max,source', ...rows, ''].join('\n'),
});

/** What the form has of limits, as it is shown. */
async function limitsIn(rows: readonly string[], item: Item): Promise<unknown[]> {
  const content = await contentOf(compiler, withRanges(rows, item));
  const { extension = [] } = content.questionnaires[0]?.resource.item[0] ?? {};
  return extension.filter(({ url }) => /(?:min|max)(?:Value|Quantity)$/.test(url));
}

const quantity = (...units: string[]) =>
  aQuestion('peak', 'quantity', { extension: units.map((unit) => aUnit(unit)) });
const limit = (end: 'min' | 'max', value: number, code: string) => {
  const { url, valueQuantity } = aLimit(end, value, code);
  return { url, valueQuantity: { ...valueQuantity, unit: code } };
};

describe('a question whose value set has a range', () => {
  it('takes its limits from there, in each of its units', async () => {
    expect(await limitsIn(['cough,Cel,10,47,'], quantity('Cel', '[degF]'))).toEqual([
      limit('min', 10, 'Cel'),
      limit('max', 47, 'Cel'),
      limit('min', 50, '[degF]'),
      limit('max', 116.6, '[degF]'),
    ]);
  });

  it('takes whole limits when it asks for a whole number', async () => {
    expect(await limitsIn(['cough,1,-0.5,5.5,'], aQuestion('grade', 'integer'))).toEqual([
      aWholeLimit('min', 0),
      aWholeLimit('max', 5),
    ]);
  });

  it('takes what all of its ranges allow', async () => {
    expect(await limitsIn(['cough,L,1,5,', 'cough,mL,0,2000,'], quantity('mL'))).toEqual([
      limit('min', 1000, 'mL'),
      limit('max', 2000, 'mL'),
    ]);
  });

  it.each([
    ['another value set has a range', [], quantity('Cel')],
    ['it asks for no number', ['cough,1,0,5,'], aQuestion('yes', 'boolean')],
    ['the range is not one of plain numbers', ['cough,mL,0,5,'], aQuestion('grade', 'integer')],
  ])('takes none when %s', async (_what, rows, item) => {
    expect(await limitsIn(rows, item)).toEqual([]);
  });

  it.each([
    ['a least', aLimit('min', 30, 'Cel')],
    ['a greatest', aLimit('max', 45, 'Cel')],
  ])('with %s number of its own is a fault', async (_what, own) => {
    const item = aQuestion('peak', 'quantity', { extension: [aUnit('Cel'), own] });
    expect(await faultsOf(compiler, withRanges(['cough,Cel,10,47,'], item))).toEqual([
      expect.stringMatching(
        `^${FORM_FILE}:3:\\d+: error: What this question takes stands in ${RANGES}; leave the limit out here$`,
      ),
    ]);
  });

  it('with a whole limit of its own is a fault', async () => {
    const item = aQuestion('grade', 'integer', { extension: [aWholeLimit('max', 5)] });
    expect(await faultsOf(compiler, withRanges(['cough,1,0,5,'], item))).toHaveLength(1);
  });

  it('with a unit that the range cannot be turned into is a fault', async () => {
    expect(
      await faultsOf(compiler, withRanges(['cough,Cel,10,47,'], quantity('Cel', 'kg'))),
    ).toEqual([
      expect.stringMatching(
        `^${FORM_FILE}:3:\\d+: error: ${RANGES} has the range of this in Cel, which cannot be turned into kg$`,
      ),
    ]);
  });

  it('never takes what reading would then refuse', async () => {
    const numbers = fc.record({
      min: fc.integer({ min: -500, max: 500 }),
      more: fc.integer({ min: 1, max: 500 }),
    });
    await fc.assert(
      fc.asyncProperty(numbers, async ({ min, more }) => {
        const max = (min + more) / 7;
        const item = quantity('[degF]');
        const rows = [`cough,Cel,${min / 7},${max},`];
        const [least, greatest] = (await limitsIn(rows, item)) as {
          valueQuantity: { value: number };
        }[];
        const celsius = (one: typeof least) => ((one?.valueQuantity.value ?? 0) - 32) / 1.8;
        expect(celsius(least)).toBeGreaterThanOrEqual(min / 7 - 1e-9);
        expect(celsius(greatest)).toBeLessThanOrEqual(max + 1e-9);
        expect(celsius(greatest) - celsius(least)).toBeGreaterThan(more / 7 - 0.02);
      }),
      { numRuns: 5 },
    );
  });
});

const { questionnaires } = await theContent();
const answered = (linkId: string, answer: object) => ({
  resourceType: 'QuestionnaireResponse',
  item: [{ linkId, answer: [answer] }],
});
const amount = (value: number, code: string) => ({
  valueQuantity: { value, system: UCUM, code },
});

describe('the forms of the project', () => {
  it.each([
    ['red-flag-screen', 'body-temperature', amount(10, 'Cel'), true],
    ['red-flag-screen', 'body-temperature', amount(9.9, 'Cel'), false],
    ['red-flag-screen', 'body-temperature', amount(47.1, 'Cel'), false],
    ['red-flag-screen', 'body-temperature', amount(116.6, '[degF]'), true],
    ['red-flag-screen', 'body-temperature', amount(38.5, '[degF]'), false],
    ['red-flag-screen', 'post-void-residual', amount(10_000, 'mL'), true],
    ['red-flag-screen', 'post-void-residual', amount(10_001, 'mL'), false],
    ['leg-examination', 'left-strength-hip-flexion', { valueInteger: 5 }, true],
    ['leg-examination', 'left-strength-hip-flexion', { valueInteger: 6 }, false],
    ['leg-examination', 'right-reflex-knee', { valueInteger: 4 }, true],
    ['leg-examination', 'right-reflex-knee', { valueInteger: 5 }, false],
    ['symptoms-and-course', 'pain-score', { valueInteger: 10 }, true],
    ['symptoms-and-course', 'pain-score', { valueInteger: 11 }, false],
  ])('%s: %s of %j is taken: %s', (name, linkId, answer, isTaken) => {
    const form = questionnaires.find((one) => one.name === name);
    if (form === undefined) throw new Error(`There is no form ${name}`);
    expect(objectionToResponse(answered(linkId, answer), form)).toBe(
      isTaken ? undefined : `The answer to ${linkId} is out of range`,
    );
  });

  it('take limits for each number', () => {
    expect(questionnaires).toHaveLength(9);
    const numbers = questionnaires.flatMap(({ resource }) => numbersIn(resource.item));
    expect(numbers).not.toHaveLength(0);
    for (const item of numbers) {
      expect(JSON.stringify(item), `limits of ${item.linkId}`).toMatch(/max(?:Value|Quantity)/);
    }
  });
});

type Shown = { readonly linkId: string; readonly type: string; readonly item?: Shown[] };

function numbersIn(items: readonly object[]): Shown[] {
  return (items as readonly Shown[]).flatMap((item) => [
    ...(item.type === 'integer' || item.type === 'quantity' ? [item] : []),
    ...numbersIn(item.item ?? []),
  ]);
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { isSameUnit, isUcumUnit } from '../../src/engine/ucum.ts';
import { Units } from '../../src/engine/units.ts';
import type { Program } from '../../src/engine/program.ts';
import { readUnitSpellings } from '../../src/content/unit-spellings.ts';
import { aCompiler, ROOT } from '../support/content.ts';
import { aLibrary, anEvaluation, aProgram } from '../support/cql.ts';

const compiler = aCompiler();
const UCUM = 'http://unitsofmeasure.org';
const spellings = readUnitSpellings(
  [{ file: 'cql/terminology/units.csv', text: read('cql/terminology/units.csv') }],
  [],
);
const units = new Units(spellings);
const LETTERS = 'm g L d F C e l / ( ) [ ] { } . * ^ & _ % + - 1 2 9 0 \' " #'.split(' ');
const RUNS = { numRuns: 100, seed: 20_260_310 };
let program: Program;

const QUANTITY = '(First([Observation]).value as FHIR.Quantity)';
const TEST = aLibrary(
  'Test',
  `parameter Limit Decimal
parameter Unit String
context Patient
define "In": Units.In(${QUANTITY}, Unit)
define "At Least": Units.AtLeast(${QUANTITY}, Limit, Unit)
define "More Than": Units.MoreThan(${QUANTITY}, Limit, Unit)
define "Exceeds": Units.Exceeds(${QUANTITY}, First(First([Observation]).referenceRange).high)
define "Unreadable": Units.IsUnreadable(${QUANTITY}, Unit)
define "Plain": Units.Plain(${QUANTITY}, '/10')
define "Compared": ${QUANTITY} >= 38.0 'Cel'`,
  ['Units'],
);

beforeAll(async () => {
  program = await aProgram(compiler, [read('cql/Units.cql'), TEST], [], spellings);
});
afterAll(() => compiler.translator.close());

function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

type Quantity = Readonly<Record<string, unknown>>;

/** What the test library says of a quantity, asked with a limit in a unit. */
async function ask(quantity: Quantity, unit: string, limit = 38, high?: Quantity) {
  const observation = {
    resourceType: 'Observation',
    valueQuantity: quantity,
    referenceRange: [{ high }],
  };
  const evaluation = anEvaluation(program, {
    resources: [{ resourceType: 'Patient', id: 'p1' }, observation],
    parameters: { Limit: limit, Unit: unit },
  });
  const names = ['In', 'At Least', 'More Than', 'Exceeds', 'Unreadable', 'Plain', 'Compared'];
  const facts = await evaluation.facts(
    names.map((expression) => ({ library: 'Test', expression })),
  );
  return facts['Test'] ?? {};
}

describe('a temperature', () => {
  it.each([
    [{ unit: '°F', system: UCUM, code: '[degF]' }],
    [{ system: UCUM, code: '[degF]' }],
    [{ system: 'urn:oid:2.16.840.1.113883.6.8', code: '[degF]' }],
    [{ code: '[degF]' }],
    [{ code: 'degF', system: UCUM }],
    [{ unit: 'F' }],
    [{ unit: ' Degrees  F ' }],
    [{ unit: 'DEG F' }],
    [{ unit: 'Grad Fahrenheit', system: UCUM, code: '[degF]' }],
    [{ unit: '°F', system: 'http://snomed.info/sct', code: '258712004' }],
    [{ unit: '°F', system: 'urn:site', code: '17' }],
  ])('of 100.4 in %o is 38.0 °C and no less', async (unit) => {
    expect(await ask({ value: 100.4, ...unit }, 'Cel')).toMatchObject({
      In: 38,
      'At Least': true,
      'More Than': false,
      Unreadable: false,
      Compared: true,
    });
  });

  it.each([
    ['has no unit', {}],
    ['has an empty unit', { unit: ' ' }],
    ['has a unit that is no temperature', { unit: 'kg' }],
    ['has a unit that nobody listed', { unit: 'warm' }],
    ['has a unit and a code that contradict each other', { unit: 'F', system: UCUM, code: 'Cel' }],
    ['is in farad', { unit: 'F', system: UCUM, code: 'F' }],
    ['is in farad without a text', { system: UCUM, code: 'F' }],
    ['has a code that is no unit', { system: UCUM, code: 'constructor' }],
    ['has a code of another system only', { system: 'urn:site', code: 'Cel' }],
  ])('that %s is unknown', async (_, unit) => {
    expect(await ask({ value: 101, ...unit }, 'Cel')).toMatchObject({
      In: null,
      'At Least': null,
      'More Than': null,
      Unreadable: true,
      Compared: null,
    });
  });

  it('without a number is unknown, and there is nothing to read', async () => {
    expect(await ask({ unit: '°C' }, 'Cel')).toMatchObject({ In: null, Unreadable: false });
  });

  it('comes back the same from Fahrenheit, to the tenth, on both sides of every limit', async () => {
    const tenths = fc.integer({ min: 300, max: 430 });
    await fc.assert(
      fc.asyncProperty(tenths, tenths, async (of, at) => {
        // 1.8 °F is 1 °C: in hundredths of °F these are whole numbers.
        const fahrenheit = (of * 18 + 3200) / 100;
        const told = await ask({ value: fahrenheit, unit: '°F' }, 'Cel', at / 10);
        expect(told).toMatchObject({ In: of / 10, 'At Least': of >= at, 'More Than': of > at });
      }),
      RUNS,
    );
  });
});

describe('a value', () => {
  it.each([
    [{ value: 150, unit: 'lbs' }, 'kg', 68.03886],
    [{ value: 2.5, unit: 'MG/DL' }, 'mg/L', 25],
    [{ value: 25, unit: 'ug/mL' }, 'mg/L', 25],
    [{ value: 20, unit: 'mm/hr' }, 'mm/h', 20],
    [{ value: 300, unit: 'cc' }, 'mL', 300],
    [{ value: 0.2, unit: 'Litres' }, 'mL', 200],
    [{ value: 5, system: UCUM, code: 'mmol/L' }, 'umol/L', 5000],
  ])('%o in %s is %d', async (quantity, unit, value) => {
    const { In } = await ask(quantity, unit);
    expect(In).toBeCloseTo(value, 5);
  });

  it('is held to a limit in the unit of the limit', async () => {
    const value = { value: 0.6, unit: 'mg/dL' };
    expect(await ask(value, 'mg/L', 0, { value: 5, unit: 'mg/L' })).toMatchObject({
      Exceeds: true,
    });
    expect(await ask(value, 'mg/L', 0, { value: 6, unit: 'mg/L' })).toMatchObject({
      Exceeds: false,
    });
    expect(await ask(value, 'mg/L', 0, { value: 5 })).toMatchObject({ Exceeds: null });
    expect(await ask(value, 'mg/L')).toMatchObject({ Exceeds: null });
  });

  it('with a comparator says only what is true of every number it can mean', async () => {
    const comparators = {
      '<': (number: number, bound: number) => number < bound,
      '<=': (number: number, bound: number) => number <= bound,
      '>': (number: number, bound: number) => number > bound,
      '>=': (number: number, bound: number) => number >= bound,
    };
    const comparator = fc.constantFrom('<', '<=', '>', '>=');
    const small = fc.integer({ min: 0, max: 6 });
    await fc.assert(
      fc.asyncProperty(comparator, small, small, async (sign, bound, limit) => {
        const meant = Array.from({ length: 41 }, (_, i) => i / 2 - 5).filter((number) =>
          comparators[sign](number, bound),
        );
        const told = await ask({ value: bound, comparator: sign, unit: 'mg/L' }, 'mg/L', limit);
        const verdict = (holds: (number: number) => boolean) =>
          meant.every(holds) ? true : meant.some(holds) ? null : false;
        expect(told).toMatchObject({
          In: null,
          'At Least': verdict((number) => number >= limit),
          'More Than': verdict((number) => number > limit),
        });
      }),
      RUNS,
    );
  });

  it.each([
    [{}, 7],
    [{ unit: '{score}' }, 7],
    [{ unit: 'Points' }, 7],
    [{ system: UCUM, code: '1' }, 7],
    [{ unit: '/10' }, 7],
    [{ unit: '/5' }, null],
    [{ unit: 'mm' }, null],
    [{ unit: '%' }, null],
    [{ unit: 'score', system: UCUM, code: 'mm' }, null],
    [{ unit: '/10', system: UCUM, code: 'mm' }, null],
    [{ comparator: '>' }, null],
  ])('on a scale, 7 with %o, is %s', async (unit, value) => {
    expect(await ask({ value: 7, ...unit }, '1')).toMatchObject({ Plain: value });
  });
});

describe('a unit of a record', () => {
  it.each(spellings)('spelt $spelling is $ucum', ({ spelling, ucum }) => {
    for (const text of [spelling, spelling.toUpperCase(), ` ${spelling} `]) {
      expect(units.normalize({ value: 5, unit: text })).toMatchObject({ system: UCUM, code: ucum });
    }
  });

  it('is known when its text and its code mean the same, and not when they do not', () => {
    const spelling = fc.constantFrom(...spellings);
    fc.assert(
      fc.property(spelling, spelling, (text, code) => {
        const { system, code: known } = units.normalize({
          unit: text.spelling,
          code: code.spelling,
        });
        const agreed = text.ucum === code.ucum ? { system: UCUM, known: text.ucum } : {};
        expect({ system, known }).toEqual({ system: undefined, known: undefined, ...agreed });
      }),
      { ...RUNS, numRuns: 1000 },
    );
  });

  it('never fails and prints nothing, whatever it is: records hold everything', () => {
    const print = vi.spyOn(console, 'log').mockImplementation(() => {});
    const letters = fc.string({ unit: fc.constantFrom(...LETTERS) });
    const text = fc.oneof(
      letters,
      fc.string({ unit: 'binary' }),
      fc.constantFrom('__proto__', 'toString'),
    );
    fc.assert(
      fc.property(text, (written) => {
        isUcumUnit(written);
        isSameUnit(written, 'mg');
        units.normalize({ value: 1, unit: written, code: written, system: UCUM });
      }),
      { numRuns: 5000, seed: 20_260_310 },
    );
    expect(print).not.toHaveBeenCalled();
    print.mockRestore();
  });
});

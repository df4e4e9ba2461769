import { expect, it } from 'vitest';
import { isImplausible, isOfTwoMinds, withoutAnswer } from '../../src/reading/observations.ts';
import { knownCodes } from '../support/known-codes.ts';

const LOINC = 'http://loinc.org';
const HEAT = 'urn:set:heat';
const GRADE = 'urn:set:grade';
const known = knownCodes({
  ranges: new Map([
    [HEAT, [{ unit: 'Cel', min: 10, max: 47 }]],
    [GRADE, [{ unit: '1', min: 0, max: 5 }]],
  ]),
  convert: (quantity, unit) => {
    const { value, code } = quantity as { value?: unknown; code?: string };
    if (typeof value !== 'number') return undefined;
    if (code === '[degF]' && unit === 'Cel') return (value - 32) / 1.8;
    return code === unit ? value : undefined;
  },
  valueSetsWith: (codings) => (codings.some(({ code }) => code === '8') ? [HEAT] : []),
  codeOf: (url) => (url === GRADE ? { system: LOINC, code: '7' } : undefined),
});
const observation = (value: object) => ({ resourceType: 'Observation', ...value });
const heat = (value: unknown, code = 'Cel') => ({ valueQuantity: { value, code } });

it.each([
  ['at the least', heat(10), HEAT, false],
  ['at the greatest', heat(47), HEAT, false],
  ['above it', heat(47.1), HEAT, true],
  ['below the least', heat(9.9), HEAT, true],
  ['in another unit', heat(98.6, '[degF]'), HEAT, false],
  ['above it in another unit', heat(200, '[degF]'), HEAT, true],
  ['in a unit of another kind', heat(500, 'kg'), HEAT, false],
  ['that has no range', heat(500), 'urn:set:other', false],
  ['without a unit, where the range has one', { valueQuantity: { value: 500 } }, HEAT, false],
  ['that is no number', heat('500'), HEAT, false],
  ['that is whole', { valueInteger: 5 }, GRADE, false],
  ['that is whole, above the greatest', { valueInteger: 9 }, GRADE, true],
  ['that is whole, below the least', { valueInteger: -1 }, GRADE, true],
  ['that is whole, where the range has a unit', { valueInteger: 500 }, HEAT, false],
  ['without a unit, above the greatest', { valueQuantity: { value: 9 } }, GRADE, true],
  ['of another kind', { valueString: '9' }, GRADE, false],
  ['that is missing', {}, GRADE, false],
])('tells of a value %s whether a living body can have it', (_what, value, url, expected) => {
  expect(isImplausible(observation(value), [url], known)).toBe(expected);
});

it('leaves of what rules cannot read that it was asked, and of what it may be', () => {
  const given = observation({
    status: 'final',
    code: { text: 'Heat', coding: [{ system: LOINC, code: '8' }] },
    valueQuantity: { value: 1 },
    component: [{}],
    interpretation: [{}],
    hasMember: [{}],
    effectiveDateTime: '2026-03-01',
  });
  expect(withoutAnswer(given, [HEAT, GRADE, 'urn:set:empty'], known)).toEqual({
    resourceType: 'Observation',
    status: 'final',
    code: {
      text: 'Heat',
      coding: [
        { system: LOINC, code: '8' },
        { system: LOINC, code: '7' },
      ],
    },
    effectiveDateTime: '2026-03-01',
  });
});

it.each([
  ['one value', { valueBoolean: false }, false],
  ['no value, and why', { dataAbsentReason: {} }, false],
  ['two values', { valueBoolean: false, valueString: 'yes' }, true],
  ['a value, and why there is none', { valueBoolean: false, dataAbsentReason: {} }, true],
])('an Observation with %s is of two minds, or not', (_what, elements, expected) => {
  expect(isOfTwoMinds({ resourceType: 'Observation', ...elements })).toBe(expected);
});

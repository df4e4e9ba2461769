import { expect, it } from 'vitest';
import { whyNoAge } from '../../src/reading/birth-date.ts';

const TODAY = '2026-03-10';

it.each(['1975-03-03', '1975-03', '1975', TODAY, '1901-03-10', '1901'])(
  'says an age: %s',
  (birthDate) => {
    expect(whyNoAge(birthDate, TODAY)).toBeUndefined();
  },
);

it.each([
  [undefined, 'it has no birth date'],
  [null, 'it has no birth date'],
  ['March', 'its birth date is no date'],
  ['1975-02-30', 'its birth date is no date'],
  [19_750_303, 'its birth date is no date'],
  ['2026-03-11', 'its birth date is still to come'],
  ['0001-01-01', 'its birth date is more than 125 years ago'],
  ['1900-01-01', 'its birth date is more than 125 years ago'],
  ['1901-03-09', 'its birth date is more than 125 years ago'],
  ['1900', 'its birth date is more than 125 years ago'],
])('says none: %s, since %s', (birthDate, why) => {
  expect(whyNoAge(birthDate, TODAY)).toBe(why);
});

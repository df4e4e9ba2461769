import { expect, it } from 'vitest';
import { plainly, withoutEntities } from '../../src/reading/plain.ts';

it.each([
  ['Dry Cough', ['dry cough']],
  ['DRY_COUGH', ['dry cough']],
  ['Dry&nbsp;cough', ['dry cough']],
  ['Dry&#160;cough', ['dry cough']],
  ['Dry\u2011cough', ['dry-cough']],
  ['Dry co\u00ADugh', ['dry cough']],
  ['\uFF24ry cough', ['dry cough']],
  ['Dry – cough', ['dry – cough']],
  ['', ['']],
])('reads %j as what its signs stand for', (words, expected) => {
  expect(plainly(words)).toEqual(expected);
});

it('reads what is written without blanks as one word, and as several', () => {
  expect(plainly('DryCough')).toEqual(['drycough', 'dry cough']);
});

it('leaves what is no entity', () => {
  expect(withoutEntities('a & b &unknown; &#0; &lt;')).toBe('a & b &unknown; &#0; <');
});

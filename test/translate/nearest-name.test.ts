import { expect, it } from 'vitest';
import { didYouMean, nearestNames } from '../../src/translate/nearest-name.ts';

const NAMES = ['In Scope', 'Findings Since', 'Finding Days', 'Latest', 'LDL'];

it.each([
  ['in scope', 'In Scope'],
  ['InScope', 'In Scope'],
  ['Findings Sinc', 'Findings Since'],
  ['Fnidings Since', 'Findings Since'],
  ['Lates', 'Latest'],
  ['LDLs', 'LDL'],
])('takes %j for %j', (written, name) => {
  expect(nearestNames(written, NAMES)).toEqual([name]);
});

it.each(['Findings', 'Scope', 'LD', 'Eldest', ''])('takes %j for none of them', (written) => {
  expect(nearestNames(written, NAMES)).toEqual([]);
});

it('takes the nearest of several, and those that are as near', () => {
  expect(nearestNames('Finding Day', ['Findings Day', 'finding day', 'Funding Day'])).toEqual([
    'finding day',
  ]);
  expect(nearestNames('Cougs', ['Cough', 'Bugs', 'Coughs'])).toEqual(['Cough', 'Coughs']);
});

it('asks for one name, for several, and not where none is near', () => {
  expect(didYouMean('Lates', NAMES)).toBe('Did you mean "Latest"?');
  expect(didYouMean('Cougs', ['Cough', 'Coughs'])).toBe('Did you mean "Cough" or "Coughs"?');
  expect(didYouMean('Eldest', NAMES)).toBeUndefined();
});

import { expect, it } from 'vitest';
import { theContent } from '../support/content.ts';

const { knownCodes } = await theContent();
const system = 'http://hl7.org/fhir/sid/icd-10-cm';
const below = (code: string, of = system): string[] =>
  knownCodes.valueSetsBelow({ system: of, code }).map((url) => url.replace(/^.*:/, ''));

it.each([
  ['S34.3', 'cauda-equina-conditions'],
  ['S34.3XX', 'cauda-equina-conditions'],
  ['S343', 'cauda-equina-conditions'],
  ['R33', 'urinary-retention-conditions'],
  ['N31', 'urinary-retention-conditions'],
  ['R15', 'bowel-conditions'],
  ['M21.3', 'foot-drop-conditions'],
  ['G95.2', 'cord-emergency-conditions'],
  ['G06', 'spinal-or-bone-infection-conditions'],
  ['R50', 'fever-conditions'],
  ['Z79.0', 'anticoagulant-conditions'],
  ['M54.1', 'radicular-conditions'],
])('%s may be what is listed below it: of %s', (code, valueSet) => {
  expect(below(code)).toContain(valueSet);
});

it.each([
  ['M21', 'of which what is listed below is a small part', 'foot-drop-conditions'],
  ['N39.4', 'of which one listed code in four is looked for', 'urinary-retention-conditions'],
  ['M79.6', 'which parts what lies on either side', 'leg-pain-left'],
  ['M54.3', 'which a value set holds itself', 'leg-pain-left'],
  ['G83.4', 'below which nothing stands', 'cauda-equina-conditions'],
])('%s, %s, may not be of %s by that', (code, _why, valueSet) => {
  expect(below(code)).not.toContain(valueSet);
});

it('looks for nothing below the codes of a system that does not spell its hierarchy', () => {
  expect(below('S34.3', 'http://snomed.info/sct')).toEqual([]);
});

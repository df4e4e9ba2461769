import { expect, it } from 'vitest';
import { formatFault, type ContentFault } from '../../src/content/fault.ts';
import { checkStandardMaps } from '../../src/content/standard-maps.ts';
import { readVerifiedCodes } from '../../src/content/terminology.ts';
import { readValueSets } from '../../src/content/value-sets.ts';

const OWN = 'urn:own';
const SNOMED = 'http://snomed.info/sct';
const LIST = `system,code,display,source,confidence
SNOMED CT,49727002,Cough,a list,verified
SNOMED CT,11833005,Dry cough,a list [deleted],verified
`;
const SYSTEM = {
  resourceType: 'CodeSystem',
  url: OWN,
  concept: [{ code: 'cough', display: 'Coughs', definition: 'Boolean.' }],
};

function faultsOf(target: unknown, code = 'cough', standard = false): string[] {
  const faults: ContentFault[] = [];
  const group = [{ source: OWN, target: SNOMED, element: [{ code, target: [target] }] }];
  const files = [
    { file: 'codes.csv', text: LIST },
    { file: 'own.json', text: JSON.stringify(SYSTEM) },
    { file: 'map.json', text: JSON.stringify({ resourceType: 'ConceptMap', group }) },
  ];
  const include = [
    { system: OWN, concept: [{ code: 'cough', display: 'Coughs' }] },
    ...(standard ? [{ system: SNOMED, concept: [{ code: '49727002', display: 'Cough' }] }] : []),
  ];
  const set = { resourceType: 'ValueSet', url: 'urn:cough', compose: { include } };
  const verified = readVerifiedCodes(files, faults);
  const sets = readValueSets([{ file: 'cough.json', text: JSON.stringify(set) }], verified, faults);
  checkStandardMaps(files, sets, verified, faults);
  return faults.map(formatFault).map((text) => text.replace(/^map\.json:\d+:\d+: error: /, ''));
}

const COUGH = { code: '49727002', display: 'Cough', equivalence: 'equivalent' };

it('finds nothing where the value sets hold both codes', () => {
  expect(faultsOf(COUGH, 'cough', true)).toEqual([]);
});

it.each([
  [
    'a value set that holds the own code alone',
    [COUGH],
    'cough.json holds cough, but not 49727002, which stands for it; add it there, or say in "comment" why not',
  ],
  [
    'an own code that is none',
    [COUGH, 'couhg', true],
    'Code couhg of urn:own is not in the verified list; confirm it in a public source and add it to cql/terminology/codes.csv',
  ],
  [
    'another display',
    [{ ...COUGH, display: 'Coughing' }, 'cough', true],
    'Code 49727002 of http://snomed.info/sct has the display "Coughing", but the verified list says "Cough"',
  ],
  [
    'a code no longer valid',
    [{ code: '11833005', display: 'Dry cough', equivalence: 'wider', comment: 'Dry.' }],
    'Code 11833005 of http://snomed.info/sct is no longer valid (codes.csv:3: deleted); use what replaced it',
  ],
  [
    'a near code without a comment',
    [{ ...COUGH, equivalence: 'inexact' }],
    '"group.0.element.0.target.0": needs a "comment" that says what differs (FHIR rule cmd-1)',
  ],
] as const)('reports %s', (_what, [target, code, standard], message) => {
  expect(faultsOf(target, code, standard)).toEqual([message]);
});

it('takes a comment for the reason why a value set leaves the standard code out', () => {
  expect(faultsOf({ ...COUGH, comment: 'Read as a condition.' })).toEqual([]);
});

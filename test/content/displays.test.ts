import { expect, it } from 'vitest';
import { Displays } from '../../src/content/displays.ts';
import { readVerifiedCodes } from '../../src/content/terminology.ts';
import { readValueSets } from '../../src/content/value-sets.ts';
import { CodeService } from '../../src/engine/code-service.ts';

const ICD = 'http://hl7.org/fhir/sid/icd-10-cm';
const SNOMED = 'http://snomed.info/sct';
const LIST = `system,code,display,valueset,confidence
ICD-10-CM,J45,Asthma,asthma,verified
ICD-10-CM,J45.20,Mild asthma,mild,verified
ICD-10-CM,J44.9,Obstructive disease,asthma,verified
ICD-10-CM,R05.9,"Cough, unspecified",cough,verified
ICD-10-CM,I10,High blood pressure,heart,verified
ICD-10-CM,E11.9,Diabetes,sugar,verified
SNOMED CT,195967001,Asthma (disorder),asthma,verified
SNOMED CT,49727002,Cough (finding),cough,verified
SNOMED CT,11833005,Dry cough (finding),dry,verified
`;

const set = (name: string, include: unknown) => ({
  file: `${name}.json`,
  text: JSON.stringify({ resourceType: 'ValueSet', url: `urn:${name}`, compose: { include } }),
});

function displays(): Displays {
  const verified = readVerifiedCodes([{ file: 'codes.csv', text: LIST }], []);
  const files = [
    set('asthma', [
      { system: ICD, filter: [{ property: 'concept', op: 'is-a', value: 'J45' }] },
      { system: SNOMED, concept: [{ code: '195967001', display: 'Asthma (disorder)' }] },
    ]),
    set('cough', [
      { system: ICD, concept: [{ code: 'R05.9', display: 'Cough, unspecified' }] },
      { system: SNOMED, concept: [{ code: '11833005', display: 'Dry cough (finding)' }] },
    ]),
  ];
  const faults: never[] = [];
  return new Displays(verified, new CodeService(readValueSets(files, verified, faults)));
}

it.each([
  ['the words of another code', ICD, 'J45.20', 'Cough, unspecified', true],
  [
    'them without regard to case, dots and names of the system',
    'urn:oid:2.16.840.1.113883.6.90',
    'j4520',
    ' cough, UNSPECIFIED',
    true,
  ],
  ['them without the kind of concept', SNOMED, '195967001', 'Cough', true],
  ['its own words', ICD, 'J45.20', 'Mild asthma', false],
  ['no words', ICD, 'J45.20', '', false],
  ['words that are nobody’s', ICD, 'J45.20', 'Wheezing', false],
  ['words of another system', ICD, 'J45.20', 'Cough (finding)', false],
  ['the words of a code above it', ICD, 'J45.20', 'Asthma', false],
  ['the words of a code of its group', ICD, 'J45', 'Obstructive disease', false],
  ['words that say less', SNOMED, '11833005', 'Cough', false],
  ['words that say more', SNOMED, '49727002', 'Dry cough', false],
  ['the words of a code that no value set tells from it', ICD, 'I10', 'Diabetes', false],
  ['the words of a code that rules read', ICD, 'I10', 'Cough, unspecified', true],
  ['the words of another, for a code nobody listed', ICD, 'Z99.9', 'Cough, unspecified', false],
])('tells whether a code is contradicted by %s', (_what, system, code, display, expected) => {
  expect(displays().isContradicted({ system, code, display })).toBe(expected);
});

import { expect, it } from 'vitest';
import { formatFault, type ContentFault } from '../../src/content/fault.ts';
import { checkListGroups } from '../../src/content/list-groups.ts';
import { readVerifiedCodes } from '../../src/content/terminology.ts';
import { readValueSets } from '../../src/content/value-sets.ts';

const ICD = 'http://hl7.org/fhir/sid/icd-10-cm';
const LIST = `system,code,display,valueset,confidence
ICD-10-CM,J45,Asthma,asthma,verified
ICD-10-CM,J45.20,Mild asthma,asthma,verified
ICD-10-CM,J44.9,Obstructive disease,asthma,verified
ICD-10-CM,J45.991,Cough variant asthma,cough,verified
SNOMED CT,195967001,Asthma,asthma,verified
`;
const FAMILY = { system: ICD, filter: [{ property: 'concept', op: 'is-a', value: 'J45' }] };

function faultsOf(compose: unknown, groups: readonly string[], list = LIST): string[] {
  const faults: ContentFault[] = [];
  const extension = groups.map((valueString) => ({
    url: 'urn:nerveroot:extension:list-group',
    valueString,
  }));
  const set = { resourceType: 'ValueSet', url: 'urn:asthma', extension, compose };
  const verified = readVerifiedCodes([{ file: 'codes.csv', text: list }], faults);
  const file = { file: 'asthma.json', text: JSON.stringify(set) };
  checkListGroups(readValueSets([file], verified, faults), verified, faults);
  return faults.map(formatFault);
}

const LEFT_OUT =
  'codes.csv:4:1: warning: asthma.json leaves out J44.9 (Obstructive disease), which is listed under asthma; write it under compose.exclude if that was meant';
const TAKEN_IN =
  'codes.csv:5:1: warning: A family of asthma.json takes in J45.991 (Cough variant asthma), listed under cough; list it under asthma as well, or write it under compose.exclude';

it('warns of listed codes that a family leaves out, and of others that it takes in', () => {
  expect(faultsOf({ include: [FAMILY] }, ['asthma'])).toEqual([LEFT_OUT, TAKEN_IN]);
});

it('takes what a value set excludes as decided', () => {
  const concept = [
    { code: 'J44.9', display: 'Obstructive disease' },
    { code: 'J45.991', display: 'Cough variant asthma' },
  ];
  const compose = { include: [FAMILY], exclude: [{ system: ICD, concept }] };
  expect(faultsOf(compose, ['asthma'])).toEqual([]);
});

it('takes a code in two groups for one of either', () => {
  const twice = `${LIST}ICD-10-CM,J45.991,Cough variant asthma,asthma,verified\n`;
  expect(faultsOf({ include: [FAMILY] }, ['asthma'], twice)).toEqual([LEFT_OUT]);
});

it('asks nothing of a value set that names no group', () => {
  expect(faultsOf({ include: [FAMILY] }, [])).toEqual([]);
});

it('reports a group that the list does not have', () => {
  expect(faultsOf({ include: [FAMILY] }, ['asthma', 'croup'])).toContain(
    'asthma.json:1:47: error: No code of the verified list is in the group "croup"',
  );
});

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCsv } from '../../src/content/csv-file.ts';
import type { ContentFault } from '../../src/content/fault.ts';
import { conceptOf } from '../../src/reading/concept.ts';
import { ROOT, theContent } from '../support/content.ts';

const { knownCodes } = await theContent();
const ICD_9_CM = 'http://hl7.org/fhir/sid/icd-9-cm';
const namesOf = (urls: readonly string[]): string[] => urls.map((url) => url.replace(/^.*:/, ''));
const read = (code: string, system = ICD_9_CM, resourceType = 'Condition') =>
  conceptOf({ resourceType, code: { coding: [{ system, code }] } }, knownCodes);

describe('a code of ICD-9-CM without words', () => {
  it.each([
    ['344.60', 'cauda-equina-conditions'],
    ['344.61', 'cauda-equina-conditions'],
    ['34461', 'cauda-equina-conditions'],
    ['788.20', 'urinary-retention-conditions'],
    ['596.4', 'urinary-retention-conditions'],
    ['787.60', 'bowel-conditions'],
    ['324.1', 'spinal-or-bone-infection-conditions'],
    ['198.5', 'bone-seeking-cancer-conditions'],
    ['174.9', 'cancer-conditions'],
    ['805.4', 'trauma-conditions'],
    ['780.60', 'fever-conditions'],
    ['724.4', 'radicular-conditions'],
    ['724.2', 'population-conditions'],
    ['V58.61', 'anticoagulant-conditions'],
  ])('%s may be of %s, and is not taken for it', (code, valueSet) => {
    const { why, valueSets } = read(code);
    expect(why).toBe('no code');
    expect(namesOf(valueSets)).toContain(valueSet);
  });

  it.each(['401.9', '250', '736.79', '999.99'])(
    '%s may be of nothing that rules look for in an emergency, and is unread all the same',
    (code) => {
      const { why, valueSets } = read(code);
      expect([why, namesOf(valueSets)]).toEqual(['no code', []]);
    },
  );

  it.each([
    'urn:oid:2.16.840.1.113883.6.103',
    '2.16.840.1.113883.6.103',
    'http://terminology.hl7.org/CodeSystem/icd9cm',
    'https://hl7.org/fhir/sid/icd-9-cm/',
    'ICD-9-CM',
  ])('is one under the name %s', (system) => {
    expect(namesOf(read('344.61', system).valueSets)).toEqual(['cauda-equina-conditions']);
  });

  it('is no procedure, though the procedures of its third volume are numbers too', () => {
    expect(read('34.46', ICD_9_CM, 'Procedure').valueSets).toEqual([]);
  });
});

describe('a code of CPT without words', () => {
  const CPT = 'http://www.ama-assn.org/go/cpt';

  it.each(['72133', '72148', '72149', '72158'])('%s may be an order of a lumbar image', (code) => {
    const { why, valueSets } = read(code, CPT, 'ServiceRequest');
    expect(why).toBe('no code');
    expect(namesOf(valueSets)).toContain('lumbar-mri-or-ct');
  });

  it('is none where it is of a knee', () => {
    expect(read('73721', CPT, 'ServiceRequest').valueSets).toEqual([]);
  });
});

it('every row leads to value sets', async () => {
  const faults: ContentFault[] = [];
  const file = 'cql/reading/near-codes.csv';
  const rows = readCsv({ file, text: await readFile(join(ROOT, file), 'utf8') }, faults);
  const idle = rows.filter(({ near_system: system = '', near = '' }) =>
    near.split('|').some((code) => knownCodes.valueSetsWith([{ system, code }]).length === 0),
  );
  expect(faults).toEqual([]);
  expect(rows.length).toBeGreaterThan(1000);
  expect(idle.map(({ code, near }) => `${code}: ${near}`)).toEqual([]);
});

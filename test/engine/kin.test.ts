import { describe, expect, it } from 'vitest';
import { codesWithin, kinOf } from '../../src/engine/kin.ts';

const ICD_10_CM = 'http://hl7.org/fhir/sid/icd-10-cm';
const SNOMED = 'http://snomed.info/sct';

it.each([
  'http://hl7.org/fhir/sid/icd-10',
  'http://hl7.org/fhir/sid/icd-10-nl',
  'http://hl7.org.au/CodeSystem/icd-10-am',
  'http://fhir.de/CodeSystem/bfarm/icd-10-gm',
  'http://fhir.de/CodeSystem/bfarm/icd-10-gm|2025',
  'http://fhir.ch/CodeSystem/icd-10-gm',
  'http://thl.fi/icd-10',
  'http://id.who.int/icd/release/10',
  'http://id.who.int/icd/release/10/2019',
  'https://smt.esante.gouv.fr/terminologie-cim-10',
  'http://www.icd10data.com/icd10cm',
  'urn:oid:2.16.840.1.113883.6.3',
  '2.16.840.1.113883.6.3.1',
  'urn:oid:1.2.276.0.76.5.514',
  'ICD10',
  'ICD-10',
  'CIE-10',
  'urn:oid:1.2.3',
  'urn:site:diagnoses',
  '',
  SNOMED,
])('takes a code that is spelt as those of ICD-10, of "%s", for what may be one', (system) => {
  expect(kinOf({ system, code: 'G83.4' })).toEqual([{ system: ICD_10_CM, code: 'G83.4' }]);
});

it.each([
  'http://hl7.org/fhir/sid/icd-10-pcs',
  'http://hl7.org/fhir/sid/icd-9-cm',
  'urn:oid:2.16.840.1.113883.6.103',
  'http://hl7.org/fhir/sid/icpc-2',
  'http://id.who.int/icd/release/11/mms',
  'http://terminology.hl7.org/CodeSystem/icd-o-3',
  'http://www.whocc.no/atc',
  'http://fhir.de/CodeSystem/bfarm/ops',
  'http://terminology.hl7.org/CodeSystem/v2-0136',
])('takes a code of %s, which is another system, for none of ICD-10', (system) => {
  expect(kinOf({ system, code: 'G83.4' })).toEqual([]);
});

it.each([
  ['of an injury', 'S34.3', ['S34.3', 'S343XXA']],
  ['with the star of what it shows itself as', 'M49.5*', ['M49.5']],
  ['with the sign of what stands below it', 'G83.4-', ['G83.4']],
])('finds what ICD-10-CM has for a code %s', (_what, code, codes) => {
  const found = kinOf({ system: 'http://hl7.org/fhir/sid/icd-10', code });
  expect(found).toEqual(codes.map((one) => ({ system: ICD_10_CM, code: one })));
});

it.each([
  ['a later encounter', 'S34.3XXD', ['S34.3XXA']],
  ['a first encounter', 'S34.3XXA', []],
  ['what is written with the sign of what stands below it', 'G83.4-', ['G83.4']],
])('finds in ICD-10-CM, of %s', (_what, code, codes) => {
  const found = kinOf({ system: ICD_10_CM, code });
  expect(found.map((one) => one.code)).toEqual(codes);
});

it.each(['', 'urn:site', 'http://snomed.info/id', 'http://snomed.info/xsct', ICD_10_CM])(
  'takes a code with the check digit of SNOMED CT, of "%s", for what may be one',
  (system) => {
    expect(kinOf({ system, code: '192970008' })).toEqual([{ system: SNOMED, code: '192970008' }]);
  },
);

it.each([
  ['another check digit', '192970009'],
  ['the number of a description', '192970016'],
  ['a number too short', '12345'],
])('takes %s for none of SNOMED CT', (_what, code) => {
  expect(kinOf({ system: 'urn:site', code })).toEqual([]);
});

it('tells codes of LOINC by their check digit', () => {
  expect(kinOf({ system: 'urn:lab', code: '8310-5' })).toEqual([
    { system: 'http://loinc.org', code: '8310-5' },
  ]);
  expect(kinOf({ system: 'urn:lab', code: '8310-6' })).toEqual([]);
});

it.each([
  ['LOINC', 'http://loinc.org', '8310-5'],
  ['SNOMED CT', SNOMED, '192970008'],
  ['RxNorm', 'http://www.nlm.nih.gov/research/umls/rxnorm', '192970008'],
])('takes a code of %s for that alone', (_name, system, code) => {
  expect(kinOf({ system, code })).toEqual([]);
});

describe('a code that is made of others is akin to each of them', () => {
  it.each([
    ['behind the name of its system', 'urn:site', 'ICD10CM:G83.4', ICD_10_CM, 'G83.4'],
    ['behind a name with a hyphen', 'urn:site', 'ICD-10-CM:G83.4', ICD_10_CM, 'G83.4'],
    ['in a list', ICD_10_CM, 'M51.26, G83.4', ICD_10_CM, 'G83.4'],
    ['in a list with bars', ICD_10_CM, 'M51.26|G83.4|R32', ICD_10_CM, 'G83.4'],
    ['refined', SNOMED, '6077001:272741003=24028007', SNOMED, '6077001'],
    [
      'refined, with its words',
      SNOMED,
      '6077001 |Foot drop| : 272741003 = 7771000',
      SNOMED,
      '6077001',
    ],
    ['as one of two', SNOMED, '6077001+192970008', SNOMED, '192970008'],
    ['in its address', SNOMED, 'http://snomed.info/id/6077001', SNOMED, '6077001'],
    [
      'in its address, of no known system',
      'urn:site',
      'http://snomed.info/id/6077001',
      SNOMED,
      '6077001',
    ],
  ])('%s', (_how, system, code, kinSystem, kinCode) => {
    expect(kinOf({ system, code })).toContainEqual({ system: kinSystem, code: kinCode });
  });

  it('and to nothing that refines it', () => {
    expect(kinOf({ system: SNOMED, code: '6077001:272741003=24028007' })).toEqual([
      { system: SNOMED, code: '6077001' },
    ]);
  });

  it.each(['G83.4', 'M49.0*', '6077001', 'LA32-8', 'leg-pain'])('%j is one by itself', (code) => {
    expect(codesWithin({ system: 'urn:site', code })).toEqual([]);
  });
});

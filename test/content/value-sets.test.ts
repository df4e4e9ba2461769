import cql from 'cql-execution';
import { describe, expect, it } from 'vitest';
import { formatFault, type ContentFault } from '../../src/content/fault.ts';
import { readVerifiedCodes } from '../../src/content/terminology.ts';
import { readValueSets } from '../../src/content/value-sets.ts';
import { CodeService } from '../../src/engine/code-service.ts';

const ICD = 'http://hl7.org/fhir/sid/icd-10-cm';
const SNOMED = 'http://snomed.info/sct';
const LIST = `system,code,display,confidence
ICD-10-CM,M54.5,Low back pain,verified
ICD-10-CM,M54.50,"Low back pain, unspecified",verified
ICD-10-CM,M51.26,Other disc displacement,verified
SNOMED CT,49727002,Cough,verified
`;

/** Reads value sets, each `urn:<name>` with these parts in its `compose`. */
function read(sets: Readonly<Record<string, unknown>>) {
  const faults: ContentFault[] = [];
  const files = Object.entries(sets).map(([name, compose]) => ({
    file: `${name}.json`,
    text: JSON.stringify({ resourceType: 'ValueSet', url: `urn:${name}`, compose }, undefined, 1),
  }));
  const verified = readVerifiedCodes([{ file: 'codes.csv', text: LIST }], faults);
  const service = new CodeService(readValueSets(files, verified, faults));
  const holds = (set: string, code: string, system = ICD): boolean | undefined =>
    service.findValueSet(`urn:${set}`)?.hasMatch(new cql.Code(code, system));
  return { faults: faults.map(formatFault), holds };
}

const FAMILY = { system: ICD, filter: [{ property: 'concept', op: 'is-a', value: 'M54.5' }] };
const COUGH = { system: SNOMED, concept: [{ code: '49727002', display: 'Cough' }] };

describe('a value set', () => {
  it('holds the head of a family and what is below it, however it is spelt', () => {
    const { holds, faults } = read({ back: { include: [FAMILY] } });
    const codes = ['M54.5', 'M54.50', 'm5450', 'M54.6', 'M54'];
    expect(codes.map((code) => holds('back', code))).toEqual([true, true, true, false, false]);
    expect(holds('back', 'M54.50', 'urn:oid:2.16.840.1.113883.6.90')).toBe(true);
    expect(holds('back', 'M54.50', SNOMED)).toBe(false);
    expect(faults).toEqual([]);
  });

  it('holds the codes that a pattern matches whole', () => {
    const pattern = { property: 'code', op: 'regex', value: 'M51\\.[23]6' };
    const { holds } = read({ disc: { include: [{ system: ICD, filter: [pattern] }] } });
    const codes = ['M51.26', 'M5136', 'M51.260', 'M51.46'];
    expect(codes.map((code) => holds('disc', code))).toEqual([true, true, false, false]);
  });

  it('leaves out single codes and families, and takes in other sets', () => {
    const exclude = [
      { system: ICD, concept: [{ code: 'M54.50', display: 'Low back pain, unspecified' }] },
    ];
    const { holds } = read({
      back: { include: [FAMILY], exclude },
      all: { include: [{ valueSet: ['urn:back'] }, COUGH] },
    });
    expect(['M54.50', 'M54.51', 'M54.500'].map((code) => holds('all', code))).toEqual([
      false,
      true,
      true,
    ]);
    expect(holds('all', '49727002', SNOMED)).toBe(true);
  });
});

it.each([
  [
    'a family whose head is not verified, though a code below it is',
    { include: [{ ...FAMILY, filter: [{ property: 'concept', op: 'is-a', value: 'M51.2' }] }] },
    'The head of the family M51.2 is not in the verified list; confirm it in a public source and add it to cql/terminology/codes.csv',
  ],
  [
    'such a family that is taken out',
    {
      include: [FAMILY],
      exclude: [{ ...FAMILY, filter: [{ property: 'concept', op: 'is-a', value: 'M51.2' }] }],
    },
    'The head of the family M51.2 is not in the verified list; confirm it in a public source and add it to cql/terminology/codes.csv',
  ],
  [
    'a pattern that no verified code matches',
    { include: [{ ...FAMILY, filter: [{ property: 'code', op: 'regex', value: 'Z99.*' }] }] },
    'No code of the verified list matches the pattern Z99.*; confirm one in a public source and add it to cql/terminology/codes.csv',
  ],
  [
    'a family in a system that spells none',
    {
      include: [
        { system: SNOMED, filter: [{ property: 'concept', op: 'is-a', value: '49727002' }] },
      ],
    },
    'Codes of http://snomed.info/sct do not spell their hierarchy; list them one by one',
  ],
  [
    'a pattern that is none',
    { include: [{ system: ICD, filter: [{ property: 'code', op: 'regex', value: 'M(' }] }] },
    '"M(" is not a regular expression',
  ],
  [
    'an unknown set that is taken in',
    { include: [{ valueSet: ['urn:none'] }] },
    'No file in cql/valuesets/ defines value set urn:none',
  ],
  [
    'a set that takes itself in',
    { include: [{ valueSet: ['urn:set'] }] },
    'Value set urn:set takes itself in',
  ],
  [
    'a set that is to be taken out whole',
    { include: [COUGH], exclude: [{ valueSet: ['urn:set'] }] },
    'A value set cannot be taken out whole; list its codes or families',
  ],
  [
    'a part with codes and families',
    { include: [{ ...FAMILY, ...COUGH }] },
    '"compose.include.0": needs "system" with "concept" or "filter" (families), or "valueSet" alone',
  ],
])('reports %s', (_what, compose, message) => {
  expect(
    read({ set: compose }).faults.map((fault) => fault.replace(/^set\.json:\d+:\d+: error: /, '')),
  ).toEqual([message]);
});

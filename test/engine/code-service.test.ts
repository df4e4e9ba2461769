import cql from 'cql-execution';
import { expect, it } from 'vitest';
import { CodeService } from '../../src/engine/code-service.ts';

const SNOMED = 'http://snomed.info/sct';
const service = new CodeService([
  { url: 'urn:set', codes: [{ system: SNOMED, code: '49727002', display: 'Cough' }] },
]);
const set = service.findValueSet('urn:set');
const cough = new cql.Code('49727002', SNOMED);
const fever = new cql.Code('386661006', SNOMED);

it('finds value sets by their URL only', () => {
  expect(service.findValueSet('urn:other')).toBeNull();
  expect(service.findValueSetsByOid('urn:other')).toEqual([]);
  expect(service.findValueSetsByOid('urn:set')).toEqual([set]);
});

it('knows the code systems of its value sets, by their canonical names', () => {
  const oid = 'urn:oid:2.16.840.1.113883.6.90';
  const icd = 'http://hl7.org/fhir/sid/icd-10-cm';
  const codes = [{ system: oid, code: 'M54.50' }];
  expect(new CodeService([{ url: 'urn:set', codes }]).systems).toEqual(new Set([icd]));
});

it.each<readonly [what: string, value: unknown, isMember: boolean]>([
  ['a code of the set', cough, true],
  ['a code of the set in another version', new cql.Code('49727002', SNOMED, '2020'), true],
  ['a code of the set with blanks around it', new cql.Code(' 49727002 ', SNOMED), true],
  ['a code of another system', new cql.Code('49727002', 'urn:else'), false],
  ['another code', fever, false],
  ['a concept with one code of the set', new cql.Concept([fever, cough]), true],
  ['a concept without one', new cql.Concept([fever]), false],
  ['a list with a concept of the set', [fever, new cql.Concept([cough])], true],
  ['a bare code without system', '49727002', false],
  ['a code whose system is absent', new cql.Code('49727002'), false],
  ['nothing', null, false],
])('says whether %s is a member', (_what, value, isMember) => {
  expect(set?.hasMatch(value)).toBe(isMember);
});

it('lists the codes of a set with those it takes in, and none where families stand', () => {
  const feverCode = { system: SNOMED, code: '386661006' };
  const family = { kind: 'pattern', system: SNOMED, holds: () => true, written: 'all' } as const;
  const both = { url: 'urn:both', codes: [feverCode], imports: ['urn:set'] };
  const sets = new CodeService([
    { url: 'urn:set', codes: [{ system: SNOMED, code: '49727002' }] },
    both,
    { ...both, url: 'urn:less', excluded: [{ ...family, holds: (code) => code === '49727002' }] },
    { url: 'urn:family', codes: [feverCode], families: [family] },
    { url: 'urn:through', codes: [], imports: ['urn:family'] },
    { url: 'urn:circle', codes: [feverCode], imports: ['urn:circle'] },
  ]);
  const list = (url: string) => sets.enumerate(url)?.map(({ code }) => code);
  expect(list('urn:both')).toEqual(['386661006', '49727002']);
  expect(list('urn:less')).toEqual(['386661006']);
  expect(list('urn:circle')).toEqual(['386661006']);
  expect([list('urn:family'), list('urn:through'), list('urn:nowhere')]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

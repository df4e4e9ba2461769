import { expect, it } from 'vitest';
import { distrustOf, readCodes } from '../../src/decision/read-codes.ts';
import type { Resource } from '../../src/fhir/resource.ts';
import { CodeMap } from '../../src/patient-data/code-map.ts';

const SNOMED = 'http://snomed.info/sct';
const given = (id: string, code: unknown, resourceType = 'Condition'): Resource => ({
  resourceType,
  id,
  code,
});
const local = given('local', { coding: [{ system: 'urn:site', code: 'C1' }] });
const words = given('words', { text: 'Cough' });
const torn = given('torn', { coding: [{ system: SNOMED, code: '1', display: 'false' }] });
const right = given('right', { coding: [{ system: SNOMED, code: '1', display: 'true' }] });
const note = given('note', { text: 'Cough' }, 'DocumentReference');

const known = {
  systems: new Set([SNOMED]),
  isContradicted: ({ display }: { display?: string | undefined }) => display === 'false',
};
const map = new CodeMap([
  { source: { system: 'urn:site', code: 'C1' }, target: { system: SNOMED, code: '2' } },
]);
const read = (toRules: (resource: Resource) => Resource) =>
  readCodes([local, words, torn, right, note], toRules, { types: new Set(['Condition']), known });

it('hands on what no rule can read as it came, and what it is made of to the rules', () => {
  const { unread, untrusted, resources } = read((resource) => resource);
  expect(unread).toEqual([local, words]);
  expect(untrusted).toEqual([torn]);
  expect(resources).toEqual([local, words, given('torn', { coding: [] }), right, note]);
});

it('takes a local code that the site has mapped for read', () => {
  const { unread } = read((resource) => map.translate(resource));
  expect(unread).toEqual([words]);
});

it('says of an entry that is not trusted which it is, and what to do', () => {
  expect(distrustOf(torn)).toEqual({
    resourceType: 'Condition',
    words: 'Condition/torn (its code and its display contradict each other; correct one of them)',
  });
  expect(distrustOf({ resourceType: 'Condition' }).words).toMatch(/^a Condition without id \(/);
});

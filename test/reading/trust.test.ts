import { expect, it } from 'vitest';
import { readTrusted } from '../../src/reading/trust.ts';
import { knownCodes } from '../support/known-codes.ts';

const KNOWN = knownCodes({ modifiers: new Set(['urn:known']) });
const condition = (code?: unknown) => ({ resourceType: 'Condition', id: 'c', code });
const right = { system: 'http://loinc.org', code: '1-1', display: 'true name' };
const torn = { system: 'http://loinc.org', code: '2-2', display: 'false name' };

it('takes away the codings that their display contradicts, and nothing else', () => {
  const given = condition({ text: 'Words', coding: [torn, right, 'odd', null] });
  expect(readTrusted(given, KNOWN)).toEqual({
    resource: condition({ text: 'Words', coding: [right, 'odd', null] }),
    contradicted: [torn],
    isDoubtful: false,
    isModified: false,
  });
  expect(given.code).toEqual({ text: 'Words', coding: [torn, right, 'odd', null] });
});

it.each([
  ['what a medicine is', { medicationCodeableConcept: { coding: [torn] } }],
  ['the value of an observation', { valueCodeableConcept: { text: 'x', coding: [torn] } }],
  ['one of two reasons', { reasonCode: [{ coding: [right] }, { coding: [torn] }] }],
  ['a component', { component: [{ code: { coding: [torn] } }] }],
  [
    'what a local code beside it says',
    { code: { coding: [torn, { system: 'urn:x', code: '1' }] } },
  ],
])('says that a resource is doubtful when no trusted code is left for %s', (_what, elements) => {
  const { resource, isDoubtful } = readTrusted({ resourceType: 'X', ...elements }, KNOWN);
  expect(isDoubtful).toBe(true);
  expect(JSON.stringify(resource)).not.toContain('false name');
});

it.each([
  'http://snomed.info/sct/731000124108',
  'http://snomed.info/sct/731000124108/version/20260301',
  'http://snomed.info/sct/',
  'https://snomed.info/sct',
  'HTTP://SNOMED.INFO/SCT',
  'urn:oid:2.16.840.1.113883.6.96',
  '2.16.840.1.113883.6.96',
])('writes a code system by its one name where a record has %s', (system) => {
  const { resource } = readTrusted(condition({ coding: [{ system, code: '1' }] }), KNOWN);
  expect(resource).toEqual(
    condition({ coding: [{ system: 'http://snomed.info/sct', code: '1' }] }),
  );
});

it.each([
  'https://www.ama-assn.org/go/cpt',
  'http://www.ama-assn.org/go/cpt/',
  'urn:oid:2.16.840.1.113883.6.12',
  '2.16.840.1.113883.6.12',
])('writes a code system that only sites map by its one name, where a record has %s', (system) => {
  const { resource } = readTrusted(condition({ coding: [{ system, code: '1' }] }), KNOWN);
  expect(resource).toEqual(
    condition({ coding: [{ system: 'http://www.ama-assn.org/go/cpt', code: '1' }] }),
  );
});

it.each(['http://snomed.info/xsct', 'http://snomed.info/id', 'urn:oid:1.2.3', 'snomed-old'])(
  'leaves the name %s as it is: it is not one of a system that is known',
  (system) => {
    const given = condition({ coding: [{ system, code: '1' }] });
    expect(readTrusted(given, KNOWN).resource).toBe(given);
  },
);

it('writes a code without the blanks around it', () => {
  const blank = { system: 'http://snomed.info/sct', code: ' 1\t', display: ' One' };
  const { resource } = readTrusted(condition({ coding: [blank, { system: 'x', code: 1 }] }), KNOWN);
  expect(resource).toEqual(
    condition({
      coding: [
        { ...blank, code: '1' },
        { system: 'x', code: 1 },
      ],
    }),
  );
});

const modifier = [{ url: 'urn:negated', valueBoolean: true }];

it.each([
  ['a modifier extension', { modifierExtension: modifier }],
  ['one on a part', { stage: [{ modifierExtension: modifier }] }],
  ['one in what it contains', { contained: [{ resourceType: 'X', modifierExtension: modifier }] }],
  ['one without URL', { modifierExtension: [{ valueBoolean: true }] }],
  ['one of no form', { modifierExtension: { url: 'urn:known' } }],
  ['implicit rules', { implicitRules: 'urn:rules' }],
  ['implicit rules in what it contains', { contained: [{ implicitRules: 'urn:rules' }] }],
])('notices %s that is not known', (_what, elements) => {
  expect(readTrusted({ ...condition(), ...elements }, KNOWN).isModified).toBe(true);
});

it.each([
  ['a modifier extension that rules may ignore', { modifierExtension: [{ url: 'urn:known' }] }],
  ['an empty list of them', { modifierExtension: [] }],
  ['implicit rules that rules may ignore', { implicitRules: 'urn:known' }],
  ['an ordinary extension', { extension: modifier }],
])('takes %s for nothing that matters', (_what, elements) => {
  expect(readTrusted({ ...condition(), ...elements }, KNOWN).isModified).toBe(false);
});

it.each([
  condition(),
  condition({ text: 'Words' }),
  condition({ coding: [{ code: 'x' }] }),
  condition({ coding: 'torn' }),
])('gives back the same object where there is nothing to change: %j', (given) => {
  expect(readTrusted(given, KNOWN).resource).toBe(given);
});

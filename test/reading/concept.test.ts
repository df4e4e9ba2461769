import { expect, it } from 'vitest';
import { conceptOf } from '../../src/reading/concept.ts';
import { mayBeTorn } from '../../src/reading/may-be.ts';
import { knownCodes } from '../support/known-codes.ts';

const SNOMED = 'http://snomed.info/sct';
const WHEEZE = 'urn:set:wheeze';
const FEVER = 'urn:set:fever';
const SYSTEMS = new Set([SNOMED, 'http://hl7.org/fhir/sid/icd-10-cm']);
const known = knownCodes({
  valueSetsWith: (codings) =>
    codings.some(({ system, code }) => SYSTEMS.has(system) && /^(?:1|A00\.1)$/.test(code))
      ? [WHEEZE]
      : [],
  isDecided: ({ code }) => code === '3',
  displaysOf: ({ code }) => (code === '1' ? ['Wheezing'] : []),
  possible: (type, words) =>
    type === 'Condition'
      ? [
          ...(/wheez/i.test(words) ? [{ valueSet: WHEEZE, word: 'wheezing' }] : []),
          ...(/fever/i.test(words) ? [{ valueSet: FEVER, word: 'fever' }] : []),
        ]
      : [],
});
const coded = (code: string, display?: string, system = SNOMED) => ({
  coding: [{ system, code, ...(display === undefined ? {} : { display }) }],
});
const bare = (code: string) => ({ coding: [{ code }] });

it.each([
  ['words alone', { text: 'Cough' }, 'no code', []],
  ['words that rules look for', { text: 'Wheezing at night' }, 'no code', [WHEEZE]],
  ['a local code', coded('1', undefined, 'urn:local'), 'no code', []],
  ['a code without a system', { coding: [{ code: '1' }] }, 'no code', []],
  ['a system without a code', { coding: [{ system: SNOMED }] }, 'no code', []],
  ['an empty code', coded(''), 'no code', []],
  ['a code of blanks', coded(' '), 'no code', []],
  ['codings of no form', { coding: 'x', text: 3 }, 'malformed', []],
  ['one coding that is in no list', { coding: coded('1').coding[0] }, 'malformed', [WHEEZE]],
  ['a number for a code', { coding: [{ system: SNOMED, code: 1 }] }, 'malformed', [WHEEZE]],
  ['a Coding in place of a concept', coded('1').coding[0], 'malformed', [WHEEZE]],
  ['a list of concepts', [coded('1')], 'malformed', [WHEEZE]],
  ['a text in place of a concept', 'wheezing', 'malformed', [WHEEZE]],
  ['a code of a value set', coded('1'), undefined, [WHEEZE]],
  ['a code of no value set', coded('2', 'Cough'), undefined, []],
  [
    'a code of no value set, in words that rules look for',
    coded('2', 'Wheezing'),
    'code not listed',
    [WHEEZE],
  ],
  [
    'the same where its text says so',
    { ...coded('2'), text: 'wheezy' },
    'code not listed',
    [WHEEZE],
  ],
  ['a code that was decided on', coded('3', 'Wheezing'), undefined, []],
  [
    'a code of ICD-10, as it is spelt in its edition for the United States',
    coded('1', undefined, 'http://hl7.org/fhir/sid/icd-10'),
    'no code',
    [WHEEZE],
  ],
  ['nothing at all', undefined, 'no code', []],
  ['a concept of nothing', {}, 'no code', []],
  ['a code without a system, spelt as those of ICD-10', bare('A00.1'), 'no code', [WHEEZE]],
  ['a code without a system, spelt otherwise', bare('9-A00'), 'no code', []],
])('reads of %s what it is, or may be', (_what, code, why, valueSets) => {
  expect(conceptOf({ resourceType: 'Condition', code }, known)).toMatchObject({ why, valueSets });
});

const LOCAL = { system: 'urn:local', code: '9', display: 'Fever' };
const FEVER_TOO = { valueSets: [FEVER], word: 'fever' };

it.each([
  ['a text that says what the code says', { ...coded('1'), text: 'wheezing at night' }, undefined],
  ['a text that says more', { ...coded('1'), text: 'Wheezing and fever' }, FEVER_TOO],
  ['a display that says more than the code', coded('1', 'Wheezing with fever'), FEVER_TOO],
  ['a coding of no list that says more', { coding: [...coded('1').coding, LOCAL] }, FEVER_TOO],
  ['a text beside a code decided on', { ...coded('3', 'Cough'), text: 'fever' }, FEVER_TOO],
  ['a display of a code that the content writes in no words', coded('3', 'Fever'), undefined],
  ['a text that says what the display says', { ...coded('3', 'Fever'), text: 'fever' }, undefined],
])('finds what the words say beyond the code: %s', (_what, code, more) => {
  expect(conceptOf({ resourceType: 'Condition', code }, known).more).toEqual(more);
});

/** What is looked for in diagnoses by its code is, in findings, by its words. */
const ofFindings = knownCodes({
  ...known,
  askedOf: (type) => new Set(type === 'Condition' ? [WHEEZE, FEVER] : [WHEEZE]),
  displaysOf: () => [],
  possible: (_type, words) => known.possible('Condition', words),
});

it.each([
  ['a code of an unknown system, by its spelling', 'urn:lab', []],
  ['a code of no system', undefined, [FEVER]],
  ['a code of a known edition', 'http://hl7.org/fhir/sid/icd-10', [FEVER]],
])('takes, of a finding, %s, for what is asked of findings', (_what, system, valueSets) => {
  const code = { coding: [{ ...(system === undefined ? {} : { system }), code: 'A00.1' }] };
  const foreign = knownCodes({
    ...known,
    askedOf: () => new Set([WHEEZE]),
    valueSetsWith: (codings) =>
      codings.some((one) => one.system === 'http://hl7.org/fhir/sid/icd-10-cm') ? [FEVER] : [],
  });
  expect(conceptOf({ resourceType: 'Observation', code }, foreign).valueSets).toEqual(valueSets);
});

it('takes a code for what stands below it', () => {
  const above = knownCodes({
    ...known,
    valueSetsBelow: ({ code }) => (code === 'A00' ? [WHEEZE] : []),
  });
  for (const system of ['http://hl7.org/fhir/sid/icd-10-cm', 'http://hl7.org/fhir/sid/icd-10']) {
    const code = coded('A00', undefined, system);
    expect(conceptOf({ resourceType: 'Condition', code }, above).valueSets).toEqual([WHEEZE]);
    const value = { code: { text: 'Diagnosis' }, valueCodeableConcept: code };
    const asked = knownCodes({ ...above, askedOf: () => new Set([WHEEZE]) });
    expect(conceptOf({ resourceType: 'Observation', ...value }, asked).valueSets).toEqual([WHEEZE]);
  }
});

it('does not take the words of what was asked for what was found', () => {
  const code = { ...coded('1'), text: 'Wheezing and fever' };
  const both = knownCodes({
    ...known,
    possible: (_type, words) => known.possible('Condition', words),
  });
  expect(conceptOf({ resourceType: 'Observation', code }, both).more).toBeUndefined();
});

it.each([
  ['words', { valueString: 'fever since Monday' }, 'code not listed', [FEVER]],
  ['a concept in words', { valueCodeableConcept: { text: 'Fever' } }, 'code not listed', [FEVER]],
  ['a code', { valueCodeableConcept: coded('1') }, 'code not listed', [WHEEZE]],
  ['a bare code', { valueCodeableConcept: bare('A00.1') }, 'code not listed', [WHEEZE]],
  [
    'a code of another system',
    { valueCodeableConcept: coded('1', 'Fever', 'urn:x') },
    'code not listed',
    [FEVER],
  ],
  ['a code that no rule looks for', { valueCodeableConcept: coded('2') }, undefined, []],
  ['words of nothing', { valueString: 'a cough' }, undefined, []],
  ['a number', { valueQuantity: { value: 1 } }, undefined, []],
])('reads what is said under a question that nobody asks: %s', (_what, value, why, valueSets) => {
  const resource = { resourceType: 'Observation', code: coded('2', 'Complaint'), ...value };
  expect(conceptOf(resource, ofFindings)).toMatchObject({ why, valueSets });
});

it('reads the words of a value with those of its question', () => {
  const heard: string[] = [];
  const listening = knownCodes({
    possible: (_type, words) => {
      heard.push(words);
      return [];
    },
  });
  const asked = { resourceType: 'Observation', code: { text: 'Family history' } };
  conceptOf({ ...asked, valueString: 'fever' }, listening);
  expect(heard).toContain('Family history: fever');
});

it('does not look at the value of what is asked for', () => {
  const resource = { resourceType: 'Observation', code: coded('1'), valueString: 'fever' };
  expect(conceptOf(resource, ofFindings)).toMatchObject({ why: undefined, valueSets: [WHEEZE] });
});

it.each([
  ['asked for in no entry of its kind', new Set([FEVER]), 'not asked so'],
  ['asked for in entries of its kind', new Set([FEVER, WHEEZE]), undefined],
  ['of a type that is also looked at without codes', undefined, undefined],
])('reads a code %s', (_what, asked, why) => {
  const askedOf = knownCodes({ ...known, askedOf: () => asked });
  const read = conceptOf({ resourceType: 'Condition', code: coded('1') }, askedOf);
  expect(read).toMatchObject({ why, valueSets: [WHEEZE] });
});

it.each([
  [
    'by its words and by its code',
    '1',
    'false name: fever',
    { valueSets: [FEVER, WHEEZE], word: 'fever' },
  ],
  ['by its code alone', '1', 'false name', { valueSets: [WHEEZE], word: undefined }],
  ['neither', '2', 'false name', undefined],
])('says what a coding may be that its display contradicts: %s', (_how, code, display, torn) => {
  const wrong = knownCodes({
    ...known,
    isContradicted: (one) => one.display?.startsWith('false') === true,
  });
  const concept = { coding: [...coded('3').coding, ...coded(code, display).coding] };
  expect(mayBeTorn('Condition', concept, [], wrong)).toEqual(torn);
  expect(mayBeTorn('Observation', concept, [], wrong)).toBeUndefined();
});

const medicine = (display?: string) => ({
  resourceType: 'MedicationRequest',
  medicationCodeableConcept: coded('2', display),
});

it('takes a medicine by a code of no list, without words, for unread', () => {
  expect(conceptOf(medicine(), known).why).toBe('code not listed');
  expect(conceptOf(medicine('A salve'), known).why).toBeUndefined();
});

it.each([
  ['no medicine', {}, 'no code', []],
  ['a medicine as R5 writes it', { medication: { concept: coded('1') } }, 'malformed', [WHEEZE]],
  ['a medicine of no list in R5', { medication: { concept: coded('2') } }, 'malformed', []],
  ['a reference as R5 writes it', { medication: { reference: {} } }, 'malformed', []],
  ['a reference that is a text', { medicationReference: 'Medication/m' }, 'no code', []],
  ['a reference', { medicationReference: { reference: 'Medication/m' } }, undefined, []],
])('takes a prescription with %s for what it is', (_what, elements, why, valueSets) => {
  const resource = { resourceType: 'MedicationRequest', ...elements };
  expect(conceptOf(resource, known)).toMatchObject({ why, valueSets });
});

it('asks for no code of what has none', () => {
  expect(conceptOf({ resourceType: 'Encounter' }, known).why).toBeUndefined();
});

it('reads a medicine by its code as well', () => {
  const resource = { resourceType: 'MedicationRequest', medicationCodeableConcept: { text: 'x' } };
  expect(conceptOf(resource, known).why).toBe('no code');
});

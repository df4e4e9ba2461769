import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toldBeside, withItsNarrative } from '../../src/reading/beside-code.ts';
import { conceptOf } from '../../src/reading/concept.ts';
import { WordList } from '../../src/reading/words.ts';
import { knownCodes } from '../support/known-codes.ts';

const SNOMED = 'http://snomed.info/sct';
const NUMB = 'urn:set:numb-saddle';
const TUMOUR = 'urn:set:tumour';
const words = new WordList([
  {
    resourceTypes: ['Condition', 'Observation'],
    valueSet: NUMB,
    all: [
      ['saddle', 'perine'],
      ['numb', 'sensation'],
    ],
    unless: [],
    notAfter: ['no'],
    notBefore: [],
  },
  {
    resourceTypes: ['DiagnosticReport'],
    valueSet: TUMOUR,
    all: [['tumour', 'mass']],
    unless: ['indication'],
    notAfter: ['no', 'without'],
    notBefore: [],
  },
]);
const known = knownCodes({
  possible: (type, text) => words.possible(type, text),
  displaysOf: ({ code }) => (code === '38864007' ? ['Perineal structure'] : []),
  valueSetsWith: (codings) => (codings.some(({ code }) => code === '1') ? [TUMOUR] : []),
  isDecided: ({ code }) => code === '44077006',
});
const numbness = { coding: [{ system: SNOMED, code: '44077006', display: 'Numbness' }] };
const perineum = { coding: [{ system: SNOMED, code: '38864007' }] };

describe('a finding and its site', () => {
  it.each([
    ['both in words', { code: { text: 'Numbness' }, bodySite: [{ text: 'perineum' }] }],
    ['both by code', { code: numbness, bodySite: [perineum] }],
    [
      'of an unlisted code',
      { code: { coding: [{ system: SNOMED, code: '9', display: 'Numb' }] }, bodySite: [perineum] },
    ],
    ['the last of several sites', { code: numbness, bodySite: [{ text: 'foot' }, perineum] }],
    ['a site that is in no list', { code: numbness, bodySite: perineum }],
    ['no side, but the saddle', { code: numbness, bodySite: [{ text: 'Left saddle area' }] }],
  ])('are read together: %s', (_what, elements) => {
    const { why, valueSets, more } = conceptOf({ resourceType: 'Condition', ...elements }, known);
    expect([...valueSets, ...(more?.valueSets ?? [])]).toEqual([NUMB]);
    expect(why !== undefined || more !== undefined).toBe(true);
  });

  it.each([
    ['another site', { code: numbness, bodySite: [{ text: 'hand' }] }],
    ['a denied finding', { code: { text: 'No numbness' }, bodySite: [perineum] }],
    ['a site alone', { code: { text: 'Itching' }, bodySite: [perineum] }],
    ['a site of no form', { code: numbness, bodySite: [3, null, 'x'] }],
  ])('are not read as more than they say: %s', (_what, elements) => {
    const { valueSets, more } = conceptOf({ resourceType: 'Condition', ...elements }, known);
    expect([...valueSets, ...(more?.valueSets ?? [])]).toEqual([]);
  });

  it('make an Observation one of what was asked, so that no older answer stands for it', () => {
    const asked = { resourceType: 'Observation', code: numbness, bodySite: perineum };
    expect(conceptOf(asked, known)).toMatchObject({ why: 'code not listed', valueSets: [NUMB] });
  });

  it('are read with a value under no question that rules ask', () => {
    const said = {
      resourceType: 'Observation',
      code: { text: 'Examination' },
      bodySite: { text: 'saddle' },
      valueString: 'sensation gone',
    };
    expect(conceptOf(said, known)).toMatchObject({ valueSets: [NUMB] });
  });
});

const told = (elements: object): boolean =>
  toldBeside([], { resourceType: 'DiagnosticReport', ...elements }, undefined, known) !== undefined;

const says = (conclusion: string): boolean => told({ conclusion });

describe('a report', () => {
  it.each([
    ['A large tumour', true],
    ['No fracture. A tumour.', true],
    ['No fracture, tumour at L2', true],
    ['No tumour', false],
    ['No fracture, tumour or abscess', false],
    ['No fracture, abscess or tumour.', false],
    ['No acute fracture, bone lesion, collection, abscess or solid tumour.', false],
    ['Without fracture, or abscess, or tumour', false],
    ['No fracture or abscess, but a tumour', true],
    ['No fracture or abscess; a tumour', true],
    ['Indication: tumour?', false],
    ['Indication: tumour?\nResult: a mass', true],
    ['', false],
  ])('is taken at its words: %j %s', (conclusion, expected) => {
    expect(says(conclusion)).toBe(expected);
  });

  it('says it by a code, by the narrative, or by a text that is attached', () => {
    expect(told({ conclusionCode: [{ coding: [{ system: SNOMED, code: '1' }] }] })).toBe(true);
    expect(told({ conclusionCode: [{ text: 'Mass' }] })).toBe(true);
    expect(told({ text: { div: '<div><p>No mass</p><p>Tumour</p></div>' } })).toBe(true);
    const data = Buffer.from('Tumour of L2').toString('base64');
    expect(told({ presentedForm: [{ contentType: 'text/plain', data }] })).toBe(true);
    for (const contentType of ['text/html', 'application/rtf', 'application/xhtml+xml']) {
      expect(told({ presentedForm: [{ contentType, data }] })).toBe(true);
    }
    expect(told({ presentedForm: [{ contentType: 'application/pdf', data }] })).toBe(false);
  });

  it('is read whatever stands where words are looked for', () => {
    fc.assert(
      fc.property(
        fc.anything(),
        fc.anything(),
        fc.string(),
        (conclusionCode, presentedForm, div) => {
          const given = {
            conclusionCode,
            presentedForm,
            conclusion: conclusionCode,
            text: { div },
          };
          expect(() => told(given)).not.toThrow();
        },
      ),
    );
  });
});

const textOf = (div: string, code: unknown = {}, resourceType = 'Condition'): unknown => {
  const read = withItsNarrative({ resourceType, code, text: { status: 'generated', div } });
  return (read['code'] as { text?: unknown } | undefined)?.text;
};

describe('a narrative', () => {
  it.each([
    ['<div>Saddle numbness</div>', 'Saddle numbness'],
    ['<div><b>Saddle</b>\n  <i>numbness</i> <!-- a remark --></div>', 'Saddle\nnumbness'],
    [
      '<div>Bladder &amp; bowel&nbsp;&lt;3 days&#44; r&#x2F;o</div>',
      'Bladder & bowel <3 days, r/o',
    ],
    ['<div><p>Saddle</p><p>numbness</p></div>', 'Saddle\nnumbness'],
    ['<div><img src="x.png" alt="numb"/></div>', undefined],
    ['', undefined],
  ])('is %j without its tags', (div, expected) => {
    expect(textOf(div)).toBe(expected);
  });

  it.each([
    ['a code', { coding: [{ system: SNOMED, code: '9' }] }],
    ['a display', { coding: [{ display: 'Cough' }] }],
    ['a code that is no concept', 'cough'],
  ])('is not read beside %s', (_what, code) => {
    const given = { resourceType: 'Condition', code, text: { div: '<div>Saddle numbness</div>' } };
    expect(withItsNarrative(given)).toBe(given);
  });

  it('is not read beside a text', () => {
    expect(textOf('<div>Saddle numbness</div>', { text: 'Cough' })).toBe('Cough');
  });

  it('is read where there is no code at all, or one of blanks', () => {
    expect(textOf('<div>Numb</div>', undefined)).toBe('Numb');
    expect(textOf('<div>Numb</div>', { coding: [{ system: SNOMED, code: ' ' }] })).toBe('Numb');
  });

  it('is not read of a medicine, which may stand elsewhere', () => {
    expect(textOf('<div>Numb</div>', undefined, 'MedicationRequest')).toBe(undefined);
  });
});

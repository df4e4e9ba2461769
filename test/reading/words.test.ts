import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WordList, type WordRule } from '../../src/reading/words.ts';

const COUGH = 'urn:set:cough';
const RASH = 'urn:set:rash';
const rule = (changes: Partial<WordRule> = {}): WordRule => ({
  resourceTypes: ['Condition'],
  valueSet: COUGH,
  all: [['cough']],
  unless: [],
  notAfter: [],
  notBefore: [],
  ...changes,
});
const found = (rules: readonly WordRule[], words: string, type = 'Condition') =>
  new WordList(rules).possible(type, words);
const isFound = (words: string, changes: Partial<WordRule> = {}) =>
  found([rule(changes)], words).length > 0;

describe('a word', () => {
  it.each([
    ['Cough', true],
    ['coughing at night', true],
    ['night-time cough', true],
    ['(cough)', true],
    ['Whoopingcough', false],
    ['2cough', false],
    ['cougar', false],
    ['', false],
  ])('is found where a word begins with it: %j %s', (words, expected) => {
    expect(isFound(words)).toBe(expected);
  });

  it.each([
    ['HIV', true],
    ['HIV-positive', true],
    ['hiv, stage 2', true],
    ['hives', false],
    ['HIV2', false],
  ])('with a full stop is found whole only: %j %s', (words, expected) => {
    expect(isFound(words, { all: [['hiv.']] })).toBe(expected);
  });

  it.each(['chest x ray', 'chest x-ray', 'CHEST  X--RAY', 'chest\nx ray'])(
    'may be several, with blanks or hyphens between: %j',
    (words) => expect(isFound(words, { all: [['x ray']] })).toBe(true),
  );

  it('means its signs as they stand', () => {
    expect(isFound('c/o cough', { all: [['c/o']] })).toBe(true);
    expect(isFound('cxo', { all: [['c.o']] })).toBe(false);
    expect(isFound('a (b', { all: [['(b']] })).toBe(true);
  });

  it('may have letters of any language', () => {
    expect(isFound('Œdème du poumon', { all: [['œdème']] })).toBe(true);
    expect(isFound('Überhusten', { all: [['husten']] })).toBe(false);
  });
});

it('is of a value set when one word of each list is there, in any order, and says which', () => {
  const both = rule({ all: [['dry', 'wet'], ['cough']] });
  expect(found([both], 'Cough, very WET')).toEqual([{ valueSet: COUGH, word: 'wet cough' }]);
  expect(found([both], 'Cough')).toEqual([]);
});

it('names each value set once, in the order of the rules, and only for the types they are of', () => {
  const rules = [
    rule({ valueSet: RASH, all: [['rash']] }),
    rule({ all: [['rash']] }),
    rule({ valueSet: RASH }),
    rule({ resourceTypes: ['Observation'], valueSet: 'urn:set:other' }),
  ];
  expect(found(rules, 'Rash and cough').map(({ valueSet }) => valueSet)).toEqual([RASH, COUGH]);
  expect(found(rules, 'Cough', 'Observation').map(({ valueSet }) => valueSet)).toEqual([
    'urn:set:other',
  ]);
  expect(found(rules, 'Cough', 'Procedure')).toEqual([]);
});

describe('a denial', () => {
  it.each([
    ['No cough', false],
    ['no evidence of cough', false],
    ['Fever without any cough', false],
    ['no a b c d cough', false],
    ['no a b c d e cough', true],
    ['No fever, cough', true],
    ['Cough, not otherwise specified', true],
    ['Cough without fever', true],
    ['No cough by day; cough by night', true],
    ['Nocturnal cough', true],
    ['Casino cough', true],
    ['Does not deny cough', true],
    ['Has not denied cough', true],
    ['Cannot be denied cough', true],
    ['Without fever now cough', true],
    ['Not now cough', false],
    ['No rash other than cough', true],
    ['No rash except cough', true],
    ['No cough until today', true],
    ['No sleep until cough stops', true],
    ["No child's cough", false],
  ])('counts for the words that follow it up to a comma: %j %s', (words, expected) => {
    expect(isFound(words, { notAfter: ['no', 'not', 'without', 'denied'] })).toBe(expected);
  });
});

it('a denial that belongs to the words that are looked for denies none of them', () => {
  const noFeeling: Partial<WordRule> = {
    all: [['no feeling', 'can no longer feel'], ['skin']],
    notAfter: ['no'],
  };
  expect(isFound('No feeling of the skin', noFeeling)).toBe(true);
  expect(isFound('Can no longer feel the skin', noFeeling)).toBe(true);
  expect(isFound('No skin of no feeling', noFeeling)).toBe(false);
});

describe('a denial at the end', () => {
  it.each([
    ['Cough: resolved', false],
    ['Cough - resolved', false],
    ['Cough (resolved)', false],
    ['Cough has resolved, fever', false],
    ['Cough with fever resolved', true],
    ['Cough (fever resolved)', true],
    ['Cough resolved after two weeks', true],
    ['Cough, rash resolved', true],
    ['Cough: not resolved', true],
    ['Cough, not yet resolved', true],
    ['Coughs unresolved', true],
    ['Rash resolved; cough', true],
  ])('counts for the words before it up to a comma: %j %s', (words, expected) => {
    expect(isFound(words, { notAfter: ['not'], notBefore: ['resolved'] })).toBe(expected);
  });
});

it('is not ruled out by what is denied', () => {
  const changes = { unless: ['family'], notAfter: ['no'] };
  expect(isFound('Family cough', changes)).toBe(false);
  expect(isFound('No family history; cough', changes)).toBe(true);
});

describe('a word that sets aside', () => {
  const changes = { aside: ['family', 'test.', 'ruled out'], notAfter: ['no'] };
  it.each([
    ['Cough test', false],
    ['Cough, positive test', true],
    ['Cough (test positive)', true],
    ['Positive test, cough', true],
    ['Cough found at test', true],
    ['Cough seen on chest test', true],
    ['Cough; family of smokers', true],
    ['Cough. Test for rash', true],
    ['Family: rash, cough', false],
    ['Family of rash, cough; rash', false],
    ['Family of rash; cough', true],
    ['Cough, family', false],
    ['Cough (in his family)', false],
    ['Cough, now ruled out', false],
    ['Cough, ruled out by X-ray', false],
    ['Rash ruled out, cough', true],
    ['No test, cough', true],
    ['Test', false],
  ])('does so with its clause: %j %s', (words, expected) => {
    expect(isFound(words, changes)).toBe(expected);
  });
});

it.each([
  ['Cough 450 times', true],
  ['Cough 1200times', true],
  ['Cough 99 times', false],
  ['Cough 350.5 times', true],
  ['Cough 450 days', false],
])('may hold a number of three digits or more: %j %s', (words, expected) => {
  expect(isFound(words, { all: [['cough'], ['{ddd}times']] })).toBe(expected);
});

const WORD = fc.stringMatching(/^[a-z]{2,8}$/);
const TEXT = fc.array(fc.oneof(WORD, fc.constantFrom('cough', 'dry', 'family')), {
  minLength: 1,
  maxLength: 6,
});

it('holds in any case, with any blanks and hyphens, and in any order', () => {
  const changes = { all: [['dry', 'wet'], ['cough']], unless: ['family'] };
  fc.assert(
    fc.property(TEXT, fc.constantFrom(' ', '-', '  ', ' - '), (words, gap) => {
      const expected = isFound(words.join(' '), changes);
      expect(isFound(words.join(gap), changes)).toBe(expected);
      expect(isFound(words.join(' ').toUpperCase(), changes)).toBe(expected);
      expect(isFound(words.toReversed().join(' '), changes)).toBe(expected);
    }),
  );
});

it('never holds beside a word that rules it out, wherever that stands', () => {
  fc.assert(
    fc.property(TEXT, fc.nat(6), (words, at) => {
      expect(isFound(words.toSpliced(at, 0, 'family').join(' '), { unless: ['family'] })).toBe(
        false,
      );
    }),
  );
});

it('never finds a word inside another', () => {
  fc.assert(
    fc.property(WORD, fc.stringMatching(/^[a-z]{0,5}$/), (before, after) => {
      fc.pre(!`${before}cough${after}`.startsWith('cough'));
      expect(isFound(`${before}cough${after}`)).toBe(false);
    }),
  );
});

it('says the same of the same words again', () => {
  const list = new WordList([rule()]);
  fc.assert(
    fc.property(TEXT, (words) => {
      const text = words.join(' ');
      expect(list.possible('Condition', text)).toEqual(list.possible('Condition', text));
      expect(list.possible('Condition', text)).toEqual(found([rule()], text));
    }),
  );
});

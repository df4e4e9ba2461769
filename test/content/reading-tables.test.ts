import { expect, it } from 'vitest';
import { formatFault, type ContentFault } from '../../src/content/fault.ts';
import { readReadingTables } from '../../src/content/reading-tables.ts';

const WORDS = 'cql/reading/words.csv';
const RANGES = 'cql/reading/ranges.csv';
const MODIFIERS = 'cql/reading/modifiers.csv';
const NEAR = 'cql/reading/near-codes.csv';
const HEADS = {
  [WORDS]: 'types,value_set,words,unless,not_after,not_before,source',
  [RANGES]: 'value_set,unit,min,max,source',
  [MODIFIERS]: 'url,why rules may ignore it',
  [NEAR]: 'system,code,near_system,near,source',
};

/** The tables of these rows, and what is wrong with them. */
function read(rows: Partial<Record<keyof typeof HEADS, readonly string[]>>) {
  const faults: ContentFault[] = [];
  const files = Object.entries(rows).map(([file, lines]) => ({
    file,
    text: `${[HEADS[file as keyof typeof HEADS], ...lines].join('\n')}\n`,
  }));
  const tables = readReadingTables(files, {
    valueSets: [{ url: 'urn:mini:valueset:cough' }, { url: 'urn:mini:valueset:weight' }],
    isResourceType: (name) => name === 'Condition' || name === 'Observation',
    faults,
  });
  return { tables, faults: faults.map(formatFault) };
}

it('reads words for each type, with what rules out any word of the type', () => {
  const { tables, faults } = read({
    [WORDS]: [
      'Condition,,,family history|test.,no|without,gone,a book',
      'Condition Observation,cough,dry|wet + cough,whooping,never,over,a book',
    ],
  });
  expect(faults).toEqual([]);
  const rule = { valueSet: 'urn:mini:valueset:cough', all: [['dry', 'wet'], ['cough']] };
  expect(tables.words).toEqual([
    {
      ...rule,
      resourceTypes: ['Condition'],
      unless: ['whooping'],
      aside: ['family history', 'test.'],
      notAfter: ['no', 'without', 'never'],
      notBefore: ['gone', 'over'],
    },
    {
      ...rule,
      resourceTypes: ['Observation'],
      unless: ['whooping'],
      aside: [],
      notAfter: ['never'],
      notBefore: ['over'],
    },
  ]);
});

it('lets what rules out any word of a type stand below the words', () => {
  const { tables } = read({ [WORDS]: ['Condition,cough,cough,,,,', 'Condition,,,test.,no,,'] });
  expect(tables.words).toMatchObject([{ aside: ['test.'], notAfter: ['no'] }]);
});

it('lets it rule out the whole of what an Observation asks, and elsewhere a clause', () => {
  const { tables } = read({
    [WORDS]: ['Condition Observation,,,test.,no,,', 'Condition Observation,cough,cough,,,,'],
  });
  expect(tables.words).toMatchObject([
    { resourceTypes: ['Condition'], unless: [], aside: ['test.'] },
    { resourceTypes: ['Observation'], unless: ['test.'], aside: [] },
  ]);
});

it('reads ranges by value set, one in each unit, and modifiers', () => {
  const { tables, faults } = read({
    [RANGES]: ['weight,kg,0,700,a book', 'weight,[lb_av],0,1500,a book'],
    [MODIFIERS]: ['http://example.org/as-scanned,it says how it was stored'],
  });
  expect(faults).toEqual([]);
  expect([...tables.ranges]).toEqual([
    [
      'urn:mini:valueset:weight',
      [
        { unit: 'kg', min: 0, max: 700 },
        { unit: '[lb_av]', min: 0, max: 1500 },
      ],
    ],
  ]);
  expect([...tables.modifiers]).toEqual(['http://example.org/as-scanned']);
});

it('needs none of the tables', () => {
  const { tables, faults } = read({});
  expect(faults).toEqual([]);
  expect([tables.words, tables.ranges.size, tables.modifiers.size]).toEqual([[], 0, 0]);
});

it.each<readonly [what: string, file: keyof typeof HEADS, row: string, message: string]>([
  [
    'a resource type that FHIR has not',
    WORDS,
    'Conditon,cough,cough,,,,',
    'FHIR R4 has no resource type "Conditon"',
  ],
  ['no resource type', WORDS, ',cough,cough,,,,', 'FHIR R4 has no resource type ""'],
  [
    'a value set that no file defines',
    WORDS,
    'Condition,cuogh,cough,,,,',
    'No file in cql/valuesets/ defines value set cuogh. Did you mean urn:mini:valueset:cough?',
  ],
  [
    'words and no value set',
    WORDS,
    'Condition,,cough,,,,',
    'No file in cql/valuesets/ defines value set ',
  ],
  [
    'no words',
    WORDS,
    'Condition,cough,,,,,',
    'The row has no words; write: types,value_set,words,unless,not_after,not_before,source',
  ],
  [
    'words of which one part is empty',
    WORDS,
    'Condition,cough,dry + |,,,,',
    'The row has no words; write: types,value_set,words,unless,not_after,not_before,source',
  ],
  [
    'a range for a value set that no file defines',
    RANGES,
    'wieght,kg,0,700,',
    'No file in cql/valuesets/ defines value set wieght. Did you mean urn:mini:valueset:weight?',
  ],
  [
    'a unit that UCUM has not',
    RANGES,
    'weight,kgs,0,700,',
    '"kgs" is not a UCUM unit; see https://ucum.org/ucum',
  ],
  [
    'a least value above the greatest',
    RANGES,
    'weight,kg,700,0,',
    'min and max must be numbers, the greater one last',
  ],
  [
    'a limit that is no number',
    RANGES,
    'weight,kg,0,much,',
    'min and max must be numbers, the greater one last',
  ],
  [
    'a limit that is missing',
    RANGES,
    'weight,kg,,700,',
    'min and max must be numbers, the greater one last',
  ],
  ['a modifier that is no URL', MODIFIERS, 'as scanned,', '"as scanned" is no URL'],
  [
    'a modifier without a reason',
    MODIFIERS,
    'urn:known,',
    'Say in "why rules may ignore it" why it changes nothing for the rules',
  ],
  [
    'an empty word between others',
    WORDS,
    'Condition,cough,dry||wet,,,,',
    'Between two | of "words" there is no word',
  ],
  [
    'an empty word among those that rule out',
    WORDS,
    'Condition,cough,cough,a book|,,,',
    'Between two | of "unless" there is no word',
  ],
  ['a word of one letter', WORDS, 'Condition,cough,c,,,,', '"c" of "words" begins too many words'],
])('names %s, with file and line', (_what, file, row, message) => {
  expect(read({ [file]: [row] }).faults).toEqual([`${file}:2:1: error: ${message}`]);
});

it.each<readonly [file: keyof typeof HEADS, row: string, other: string]>([
  [WORDS, 'Condition,cough,cough,,,,', 'Condition,cough,cough,dry,,,'],
  [RANGES, 'weight,kg,0,700,', 'weight,kg,0,800,'],
  [MODIFIERS, 'urn:known,why', 'urn:known,another why'],
])('names a row of %s that stands there twice', (file, row, other) => {
  expect(read({ [file]: [row, other] }).faults).toEqual([
    `${file}:3:1: error: The row says what line 2 says`,
  ]);
});

it('names a header with a mistake once, and none of its rows', () => {
  const faults: ContentFault[] = [];
  const row = 'Condition,cough,cough,,,,';
  readReadingTables([{ file: WORDS, text: `type${HEADS[WORDS].slice(5)}\n${row}\n${row}\n` }], {
    valueSets: [{ url: 'urn:mini:valueset:cough' }],
    isResourceType: () => true,
    faults,
  });
  expect(faults.map(formatFault)).toEqual([
    `${WORDS}:1:1: error: The first line must be: ${HEADS[WORDS]}`,
  ]);
});

it('lets one bad row hide none of the others', () => {
  const { tables, faults } = read({
    [WORDS]: ['Conditon,cough,cough,,,,', 'Condition,cough,cough,,,,', 'Condition,cough,,,,,'],
    [RANGES]: ['weight,kgs,0,1,', 'weight,kg,0,700,'],
    [MODIFIERS]: ['none,', 'urn:known,why'],
  });
  expect(faults.map((fault) => fault.split(' ')[0])).toEqual([
    `${WORDS}:2:1:`,
    `${WORDS}:4:1:`,
    `${RANGES}:2:1:`,
    `${MODIFIERS}:2:1:`,
  ]);
  expect(tables.words).toHaveLength(1);
  expect(tables.ranges.get('urn:mini:valueset:weight')).toEqual([{ unit: 'kg', min: 0, max: 700 }]);
  expect([...tables.modifiers]).toEqual(['urn:known']);
});

it('reads what codes of another system may mean, however they are spelt', () => {
  const { tables, faults } = read({
    [NEAR]: [
      'http://hl7.org/fhir/sid/icd-9-cm,786.2,http://hl7.org/fhir/sid/icd-10-cm,R05 | R05.9,a book',
    ],
  });
  expect(faults).toEqual([]);
  expect([...tables.near]).toEqual([
    [
      'http://hl7.org/fhir/sid/icd-9-cm|7862',
      [
        { system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'R05' },
        { system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'R05.9' },
      ],
    ],
  ]);
});

it.each([
  ['ICD-9,786.2,urn:b,R05,a book', '"ICD-9" is no URL of a code system'],
  ['urn:a,786.2,,R05,a book', '"" is no URL of a code system'],
  ['urn:a,,urn:b,R05,a book', 'Write a code, and under "near" what it may mean'],
  ['urn:a,786.2,urn:b,|,a book', 'Write a code, and under "near" what it may mean'],
])('refuses the near code %s', (row, fault) => {
  const { tables, faults } = read({ [NEAR]: [row] });
  expect([tables.near.size, faults]).toEqual([0, [`${NEAR}:2:1: error: ${fault}`]]);
});

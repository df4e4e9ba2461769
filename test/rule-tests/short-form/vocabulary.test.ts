import { expect, it } from 'vitest';
import { formatFault } from '../../../src/content/fault.ts';
import { loadVocabulary } from '../../../src/rule-tests/short-form/vocabulary.ts';
import { withFolder } from '../../support/folder.ts';

const CODES = `system,code,display,group,valueset,source,confidence
SNOMED CT,49727002,Cough (finding),,,,verified
SNOMED CT,373066001,Yes (qualifier value),,,,verified
LOINC,LA33-6,Yes,,,,verified
`;
const FILE = 'test/rules/short-names.yaml';

function load(names: string) {
  const files = { 'cql/terminology/codes.csv': CODES, [FILE]: names };
  return withFolder(files, loadVocabulary);
}

it.each([
  [
    'a target that is not in the list',
    'names:\n  bark: Couhg\n',
    '2:3: error: "Couhg" is not known',
  ],
  [
    'a target that two codes have for a name',
    'names:\n  agreed: "Yes"\n',
    '2:3: error: "Yes" names 373066001 of http://snomed.info/sct and LA33-6 of http://loinc.org; write the code',
  ],
  [
    'a name that is one of the list',
    'names:\n  Cough: "49727002"\n',
    '2:3: error: "Cough" is a code or a name already',
  ],
  [
    'a name with a comma',
    'sides:\n  "left, right": Cough\n',
    '2:3: error: A short name holds neither comma',
  ],
  ['what is no list of names', 'name: {}\n', '1:1: error: "name": Unrecognized key'],
])('a short name may not be %s', async (_what, names, fault) => {
  const { faults } = await load(names);
  expect(faults.map(formatFault)).toEqual([expect.stringContaining(`${FILE}:${fault}`)]);
});

it('content without terminology and short names has no words of its own, and no faults', async () => {
  const { vocabulary, faults } = await withFolder({}, loadVocabulary);
  expect(faults).toEqual([]);
  expect(vocabulary.sides).toEqual([]);
  expect(vocabulary.codingOf('Cough')).toHaveProperty('problem');
});

it('a name that two codes have is refused in a case; each of the codes is not', async () => {
  const { vocabulary } = await load('{}');
  expect(vocabulary.codingOf('Yes')).toHaveProperty('problem');
  expect(vocabulary.codingOf('Yes (qualifier value)')).toEqual({
    value: {
      system: 'http://snomed.info/sct',
      code: '373066001',
      display: 'Yes (qualifier value)',
    },
  });
  expect(vocabulary.codingOf('LA33-6')).toEqual({
    value: { system: 'http://loinc.org', code: 'LA33-6' },
  });
});

import { afterAll, expect, it } from 'vitest';
import { aCompiler } from '../support/content.ts';
import { faultsOf, MINI_CONTENT, miniContent, type Edit } from '../support/mini-content.ts';

const compiler = aCompiler();
afterAll(() => compiler.translator.close());

const SET = 'cql/valuesets/cough.json';
const LIST = 'cql/terminology/codes.csv';
const NOT_VERIFIED =
  'is not in the verified list; confirm it in a public source and add it to cql/terminology/codes.csv';
const XRAY_UNKNOWN = `hooks/cards/RX-01.yaml:29:49: error: Code 399208008 of http://snomed.info/sct ${NOT_VERIFIED}`;

it('reports a code of a value set that is not in the verified list', async () => {
  const edit: Edit = [SET, '"49727002"', '"49727003"'];
  expect(await faultsOf(compiler, miniContent([edit]))).toEqual([
    `${SET}:8:23: error: Code 49727003 of http://snomed.info/sct ${NOT_VERIFIED}`,
  ]);
});

it('reports a value set that is no JSON, with the place', async () => {
  const edit: Edit = [SET, '"compose": {', '"compose" {'];
  expect(await faultsOf(compiler, miniContent([edit]))).toContain(
    `${SET}:4:13: error: Missing , or : between flow map items`,
  );
});

it('reports a value set that stands in two files', async () => {
  const twice = miniContent([], { 'cql/valuesets/other.json': MINI_CONTENT[SET] });
  expect(await faultsOf(compiler, twice)).toEqual([
    `cql/valuesets/other.json:3:3: error: Value set urn:mini:valueset:cough is also in ${SET}`,
  ]);
});

it.each([
  [
    'a system it does not know',
    'SNOMED CT,399208008',
    'SNOWMED,399208008',
    'The code system "SNOWMED" is not known here',
  ],
  [
    'a code nobody verified',
    'X-ray,verified',
    'X-ray,likely',
    'Code 399208008 is listed but not verified',
  ],
])('reports %s in the verified list', async (_what, from, to, message) => {
  expect(await faultsOf(compiler, miniContent([[LIST, from, to]]))).toEqual([
    `${LIST}:4:1: error: ${message}`,
    XRAY_UNKNOWN,
  ]);
});

it('reports a verified list that is no CSV, with the line', async () => {
  const edit: Edit = [LIST, 'X-ray,verified', 'X-ray,verified,twice'];
  expect(await faultsOf(compiler, miniContent([edit]))).toEqual([
    `${LIST}:4:1: error: Invalid Record Length: columns length is 4, got 5 on line 4`,
  ]);
});

it('asks for no verified list where the folder keeps none', async () => {
  const without = miniContent([], { [LIST]: undefined });
  expect(await faultsOf(compiler, without)).toEqual([]);
});

it.each([
  ['deleted FY2026, replaced by others', true],
  ['no longer valid since 2025-10-01', true],
  ['inactive on tx.example', true],
  ['non-billable header since FY2025: keep for old records', false],
  ['term list; active status not shown', false],
])('reads the remark "%s" as an end of use: %s', async (remark, ended) => {
  const list = `system,code,display,source,confidence
SNOMED CT,49727002,Cough,"a public list [${remark}]",verified
SNOMED CT,386661006,Fever,a public list,verified
SNOMED CT,399208008,Chest X-ray,a public list,verified
`;
  const message = `Code 49727002 of http://snomed.info/sct is no longer valid (${LIST}:2: ${remark}); use what replaced it`;
  expect(await faultsOf(compiler, miniContent([], { [LIST]: list }))).toEqual(
    ended ? [`${SET}:8:23: error: ${message}`] : [],
  );
});

import { afterAll, expect, it } from 'vitest';
import { aCompiler } from '../support/content.ts';
import { contentOf, faultsOf, miniContent } from '../support/mini-content.ts';

const compiler = aCompiler();
afterAll(() => compiler.translator.close());

const FILE = 'cql/terminology/units.csv';
const withUnits = (text: string) => miniContent([], { [FILE]: text });

it.each([
  [
    'a unit that is none',
    'deg C,degC',
    `${FILE}:2:1: error: "degC" is not a UCUM unit; see https://ucum.org/ucum`,
  ],
  [
    'a row without a unit',
    'deg C,',
    `${FILE}:2:1: error: "" is not a UCUM unit; see https://ucum.org/ucum`,
  ],
  [
    'a row without a spelling',
    ',Cel',
    `${FILE}:2:1: error: The row has no spelling; write: spelling,ucum`,
  ],
  [
    'a spelling that stands twice',
    'ML,mL\nml,L',
    `${FILE}:3:1: error: "ml" is also listed as "ML"`,
  ],
])('reports %s, with its line', async (_, rows, fault) => {
  expect(await faultsOf(compiler, withUnits(`spelling,ucum\n${rows}\n`))).toEqual([fault]);
});

it('reports a file that is no CSV', async () => {
  expect(await faultsOf(compiler, withUnits('spelling,ucum\nC,Cel,more\n'))).toEqual([
    `${FILE}:2:1: error: Invalid Record Length: columns length is 2, got 3 on line 2`,
  ]);
});

it('reads what the content lists, and needs no such file', async () => {
  const { program } = await contentOf(compiler, withUnits('spelling,ucum\nGrad,Cel\n'));
  expect(program.model.units.normalize({ value: 38, unit: 'grad' })).toMatchObject({ code: 'Cel' });
  const without = await contentOf(compiler);
  expect(without.program.model.units.normalize({ value: 38, unit: 'grad' })).toEqual({
    value: 38,
    unit: 'grad',
  });
});

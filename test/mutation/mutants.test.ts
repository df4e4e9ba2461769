import { afterAll, expect, it } from 'vitest';
import { sample } from '../../src/mutation/choose.ts';
import { mutantsOf, mutate, type Mutant } from '../../src/mutation/mutants.ts';
import { withElm, type Program } from '../../src/engine/program.ts';
import { aCompiler } from '../support/content.ts';
import { aLibrary, anEvaluation, aProgram, factOf } from '../support/cql.ts';

const compiler = aCompiler();
afterAll(() => compiler.translator.close());

const LOOKED = aLibrary(
  'Looked',
  `define "Some": { 'x' }
define function At(sources List<System.String>): not exists (sources S where S = 'x')
define function IfAll(value Boolean, sources List<System.String>):
  if At(sources) then value else null`,
);
const STATUS = aLibrary('Status', 'define function IsActive(condition FHIR.Condition): false');

async function mutants(body: string): Promise<[Program, Mutant[]]> {
  const test = aLibrary('Test', body, ['Looked', 'Status']);
  const program = await aProgram(compiler, [LOOKED, STATUS, test]);
  return [program, mutantsOf(program, ['Test'])];
}

async function changes(body: string): Promise<string[]> {
  const [, found] = await mutants(body);
  return found.map(({ span, what }) => `${span.line - 6}:${span.column} ${what}`);
}

/** The fact `X` of each mutant in turn. */
async function outcomes(body: string): Promise<unknown[]> {
  const [program, found] = await mutants(body);
  return Promise.all(
    found.map((mutant) => factOf(anEvaluation(withElm(program, mutate(mutant, program))), 'X')),
  );
}

it('turns comparisons, and moves the boundaries they hold', async () => {
  expect(await changes('define X: 3 < 4')).toEqual([
    '1:11 3 became 2',
    '1:11 3 became 4',
    '1:11 < became <=',
    '1:15 4 became 3',
    '1:15 4 became 5',
  ]);
  expect(await outcomes('define X: 3 < 4')).toEqual([true, false, true, false, true]);
  expect(await changes("define X: 'a' = 'b' or 'a' != 'b'")).toEqual([
    '1:11 = became !=',
    '1:24 != became =',
    '1:24 or became and in front of',
  ]);
});

it('moves a decimal by its last digit, and the default of a parameter', async () => {
  const body = `parameter Limit default 2.50
context Patient
define X: Limit`;
  expect(await changes(body)).toEqual(['1:25 2.50 became 2.49', '1:25 2.50 became 2.51']);
  expect(await outcomes(body)).toEqual([2.49, 2.51]);
});

it('swaps "and" with "or", each in front of what it adds', async () => {
  const body = 'define X: true and true and false';
  expect(await changes(body)).toEqual([
    '1:20 and became or in front of',
    '1:29 and became or in front of',
  ]);
  expect(await outcomes(body)).toEqual([false, true]);
});

it('swaps a value set for the next of the library', async () => {
  const body = `valueset "One": 'urn:one'
valueset "Two": 'urn:two'
context Patient
define X: [Condition: "Two"]`;
  expect(await changes(body)).toEqual(['4:23 "Two" became "One"']);
});

it('swaps the value set that a code is held against', async () => {
  const body = `valueset "One": 'urn:one'
valueset "Two": 'urn:two'
context Patient
define X: [Condition] C where C.code in "One"`;
  const [, [mutant]] = await mutants(body);
  expect(await changes(body)).toEqual(['4:25 "One" became "Two"']);
  expect(mutant?.instead).toMatchObject({ type: 'InValueSet', valueset: { name: 'Two' } });
});

it('drops checks for absence, once each', async () => {
  const body = `define X:
  null is not null
    and not exists { 1 }
    and (true is null)`;
  expect((await changes(body)).filter((change) => change.includes('dropped'))).toEqual([
    '2:3 dropped: is not null',
    '3:9 dropped: not exists',
    '4:9 dropped: is null',
  ]);
});

it('drops the sources of guards, and filters by status', async () => {
  const body = `define X: Looked.IfAll(true, { 'x' })
define Y: [Condition] C where Status.IsActive(C)
define Z: Looked.IfAll("X", Looked."Some")`;
  expect(await changes(body)).toEqual([
    '1:11 dropped: the sources of Looked.IfAll',
    '2:25 dropped: Status.IsActive',
    '3:11 dropped: the sources of Looked.IfAll',
  ]);
  expect(await outcomes(body)).toEqual([true, null, null]);
});

it('drops sources that have a name', async () => {
  expect(await outcomes(`define X: Looked.IfAll(true, Looked."Some")`)).toEqual([true]);
});

it('draws the same sample for the same seed, and others for others', async () => {
  const [, all] = await mutants('define X: { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 }');
  expect(all).toHaveLength(20);
  expect(sample(all, 5, 1)).toHaveLength(5);
  expect(sample(all, 5, 1)).toEqual(sample(all, 5, 1));
  expect(sample(all, 5, 1)).not.toEqual(sample(all, 5, 2));
  expect(sample(all, 99, 1)).toEqual(all);
});

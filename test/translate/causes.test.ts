import { afterAll, expect, it } from 'vitest';
import { compileCql } from '../../src/translate/compile.ts';
import { writeFhirHelpers } from '../../src/engine/fhir-helpers.ts';
import { aCompiler } from '../support/content.ts';
import { aLibrary } from '../support/cql.ts';

const compiler = aCompiler();
afterAll(() => compiler.translator.close());

/** What is said of libraries, each with those it includes. */
async function problemsOf(...texts: readonly string[]): Promise<string[]> {
  const sources = [writeFhirHelpers(compiler.model), ...texts].map((text) => ({ file: '', text }));
  const { problems } = await compileCql(sources, compiler.model.xml, compiler);
  return problems
    .filter(({ severity }) => severity === 'error')
    .map((p) => `${p.library} ${p.line}:${p.column} ${p.message}`);
}

/** Uses of `Base.X` and `Base.F` that the translator each finds an error in, in its own words. */
const USES = `define A: Base.X + 1
define B: exists Base.X
define C: Base.X.code
define D: if Base.X then 1 else 2
define E: { Base.X }
define F: Base.X as FHIR.Observation
define G: Base.X S sort asc
define H: Interval[Base.X, 3]
define I: years between Base.X and Today()
define J: [Observation: Base.X]
define K: Base.F(1) + 1
define L: A is null and K is null
define function M(a Integer): Base.X + a
define N: M(1)`;

const NO_NAME = 'Could not resolve identifier';

it.each([
  [
    'a name that nothing has',
    'define X: Nowhere\ndefine function F(a Integer): X',
    `Base 5:11 ${NO_NAME} Nowhere in the current library.`,
  ],
  [
    'a type error',
    'define X: 1 + true\ndefine function F(a Integer): X',
    'Base 5:11 Could not resolve call to operator Add with signature (System.Integer, System.Boolean).',
  ],
  [
    'a bracket that is not closed',
    'define X: (1\ndefine function F(a Integer): X',
    'Base 6:1 Syntax error at define: what stands before it is not complete',
  ],
  [
    'a quote that is not closed',
    'define "X: 1\ndefine function F(a Integer): 1',
    'Base 5:8 Syntax error: CQL has no such character here, or a quote is not closed',
  ],
  [
    'a bracket too many',
    'define X: 1 )\ndefine function F(a Integer): X',
    'Base 5:13 Syntax error at )',
  ],
  [
    'a case without end',
    'define X: case when true then 1\ndefine function F(a Integer): X',
    'Base 6:1 Syntax error at define: what stands before it is not complete',
  ],
])('says %s once, however many definitions use it', async (_what, body, cause) => {
  expect(await problemsOf(aLibrary('Base', body), aLibrary('User', USES, ['Base']))).toEqual([
    `${cause} (User rests on it and could not be checked)`,
  ]);
});

it('says an operand of a type that is nowhere once, and not the calls of the function', async () => {
  const base = aLibrary('Base', 'define function F(a Integr): a');
  const user = aLibrary('User', 'define K: Base.F(1) + 1', ['Base']);
  expect(await problemsOf(base, user)).toEqual([
    'Base 5:21 There is no type Integr (User rests on it and could not be checked)',
  ]);
});

it('says an error of a library once, with the libraries of three levels above it', async () => {
  const texts = [
    aLibrary('Base', 'define X: Nowhere'),
    aLibrary('One', 'define "Some X": Base.X + 1', ['Base']),
    aLibrary('Two', 'define "Some X": One."Some X" + 1', ['One']),
    aLibrary('Three', 'define "Some X": Two."Some X" + 1', ['Two']),
  ];
  expect(await problemsOf(...texts)).toEqual([
    `Base 5:11 ${NO_NAME} Nowhere in the current library. ` +
      '(3 libraries rest on it and could not be checked: One, Three, Two)',
  ]);
});

it('names ten of many libraries, and counts the others', async () => {
  const users = Array.from({ length: 12 }, (_, i) =>
    aLibrary(`User${String(i).padStart(2, '0')}`, 'define Y: Base.X + 1', ['Base']),
  );
  const [said] = await problemsOf(aLibrary('Base', 'define X: Nowhere'), ...users);
  expect(said).toMatch(
    /\(12 libraries rest on it and could not be checked: User00, .* User09 and 2 others\)$/,
  );
});

it('says an include of a library that is not there once', async () => {
  const user = aLibrary('User', USES, ['Base']);
  const top = aLibrary('Top', 'define Y: User.A + 1', ['User']);
  expect(await problemsOf(user, top)).toEqual([
    'User 4:1 There is no CQL library Base. (Top rests on it and could not be checked)',
  ]);
});

it('says a misspelt include once, with the library that was meant', async () => {
  const user = aLibrary('User', USES, ['Bas']);
  expect(await problemsOf(aLibrary('Base', 'define X: 1'), user)).toEqual([
    'User 4:1 There is no CQL library Bas. Did you mean "Base"?',
  ]);
});

it('says what is wrong in a library whatever is wrong below it', async () => {
  const base = aLibrary('Base', 'define X: Nowhere\ndefine Y: 1');
  const user = aLibrary(
    'User',
    'define A: Base.X + 1\ndefine B: Elsewhere\ndefine C: Base.Z\ndefine D: Base.Y + true',
    ['Base'],
  );
  const unread = aLibrary('Unread', 'define A: Base.X + 1\ndefine B: )', ['Base']);
  expect(await problemsOf(base, user, unread)).toEqual([
    `Base 5:11 ${NO_NAME} Nowhere in the current library. ` +
      '(2 libraries rest on it and could not be checked: Unread, User)',
    `User 7:11 ${NO_NAME} Elsewhere in the current library.`,
    `User 8:16 ${NO_NAME} Z in library Base.`,
    'User 9:11 Could not resolve call to operator Add with signature (System.Integer, System.Boolean).',
    'Unread 7:11 Syntax error at )',
  ]);
});

it('says two errors of one library, each with what rests on it', async () => {
  const base = aLibrary('Base', 'define X: Nowhere\ndefine Y: Elsewhere\ndefine Z: X + Y');
  const one = aLibrary('One', 'define A: Base.X + 1', ['Base']);
  const two = aLibrary('Two', 'define A: Base.Y + 1', ['Base']);
  expect(await problemsOf(base, one, two)).toEqual([
    `Base 5:11 ${NO_NAME} Nowhere in the current library. (One rests on it and could not be checked)`,
    `Base 6:11 ${NO_NAME} Elsewhere in the current library. (Two rests on it and could not be checked)`,
  ]);
});

it('says one error of definitions that go round in a circle', async () => {
  const base = aLibrary('Base', 'define X: Y\ndefine Y: X\ndefine Z: X + 1');
  expect(await problemsOf(base)).toEqual([
    'Base 5:1 Cannot resolve reference to expression or function X because it results in a circular reference.',
  ]);
});

it.each([
  ['Base.Somthing', `${NO_NAME} Somthing in library Base. Did you mean "Something"?`, 16],
  ['Base."some thing"', `${NO_NAME} some thing in library Base. Did you mean "Something"?`, 16],
  ['Something', `${NO_NAME} Something in the current library. Did you mean Base."Something"?`, 11],
  ['"My Onw"', `${NO_NAME} My Onw in the current library. Did you mean "My Own"?`, 11],
  ['Basis.X', `${NO_NAME} Basis in the current library.`, 11],
  [
    'Base.Twise(1)',
    'Could not resolve call to operator Twise with signature (System.Integer). Did you mean "Twice"?',
    16,
  ],
  [
    'Base.Twice(true)',
    'Could not resolve call to operator Twice with signature (System.Boolean).',
    16,
  ],
])('says what might have been meant by %s', async (written, message, column) => {
  const base = aLibrary('Base', 'define Something: 1\ndefine function Twice(a Integer): a + a');
  const user = aLibrary('User', `define "My Own": 1\ndefine Y: ${written}`, ['Base']);
  expect(await problemsOf(base, user)).toEqual([`User 7:${column} ${message}`]);
});

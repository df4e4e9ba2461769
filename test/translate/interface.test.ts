import { openElm } from '../../src/elm/whole.ts';
import { afterAll, expect, it } from 'vitest';
import { compileCql, type CompileStep } from '../../src/translate/compile.ts';
import { ElmCache } from '../../src/translate/elm-cache.ts';
import { declareTheSame, writeInterface } from '../../src/translate/interface.ts';
import { CHARACTERS_PER_PROCESS } from '../../src/translate/translator-process.ts';
import { writeFhirHelpers } from '../../src/engine/fhir-helpers.ts';
import { aCompiler } from '../support/content.ts';
import { aLibrary } from '../support/cql.ts';

const { translator, model } = aCompiler();
afterAll(() => translator.close());

function openCompile() {
  const cache = new ElmCache(undefined);
  return async (...texts: readonly string[]) => {
    const translated: string[] = [];
    const sources = [writeFhirHelpers(model), ...texts].map((text) => ({ file: '', text }));
    const onProgress = (step: CompileStep | undefined): unknown =>
      step && translated.push(step.library);
    const { elms, problems } = await compileCql(sources, model.xml, {
      translator,
      cache,
      onProgress,
    });
    return {
      translated,
      elms: new Map(elms.map((elm) => [elm.library.identifier.id, openElm(elm)])),
      problems: problems.map(
        ({ library, severity, message }) => `${library} ${severity} ${message}`,
      ),
    };
  };
}

const CODES = aLibrary('Codes', `codesystem "Shared": 'urn:shared'\ncontext Patient`);

/** All that a library can declare. */
const WHOLE = aLibrary(
  'Whole',
  `codesystem "Own": 'urn:own'
valueset "Some \\"Set\\"": 'urn:set'
code "Mine": 'a' from "Own" display 'A'
code "Borrowed": 'b' from Codes."Shared"
concept "Both": { "Mine", "Borrowed" } display 'Both'
parameter "Limit" Decimal default 1.5
parameter "Span" Interval<DateTime>
context Patient
define "Anything": null
define "Either": if true then 1 as Choice<Integer, String> else 'a'
define "Row": { a: 1, "b c": { { d: @2020-01-01 } } }
define "Inner": First([Observation]).component
define "Term": "Some \\"Set\\""
define private "Hidden": 1
define function "Grow"(by Integer): by + 1
define function "Grow"(by Decimal): by + 1.0
define fluent function "twice"(n Integer): n * 2
context Unfiltered
define "Everybody": [Patient]`,
  ['Codes'],
);

const USER = aLibrary(
  'User',
  `context Patient
define A: Whole."Either" as Integer
define B: Whole."Row"."b c".d
define C: Whole."Inner".value
define D: Whole."Grow"(1)
define E: Whole."Grow"(1.0)
define F: (3).twice()
define G: [Observation: Whole."Some \\"Set\\""]
define H: [Observation: Whole."Mine"]
define I: Whole."Both"
define J: Whole."Limit" + 1
define K: start of Whole."Span"
define L: Whole."Everybody"`,
  ['Whole'],
);

it('lets includers use all that a library declares, and spares them its bodies', async () => {
  const compile = openCompile();
  const first = await compile(CODES, WHOLE, USER);
  expect(first.problems).toEqual([]);
  const edited = await compile(CODES, WHOLE.replace('by + 1\n', 'by + 2\n'), USER);
  expect(edited.translated).toEqual(['Whole']);
  const types = first.elms
    .get('User')
    ?.library.statements?.def.map(({ name, resultTypeName }) => `${name} ${resultTypeName ?? ''}`);
  expect(types).toEqual([
    'Patient {http://hl7.org/fhir}Patient',
    'A {urn:hl7-org:elm-types:r1}Integer',
    'B ',
    'C ',
    'D {urn:hl7-org:elm-types:r1}Integer',
    'E {urn:hl7-org:elm-types:r1}Decimal',
    'F {urn:hl7-org:elm-types:r1}Integer',
    'G ',
    'H ',
    'I {urn:hl7-org:elm-types:r1}Concept',
    'J {urn:hl7-org:elm-types:r1}Decimal',
    'K {urn:hl7-org:elm-types:r1}DateTime',
    'L ',
  ]);
});

it.each([
  ['a type', '"Limit" Decimal default 1.5', '"Limit" Integer default 1'],
  ['a name', '"Mine"', '"Other"'],
  ['an operand', '"twice"(n Integer): n', '"twice"(n Decimal): n'],
  ['the access', 'define private "Hidden"', 'define "Hidden"'],
  ['the context', 'context Unfiltered\n', ''],
  ['what is fluent', 'define fluent function', 'define function'],
])('translates includers anew when %s changes', async (_, from, to) => {
  const compile = openCompile();
  const caller = aLibrary('Caller', 'define X: 1', ['Whole']);
  await compile(CODES, WHOLE, caller);
  const changed = WHOLE.replaceAll(from, to);
  expect(changed).not.toBe(WHOLE);
  expect((await compile(CODES, changed, caller)).translated).toEqual(['Whole', 'Caller']);
});

it('refuses what is private, as the library itself would', async () => {
  const compile = openCompile();
  const user = aLibrary('User', 'define X: Whole."Hidden"', ['Whole']);
  const { problems } = await compile(CODES, WHOLE, user);
  expect(problems).toEqual([
    'User error Identifier Hidden in library Whole is marked private and cannot be referenced from another library.',
  ]);
});

it('has no warning of its own', async () => {
  const compile = openCompile();
  const warned = aLibrary('Warned', 'define a: 1\ndefine function F(a Integer): a');
  const user = aLibrary('User', 'define X: Warned.F(1)', ['Warned']);
  const { problems } = await compile(warned, user);
  expect(problems).toEqual([
    'Warned warning An operand identifier a is hiding another identifier of the same name.',
  ]);
});

it('is not trusted where it does not declare the same', async () => {
  const compile = openCompile();
  const tagged = `/* @allowFluent: true */\n${aLibrary('Tagged', 'define function f(a Integer): a')}`;
  const user = aLibrary('User', 'define X: (1).f()', ['Tagged']);
  const first = await compile(tagged, user);
  expect(first.problems).toEqual([]);
  expect((await compile(tagged, user)).translated).toEqual(['Tagged', 'User']);
});

it('ends a process that has translated much, and starts another', async () => {
  const compile = openCompile();
  await compile(aLibrary('Small', 'define X: 1'));
  expect(translator.isRunning).toBe(true);
  const long = aLibrary('Long', `define X: 1 // ${'x'.repeat(CHARACTERS_PER_PROCESS)}`);
  expect((await compile(long)).problems).toEqual([]);
  expect(translator.isRunning).toBe(false);
  expect((await compile(aLibrary('Small', 'define X: 2'))).problems).toEqual([]);
});

it('tells libraries apart by what they declare alone', async () => {
  const { elms } = await openCompile()(CODES, WHOLE);
  const whole = elms.get('Whole');
  const codes = elms.get('Codes');
  if (!whole || !codes) throw new Error('not compiled');
  expect([declareTheSame(whole, whole), declareTheSame(whole, codes)]).toEqual([true, false]);
  expect(writeInterface(codes)).toBe(`library "Codes" version '1.0.0'
using "FHIR" version '4.0.1'
codesystem "Shared": ''
context Patient
`);
});

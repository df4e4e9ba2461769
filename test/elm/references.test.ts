import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Program } from '../../src/engine/program.ts';
import {
  evaluatedIn,
  mentionedParameters,
  reachableExpressions,
  reachableParameters,
  reachableRetrieves,
  referencedExpressions,
} from '../../src/elm/references.ts';
import { aCompiler } from '../support/content.ts';
import { aLibrary, aProgram } from '../support/cql.ts';

const compiler = aCompiler();
let program: Program;

const TERMS = aLibrary('Terms', '').replace(
  'context Patient',
  `valueset "Pain": 'urn:pain'\nvalueset "Scan": 'urn:scan'`,
);
const BASE = aLibrary(
  'Base',
  `define function Recent(codes List<FHIR.Procedure>): codes P where exists [Device]
define "Pains": [Condition: Terms."Pain"]
define "Scans": Recent([Procedure: Terms."Scan"])
define "Nothing": 1
define function Limited(given Integer): given > Limit
define "Through A Function": Limited(3)`,
  ['Terms'],
).replace('context Patient', 'parameter Limit Integer default 7\ncontext Patient');
const TEST = aLibrary(
  'Test',
  `valueset "Own": 'urn:own'
context Patient
define "Own Retrieve": [Observation: "Own"]
define "Any": [Observation]
define "Through Include": exists Base."Pains"
define "Through Function": exists Base."Scans"
define "All": "Through Include" and "Through Function" and exists "Own Retrieve" and exists "Own Retrieve"
define "None": Base."Nothing" + 1
define "Limits": Base."Through A Function" and Base.Limit > 1`,
  ['Base', 'Terms'],
);

beforeAll(async () => {
  program = await aProgram(compiler, [TERMS, BASE, TEST]);
});
afterAll(() => compiler.translator.close());

function retrievesOf(...expressions: readonly string[]): string[] {
  const names = expressions.map((expression) => ({ library: 'Test', expression }));
  return reachableRetrieves(program, names).map((r) => `${r.resourceType} ${r.valueSet ?? 'any'}`);
}

it('finds a retrieve with the value set of its own library', () => {
  expect(retrievesOf('Own Retrieve')).toEqual(['Observation urn:own']);
});

it('finds a retrieve without a value set', () => {
  expect(retrievesOf('Any')).toEqual(['Observation any']);
});

it('finds retrieves through an include, with the value set of a third library', () => {
  expect(retrievesOf('Through Include')).toEqual(['Condition urn:pain']);
});

it('finds retrieves in functions and in what they are given', () => {
  expect(retrievesOf('Through Function')).toEqual(['Procedure urn:scan', 'Device any']);
});

it('names each retrieve once, however often and by whichever way it is reached', () => {
  expect(retrievesOf('All', 'Own Retrieve', 'Through Include')).toEqual([
    'Condition urn:pain',
    'Procedure urn:scan',
    'Device any',
    'Observation urn:own',
  ]);
});

it('finds none where nothing is retrieved', () => {
  expect(retrievesOf('None')).toEqual([]);
});

it('names the defines an expression refers to directly, in whichever library', () => {
  const found = referencedExpressions(program, { library: 'Test', expression: 'All' });
  expect(found.map(({ library, expression }) => `${library}.${expression}`)).toEqual([
    'Test.Through Include',
    'Test.Through Function',
    'Test.Own Retrieve',
  ]);
});

it('names everything an expression can reach, functions and itself among it', () => {
  const names = reachableExpressions(program, [
    { library: 'Test', expression: 'Through Function' },
  ]);
  expect(names.map(({ library, expression }) => `${library}.${expression}`)).toEqual([
    'Test.Through Function',
    'Base.Scans',
    'Base.Recent',
  ]);
});

it('finds the defines in which a definition is evaluated, functions looked through', async () => {
  const helper = aLibrary(
    'Helper',
    `define function One(): 1
define function Two(): One() + One()`,
  );
  const user = aLibrary(
    'User',
    `define "Twice": Helper.Two()
define "Once": Helper.One()
define "Of Once": "Once"`,
    ['Helper'],
  );
  const of = evaluatedIn(await aProgram(compiler, [helper, user]));
  const names = (library: string, expression: string) =>
    of({ library, expression }).map((define) => define.expression);
  expect(names('Helper', 'One')).toEqual(['Twice', 'Once']);
  expect(names('Helper', 'Two')).toEqual(['Twice']);
  expect(names('User', 'Once')).toEqual(['Once']);
});

it('finds parameters through functions and includes, each once by the library that declares it', () => {
  const limits = { library: 'Test', expression: 'Limits' };
  expect(reachableParameters(program, [limits, limits])).toEqual(['Base.Limit']);
  expect(mentionedParameters(program, limits)).toEqual(['Base.Limit']);
  const through = { library: 'Base', expression: 'Through A Function' };
  expect(mentionedParameters(program, through)).toEqual([]);
  expect(reachableParameters(program, [through])).toEqual(['Base.Limit']);
  expect(reachableParameters(program, [{ library: 'Test', expression: 'None' }])).toEqual([]);
});

import { afterAll, beforeAll, expect, it } from 'vitest';
import { locatorOf, wholeOf } from '../../src/elm/whole.ts';
import { bodiesOf, childrenOf, type ElmNode } from '../../src/elm/elm-tree.ts';
import type { ElmLibraries } from '../../src/elm/elm.ts';
import { linkProgram, type Program } from '../../src/engine/program.ts';
import { aCompiler } from '../support/content.ts';
import { aLibrary, anEvaluation, aProgram } from '../support/cql.ts';

const compiler = aCompiler();
afterAll(() => compiler.translator.close());

/** Elements whose types decide what they come to. */
const TEST = `// What is asked.
// @title: Asked
define "Asked": [Observation] O where (O.value as Quantity) > 5 'mm'
define "Cast": First([Observation]).value as string
define "Wrong Cast": First([Observation]).value as boolean
define "Is": First([Observation]).value is Quantity
define "Convert": convert '5' to Integer
define "List Convert": from ({ '1', '2' }) X return ToInteger(X)
define "Interval": Interval[1, null]
define "Members": { 3 in Interval[1, null], 3 in { 1, null }, null in { 1 } }
define "Row": { a: 1, b: null as List<Integer> }
define "Choice": (if exists [Observation] then 1 as Choice<Integer, String> else 'a') as Integer
define function "Over"(a Integer): 'Integer'
define function "Over"(a String): 'String'
define function "Over"(a List<Integer>): 'List'
define "Overloads": { "Over"(1), "Over"('1'), "Over"({ 1 }) }
define "Sorted": [Observation] O return all O.id.value sort desc
define "Case": case when exists [Condition] then 1 else 2 end
define "Dates": { @2020-01-01 + 3 months, date from Now() }
define "Sum": Sum({ 1.5, 2.5 })`;

let program: Program;
let whole: ElmLibraries;
beforeAll(async () => {
  program = await aProgram(compiler, [aLibrary('Test', TEST)]);
  whole = wholeOf(program);
});

function nodesOf({ elms }: ElmLibraries): ElmNode[] {
  const below = (node: ElmNode): ElmNode[] => [
    node,
    ...childrenOf(node).flatMap(([, child]) => below(child)),
  ];
  return [...elms.values()].flatMap(bodiesOf).flatMap(({ expression }) => below(expression));
}

function idsOf(of: ElmLibraries): unknown[] {
  return nodesOf(of).map(({ type, localId }) => [type, localId]);
}

function declaredIn({ elms }: ElmLibraries): unknown[] {
  return [...elms.values()].flatMap(({ library }) =>
    (library.statements?.def ?? []).map((def) => [def.name, def.locator, def.resultTypeName]),
  );
}

it('leaves evaluation nothing that only says what something is', () => {
  const said = nodesOf(program).flatMap(Object.keys);
  expect(
    said.filter((field) => /^(?:annotation|locator|resultType.*|signature)$/.test(field)),
  ).toEqual([]);
  expect(nodesOf(whole).some(({ locator }) => locator !== undefined)).toBe(true);
});

it('knows the same elements by their local ids', () => {
  expect(idsOf(program)).toEqual(idsOf(whole));
});

it('keeps the type and the place of each declaration', () => {
  expect(declaredIn(program)).toEqual(declaredIn(whole));
});

it('comes to the same as the whole', async () => {
  const slim = program.elms.get('Test');
  const names = slim ? bodiesOf(slim).filter(({ operands }) => !operands) : [];
  const expressions = names.map(({ library, name }) => ({ library, expression: name }));
  const resources = [
    { resourceType: 'Patient', id: 'p1' },
    { resourceType: 'Observation', id: 'a', valueString: 'yes' },
    { resourceType: 'Observation', id: 'b', valueQuantity: { value: 7, unit: 'mm', code: 'mm' } },
  ];
  const other = linkProgram([...whole.elms.values()], compiler.model, []);
  const [facts, same] = await Promise.all(
    [program, other].map((one) => anEvaluation(one, { resources }).facts(expressions)),
  );
  expect(facts).toEqual(same);
  expect(facts?.['Test']).toMatchObject({
    Cast: 'yes',
    'Wrong Cast': null,
    Convert: 5,
    Choice: 1,
    Overloads: ['Integer', 'String', 'List'],
    Sorted: ['b', 'a'],
  });
});

it('gives the same whole each time, so that an element is known by identity', () => {
  expect(wholeOf(program)).toBe(whole);
});

it('takes libraries for whole that never were slim', () => {
  expect(wholeOf(whole).elms.get('Test')).toBe(whole.elms.get('Test'));
});

it('finds the place of an element', () => {
  const sum = nodesOf(program).findLast(({ type }) => type === 'Sum');
  expect(locatorOf(program, 'Test', sum?.localId ?? '')).toBe('24:15-24:31');
  expect(locatorOf(program, 'Test', 'none')).toBeUndefined();
  expect(locatorOf(program, 'Elsewhere', '1')).toBeUndefined();
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ContentFault } from '../../src/content/fault.ts';
import type { Program } from '../../src/engine/program.ts';
import { openEvaluation } from '../../src/engine/evaluate.ts';
import { toFactValue } from '../../src/engine/to-fact-value.ts';
import type { FactValue } from '../../src/facts.ts';
import { lint } from '../../src/lint/lint.ts';
import { aCompiler } from '../support/content.ts';
import { aLibrary, aProgram } from '../support/cql.ts';
import { compareEngines } from '../support/engines.ts';
import {
  CASE_INPUT,
  CASE_VALUE_SETS,
  caseName,
  FAILS,
  libraryOfCases,
  type NodeTable,
} from '../support/node-cases.ts';

/** What each warning is about: both engines come to it, and CQL says something else. */
const VALUES: NodeTable = {
  'open-decimal': [
    ['Interval[37.0, 38.0) before Interval[37.5, 40.0]', true],
    ['Interval[37.0, 38.0) overlaps Interval[37.5, 40.0]', false],
    ['Interval[37.0, 38.0) includes Interval[37.2, 37.9]', false],
    ['Interval(37.0, 38.0] after Interval[36.0, 37.5]', true],
    ['end of Interval[37.0, 38.0)', 37],
    ['Interval[37.0, 38.5) before Interval[38.2, 40.0]', false],
    ['37.5 in Interval[37.0, 38.0)', true],
    ['38.0 in Interval[37.0, 38.0)', false],
  ],
  'flatten-null': [
    ['flatten { { 1 }, null, { 2 } }', [[1], null, [2]]],
    ['flatten { { 1 }, { 2 } }', [1, 2]],
    ['exists (flatten { List<Integer> {}, null as List<Integer> })', true],
  ],
  'sort-null': [
    ['({ 3, null, 1 }) X sort asc', FAILS],
    ['({ 3, null, 1 }) X where X is not null sort asc', [1, 3]],
  ],
  'message-error': [["Message(7, true, 'c', 'Error', 'bad')", 7]],
  'text-to-number': [
    ["ToInteger('12abc')", 12],
    ["ToInteger('12.7')", 12],
    ["ToDecimal('12.5abc')", 12.5],
    ["ConvertsToInteger('12abc')", true],
    ["ConvertsToDecimal('12.5abc')", true],
  ],
  'text-to-quantity': [
    ["ToQuantity('5.5 mg').value", 5.5],
    ["ToQuantity('5.5 mg').unit", ''],
    ["ToQuantity('about 5').value", 5],
    ["ConvertsToQuantity('5.5 mg')", true],
  ],
  'combine-nothing': [
    ["Combine(List<String> {}, ', ')", null],
    ["'of: ' + Combine(List<String> {}, ', ')", null],
  ],
};

const compiler = aCompiler();
afterAll(() => compiler.translator.close());

describe('what the warnings are about', () => {
  let program: Program;
  beforeAll(async () => {
    program = await aProgram(compiler, [libraryOfCases('Values', VALUES)], CASE_VALUE_SETS);
  });

  it.each(Object.entries(VALUES))('is what compiled CQL comes to: %s', async (kind, cases) => {
    const evaluation = openEvaluation(program, CASE_INPUT);
    const values: Record<string, FactValue> = {};
    for (const [i, [cql]] of cases.entries()) {
      const name = { library: 'Values', expression: caseName(kind, i) };
      values[cql] = await evaluation.value(name).then(toFactValue, () => FAILS);
    }
    expect(values).toEqual(Object.fromEntries(cases));
  });

  it('is what cql-execution comes to as well', async () => {
    const names = Object.entries(VALUES).flatMap(([kind, cases]) =>
      cases.map((_case, i) => ({ library: 'Values', expression: caseName(kind, i) })),
    );
    expect(await compareEngines(program, CASE_INPUT, names)).toMatchObject({ differences: [] });
  });
});

/** What a library may name in the cases below. */
const NAMES = `parameter "Given" List<Integer>
parameter "With Default" List<Integer> default { 1 }
context Patient
define "Texts": [Condition] C return C.code.text.value
define "Named": [Condition] C where C.code.text.value is not null return C.code.text.value
define "Perhaps Null": First([Condition]).category
define "Never Null": [Condition] C return C.id.value
define "Some": exists "Named"
define "Rows": [Condition] C
  return Tuple { id: C.id.value, words: Coalesce(C.code.text.value, 'none'), parts: { C.id.value } }
define function OfAny(texts List<String>): flatten { texts, { 'more' } }
define function OfRows(texts List<String>): flatten { texts, { 'more' } }
define "Any": OfAny(if exists [Condition] then "Named" else null)
define "Of Rows": OfRows("Named")
define function Row(parts List<String>): Tuple { parts: parts }
define "Made": [Condition] C return Row({ C.id.value })
`;

async function warningsOf(...bodies: readonly string[]): Promise<ContentFault[][]> {
  const defines = bodies.map((cql, i) => `define "Case ${i}": ${cql}`);
  const text = aLibrary('Cases', NAMES + defines.join('\n'));
  const program = await aProgram(compiler, [text]);
  const lines = text.split('\n');
  const all = lint(program, new Map([['Cases', text]]), []).filter(
    ({ message }) => !message.endsWith('[long-line]'),
  );
  return bodies.map((_body, i) => {
    const line = lines.findIndex((one) => one.startsWith(`define "Case ${i}"`)) + 1;
    return all.filter((fault) => fault.line === line);
  });
}

const MESSAGES: Readonly<Record<string, string>> = {
  'open-decimal':
    'An open bound that is a whole number is taken for an Integer, even of Decimals and Quantities: [37.0, 38.0) ends at 37. ' +
    'Compare the numbers (x >= 37.0 and x < 38.0), ask "in" of one number, or close the bound',
  'flatten-null':
    '"flatten" leaves all lists as they are when one of them is null, which cannot be excluded here. ' +
    'Write Coalesce(…, List<…>{}) around what may be null, or leave it out with "where … is not null"',
  'sort-null':
    '"sort" of plain values is an error when one of several is null, which cannot be excluded here. ' +
    'Leave nulls out before: (…) X where X is not null sort asc',
  'message-error':
    'A Message of severity Error does not stop the evaluation: its source is the result, as if nothing were wrong. ' +
    'Write "if … then null else …", and name what is wrong on the card',
  'text-to-number':
    "A text that only begins as a number counts as an Integer: '12abc' is 12, and not null. " +
    "Ask for its form first: if Matches(text, '[0-9]+') then …",
  'text-to-quantity':
    "A text with a number anywhere counts as a Quantity, without what is not between quotation marks: '5.5 mg' is 5.5 of no unit, and not null. " +
    'Read a quantity of the record, or write System.Quantity { value: …, unit: … }',
  'combine-nothing':
    'Combine of no texts is null here, and an empty text in other engines. ' +
    'Say what is meant: if exists L then Combine(L, …) else null, with the same L twice',
};

it('each warning has its place, its name and a remedy', async () => {
  const found = await warningsOf(
    'Interval[37.0, 38.0) before Interval[37.5, 40.0]',
    'flatten { "Perhaps Null" }',
    '("Texts") T sort asc',
    "Message(7, true, 'c', 'Error', 'bad')",
    'First("Texts" T return ToInteger(T))',
    'First("Texts" T return ToQuantity(T))',
    `Combine("Named", ', ')`,
  );
  expect(found.flat().map(({ message }) => message)).toEqual(
    Object.entries(MESSAGES).map(([kind, message]) => `${message} [${kind}]`),
  );
  expect(found.flat()[0]).toMatchObject({
    file: 'cql/Cases.cql',
    column: 18,
    severity: 'warning',
  });
});

it('a Decimal has its own words', async () => {
  const [[found] = []] = await warningsOf('First("Texts" T return ToDecimal(T))');
  expect(found?.message).toBe(
    "A text that only begins as a number counts as a Decimal: '12.5abc' is 12.5, and not null. " +
      "Ask for its form first: if Matches(text, '[0-9]+([.][0-9]+)?') then … [text-to-number]",
  );
});

describe('a warning is given', () => {
  const WARNED: Readonly<Record<string, readonly string[]>> = {
    'open-decimal': [
      'Interval(37.0, 38.5] after Interval[36.0, 37.5]',
      "Interval[37.0 'mg', 38.0 'mg') before Interval[37.5 'mg', 40.0 'mg']",
      'Interval[37.0, 37.0 + 1.0) overlaps Interval[37.5, 40.0]',
      'Interval[37.0, 38.0) before 37.5',
    ],
    'flatten-null': [
      'flatten { { 1 }, if exists "Named" then { 2 } else null }',
      'flatten ([Condition] C return C.category)',
      'flatten { "Given", { 1 } }',
      'flatten ([Condition] C return (C.category K return K.text.value))',
    ],
    'sort-null': [
      '({ 3, null as Integer, 1 }) X sort desc',
      '("Texts") T where Length(T) > 2 or T is null sort asc',
    ],
    'message-error': [`Message(7, true, 'c', First("Named"), 'bad')`],
    'text-to-number': [
      'First("Texts" T where Matches(T, \'.*\') return ToInteger(T))',
      'First("Texts" T where Matches(T, \'[a-z]+\') return ToInteger(T))',
      'First("Texts" T where ConvertsToDecimal(T) return T)',
      "ToInteger('12abc')",
    ],
    'text-to-quantity': ["ToQuantity('5.5 mg')"],
    'combine-nothing': [
      `if exists "Texts" then Combine("Named", ', ') else null`,
      `if exists "Named" then Combine("Named" N where N != 'x', ', ') else null`,
      `if exists "Named" then null else Combine("Named", ', ')`,
      `Combine({ First("Texts") }, ', ')`,
    ],
  };

  it.each(Object.entries(WARNED))('of each use without a guard: %s', async (kind, bodies) => {
    const found = await warningsOf(...bodies);
    const kinds = found.map((faults) =>
      faults.map(({ message }) => /\[([\w-]+)\]$/.exec(message)?.[1]),
    );
    expect(Object.fromEntries(bodies.map((cql, i) => [cql, kinds[i]]))).toEqual(
      Object.fromEntries(bodies.map((cql) => [cql, [kind]])),
    );
  });

  it('inside a function of what any of its calls gives, and not of what all show to be there', async () => {
    const text = aLibrary('Cases', NAMES);
    const program = await aProgram(compiler, [text]);
    const lines = text.split('\n');
    const found = lint(program, new Map([['Cases', text]]), []).map(({ line }) => lines[line - 1]);
    expect(found).toEqual([expect.stringContaining('function OfAny')]);
  });
});

it.each<readonly [why: string, cql: string]>([
  ['one number is looked for in an open interval', '37.5 in Interval[37.0, 38.0)'],
  ['an interval contains one number', 'Interval[37.0, 38.0) contains 37.5'],
  ['an open bound has a fraction', 'Interval[37.5, 38.5) before Interval[38.2, 40.0]'],
  ['an open bound is unknown', 'Interval[37.0, null) before Interval[38.2, 40.0]'],
  ['the bounds are closed', 'Interval[37.0, 38.0] before Interval[38.2, 40.0]'],
  ['the open interval is of Integers', 'Interval[37, 39) before Interval[38, 40]'],
  ['all lists that are flattened are there', 'flatten { "Named", { \'a\' }, "Never Null" }'],
  [
    'what may be null has another list beside it',
    'flatten { Coalesce("Perhaps Null", [Condition] C return C.code) }',
  ],
  ['a parameter has a default', 'flatten { "With Default", { 1 } }'],
  [
    'a null list is left out',
    'flatten ([Condition] C where C.category is not null return C.category)',
  ],
  [
    'a list exists where it is flattened',
    'flatten ([Condition] C where exists C.category return C.category)',
  ],
  [
    'both branches of an if are lists',
    'flatten { if exists "Named" then { 1 } else List<Integer> {} }',
  ],
  ['a list that is flattened is a field of rows', 'flatten ("Rows" R return R.parts)'],
  [
    'a list that is flattened is a field that a function makes',
    'flatten ("Made" R return R.parts)',
  ],
  ['what is sorted was asked to be there', '("Texts") T where T is not null sort asc'],
  ['what is sorted was kept for being there', '("Named") N sort asc'],
  ['what is sorted was compared', '("Texts") T where T > \'a\' sort asc'],
  ['what is sorted is written down', '({ 3, 1, 2 }) X sort asc'],
  ['rows are sorted by a column', '("Rows") R sort by id'],
  ['a message is only told', "Message(7, true, 'c', 'Warning', 'odd')"],
  [
    'the form of a text was asked for',
    `First("Texts" T where Matches(T, '^[0-5][+-]?$') return ToInteger(T))`,
  ],
  [
    'the form of a text was asked for, and a part of it is read',
    `First("Texts" T return if Matches(T, '[0-9]+/10') then ToInteger(Substring(T, 0, 1)) else null)`,
  ],
  ['a text is a number as it is written', "ToInteger('12') + ToInteger('-3')"],
  ['a number is turned into another kind of number', 'ToDecimal(3)'],
  ['a quantity is written as one', "ToQuantity('5.5 ''mg''')".replaceAll("''", String.raw`\'`)],
  ['the texts to combine exist', `if exists "Named" then Combine("Named", ', ') else null`],
  [
    'a define says that the texts to combine exist',
    `if "Some" then Combine("Named", ', ') else null`,
  ],
  [
    'no text is a case of its own',
    `case when not exists "Named" then '' else Combine("Named", ', ') end`,
  ],
  ['there is more than one text', `if Count("Named") > 1 then Combine("Named", ', ') else null`],
  ['no texts are counted before', `if Count("Named") = 0 then '' else Combine("Named", ', ')`],
  [
    'the rows of the texts to combine exist',
    `if exists "Rows" then Combine("Rows" R return R.words, ', ') else null`,
  ],
  [
    'some of the rows to combine exist',
    `if exists ("Rows" R where R.id = 'a') then Combine("Rows" R where R.id = 'a' return R.words, ', ') else null`,
  ],
  ['a text to combine is written down', `Combine({ 'a', First("Texts") }, ', ')`],
  ['another text stands for none', `Coalesce(Combine("Named", ', '), '')`],
])('no warning is given where %s', async (_why, cql) => {
  expect(await warningsOf(cql)).toEqual([[]]);
});

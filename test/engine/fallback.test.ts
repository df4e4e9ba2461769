import { describe, expect, it } from 'vitest';
import type { ElmDefinition } from '../../src/elm/elm.ts';
import type { ElmNode } from '../../src/elm/elm-tree.ts';
import { openEvaluation } from '../../src/engine/evaluate.ts';
import { Ended } from '../../src/engine/observing.ts';
import type { Program } from '../../src/engine/program.ts';
import type { RunLimits } from '../../src/engine/run.ts';
import { toFactValue } from '../../src/engine/to-fact-value.ts';
import { NerverootError } from '../../src/errors.ts';
import type { FactValue } from '../../src/facts.ts';
import {
  aFunction,
  aList,
  aLiteral,
  anElm,
  call,
  each,
  having,
  linkElms,
  NULL,
  theDefine,
  two,
} from '../support/elm.ts';
import { compareEngines } from '../support/engines.ts';
import { CASE_INPUT } from '../support/node-cases.ts';

const [ONE, TWO, FOUR] = [aLiteral(1), aLiteral(2), aLiteral(4)];
const X: ElmNode = { type: 'AliasRef', name: 'X' };
const SUM: ElmNode = { type: 'QueryLetRef', name: 'sum' };

/** A kind that only cql-execution knows. */
function medianOf(...numbers: readonly ElmNode[]): ElmNode {
  return { type: 'Median', source: aList(...numbers) };
}

/** The node if that is true, else 2. */
function onlyIf(condition: boolean, node: ElmNode): ElmNode {
  return having({ type: 'If', condition: aLiteral(condition), else: TWO }, 'then', node);
}

/** Adds the rows up, which only an `aggregate` clause of a query can. */
function sumOf(rows: ElmNode): ElmNode {
  const source = [{ alias: 'X', expression: rows }];
  const aggregate = { identifier: 'sum', starting: ONE, expression: two('Add', SUM, X) };
  return { type: 'Query', source, aggregate };
}

function interval(low: number, high: number): ElmNode {
  const closed = { lowClosed: true, highClosed: true };
  return { type: 'Interval', low: aLiteral(low), high: aLiteral(high), ...closed };
}

/** Fails inside a node that only cql-execution knows. */
const BROKEN = medianOf({
  type: 'SingletonFrom',
  operand: aList(ONE, TWO),
  localId: '7',
  locator: '7:1-7:9',
});

function programOf(
  defines: Readonly<Record<string, ElmNode>>,
  ...functions: readonly ElmDefinition[]
): Program {
  return linkElms([anElm('Test', defines, functions)]);
}

function open(program: Program, limits: RunLimits = {}) {
  const evaluation = openEvaluation(program, { ...CASE_INPUT, limits });
  return async (expression: string): Promise<FactValue> =>
    toFactValue(await evaluation.value({ library: 'Test', expression }));
}

async function errorOf(promise: Promise<unknown>): Promise<NerverootError> {
  const error = await promise.catch((thrown: unknown) => thrown);
  if (!(error instanceof NerverootError)) throw new Error('No such error', { cause: error });
  return error;
}

/** The values of all defines, once cql-execution alone has come to the same. */
async function agreedValues(program: Program): Promise<Record<string, FactValue>> {
  expect(await compareEngines(program, CASE_INPUT)).toMatchObject({ differences: [], spared: [] });
  const values: Record<string, FactValue> = {};
  const value = open(program);
  for (const { kind, name } of program.linked.definitions) {
    if (kind === 'define') values[name] = await value(name);
  }
  return values;
}

describe('nodes that only cql-execution knows', () => {
  it('come to its values', async () => {
    const program = programOf({
      aggregate: sumOf(aList(ONE, TWO, FOUR)),
      median: medianOf(FOUR, ONE, TWO),
      deviation: { type: 'PopulationStdDev', source: aList(ONE, ONE) },
      width: { type: 'Width', operand: interval(1, 4) },
      power: two('Power', TWO, FOUR),
      none: medianOf(),
    });
    expect(program.linked.outlined.size).toBe(6);
    expect(await agreedValues(program)).toEqual({
      aggregate: 8,
      median: 2,
      deviation: 0,
      width: 3,
      power: 16,
      none: null,
    });
  });

  it('stand in queries, in functions that queries call, and in what these call', async () => {
    const operand: ElmNode = { type: 'OperandRef', name: 'x' };
    const program = programOf(
      {
        rows: each(aList(ONE, TWO), medianOf(X, X, FOUR)),
        called: each(aList(ONE, TWO), call('Middle', X)),
        'called by the called': each(aList(ONE, TWO), call('Outer', X)),
        'within rows': each(aList(aList(ONE, TWO), aList(FOUR)), sumOf(X)),
        'beside rows': each(aList(ONE, TWO), two('Add', X, medianOf(ONE, TWO, FOUR))),
        'as rows': each({ type: 'Collapse', operand: [aList(interval(1, 2)), NULL] }, X),
      },
      aFunction('Middle', ['x'], medianOf(operand, ONE, FOUR)),
      aFunction('Outer', ['x'], two('Add', call('Middle', operand), ONE)),
    );
    expect(await agreedValues(program)).toEqual({
      rows: [1, 2],
      called: [1, 2],
      'called by the called': [2, 3],
      'within rows': [4, 5],
      'beside rows': [3, 4],
      'as rows': [{ low: 1, high: 2 }],
    });
  });

  it('rest on compiled defines, and compiled defines on them', async () => {
    const program = programOf({
      top: two('Add', theDefine('middle'), theDefine('bottom')),
      middle: medianOf(theDefine('bottom'), theDefine('beside'), FOUR),
      bottom: two('Add', ONE, TWO),
      beside: medianOf(theDefine('bottom'), aLiteral(9), aLiteral(9)),
    });
    expect(await agreedValues(program)).toEqual({ top: 7, middle: 4, bottom: 3, beside: 9 });
  });

  it('stand in the default of a parameter', async () => {
    const parameters = { def: [{ name: 'P', default: medianOf(ONE, TWO, FOUR) }] };
    const elm = anElm('Test', { given: { type: 'ParameterRef', name: 'P' } }, [], { parameters });
    expect(await agreedValues(linkElms([elm]))).toEqual({ given: 2 });
  });

  it('raise no error in a branch that is not taken, and its place where it is', async () => {
    const value = open(programOf({ spared: onlyIf(false, BROKEN), hit: onlyIf(true, BROKEN) }));
    expect(await value('spared')).toBe(2);
    const { code, message } = await errorOf(value('hit'));
    expect(code).toBe('EvaluationFailed');
    expect(message).toBe('CQL expression Test.hit could not be evaluated (Test|1.0.0, 7:1-7:9)');
  });

  it('are counted by kind, with the definitions that hold them', () => {
    const { linked } = programOf(
      { one: medianOf(ONE, medianOf(TWO)), other: sumOf(aList()), compiled: ONE },
      aFunction('Middle', ['x'], medianOf({ type: 'OperandRef', name: 'x' })),
    );
    expect(linked.uncompiled).toMatchObject([
      { kind: 'Median', isKnown: true, count: 3, definitions: ['Test.one', 'Test.Middle'] },
      { kind: 'Query with aggregate', isKnown: true, count: 1, definitions: ['Test.other'] },
    ]);
  });

  it('tell their values where all are told, once each', async () => {
    const told: unknown[] = [];
    const program = programOf({ one: two('Add', { ...medianOf(TWO), localId: '5' }, ONE) });
    const observe = (_library: string, localId: string, value: unknown) =>
      told.push([localId, value]);
    const evaluation = openEvaluation(program, { ...CASE_INPUT, observe });
    expect(await evaluation.value({ library: 'Test', expression: 'one' })).toBe(3);
    expect(told).toEqual([['5', 2]]);
  });
});

describe('an explanation', () => {
  it('tells clauses of nodes that only cql-execution knows, in queries too', async () => {
    const program = programOf({
      rows: each(aList(ONE, TWO), medianOf(X, FOUR)),
      rests: two('Add', medianOf(TWO), ONE),
    });
    const scope = openEvaluation(program, CASE_INPUT).clausesOf('Test');
    const clause = (node: ElmNode, values: Record<string, unknown> = {}) =>
      scope.with(values).evaluate(node);
    expect(await clause({ type: 'ExpressionRef', name: 'rests' })).toBe(3);
    expect(await clause({ type: 'ExpressionRef', name: 'rows' })).toEqual([2.5, 3]);
    expect(await clause(medianOf(X, FOUR), { X: 8 })).toBe(6);
    // As it stands in the whole ELM: the same node, and another object.
    expect(await clause({ ...medianOf(TWO), localId: '9' })).toBe(2);
  });
});

describe('nodes that nobody knows', () => {
  const UNKNOWN: ElmNode = { type: 'Levitate', localId: '3', locator: '3:5-3:9', operand: ONE };

  it('fail where they stand, and name their kind', async () => {
    const value = open(
      programOf({
        alone: UNKNOWN,
        deep: two('Add', ONE, UNKNOWN),
        'in what cql-execution evaluates': medianOf(ONE, UNKNOWN),
        'not reached': onlyIf(false, UNKNOWN),
        beside: medianOf(ONE),
      }),
    );
    for (const name of ['alone', 'deep', 'in what cql-execution evaluates']) {
      const { code, message, cause } = await errorOf(value(name));
      expect([code, message]).toEqual([
        'EvaluationFailed',
        `CQL expression Test.${name} could not be evaluated (Test|1.0.0, 3:5-3:9)`,
      ]);
      expect(cause).toEqual(new TypeError('The engine knows no Levitate'));
    }
    expect([await value('not reached'), await value('beside')]).toEqual([2, 1]);
  });

  it('fail in functions that cql-execution calls, which would take them for null', async () => {
    const value = open(
      programOf(
        { called: each(aList(ONE), call('Odd', X)), beside: ONE },
        aFunction('Odd', ['x'], two('Add', medianOf(ONE), UNKNOWN)),
      ),
    );
    const { message, cause } = await errorOf(value('called'));
    expect(message).toContain('Test.called could not be evaluated (Test|1.0.0, 3:5-3:9)');
    expect(cause).toEqual(new TypeError('The engine knows no Levitate'));
    expect(await value('beside')).toBe(1);
  });

  it('are counted as such', () => {
    const first = { library: 'Test', node: UNKNOWN };
    expect(programOf({ one: UNKNOWN }).linked.uncompiled).toEqual([
      { kind: 'Levitate', isKnown: false, count: 1, definitions: ['Test.one'], first },
    ]);
  });
});

describe('what has no end', () => {
  it.each([
    ['a define that rests on itself', { one: theDefine('one') }],
    ['two defines that rest on each other', { one: theDefine('two'), two: theDefine('one') }],
    [
      'the same, by what is not compiled',
      { one: medianOf(theDefine('two')), two: theDefine('one') },
    ],
  ])('fails: %s', async (_what, defines) => {
    const value = open(programOf({ ...defines, fine: medianOf(ONE) }));
    for (const _again of [1, 2]) {
      expect((await errorOf(value('one'))).code).toBe('EvaluationFailed');
      expect(await value('fine')).toBe(1);
    }
  });

  it.each([
    ['compiled', { type: 'OperandRef', name: 'x' }],
    ['not compiled', medianOf({ type: 'OperandRef', name: 'x' })],
  ])('fails: a function that calls itself, %s', async (_what, operand: ElmNode) => {
    const value = open(
      programOf(
        { one: call('Again', ONE), fine: medianOf(ONE) },
        aFunction('Again', ['x'], call('Again', operand)),
      ),
    );
    for (const _again of [1, 2]) {
      const { code, cause } = await errorOf(value('one'));
      expect(code).toBe('EvaluationFailed');
      expect(cause).toEqual(new RangeError('A function calls itself without end'));
      expect(await value('fine')).toBe(1);
    }
  });
});

describe('the budget', () => {
  const ROWS = aList(...Array.from({ length: 100 }, () => ONE));
  const Y: ElmNode = { type: 'AliasRef', name: 'Y' };
  /** Ten thousand rows within rows. */
  const MANY = (row: ElmNode) => each(ROWS, { type: 'Count', source: each(ROWS, row, 'Y') });
  const BUDGETS = [
    ['compiled code', MANY(two('Add', X, Y))],
    ['what is not compiled', MANY(medianOf(X, Y))],
    [
      'what is not compiled and rests on compiled code',
      medianOf({ type: 'Count', source: theDefine('rows') }),
    ],
  ] as const;

  it.each(BUDGETS)('ends %s after so many steps', async (_what, one) => {
    const program = programOf({ one, rows: MANY(X), few: each(aList(ONE), X) });
    const value = open(program, { steps: 5000 });
    await expect(value('one')).rejects.toEqual(new Ended('steps'));
    expect(await open(program, { steps: 50_000 })('one')).not.toBeNull();
    expect(await open(program, { steps: 5000 })('few')).toEqual([1]);
  });

  it.each(BUDGETS)(
    'ends %s when nobody waits any more, asked every 1,024 steps',
    async (_what, one) => {
      let asked = 0;
      const program = programOf({ one, rows: MANY(X) });
      const aborted = () => (asked += 1) > 3;
      await expect(open(program, { aborted })('one')).rejects.toEqual(new Ended('aborted'));
      expect(asked).toBe(4);
      const evaluation = openEvaluation(program, {
        ...CASE_INPUT,
        limits: { aborted: () => false },
      });
      await evaluation.value({ library: 'Test', expression: 'one' });
      expect(evaluation.steps).toBeGreaterThan(10_000);
    },
  );
});

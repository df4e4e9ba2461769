import { describe, expect, it } from 'vitest';
import type { ElmDefinition } from '../../src/elm/elm.ts';
import type { ElmNode } from '../../src/elm/elm-tree.ts';
import type { Program } from '../../src/engine/program.ts';
import { aFunction, aList, aLiteral, anElm, linkElms } from '../support/elm.ts';
import { compareEngines } from '../support/engines.ts';
import { CASE_INPUT, CASE_VALUE_SETS } from '../support/node-cases.ts';
import { POOL, TIMES } from './nodes/pool.ts';
import { OF_ONE, OF_TWO, OF_TWO_TIMES } from './nodes/shapes.ts';

/** Of all pairs of values, each so many-th is enough to run every day. */
const EACH = process.env['NERVEROOT_EVERY_CASE'] === '1' ? 1 : 7;

const OPERANDS = ['x', 'y'].map((name): ElmNode => ({ type: 'OperandRef', name }));
const FUNCTIONS: readonly ElmDefinition[] = [
  aFunction('Swapped', ['x', 'y'], aList(...OPERANDS.toReversed())),
  ...['Integer', 'String', 'Date', 'Quantity'].map((type) =>
    aFunction('Kind', ['x'], aLiteral(type), type),
  ),
];

function programOf(nodes: readonly ElmNode[]): Program {
  const defines = nodes.map((node, i) => [`${node.type} ${i}`, node] as const);
  const elm = anElm('Pairs', Object.fromEntries(defines), FUNCTIONS, {
    parameters: { def: [{ name: 'A' }, { name: 'B' }] },
    codeSystems: { def: [{ name: 'S', id: 'urn:s' }] },
    valueSets: { def: [{ name: 'Coughs', id: 'urn:coughs' }] },
    codes: { def: [{ name: 'Dry', id: 'dry', codeSystem: { name: 'S' } }] },
  });
  return linkElms([elm], CASE_VALUE_SETS);
}

/** What the engines disagree on over these pairs of values, by their names. */
async function disagreements(
  nodes: readonly ElmNode[],
  pairs: readonly (readonly [one: string, other: string])[],
): Promise<string[]> {
  const program = programOf(nodes);
  const found: string[] = [];
  for (const [one, other] of pairs) {
    const parameters = { A: [POOL[one]], B: [POOL[other]] };
    const { differences, spared } = await compareEngines(program, { ...CASE_INPUT, parameters });
    for (const { define, compiled, interpreted } of differences) {
      found.push(`${define} of ${one}, ${other}: ${compiled}, and not ${interpreted}`);
    }
    for (const define of spared) found.push(`${define} of ${one}, ${other} fails there alone`);
  }
  return found;
}

function pairsOf(names: readonly string[], each: number) {
  const all = names.flatMap((one) => names.map((other) => [one, other] as const));
  return all.filter((_pair, i) => i % each === 0);
}

describe('compiled code and cql-execution agree', () => {
  it('on nodes over one value of any type, and over two of one', async () => {
    const alone = Object.keys(POOL).map((name) => [name, name] as const);
    expect(await disagreements([...OF_ONE, ...OF_TWO], alone)).toEqual([]);
  });

  it('on nodes over two values of any types', async () => {
    expect(await disagreements(OF_TWO, pairsOf(Object.keys(POOL), EACH))).toEqual([]);
  });

  it('on dates and times of any precision, in each precision', async () => {
    expect(await disagreements(OF_TWO_TIMES, pairsOf(Object.keys(TIMES), 1))).toEqual([]);
  });
});

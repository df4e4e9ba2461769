import type { Elm, ElmDefinition } from '../../src/elm/elm.ts';
import type { ElmNode } from '../../src/elm/elm-tree.ts';
import { readModelInfo } from '../../src/engine/model-info.ts';
import { linkProgram, type Program } from '../../src/engine/program.ts';

const SYSTEM = '{urn:hl7-org:elm-types:r1}';

/** What a library of ELM holds beside its defines. */
type Beside = Partial<Omit<Elm['library'], 'identifier' | 'statements'>>;

/** A library that is written as ELM: defines by their names, and functions. */
export function anElm(
  id: string,
  defines: Readonly<Record<string, ElmNode>>,
  functions: readonly ElmDefinition[] = [],
  beside: Beside = {},
): Elm {
  const statements = Object.entries(defines).map(([name, expression]) => ({
    name,
    context: 'Patient',
    expression,
  }));
  const identifier = { id, version: '1.0.0' };
  return { library: { identifier, ...beside, statements: { def: [...statements, ...functions] } } };
}

/** Libraries of ELM, linked without a translator. */
export function linkElms(
  elms: readonly Elm[],
  valueSets: Parameters<typeof linkProgram>[2] = [],
): Program {
  return linkProgram(elms, readModelInfo(), valueSets);
}

export function aLiteral(value: number | string | boolean): ElmNode {
  const types = { number: 'Integer', string: 'String', boolean: 'Boolean' };
  const type = types[typeof value as keyof typeof types]; // one of three
  return { type: 'Literal', valueType: SYSTEM + type, value: String(value) };
}

export function aList(...element: readonly ElmNode[]): ElmNode {
  return { type: 'List', element };
}

/** A node of two operands. */
export function two(type: string, left: ElmNode, right: ElmNode): ElmNode {
  return { type, operand: [left, right] };
}

/** The define of that name in the same library. */
export function theDefine(name: string): ElmNode {
  return { type: 'ExpressionRef', name };
}

/** A function whose operands are of one type of the system. */
export function aFunction(
  name: string,
  operands: readonly string[],
  expression: ElmNode,
  type = 'Any',
): ElmDefinition {
  const operand = operands.map((operandName) => ({
    name: operandName,
    operandType: SYSTEM + type,
  }));
  const definition: ElmNode = {
    type: 'FunctionDef',
    name,
    context: 'Patient',
    operand,
    expression,
  };
  return definition as ElmDefinition; // a FunctionDef has operands as well
}

export const NULL: ElmNode = { type: 'Null' };

/** A node with one more below: the linter lets no `then` be written out. */
export function having(node: ElmNode, field: keyof ElmNode, child: ElmNode): ElmNode {
  return { ...node, [field]: child };
}

/** A call of a function of the same library. */
export function call(name: string, ...operand: readonly ElmNode[]): ElmNode {
  return { type: 'FunctionRef', name, operand };
}

/** What a query makes of each of its rows. */
export function each(rows: ElmNode, expression: ElmNode, alias = 'X'): ElmNode {
  const every = { distinct: false, expression };
  return { type: 'Query', source: [{ alias, expression: rows }], return: every };
}

import { elementsIn, isBoolean, type ElmNode } from '../elm/elm-tree.ts';
import {
  ABSENT,
  and,
  ANY_BOOLEAN,
  ANY_OTHER,
  FALSE,
  not,
  or,
  PRESENT,
  TRUE,
  xor,
} from './outcomes.ts';

/** What a node of some type can come to, given what its operands can. */
type Rule = (operands: readonly number[], node: ElmNode) => number;

const BOTH: Rule = () => TRUE | FALSE;
const ALWAYS: Rule = () => PRESENT;

/** Absent when an operand is, and otherwise there. */
const strict: Rule = (operands) => {
  const absent = operands.some((outcomes) => (outcomes & ABSENT) !== 0) ? ABSENT : 0;
  return operands.every((outcomes) => (outcomes & ~ABSENT) !== 0) ? absent | PRESENT : absent;
};

/** Types whose values are never known in part, as a date can be. */
const WHOLE_VALUES = /\{urn:hl7-org:elm-types:r1\}(?:Boolean|Integer|Decimal|String)$/;

const comparison: Rule = (operands, node) => {
  if (operands.some((outcomes) => outcomes === ABSENT)) return ABSENT;
  const whole = elementsIn(node['operand']).every(({ resultTypeName }) =>
    WHOLE_VALUES.test(resultTypeName ?? ''),
  );
  const unknown = !whole || operands.some((outcomes) => (outcomes & ABSENT) !== 0);
  return TRUE | FALSE | (unknown ? ABSENT : 0);
};

/** True or false, where every operand is there. */
const told: Rule = (operands) =>
  TRUE | FALSE | (operands.some((outcomes) => (outcomes & ABSENT) !== 0) ? ABSENT : 0);

/** An element or list that is there makes the whole be there. */
const anyOf: Rule = (operands) =>
  (operands.some((outcomes) => (outcomes & PRESENT) !== 0) ? PRESENT : 0) |
  (operands.every((outcomes) => (outcomes & ABSENT) !== 0) ? ABSENT : 0);

/** The first of the operands that is not null. */
const coalesce: Rule = (operands, node) => {
  if (operands.length < 2) return defaultOutcomes(node); // of the elements of one list
  let outcomes = 0;
  for (const operand of operands) {
    outcomes |= operand & ~ABSENT;
    if ((operand & ABSENT) === 0) return outcomes;
  }
  return outcomes | ABSENT;
};

const RULES: Readonly<Record<string, Rule>> = {
  Null: () => ABSENT,
  Not: ([operand = 0]) => not(operand),
  And: ([left = 0, right = 0]) => and(left, right),
  Or: ([left = 0, right = 0]) => or(left, right),
  Xor: ([left = 0, right = 0]) => xor(left, right),
  Implies: ([left = 0, right = 0]) => or(not(left), right),
  IsTrue: ([operand = 0]) => truthOf(operand, TRUE),
  IsFalse: ([operand = 0]) => truthOf(operand, FALSE),
  // An empty list is absent here and not null in CQL, so absence alone decides nothing for lists.
  IsNull: ([operand = 0], node) =>
    operand === ABSENT && isList(elementsIn(node['operand'])[0])
      ? TRUE | FALSE
      : truthOf(operand, ABSENT),
  // A list of nothing but nulls is there, and nothing exists in it.
  Exists: ([operand = 0]) => (operand === ABSENT ? FALSE : TRUE | FALSE),
  Is: BOTH,
  // The engine finds null in no list; in an interval it is unknown.
  In: (_operands, node) =>
    isList(elementsIn(node['operand'])[1]) ? TRUE | FALSE : defaultOutcomes(node),
  InValueSet: BOTH,
  Equivalent: BOTH,
  Matches: told,
  StartsWith: told,
  EndsWith: told,
  Equal: comparison,
  NotEqual: comparison,
  Less: comparison,
  LessOrEqual: comparison,
  Greater: comparison,
  GreaterOrEqual: comparison,
  Coalesce: coalesce,
  Count: ALWAYS,
  Tuple: ALWAYS,
  Instance: ALWAYS,
  Quantity: ALWAYS,
  Interval: ALWAYS,
  Today: ALWAYS,
  Now: ALWAYS,
  List: (_operands, node) => (elementsIn(node['element']).length > 0 ? PRESENT : ABSENT),
  Union: anyOf,
  Concatenate: strict,
  ToString: strict,
  ToDecimal: strict,
  Lower: strict,
  Upper: strict,
  Length: strict,
  Truncate: strict,
  Add: strict,
  Subtract: strict,
  Multiply: strict,
  DateFrom: strict,
  // A cast to a type that the value is not of gives null.
  As: ([operand = 0], node) => {
    if (operand === ABSENT) return ABSENT;
    const choice = (operand & PRESENT) !== 0 && isBoolean(node);
    return choice ? defaultOutcomes(node) : operand | ABSENT;
  },
  Flatten: (operands, node) => {
    const [list] = elementsIn(node['operand']);
    return list?.type === 'List' ? anyOf(operands, node) : ANY_OTHER;
  },
};

/** What a node can come to by its type and its operands' outcomes. */
export function operatorOutcomes(node: ElmNode, operands: readonly number[]): number {
  const rule = RULES[node.type ?? ''];
  return rule ? rule(operands, node) : literal(node);
}

/** Everything that a value of the node's type can be. */
export function defaultOutcomes(node: ElmNode): number {
  if (isBoolean(node)) return ANY_BOOLEAN;
  const typed = node.resultTypeName !== undefined || node.resultTypeSpecifier !== undefined;
  return typed ? ANY_OTHER : ANY_BOOLEAN | ANY_OTHER;
}

function literal(node: ElmNode): number {
  if (node.type !== 'Literal') return defaultOutcomes(node);
  if (!isBoolean(node)) return PRESENT;
  return node['value'] === true || node['value'] === 'true' ? TRUE : FALSE;
}

function truthOf(operand: number, wanted: number): number {
  return ((operand & wanted) !== 0 ? TRUE : 0) | ((operand & ~wanted) !== 0 ? FALSE : 0);
}

export function isList(node: ElmNode | undefined): boolean {
  return node?.resultTypeSpecifier?.type === 'ListTypeSpecifier';
}

import { elementsIn, type ElmNode } from '../elm/elm-tree.ts';
import { defaultOutcomes, isList } from './operators.ts';
import { ABSENT, TRUE } from './outcomes.ts';
import { either, itemShape, NEVER, type Shape } from './shape.ts';

/** What is known, as far as a value of the node's type can be so. */
export function ofType(node: ElmNode, known: Shape | undefined): Shape {
  const outcomes = defaultOutcomes(node);
  return known ? { ...known, outcomes: known.outcomes & outcomes } : { outcomes };
}

/** What the result of an operator holds, by what its operands hold. */
export function heldBy(node: ElmNode, operands: readonly Shape[]): Omit<Shape, 'outcomes'> {
  const [first] = operands;
  switch (node.type ?? '') {
    case 'Retrieve':
      return { isThere: true };
    case 'List':
      return { isThere: true, item: operands.reduce(either, NEVER) };
    case 'Flatten': {
      const [list] = elementsIn(node['operand']);
      if (list?.type === 'List') return { isThere: true, item: itemShape(operands) };
      return { isThere: first?.isThere, item: first?.item && itemShape([first.item]) };
    }
    case 'Union': {
      // One that is null counts as empty.
      const lists = operands.map((list) => ({ ...list, isThere: true }));
      return { isThere: operands.every(({ isThere }) => isThere), item: itemShape(lists) };
    }
    case 'Distinct':
    case 'Except':
    case 'Slice':
      return { isThere: first?.isThere, item: first?.item };
    case 'First':
    case 'Last':
    case 'SingletonFrom':
      return first?.item ? { item: first.item.item, elements: first.item.elements } : {};
    case 'As':
      return { isThere: first?.isThere, item: first?.item, elements: first?.elements };
    default:
      return {};
  }
}

const COMPARISON = /^(?:Equal|NotEqual|Less|LessOrEqual|Greater|GreaterOrEqual)$/;

/** What an alias can be where a condition holds: what is compared is there, and what was asked for is true. */
export function where(condition: ElmNode, alias: string, shape: Shape): Shape {
  const operands = elementsIn(condition['operand']);
  const [operand] = operands;
  if (condition.type === 'And') {
    return operands.reduce((narrowed, part) => where(part, alias, narrowed), shape);
  }
  if (COMPARISON.test(condition.type ?? '')) {
    return operands.reduce((narrowed, part) => only(part, ~ABSENT, alias, narrowed), shape);
  }
  if (condition.type === 'IsTrue' && operand) return only(operand, TRUE, alias, shape);
  if (condition.type === 'Not' && operand?.type === 'IsNull') {
    const [asked] = elementsIn(operand['operand']);
    // A list that is not null may be empty, which counts as absent, too.
    return asked && !isList(asked) ? only(asked, ~ABSENT, alias, shape) : shape;
  }
  return only(condition, TRUE, alias, shape);
}

function only(node: ElmNode, outcomes: number, alias: string, shape: Shape): Shape {
  const path = node['path'];
  if (node.type !== 'Property' || node['scope'] !== alias || typeof path !== 'string') return shape;
  const element = shape.elements?.get(path);
  if (!element) return shape;
  const narrowed = { ...element, outcomes: element.outcomes & outcomes };
  return { ...shape, elements: new Map(shape.elements).set(path, narrowed) };
}

import { equals } from 'cql-execution/lib/util/comparison.js';
import { listOf } from '../../elm/elm-tree.ts';
import { isMissing, unary, type Code, type NodeCompilers, type Running } from '../code.ts';
import { Ended } from '../observing.ts';

/**
 * Three-valued logic and choices. `And` and `Or` stop when their left side settles them.
 * As in cql-execution, `undefined` is not null here: only what is null makes them unknown.
 */
export const LOGIC: NodeCompilers = {
  And(node, body) {
    const [left, right] = body.two(node);
    return (run, at) => {
      const one = left(run, at);
      if (one === false) return beside(run, at, right, false);
      const other = right(run, at);
      if (other === false) return false;
      return one === null || other === null ? null : true;
    };
  },
  Or(node, body) {
    const [left, right] = body.two(node);
    return (run, at) => {
      const one = left(run, at);
      if (one === true) return beside(run, at, right, true);
      const other = right(run, at);
      if (other === true) return true;
      return one === null || other === null ? null : false;
    };
  },
  Xor(node, body) {
    const [left, right] = body.two(node);
    return (run, at) => {
      const [one, other] = [left(run, at), right(run, at)];
      return one === null || other === null ? null : !one !== !other;
    };
  },
  Implies(node, body) {
    const [left, right] = body.two(node);
    return (run, at) => {
      const one = left(run, at);
      const other = right(run, at);
      if (one === true) return other;
      if (one === false) return true;
      return other === true ? true : null;
    };
  },
  Not: unary((value) => (isMissing(value) ? null : !value)),
  IsTrue: unary((value) => value === true),
  IsFalse: unary((value) => value === false),
  IsNull: unary((value) => isMissing(value)),
  Null: () => () => null,
  Coalesce(node, body) {
    const operands = body.codes(node.operand);
    const only = operands.length === 1;
    return (run, at) => {
      for (const operand of operands) {
        const value = operand(run, at);
        const found =
          only && Array.isArray(value)
            ? (value as unknown[]).find((item) => !isMissing(item))
            : value;
        if (!isMissing(found)) return found;
      }
      return null;
    };
  },
  If(node, body) {
    const [condition, then, otherwise] = [node.condition, node.then, node.else].map((each) =>
      body.code(each),
    ) as [Code, Code, Code]; // one for each
    return (run, at) => (condition(run, at) ? then(run, at) : otherwise(run, at));
  },
  Case(node, body) {
    const items = listOf(node.caseItem).map(({ when, then }) => ({
      condition: body.code(when),
      result: body.code(then),
    }));
    const otherwise = body.code(node.else);
    if (node.comparand) {
      const comparand = body.code(node.comparand);
      return (run, at) => {
        const value = comparand(run, at);
        const met = items.find(({ condition }) => equals(condition(run, at), value));
        return met ? met.result(run, at) : otherwise(run, at);
      };
    }
    return (run, at) => {
      for (const { condition, result } of items) if (condition(run, at)) return result(run, at);
      return otherwise(run, at);
    };
  },
};

/**
 * The answer that one side has settled. Whoever observes is shown the other side as well: cases are
 * to show what it comes to, whatever stands beside it. That it fails decides nothing.
 */
function beside(run: Running, at: unknown[], other: Code, answer: boolean): boolean {
  if (run.observe === undefined) return answer;
  try {
    other(run, at);
  } catch (error) {
    if (error instanceof Ended) throw error;
  }
  return answer;
}

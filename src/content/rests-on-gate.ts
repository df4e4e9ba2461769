import { findDefinition } from '../elm/definitions.ts';
import { libraryMeant, listOf, type ElmNode } from '../elm/elm-tree.ts';
import type { ElmLibraries } from '../elm/elm.ts';
import { qualifiedName, type ExpressionName } from '../facts.ts';

/**
 * Whether an expression is certainly false wherever the gate is: it is an `and`, one side of
 * which the gate itself consists of (`A` of a gate `A or B`), directly or in defines it names.
 * Other ways of resting on the gate are not seen, and the answer is then no.
 */
export function restsOnGate(
  program: ElmLibraries,
  gate: ExpressionName,
  expression: ExpressionName,
): boolean {
  const parts = new Set<string>();
  collect(program, gate, 'Or', parts);
  const sides = new Set<string>();
  collect(program, expression, 'And', sides);
  return [...sides].some((side) => parts.has(side));
}

/** The defines that an `or` (or an `and`) consists of, itself among them. CQL has no circles. */
function collect(
  program: ElmLibraries,
  name: ExpressionName,
  operator: 'And' | 'Or',
  into: Set<string>,
): void {
  into.add(qualifiedName(name));
  const { library } = name;
  const elm = program.elms.get(library);
  const visit = (node: ElmNode | undefined): void => {
    if (node?.type === operator) listOf(node.operand).forEach(visit);
    if (node?.type !== 'ExpressionRef' || !elm) return;
    collect(
      program,
      { library: libraryMeant(node, elm), expression: node.name ?? '' },
      operator,
      into,
    );
  };
  visit(findDefinition(program, name)?.expression as ElmNode | undefined); // ELM is a tree of these
}

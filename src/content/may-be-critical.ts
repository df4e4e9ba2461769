import type { CardDefinition } from '../cards/definition.ts';
import { findDefinition } from '../elm/definitions.ts';
import { childrenOf, type ElmNode } from '../elm/elm-tree.ts';
import { reachableExpressions } from '../elm/references.ts';
import type { Program } from '../engine/program.ts';

/** Whether a card is critical, or its indicator is a define that can say so. */
export function mayBeCritical({ indicator }: CardDefinition, program: Program): boolean {
  if (typeof indicator === 'string') return indicator === 'critical';
  return reachableExpressions(program, [indicator]).some(
    (name) => saysCritical(findDefinition(program, name)?.expression as ElmNode | undefined), // ELM is a tree of these
  );
}

function saysCritical(node: ElmNode | undefined): boolean {
  if (node === undefined) return false;
  if (node.type === 'Literal' && node['value'] === 'critical') return true;
  return childrenOf(node).some(([, child]) => saysCritical(child));
}

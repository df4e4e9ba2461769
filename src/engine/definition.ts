import type { ElmNode } from '../elm/elm-tree.ts';

/** A define, a function or a parameter with a default: what has code of its own. */
export interface LinkedDefinition {
  readonly kind: 'define' | 'function' | 'parameter';
  readonly library: string;
  readonly name: string;
  readonly operands: readonly string[];
  /** The element of the ELM that defines it. */
  readonly node: ElmNode;
  readonly body: ElmNode;
}

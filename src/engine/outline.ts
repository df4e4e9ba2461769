import { childrenOf, libraryMeant, type ElmNode } from '../elm/elm-tree.ts';
import type { Elm } from '../elm/elm.ts';
import type { LinkedDefinition } from './definition.ts';

/** A node that is not compiled, with the library it stands in. */
export interface Outlined {
  readonly library: string;
  readonly node: ElmNode;
}

/** How often nodes of one kind are left to the slower engine, and in which definitions. */
export interface UncompiledKind {
  readonly kind: string;
  readonly count: number;
  readonly definitions: readonly string[];
}

/** Which nodes are compiled, and which are not. */
export interface Outline {
  /** The nodes that are evaluated by cql-execution as a whole, each in no query and no function. */
  readonly nodes: ReadonlyMap<ElmNode, Outlined>;
  readonly kinds: readonly UncompiledKind[];
}

/** Whether a node's own kind is compiled. */
export type IsCompiled = (node: ElmNode) => boolean;

const NOTHING: Outline = { nodes: new Map(), kinds: [] };

/**
 * Finds what cannot be compiled. cql-execution evaluates a node asynchronously, and needs
 * nothing from around it if it stands by itself: so the smallest node that holds what is not
 * compiled, and that names no operand or alias from outside, is left to it. Functions that
 * hold such a node are left to it wherever they are called.
 */
export function outline(
  definitions: readonly LinkedDefinition[],
  elms: ReadonlyMap<string, Elm>,
  isCompiled: IsCompiled,
): Outline {
  const kinds = countKinds(definitions, isCompiled);
  if (kinds.length === 0) return NOTHING;
  const foreign = foreignFunctions(definitions, elms, isCompiled);
  const nodes = new Map<ElmNode, Outlined>();
  for (const { kind, library, body } of definitions) {
    if (kind === 'function') continue;
    const isForeign = (node: ElmNode): boolean =>
      !isCompiled(node) || foreign.has(calledBy(node, library, elms) ?? '');
    const visit = (node: ElmNode): void => {
      if (!holds(node, isForeign)) return;
      const holding = childrenOf(node).flatMap(([, child]) =>
        holds(child, isForeign) ? [child] : [],
      );
      const isSmallest = isForeign(node) || holding.some((child) => namesFrom(child).size > 0);
      if (isSmallest) nodes.set(node, { library, node });
      else holding.forEach(visit);
    };
    visit(body);
  }
  return { nodes, kinds };
}

function countKinds(
  definitions: readonly LinkedDefinition[],
  isCompiled: IsCompiled,
): UncompiledKind[] {
  const found = new Map<string, { count: number; definitions: Set<string> }>();
  for (const { library, name, body } of definitions) {
    const visit = (node: ElmNode): void => {
      if (!isCompiled(node)) {
        const kind = node.type ?? '';
        const entry = found.get(kind) ?? { count: 0, definitions: new Set<string>() };
        entry.count += 1;
        entry.definitions.add(`${library}.${name}`);
        found.set(kind, entry);
      }
      for (const [, child] of childrenOf(node)) visit(child);
    };
    visit(body);
  }
  return [...found].map(([kind, { count, definitions: where }]) => ({
    kind,
    count,
    definitions: [...where],
  }));
}

/** The functions that hold what is not compiled, themselves or in what they call, by library and name. */
function foreignFunctions(
  definitions: readonly LinkedDefinition[],
  elms: ReadonlyMap<string, Elm>,
  isCompiled: IsCompiled,
): ReadonlySet<string> {
  const functions = definitions.filter(({ kind }) => kind === 'function');
  const foreign = new Set<string>();
  for (let before = -1; before < foreign.size;) {
    before = foreign.size;
    for (const { library, name, body } of functions) {
      const isForeign = (node: ElmNode): boolean =>
        !isCompiled(node) || foreign.has(calledBy(node, library, elms) ?? '');
      if (holds(body, isForeign)) foreign.add(functionKey(library, name));
    }
  }
  return foreign;
}

function calledBy(
  node: ElmNode,
  library: string,
  elms: ReadonlyMap<string, Elm>,
): string | undefined {
  if (node.type !== 'FunctionRef') return undefined;
  const elm = elms.get(library);
  return elm && functionKey(libraryMeant(node, elm), node.name ?? '');
}

function functionKey(library: string, name: string): string {
  return `${library}\n${name}`;
}

function holds(node: ElmNode, isIt: (node: ElmNode) => boolean): boolean {
  return isIt(node) || childrenOf(node).some(([, child]) => holds(child, isIt));
}

/** The operands, aliases and lets that a node names and does not bring itself. */
function namesFrom(node: ElmNode): ReadonlySet<string> {
  const names = new Set(childrenOf(node).flatMap(([, child]) => [...namesFrom(child)]));
  if (/^(?:AliasRef|QueryLetRef|OperandRef|IdentifierRef)$/.test(node.type ?? '')) {
    names.add(node.name ?? '');
  }
  if (node.type === 'Property' && node.scope !== undefined) names.add(node.scope);
  for (const [field, child] of childrenOf(node)) {
    if (field === 'source' || field === 'relationship') names.delete(child.alias ?? '');
    if (field === 'let') names.delete(child.identifier ?? '');
  }
  return names;
}

import { childrenOf, libraryMeant, type ElmNode } from '../elm/elm-tree.ts';
import type { Elm } from '../elm/elm.ts';
import type { LinkedDefinition } from './definition.ts';

/** A node with the library it stands in. */
export interface Placed {
  readonly library: string;
  readonly node: ElmNode;
}

/** A node that is not compiled. */
export interface Outlined extends Placed {
  /** A node in it, or in a function that it calls, that cql-execution does not know and would pass over. */
  readonly unknown: Placed | undefined;
}

/** How often nodes of one kind are not compiled, and in which definitions. */
export interface UncompiledKind {
  readonly kind: string;
  /** False where cql-execution cannot evaluate them either. */
  readonly isKnown: boolean;
  readonly count: number;
  readonly definitions: readonly string[];
  /** Where the first of them stands. */
  readonly first: Placed;
}

/** Which nodes are compiled, and which are not. */
export interface Outline {
  /** The nodes that are evaluated by cql-execution as a whole, each in no query and no function. */
  readonly nodes: ReadonlyMap<ElmNode, Outlined>;
  readonly kinds: readonly UncompiledKind[];
}

/** What is told of a node by its own kind. */
export interface Kinds {
  readonly isCompiled: (node: ElmNode) => boolean;
  /** Whether cql-execution evaluates such nodes; the others fail where they stand. */
  readonly isKnown: (node: ElmNode) => boolean;
}

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
  are: Kinds,
): Outline {
  const kinds = countKinds(definitions, are);
  if (kinds.length === 0) return NOTHING;
  const isLeft = (node: ElmNode): boolean => !are.isCompiled(node) && are.isKnown(node);
  const foreign = foreignFunctions(definitions, elms, isLeft);
  const unknownIn = unknownFinder(definitions, elms, are);
  const nodes = new Map<ElmNode, Outlined>();
  for (const { kind, library, body } of definitions) {
    if (kind === 'function') continue;
    const isForeign = (node: ElmNode): boolean =>
      isLeft(node) || foreign.has(calledBy(node, library, elms) ?? '');
    const visit = (node: ElmNode): void => {
      if (!holds(node, isForeign)) return;
      const holding = childrenOf(node).flatMap(([, child]) =>
        holds(child, isForeign) ? [child] : [],
      );
      const isSmallest = isForeign(node) || holding.some((child) => namesFrom(child).size > 0);
      if (isSmallest) nodes.set(node, { library, node, unknown: unknownIn(library, node) });
      else holding.forEach(visit);
    };
    visit(body);
  }
  return { nodes, kinds };
}

function countKinds(
  definitions: readonly LinkedDefinition[],
  { isCompiled, isKnown }: Kinds,
): UncompiledKind[] {
  type Counted = Omit<UncompiledKind, 'kind' | 'count' | 'definitions'>;
  const found = new Map<string, Counted & { count: number; definitions: Set<string> }>();
  for (const { library, name, body } of definitions) {
    const visit = (node: ElmNode): void => {
      if (!isCompiled(node)) {
        const kind = kindOf(node);
        const entry = found.get(kind) ?? {
          isKnown: isKnown(node),
          count: 0,
          definitions: new Set<string>(),
          first: { library, node },
        };
        entry.count += 1;
        entry.definitions.add(`${library}.${name}`);
        found.set(kind, entry);
      }
      for (const [, child] of childrenOf(node)) visit(child);
    };
    visit(body);
  }
  return [...found].map(([kind, { definitions: where, ...counted }]) => ({
    kind,
    ...counted,
    definitions: [...where],
  }));
}

/** What people call the kind of a node that is not compiled. */
function kindOf({ type = 'without a name', ['aggregate']: aggregate }: ElmNode): string {
  return aggregate === undefined ? type : `${type} with aggregate`;
}

/** The functions that hold what is not compiled, themselves or in what they call, by library and name. */
function foreignFunctions(
  definitions: readonly LinkedDefinition[],
  elms: ReadonlyMap<string, Elm>,
  isLeft: (node: ElmNode) => boolean,
): ReadonlySet<string> {
  const functions = definitions.filter(({ kind }) => kind === 'function');
  const foreign = new Set<string>();
  for (let before = -1; before < foreign.size;) {
    before = foreign.size;
    for (const { library, name, body } of functions) {
      const isForeign = (node: ElmNode): boolean =>
        isLeft(node) || foreign.has(calledBy(node, library, elms) ?? '');
      if (holds(body, isForeign)) foreign.add(functionKey(library, name));
    }
  }
  return foreign;
}

/** Finds a node of an unknown kind in a node, and in the functions that it calls. */
function unknownFinder(
  definitions: readonly LinkedDefinition[],
  elms: ReadonlyMap<string, Elm>,
  { isCompiled, isKnown }: Kinds,
): (library: string, node: ElmNode) => Placed | undefined {
  const functions = definitions.filter(({ kind }) => kind === 'function');
  const find = (library: string, node: ElmNode, entered: Set<string>): Placed | undefined => {
    if (!isCompiled(node) && !isKnown(node)) return { library, node };
    for (const [, child] of childrenOf(node)) {
      const found = find(library, child, entered);
      if (found) return found;
    }
    const called = calledBy(node, library, elms);
    if (called === undefined || entered.has(called)) return undefined;
    entered.add(called);
    for (const { library: home, name, body } of functions) {
      const found = functionKey(home, name) === called ? find(home, body, entered) : undefined;
      if (found) return found;
    }
    return undefined;
  };
  return (library, node) => find(library, node, new Set());
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

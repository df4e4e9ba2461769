import {
  bodiesOf,
  childrenOf,
  libraryMeant,
  listOf,
  type ElmBody,
  type ElmNode,
} from '../elm/elm-tree.ts';
import type { Elm, ElmLibraries } from '../elm/elm.ts';
import { truthsOf, untruthsOf, type BodyOf, type Truth } from './truths.ts';

/** An expression with what surrounds it. */
export interface InScope {
  readonly node: ElmNode;
  readonly scope: Scope;
}

/** What surrounds an expression: where it stands, what conditions around it say, and what names in it mean. */
export interface Scope {
  readonly library: string;
  /** The function around it, as `Library.name`; undefined in a define. */
  readonly functionName: string | undefined;
  readonly truths: ReadonlySet<Truth>;
  readonly aliases: ReadonlyMap<string, InScope>;
  readonly lets: ReadonlyMap<string, InScope>;
  /** What was given to the function, where it is looked at for one call. */
  readonly operands: ReadonlyMap<string, InScope> | undefined;
  readonly bodyOf: BodyOf;
}

/** The scope in which the body of a define or function begins. */
export function scopeOf(
  program: ElmLibraries,
  { library, name, operands }: Pick<ElmBody, 'library' | 'name' | 'operands'>,
  given?: ReadonlyMap<string, InScope>,
): Scope {
  return {
    library,
    functionName: operands && `${library}.${name}`,
    truths: new Set(),
    aliases: new Map(),
    lets: new Map(),
    operands: given,
    bodyOf: (node) =>
      node.libraryName === undefined
        ? definitionsMeant(program, node, library)[0]?.expression
        : undefined,
  };
}

/** The define or the functions with so many operands that a reference means. */
export function definitionsMeant(program: ElmLibraries, node: ElmNode, from: string): ElmBody[] {
  const elm = program.elms.get(from);
  const home = elm && program.elms.get(libraryMeant(node, elm));
  if (!home) return [];
  const bodies = known.get(home) ?? Map.groupBy(bodiesOf(home), ({ name }) => name);
  known.set(home, bodies);
  const count = node.type === 'FunctionRef' ? listOf(node.operand).length : undefined;
  return (bodies.get(node.name ?? '') ?? []).filter(({ operands }) => operands?.length === count);
}

/** The bodies of libraries by name, read once. */
const known = new WeakMap<Elm, ReadonlyMap<string, ElmBody[]>>();

/** The expressions directly below one, each in its own scope. */
export function below({ node, scope }: InScope): InScope[] {
  switch (node.type ?? '') {
    case 'If': {
      const condition = node.condition;
      return [
        ...within(scope, condition),
        ...within(withTruths(scope, truthsOf(condition, scope.bodyOf)), node.then),
        ...within(withTruths(scope, untruthsOf(condition, scope.bodyOf)), node.else),
      ];
    }
    case 'Case':
      return node.comparand === undefined ? branches(node, scope) : plain(node, scope);
    case 'And': {
      const [left, right] = listOf(node.operand);
      return [
        ...within(withTruths(scope, truthsOf(right, scope.bodyOf)), left),
        ...within(withTruths(scope, truthsOf(left, scope.bodyOf)), right),
      ];
    }
    case 'Query':
      return queryParts(node, scope);
    default:
      return plain(node, scope);
  }
}

/** Visits an expression and all below it. */
export function visitAll(
  at: InScope,
  visit: (at: InScope, parent: InScope | undefined) => void,
): void {
  const go = (one: InScope, parent: InScope | undefined): void => {
    visit(one, parent);
    for (const child of below(one)) go(child, one);
  };
  go(at, undefined);
}

/** The scope of what a query says of its rows: its names, and what its `where` lets through. */
export function rowScope(query: ElmNode, scope: Scope): Scope {
  const named = namesOf(query, scope);
  return withTruths(named, truthsOf(query.where, scope.bodyOf));
}

function queryParts(query: ElmNode, scope: Scope): InScope[] {
  const named = namesOf(query, scope);
  const row = rowScope(query, scope);
  return childrenOf(query).flatMap(([field, child]) => {
    if (field === 'source') return within(scope, child.expression);
    if (field === 'let') return within(named, child.expression);
    if (field === 'relationship') {
      return [
        ...within(scope, child.expression),
        ...within(withAlias(named, child), child.suchThat),
      ];
    }
    return within(field === 'where' ? named : row, child);
  });
}

function namesOf(query: ElmNode, scope: Scope): Scope {
  let named = scope;
  for (const source of listOf(query.source)) named = withAlias(named, source, scope);
  for (const { identifier = '', expression } of listOf(query.let)) {
    if (expression === undefined) continue;
    const meant = { node: expression, scope: named };
    named = { ...named, lets: new Map([...named.lets, [identifier, meant]]) };
  }
  return named;
}

function withAlias(before: Scope, { alias = '', expression }: ElmNode, outside = before): Scope {
  if (expression === undefined) return before;
  const meant = { node: expression, scope: outside };
  return { ...before, aliases: new Map([...before.aliases, [alias, meant]]) };
}

function branches(node: ElmNode, scope: Scope): InScope[] {
  const parts: InScope[] = [];
  let reached = scope;
  for (const { when, then } of listOf(node.caseItem)) {
    parts.push(...within(reached, when));
    parts.push(...within(withTruths(reached, truthsOf(when, scope.bodyOf)), then));
    reached = withTruths(reached, untruthsOf(when, scope.bodyOf));
  }
  return [...parts, ...within(reached, node.else)];
}

function plain(node: ElmNode, scope: Scope): InScope[] {
  return childrenOf(node).flatMap(([, child]) => within(scope, child));
}

/** An expression in a scope; what only holds some, like the item of a sort, is looked through. */
function within(scope: Scope, node: ElmNode | undefined): InScope[] {
  if (node === undefined) return [];
  return node.type === undefined ? plain(node, scope) : [{ node, scope }];
}

function withTruths(scope: Scope, truths: readonly Truth[]): Scope {
  return truths.length === 0 ? scope : { ...scope, truths: new Set([...scope.truths, ...truths]) };
}

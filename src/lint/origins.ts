import { bodiesOf, listOf, type ElmNode } from '../elm/elm-tree.ts';
import type { ElmLibraries } from '../elm/elm.ts';
import {
  below,
  definitionsMeant,
  rowScope,
  scopeOf,
  visitAll,
  type InScope,
  type Scope,
} from './scope.ts';
import { keyOf } from './truths.ts';

/** How far calls and definitions are followed; nothing is said of what lies deeper. */
export const DEEPEST = 40;

/** A member of which no more is known than that it is not null. */
const SOME_VALUE: ElmNode = { type: 'Literal' };

/** What expressions come from: through definitions, calls, queries and fields, as far as that can be seen. */
export class Origins {
  readonly #program: ElmLibraries;
  readonly #calls = new Map<string, InScope[]>();

  /** Takes libraries as `wholeOf` gives them, with types. */
  constructor(program: ElmLibraries) {
    this.#program = program;
    for (const elm of program.elms.values()) {
      for (const body of bodiesOf(elm)) {
        visitAll({ node: body.expression, scope: scopeOf(program, body) }, (at) => {
          this.#noteCall(at);
        });
      }
    }
  }

  /** What the members of a list come from; undefined where that is not known. */
  members({ node, scope }: InScope, depth = 0): InScope[] | undefined {
    if (depth > DEEPEST) return undefined;
    const of = (one: InScope): InScope[] | undefined => this.members(one, depth + 1);
    const ofEach = (all: readonly InScope[] | undefined): InScope[] | undefined => {
      const found = all?.map(of);
      return found?.every((one) => one !== undefined) === true ? found.flat() : undefined;
    };
    const operands = listOf(node.operand).map((one) => ({ node: one, scope }));
    const [first] = operands;
    switch (node.type ?? '') {
      case 'List':
        return listOf(node.element).map((one) => ({ node: one, scope }));
      case 'Retrieve':
        return [{ node: SOME_VALUE, scope }];
      case 'Null':
        return [];
      case 'Query':
        return this.#rows({ node, scope }, depth + 1);
      case 'Union':
        return ofEach(operands);
      case 'Except':
      case 'Intersect':
      case 'Distinct':
      case 'As':
        return first && of(first);
      case 'ToList':
        return [{ node: SOME_VALUE, scope }];
      case 'Slice':
        return of({ node: node.source as ElmNode, scope }); // a single node here
      case 'Coalesce':
        return ofEach(operands);
      case 'Flatten':
        return first && ofEach(of(first));
      case 'If':
      case 'Case':
        return ofEach(this.results({ node, scope }));
      case 'Property': {
        const fields = this.fieldsOf({ node, scope }, depth + 1);
        // Lists of FHIR hold no null.
        return fields ? ofEach(fields) : [{ node: SOME_VALUE, scope }];
      }
      default:
        return ofEach(this.meant({ node, scope }));
    }
  }

  #rows({ node, scope }: InScope, depth: number): InScope[] | undefined {
    const row = rowScope(node, scope);
    if (node['aggregate'] !== undefined) return undefined;
    const result = node.return?.expression;
    if (result) {
      if (result.type !== 'AliasRef') return [{ node: result, scope: row }];
      return this.#rowsOf(result, row, depth);
    }
    const [source, ...others] = listOf(node.source);
    if (others.length > 0) return [{ node: SOME_VALUE, scope: row }];
    return this.#rowsOf({ type: 'AliasRef', name: source?.alias ?? '' }, row, depth);
  }

  /** The members that an alias goes through, as far as `where` lets them. */
  #rowsOf(alias: ElmNode, row: Scope, depth: number): InScope[] | undefined {
    const source = row.aliases.get(alias.name ?? '');
    const members = source && (isPlural(source.node) ? this.members(source, depth + 1) : [source]);
    const isFiltered = row.truths.has(`known ${keyOf(alias)}`);
    if (!isFiltered) return members;
    return (
      members?.map((one) => ({
        ...one,
        scope: {
          ...one.scope,
          truths: new Set([...one.scope.truths, `known ${keyOf(one.node)}` as const]),
        },
      })) ?? [{ node: SOME_VALUE, scope: row }]
    );
  }

  /** The values of a field, where all tuples that have it can be seen. */
  fieldsOf({ node, scope }: InScope, depth: number): InScope[] | undefined {
    const name = node.scope ?? (node.source as ElmNode | undefined)?.name; // a single node here
    const source = name === undefined ? undefined : scope.aliases.get(name);
    const rows = source && this.members(source, depth + 1);
    const tuples = rows?.flatMap((row) => this.#tuplesOf(row, depth + 1));
    const values = tuples?.map((tuple) => {
      const field = listOf(tuple?.node.element).find((one) => one.name === node.path);
      return tuple && field && { node: field.value as ElmNode, scope: tuple.scope }; // a TupleElement's
    });
    return values?.every((value) => value !== undefined) === true ? values : undefined;
  }

  /** The tuples that an expression comes to, through names and calls; undefined for what is none. */
  #tuplesOf(at: InScope, depth: number): (InScope | undefined)[] {
    if (at.node.type === 'Tuple') return [at];
    const meant = depth > DEEPEST ? undefined : this.meant(at);
    return meant ? meant.flatMap((one) => this.#tuplesOf(one, depth + 1)) : [undefined];
  }

  /** The branches of an if or a case, each in its own scope. */
  results(at: InScope): InScope[] {
    const results = new Set([
      at.node.then,
      at.node.else,
      ...listOf(at.node.caseItem).map(({ then }) => then),
    ]);
    return below(at).filter(({ node }) => results.has(node));
  }

  /** What a name stands for: a body, what was given, or what all calls give. */
  meant({ node, scope }: InScope): InScope[] | undefined {
    switch (node.type ?? '') {
      case 'ExpressionRef': {
        const bodies = definitionsMeant(this.#program, node, scope.library);
        return some(
          bodies.map((body) => ({ node: body.expression, scope: scopeOf(this.#program, body) })),
        );
      }
      case 'FunctionRef': {
        const given = listOf(node.operand).map((one) => ({ node: one, scope }));
        const bodies = definitionsMeant(this.#program, node, scope.library);
        return some(
          bodies.map((body) => {
            const named = new Map(
              (body.operands ?? []).map((name, i) => [name, given[i]] as const),
            );
            const operands = named as ReadonlyMap<string, InScope>; // as many as the body has
            return { node: body.expression, scope: scopeOf(this.#program, body, operands) };
          }),
        );
      }
      case 'OperandRef': {
        const given = scope.operands?.get(node.name ?? '');
        if (given) return [given];
        return some(this.#calls.get(`${scope.functionName ?? ''} ${node.name ?? ''}`) ?? []);
      }
      case 'QueryLetRef':
        return some([scope.lets.get(node.name ?? '')].flatMap((one) => one ?? []));
      default:
        return undefined;
    }
  }

  #noteCall({ node, scope }: InScope): void {
    if (node.type !== 'FunctionRef') return;
    for (const { library, name, operands = [] } of definitionsMeant(
      this.#program,
      node,
      scope.library,
    )) {
      for (const [i, given] of listOf(node.operand).entries()) {
        const key = `${library}.${name} ${operands[i] ?? ''}`;
        this.#calls.set(key, [...(this.#calls.get(key) ?? []), { node: given, scope }]);
      }
    }
  }
}

function some<T>(all: readonly T[]): T[] | undefined {
  return all.length === 0 ? undefined : [...all];
}

/** Whether an expression is a list, by its type. */
export function isPlural({ resultTypeSpecifier }: ElmNode): boolean {
  return resultTypeSpecifier?.type === 'ListTypeSpecifier';
}

import type { Elm, ElmLibraries } from '../elm/elm.ts';
import {
  bodiesOf,
  childrenOf,
  elementsIn,
  isBoolean,
  libraryMeant,
  type ElmBody,
  type ElmNode,
} from '../elm/elm-tree.ts';
import { wholeOf } from '../elm/whole.ts';
import type { Program } from '../engine/program.ts';
import { assume, NOTHING_ASSUMED, canonicalText, type Assumptions } from './assume.ts';
import { defaultOutcomes, isList, operatorOutcomes } from './operators.ts';
import { ABSENT, FALSE, isOpen, PRESENT, TRUE } from './outcomes.ts';
import { heldBy, ofType, where } from './held.ts';
import { either, elementShape, NEVER, shapeText, type Shape } from './shape.ts';

/** The outcomes that a node can have at all; none where it can never be reached. */
export type Possible = (library: string, localId: string) => number;

/**
 * Works out for every node which outcomes it can have, so that coverage does not
 * ask for what cannot be: `exists` is never unknown, and neither is what rests on
 * it. Follows references and calls through all libraries, and what lists and tuples
 * are made of; what it cannot tell it takes to be possible.
 */
export function possibleOutcomes(program: Program): Possible {
  const analysis = new Analysis(wholeOf(program));
  return (library, localId) => analysis.outcomes.get(`${library} ${localId}`) ?? 0;
}

/** What holds where a node stands. */
interface Scope {
  readonly elm: Elm;
  readonly assumed: Assumptions;
  /** What each operand of the function can be, in this call. */
  readonly given: ReadonlyMap<string, Shape>;
  /** What the aliases of the queries around can be, as far as it is known. */
  readonly aliases: ReadonlyMap<string, Shape>;
}

interface BodyInElm {
  readonly elm: Elm;
  readonly body: ElmBody;
}

class Analysis {
  readonly outcomes = new Map<string, number>();
  readonly #elms: ReadonlyMap<string, Elm>;
  readonly #definitions: ReadonlyMap<string, readonly BodyInElm[]>;
  /** What a body comes to, by its name and what it is given. CQL has no recursion. */
  readonly #results = new Map<string, Shape>();

  constructor({ elms }: ElmLibraries) {
    this.#elms = elms;
    const all = [...elms.values()].flatMap((elm) => bodiesOf(elm).map((body) => ({ elm, body })));
    this.#definitions = Map.groupBy(all, ({ body }) => nameOf(body));
    const called = new Set<string>();
    for (const { elm, body } of all) collectCalls(body.expression, elm, called);
    for (const [name, [first]] of this.#definitions) {
      // What nobody calls may be given anything; what is called is worked out call by call.
      if (first?.body.operands === undefined || !called.has(name)) this.#resultOf(name, undefined);
    }
  }

  /** What a define comes to, or a function in a call that gives these. */
  #resultOf(name: string, given: readonly Shape[] | undefined): Shape | undefined {
    const key = `${name} ${given?.map(shapeText).join() ?? ''}`;
    const before = this.#results.get(key);
    if (before !== undefined) return before;
    const definitions = this.#definitions.get(name);
    if (!definitions) return undefined;
    let result = NEVER;
    for (const { elm, body } of definitions) {
      const operands =
        given && body.operands?.map((operand, i) => [operand, given[i] ?? NEVER] as const);
      const scope = { elm, assumed: NOTHING_ASSUMED, given: new Map(operands), aliases: new Map() };
      result = either(result, this.#visit(body.expression, scope));
    }
    this.#results.set(key, result);
    return result;
  }

  #visit(node: ElmNode, scope: Scope): Shape {
    const found = this.#find(node, scope);
    const outcomes =
      scope.assumed.size === 0
        ? found.outcomes
        : found.outcomes & (scope.assumed.get(canonicalText(node)) ?? -1);
    if (node.localId !== undefined) {
      const key = `${scope.elm.library.identifier.id} ${node.localId}`;
      this.outcomes.set(key, (this.outcomes.get(key) ?? 0) | outcomes);
    }
    return { ...found, outcomes };
  }

  #find(node: ElmNode, scope: Scope): Shape {
    const anything = { outcomes: defaultOutcomes(node) };
    switch (node.type ?? '') {
      case 'If':
        return this.#branches([[node['condition'], node['then']]], node['else'], scope);
      case 'Case': {
        if (node['comparand'] !== undefined) break;
        const items = elementsIn(node['caseItem']).map(
          (item) => [item['when'], item['then']] as const,
        );
        return this.#branches(items, node['else'], scope);
      }
      case 'Query':
        return this.#query(node, scope);
      case 'ExpressionRef':
        if (node.name === 'Patient') return { outcomes: PRESENT };
        return (
          this.#resultOf(`${libraryMeant(node, scope.elm)} ${node.name ?? ''}`, undefined) ??
          anything
        );
      case 'FunctionRef':
        return this.#call(node, scope);
      case 'OperandRef':
        return scope.given.get(node.name ?? '') ?? anything;
      case 'AliasRef':
        return ofType(node, scope.aliases.get(node.name ?? ''));
      case 'Property':
        return ofType(node, this.#property(node, scope));
      case 'ParameterRef':
        return { outcomes: this.#parameter(node, scope) };
      case 'Tuple':
        return { outcomes: PRESENT, elements: this.#elements(node, scope) };
      default:
        break;
    }
    return this.#operator(node, scope);
  }

  #elements(node: ElmNode, scope: Scope): ReadonlyMap<string, Shape> {
    return new Map(
      elementsIn(node['element']).map((element) => {
        const [value] = elementsIn(element['value']);
        return [element.name ?? '', value ? this.#visit(value, scope) : NEVER] as const;
      }),
    );
  }

  #property(node: ElmNode, scope: Scope): Shape | undefined {
    const [source] = elementsIn(node['source']);
    const alias = node['scope'];
    const of = source
      ? this.#visit(source, scope)
      : scope.aliases.get(typeof alias === 'string' ? alias : '');
    const path = node['path'];
    return of && typeof path === 'string' ? elementShape(of, path) : undefined;
  }

  #operator(node: ElmNode, scope: Scope): Shape {
    const operands: Shape[] = [];
    for (const [field, child] of childrenOf(node)) {
      const shape = this.#visit(child, scope);
      if (node.type === 'Flatten' && child.type === 'List') {
        operands.push(
          ...elementsIn(child['element']).map((element) => this.#visit(element, scope)),
        );
      } else if (field === 'operand' || (node.type === 'List' && field === 'element')) {
        operands.push(shape);
      } else if (field === 'source') {
        operands.push(shape); // of First and Last
      }
    }
    const given = /^(?:List|First|Last)$/.test(node.type ?? '') ? [] : operands;
    const outcomes = operatorOutcomes(
      node,
      given.map((operand) => operand.outcomes),
    );
    return { ...heldBy(node, operands), outcomes };
  }

  /** Each branch under what its own condition and those before it say. */
  #branches(
    items: readonly (readonly [condition: unknown, result: unknown])[],
    otherwise: unknown,
    scope: Scope,
  ): Shape {
    let result = NEVER;
    let { assumed } = scope;
    for (const item of items) {
      const [condition, then] = item.map((part) => elementsIn(part)[0]);
      if (!condition || !then) continue;
      const { outcomes: truth } = this.#visit(condition, { ...scope, assumed });
      if ((truth & TRUE) !== 0) {
        const under = { ...scope, assumed: assume(assumed, condition, true) };
        result = either(result, this.#visit(then, under));
      }
      if ((truth & (FALSE | ABSENT)) === 0) return result;
      assumed = assume(assumed, condition, false);
    }
    for (const last of elementsIn(otherwise)) {
      result = either(result, this.#visit(last, { ...scope, assumed }));
    }
    return result;
  }

  #query(node: ElmNode, scope: Scope): Shape {
    const aliases = new Map(scope.aliases);
    const sources = elementsIn(node['source']).map((source) => {
      const shape = elementsIn(source['expression'])
        .map((child) => this.#visit(child, { ...scope, aliases }))
        .reduce(either, NEVER);
      const alias = source['alias'];
      // A list of which the items are not known, or one value.
      if (typeof alias === 'string') {
        if (shape.item) aliases.set(alias, shape.item);
        else aliases.delete(alias);
      }
      return shape;
    });
    // An alias of the same name may mean something else inside.
    const inside = { ...scope, assumed: NOTHING_ASSUMED, aliases };
    for (const [field, child] of childrenOf(node)) {
      if (field === 'source' || field === 'return') continue;
      this.#visit(child, inside);
      if (field !== 'where') continue;
      for (const [alias, shape] of aliases) aliases.set(alias, where(child, alias, shape));
    }
    const [returned] = elementsIn(node['return']).flatMap((clause) =>
      elementsIn(clause['expression']).map((expression) => this.#visit(expression, inside)),
    );
    const outcomes = this.#queryOutcomes(
      node,
      sources.map((source) => source.outcomes),
    );
    // Over one value that is no list, what is returned is the result.
    if (!isList(node)) return { outcomes };
    const [alias] = elementsIn(node['source']).map((source) => source['alias']);
    const only = sources.length === 1 && typeof alias === 'string' ? aliases.get(alias) : undefined;
    const isThere = sources.every((source) => source.isThere === true);
    return { outcomes, isThere, item: node['return'] === undefined ? only : returned };
  }

  #queryOutcomes(node: ElmNode, sources: readonly number[]): number {
    if (sources.includes(0)) return 0;
    if (node['aggregate'] !== undefined || isBoolean(node)) return defaultOutcomes(node);
    const filtered = node['where'] !== undefined || elementsIn(node['relationship']).length > 0;
    const first = sources.length === 1 ? (sources[0] ?? 0) : PRESENT | ABSENT;
    return isOpen(first) || (first === PRESENT && filtered) ? defaultOutcomes(node) : first;
  }

  #call(node: ElmNode, scope: Scope): Shape {
    const given = elementsIn(node['operand']).map((operand) => this.#visit(operand, scope));
    return this.#resultOf(calledBy(node, scope.elm), given) ?? { outcomes: defaultOutcomes(node) };
  }

  /** A default may be changed, and is never absent. */
  #parameter(node: ElmNode, { elm }: Scope): number {
    const library = this.#elms.get(libraryMeant(node, elm))?.library;
    const parameter = library?.parameters?.def.find(({ name }) => name === node.name);
    const any = defaultOutcomes(node);
    return parameter && 'default' in parameter ? any & ~ABSENT : any;
  }
}

function collectCalls(node: ElmNode, elm: Elm, called: Set<string>): void {
  if (node.type === 'FunctionRef') called.add(calledBy(node, elm));
  for (const [, child] of childrenOf(node)) collectCalls(child, elm, called);
}

/** Overloads with the same number of operands are taken together. */
function nameOf({ library, name, operands }: ElmBody): string {
  return operands === undefined ? `${library} ${name}` : `${library} ${name}/${operands.length}`;
}

function calledBy(node: ElmNode, elm: Elm): string {
  return `${libraryMeant(node, elm)} ${node.name ?? ''}/${elementsIn(node['operand']).length}`;
}

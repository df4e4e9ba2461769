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
import { defaultOutcomes, operatorOutcomes } from './operators.ts';
import { ABSENT, FALSE, isOpen, PRESENT, TRUE } from './outcomes.ts';

/** The outcomes that a node can have at all; none where it can never be reached. */
export type Possible = (library: string, localId: string) => number;

/**
 * Works out for every node which outcomes it can have, so that coverage does not
 * ask for what cannot be: `exists` is never unknown, and neither is what rests on
 * it. Follows references and calls through all libraries; what it cannot tell it
 * takes to be possible.
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
  readonly given: ReadonlyMap<string, number>;
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
  readonly #results = new Map<string, number>();

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

  /** What a define comes to, or a function in a call that gives these outcomes. */
  #resultOf(name: string, given: readonly number[] | undefined): number | undefined {
    const key = `${name} ${given?.join() ?? ''}`;
    const before = this.#results.get(key);
    if (before !== undefined) return before;
    const definitions = this.#definitions.get(name);
    if (!definitions) return undefined;
    let result = 0;
    for (const { elm, body } of definitions) {
      const operands =
        given && body.operands?.map((operand, i) => [operand, given[i] ?? 0] as const);
      result |= this.#visit(body.expression, {
        elm,
        assumed: NOTHING_ASSUMED,
        given: new Map(operands),
      });
    }
    this.#results.set(key, result);
    return result;
  }

  #visit(node: ElmNode, scope: Scope): number {
    const found = this.#find(node, scope);
    const outcomes =
      scope.assumed.size === 0 ? found : found & (scope.assumed.get(canonicalText(node)) ?? -1);
    if (node.localId !== undefined) {
      const key = `${scope.elm.library.identifier.id} ${node.localId}`;
      this.outcomes.set(key, (this.outcomes.get(key) ?? 0) | outcomes);
    }
    return outcomes;
  }

  #find(node: ElmNode, scope: Scope): number {
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
        if (node.name === 'Patient') return PRESENT;
        return (
          this.#resultOf(`${libraryMeant(node, scope.elm)} ${node.name ?? ''}`, undefined) ??
          defaultOutcomes(node)
        );
      case 'FunctionRef':
        return this.#call(node, scope);
      case 'OperandRef':
        return scope.given.get(node.name ?? '') ?? defaultOutcomes(node);
      case 'ParameterRef':
        return this.#parameter(node, scope);
      default:
        break;
    }
    return this.#operator(node, scope);
  }

  #operator(node: ElmNode, scope: Scope): number {
    const operands = childrenOf(node).flatMap(([field, child]) => {
      const outcomes = this.#visit(child, scope);
      if (node.type === 'Flatten' && child.type === 'List') {
        return elementsIn(child['element']).map((element) => this.#visit(element, scope));
      }
      return field === 'operand' ? [outcomes] : [];
    });
    return operatorOutcomes(node, operands);
  }

  /** Each branch under what its own condition and those before it say. */
  #branches(
    items: readonly (readonly [condition: unknown, result: unknown])[],
    otherwise: unknown,
    scope: Scope,
  ): number {
    let outcomes = 0;
    let { assumed } = scope;
    for (const item of items) {
      const [condition, result] = item.map((part) => elementsIn(part)[0]);
      if (!condition || !result) continue;
      const truth = this.#visit(condition, { ...scope, assumed });
      if ((truth & TRUE) !== 0) {
        outcomes |= this.#visit(result, { ...scope, assumed: assume(assumed, condition, true) });
      }
      if ((truth & (FALSE | ABSENT)) === 0) return outcomes;
      assumed = assume(assumed, condition, false);
    }
    for (const result of elementsIn(otherwise))
      outcomes |= this.#visit(result, { ...scope, assumed });
    return outcomes;
  }

  #query(node: ElmNode, scope: Scope): number {
    const sources = elementsIn(node['source']).map((source) =>
      elementsIn(source['expression']).reduce((all, child) => all | this.#visit(child, scope), 0),
    );
    // An alias of the same name may mean something else inside.
    const inside = { ...scope, assumed: NOTHING_ASSUMED };
    for (const [field, child] of childrenOf(node)) {
      if (field !== 'source') this.#visit(child, inside);
    }
    if (sources.includes(0)) return 0;
    if (node['aggregate'] !== undefined || isBoolean(node)) return defaultOutcomes(node);
    const filtered = node['where'] !== undefined || elementsIn(node['relationship']).length > 0;
    const first = sources.length === 1 ? (sources[0] ?? 0) : PRESENT | ABSENT;
    return isOpen(first) || (first === PRESENT && filtered) ? defaultOutcomes(node) : first;
  }

  #call(node: ElmNode, scope: Scope): number {
    const given = elementsIn(node['operand']).map((operand) => this.#visit(operand, scope));
    return this.#resultOf(calledBy(node, scope.elm), given) ?? defaultOutcomes(node);
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

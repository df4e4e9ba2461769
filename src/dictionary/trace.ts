import { elementOf, merge, NOTHING, type Carried } from './carried.ts';
import type { Definition, ElmReader } from '../elm/elm-reader.ts';
import { asksFor, expressionsIn, type ElmNode, listOf } from '../elm/elm-tree.ts';
import {
  openRepresentation,
  titleOf,
  type Fact,
  type OpenFact,
  type OpenRepresentation,
} from './fact.ts';
import { Words, type Said, type WordScope } from './words.ts';

/** Where a node stands, with what is being collected and known there. */
interface TraceScope extends WordScope {
  /** The define whose words are being collected. */
  readonly home: OpenFact;
  /** In a define that looks aside, at what cannot be read say, which is no way to record a fact. */
  readonly isAside: boolean;
  /** Inside something that was already put in words, and the same for the value alone. */
  readonly quiet: boolean;
  readonly told: boolean;
  readonly carried: ReadonlyMap<string, Carried>;
}

/** Parameters with what no rule reads, shown as it came. */
const NO_FACTS: ReadonlySet<string> = new Set([
  'Unread',
  'UnreadOrders',
  'UnreadReasons',
  'PlacedReasons',
]);

/**
 * Follows every retrieve of the libraries through defines, queries and functions, and
 * notes what is read of it. What is said of a representation is thereby what the
 * compiled CQL does, never a list beside it.
 */
export class Tracer {
  readonly #reader: ElmReader;
  readonly #words: Words;
  readonly #results = new Map<string, Carried>();
  readonly #facts: OpenFact[] = [];

  constructor(reader: ElmReader) {
    this.#reader = reader;
    this.#words = new Words(reader);
  }

  /** The functions that the words came from. */
  get said(): Said[] {
    return this.#words.said;
  }

  /** The facts of a library, in the order of its text. */
  factsOf(library: string): Fact[] {
    for (const definition of this.#reader.defines(library)) this.#resultOf(definition);
    const order = this.#reader.defines(library).map(({ name }) => name);
    return this.#facts
      .filter((fact) => fact.library === library && fact.representations.length > 0)
      .map((fact) => ({ ...fact, title: titleOf(fact) }))
      .toSorted((a, b) => order.indexOf(a.define) - order.indexOf(b.define));
  }

  #resultOf(definition: Definition): Carried {
    const key = `${definition.library} ${definition.name}`;
    let result = this.#results.get(key);
    if (!result) {
      this.#results.set(key, NOTHING);
      const { library, name: define, comment, tags } = definition;
      const title = tags.get('title');
      const names = new Set<string>();
      const home = { library, define, comment, title, names, representations: [] };
      const isAside = tags.has('aside');
      if (!isAside) this.#facts.push(home);
      const scope = {
        library,
        home,
        isAside,
        quiet: false,
        told: false,
        carried: new Map(),
        texts: new Map(),
      };
      result = this.#visit(definition.body, scope);
      this.#results.set(key, result);
    }
    return result;
  }

  /** What the node's value carries; notes what it reads on the way. */
  #visit(node: ElmNode | undefined, scope: TraceScope): Carried {
    if (node === undefined) return NOTHING;
    switch (node.type ?? '') {
      case 'Retrieve':
        return this.#retrieve(node, scope);
      case 'ParameterRef':
        return this.#drafts(node, scope);
      case 'ExpressionRef':
        return this.#reference(node, scope);
      case 'FunctionRef':
        return this.#call(node, scope);
      case 'Query':
        return this.#query(node, scope);
      case 'AliasRef':
      case 'OperandRef':
      case 'QueryLetRef':
        return scope.carried.get(node.name ?? '') ?? NOTHING;
      case 'Property':
        return this.#property(node, scope);
      case 'Tuple':
        return this.#tuple(node, scope);
      case 'Is':
        return this.#typeTest(node, scope);
      case 'InValueSet':
      case 'AnyInValueSet':
        return this.#membership(node, scope);
      default:
        return this.#visitParts(node, scope);
    }
  }

  #visitParts(node: ElmNode, scope: TraceScope): Carried {
    const parts = expressionsIn(node).map((child) => this.#visit(child, scope));
    return CARRIERS.has(node.type ?? '') ? merge(parts) : NOTHING;
  }

  #open(scope: TraceScope, of: Parameters<typeof openRepresentation>[1]): Carried {
    return { traces: [{ representation: openRepresentation(scope.home, of), path: '' }] };
  }

  #retrieve(node: ElmNode, scope: TraceScope): Carried {
    const { resourceType, valueSet: ref } = asksFor(node);
    const valueSet = ref && this.#reader.valueSetOf(ref, scope.library);
    const codedElement = node.codeProperty === 'category' ? 'category' : undefined;
    return this.#open(scope, { resourceType, isDraft: false, valueSet, codedElement });
  }

  /** Parameters that hold resources are the orders of the request, but for those that hold no facts. */
  #drafts(node: ElmNode, scope: TraceScope): Carried {
    const { resultTypeSpecifier } = node as { resultTypeSpecifier?: { elementType?: ElmNode } };
    const isResources = resultTypeSpecifier?.elementType?.name?.includes('hl7.org/fhir') === true;
    if (!isResources || NO_FACTS.has(node.name ?? '')) return NOTHING;
    return this.#open(scope, {
      resourceType: '',
      isDraft: true,
      valueSet: undefined,
      codedElement: undefined,
    });
  }

  #reference(node: ElmNode, scope: TraceScope): Carried {
    const library = this.#reader.libraryOf(node, scope.library);
    const definition = this.#reader.find(library, node.name ?? '');
    return definition ? this.#resultOf(definition) : NOTHING;
  }

  #call(node: ElmNode, scope: TraceScope): Carried {
    const operands = listOf(node.operand);
    const given = operands.map((operand) => this.#visit(operand, scope));
    const library = this.#reader.libraryOf(node, scope.library);
    if (library === 'FHIRHelpers') return given[0] ?? NOTHING;
    const called = this.#reader.find(library, node.name ?? '', operands.length);
    if (!called) return NOTHING;
    const texts = this.#words.operandsOf(called, operands, scope);
    const isTest = called.resultType.endsWith('Boolean');
    let { quiet, told } = scope;
    for (const [i, name] of called.operands.entries()) {
      for (const { representation, path } of (given[i] ?? NOTHING).traces) {
        const kind = called.tags.get('kind');
        if (kind !== undefined && path === '') representation.kinds.add(kind);
        const words = this.#words.say(called, name, texts);
        if (words === undefined) continue;
        const isValue = path === 'value' || path === 'value.value';
        // A test that is no `where` may be one of many, or be turned round.
        if (path === '' && !isTest) this.#say(representation, words, scope);
        if (isValue && !scope.told) representation.valueWords.add(words);
        told ||= isValue;
        quiet ||= path === '';
      }
    }
    this.#name(called, operands, given, scope);
    return this.#visit(called.body, {
      library,
      home: scope.home,
      isAside: scope.isAside,
      quiet,
      told,
      carried: new Map(called.operands.map((name, i) => [name, given[i] ?? NOTHING])),
      texts,
    });
  }

  /** A text given as `name` beside the resources is what the fact is called. */
  #name(
    called: Definition,
    operands: readonly ElmNode[],
    given: readonly Carried[],
    scope: TraceScope,
  ): void {
    const name = operands[called.operands.indexOf('name')];
    if (name?.type !== 'Literal' || !given.some(({ traces }) => traces.length > 0)) return;
    scope.home.names.add(String(name.value));
  }

  #query(node: ElmNode, scope: TraceScope): Carried {
    const carried = new Map(scope.carried);
    const inner: TraceScope = { ...scope, carried };
    const sources = listOf(node.source).map((source) => {
      const value = this.#visit(source.expression, inner);
      carried.set(source.alias ?? '', value);
      return value;
    });
    for (const { identifier, expression } of node.let ?? []) {
      carried.set(identifier ?? '', this.#visit(expression, inner));
    }
    for (const relation of node.relationship ?? []) {
      carried.set(relation.alias ?? '', this.#visit(relation.expression, inner));
    }
    for (const filter of [...(node.relationship ?? []), ...listOf<ElmNode>(node.where)]) {
      for (const { representation, path } of merge(sources).traces) {
        if (path !== '') continue;
        this.#say(representation, this.#words.condition(filter, inner), scope);
      }
      this.#visit(filter.suchThat ?? filter, { ...inner, quiet: true });
    }
    // What is returned gives shape to what was found; it leaves nothing out.
    if (node.return) return this.#visit(node.return.expression, { ...inner, quiet: true });
    return merge(sources);
  }

  /** Says when a representation counts, where it stands: what other defines do with it is theirs. */
  #say(representation: OpenRepresentation, words: string, scope: TraceScope): void {
    if (scope.quiet || representation.home !== scope.home || words === '') return;
    representation.conditions.add(words);
  }

  #property(node: ElmNode, scope: TraceScope): Carried {
    const path = node.path ?? '';
    const source =
      node.scope === undefined
        ? this.#visit(listOf(node.source)[0], scope)
        : (scope.carried.get(node.scope) ?? NOTHING);
    for (const trace of source.traces) {
      if (trace.path === '') trace.representation.elements.add(path.replace(/\..*/, ''));
    }
    return elementOf(source, path);
  }

  #tuple(node: ElmNode, scope: TraceScope): Carried {
    const fields = (node.element ?? []).map(
      ({ name = '', value }) => [name, this.#visit(value as ElmNode, scope)] as const,
    );
    return { traces: [], fields: new Map(fields) };
  }

  #typeTest(node: ElmNode, scope: TraceScope): Carried {
    const type = (node.isTypeSpecifier?.name ?? node.isType ?? '').replace(/^\{.*\}/, '');
    for (const { representation, path } of this.#visit(listOf(node.operand)[0], scope).traces) {
      if (path === 'value' && !scope.isAside) representation.valueTypes.add(type);
      if (path === '' && representation.resourceType === '') representation.resourceType = type;
    }
    return NOTHING;
  }

  #membership(node: ElmNode, scope: TraceScope): Carried {
    const url = node.valueset && this.#reader.valueSetOf(node.valueset, scope.library);
    for (const { representation, path } of this.#visit(node.code ?? node.codes, scope).traces) {
      if (url === undefined) continue;
      if (path === 'value') representation.valueCodes.add(url);
      if (path === 'code' || path === 'medication') representation.heldTo.add(url);
    }
    return NOTHING;
  }
}

/** Nodes whose value is, or is chosen from, the values of their parts. */
const CARRIERS: ReadonlySet<string> = new Set([
  'As',
  'Union',
  'Intersect',
  'Except',
  'Flatten',
  'Distinct',
  'List',
  'First',
  'Last',
  'SingletonFrom',
  'ToList',
  'Sort',
  'If',
  'Case',
  'CaseItem',
  'Coalesce',
  'DateFrom',
  'Indexer',
]);

import { isDeepStrictEqual } from 'node:util';
import { toFactValue } from '../cql/to-fact-value.ts';
import type { DecisionResult } from '../decision/decide.ts';
import { listOf, type ElmReader, type Definition, type ElmNode } from '../dictionary/elm.ts';
import { qualifiedName, type ExpressionName, type FactValue } from '../facts.ts';
import type { Clause, Retrieved } from './explanation.ts';
import { given } from './given.ts';
import {
  callersOwn,
  childrenOf,
  deciding,
  partsOf,
  retrievesIn,
  type Place,
  type Side,
} from './place.ts';
import { RecordReader } from './record.ts';

/** `short` is cut to what decides, and ends at what reads the record; `full` leaves nothing out. */
export type Depth = 'short' | 'full';

/** Nodes that only look at one other: their clause and the one below are told as one. */
const WRAPPERS: ReadonlySet<string> = new Set(
  `As Count DateFrom Exists First IsFalse IsNull IsTrue Last Not Property Retrieve
   SingletonFrom ToBoolean ToConcept ToDate ToDateTime ToDecimal ToQuantity ToString`.split(/\s+/),
);
const COMPARISONS: ReadonlySet<string> = new Set(
  'Equal Equivalent Greater GreaterOrEqual Less LessOrEqual In NotEqual'.split(' '),
);
const MOST_ELEMENTS = 20;

interface Value {
  readonly raw: unknown;
  readonly value: FactValue;
  readonly failed?: true;
}

/**
 * The tree of clauses behind one define, each evaluated where it stands. One tree a
 * subject: what stands further up is not told again.
 */
export class ClauseTree {
  readonly #decision: DecisionResult;
  readonly #reader: ElmReader;
  readonly #record: RecordReader;
  readonly #depth: Depth;
  readonly #seen = new Set<string>();
  readonly #given = new WeakSet<Side>();
  readonly #wrappers = new WeakSet<Clause>();
  /** Clauses that only compute something on the way. */
  readonly #steps = new WeakSet<Clause>();

  constructor(decision: DecisionResult, reader: ElmReader, depth: Depth) {
    this.#decision = decision;
    this.#reader = reader;
    this.#record = new RecordReader(decision, reader);
    this.#depth = depth;
  }

  /** The clause of a define. One that fails is told as failed and sinks nothing else. */
  async define(name: ExpressionName): Promise<Clause> {
    const definition = this.#reader.find(name.library, name.expression);
    const { library, expression } = name;
    const place = this.#placeOf(library, definition);
    const body = definition?.body ?? {};
    const { raw: _, ...value } = await this.#evaluate(
      { type: 'ExpressionRef', name: expression },
      place,
    );
    const key = qualifiedName(name);
    const own = {
      define: key,
      place: `cql/${library}.cql:${place.line}`,
      cql: this.#reader.text(body, library),
      ...value,
    };
    if (this.#seen.has(key)) return { ...own, clauses: [], above: true };
    this.#seen.add(key);
    if (this.#depth === 'short' && !isBoolean(definition)) {
      const retrieves = retrievesIn(body);
      if (retrieves.length > 0) {
        return { ...own, retrieved: await this.#read(retrieves, place, value), clauses: [] };
      }
    }
    const below = await this.#clause(body, place);
    if (!below) return { ...own, clauses: [] };
    if (below.define !== undefined) return { ...own, clauses: [below] };
    const { clauses, sides, retrieved, leftOut } = below;
    return { ...own, ...given({ sides, retrieved, leftOut }), clauses };
  }

  #placeOf(library: string, definition: Definition | undefined): Place {
    const line = lineOf(definition?.locator) ?? '1';
    const scope = this.#decision.evaluation.clausesOf(library);
    return { library, line, scope, operands: new Map() };
  }

  /** The clause of a node; undefined where it says nothing of this patient. */
  async #clause(node: ElmNode, place: Place): Promise<Clause | undefined> {
    switch (node.type ?? 'Literal') {
      case 'Literal':
      case 'AliasRef':
        return undefined;
      case 'ExpressionRef':
        return this.#reference(node, place);
      case 'OperandRef':
        return this.#operand({ node, place });
      case 'ParameterRef':
        return this.#parameter(node, place);
      case 'Retrieve':
        return this.#leaf(node, place, (value) => this.#read([node], place, value));
      default:
        return this.#join(node, place);
    }
  }

  async #reference(node: ElmNode, place: Place): Promise<Clause> {
    const library = this.#reader.libraryOf(node, place.library);
    const { name = '' } = node;
    if (name !== 'Patient') return this.define({ library, expression: name });
    return this.#leaf(node, place, async ({ value }) => {
      const { raw } = await this.#evaluate(node, place);
      return [this.#record.retrieved({ dataType: 'Patient' }, library, raw, value)];
    });
  }

  /** What a function was given is told where it was written; in full once, as it may be asked for often. */
  async #operand(side: Side): Promise<Clause | undefined> {
    const given = callersOwn(side);
    if (!given) return undefined;
    const { node, place } = given;
    if (this.#depth === 'short') return this.#clause(node, place);
    if (this.#given.has(given)) return { ...(await this.#leaf(node, place)), above: true };
    const clause = await this.#clause(node, place);
    if (clause && clause.clauses.length > 0) this.#given.add(given);
    return clause;
  }

  /** Parameters with a default are the content's own; others are what came with the call. */
  async #parameter(node: ElmNode, place: Place): Promise<Clause | undefined> {
    const library = this.#reader.libraryOf(node, place.library);
    if (this.#reader.parameter(library, node.name ?? '') !== undefined) return undefined;
    const { raw } = await this.#evaluate(node, place);
    if (Array.isArray(raw) && raw.every((item) => typeof item === 'string')) {
      // The list of what was not looked at decides nothing while it is empty.
      return raw.length > 0 ? this.#leaf(node, place) : undefined;
    }
    return this.#leaf(node, place, async () => [
      { resourceType: 'orders of the call', resources: this.#record.evidence(raw, toFactValue(raw)) },
    ]);
  }

  async #leaf(
    node: ElmNode,
    place: Place,
    read?: (value: Omit<Value, 'raw'>) => Promise<Retrieved[]>,
  ): Promise<Clause> {
    const { raw: _, ...value } = await this.#evaluate(node, place);
    const retrieved = await read?.(value);
    const clause = { ...this.#written(node, place), ...value, ...given({ retrieved }), clauses: [] };
    this.#wrappers.add(clause);
    return clause;
  }

  /** A node with the clauses below it, told as one with a clause that says the same. */
  async #join(node: ElmNode, place: Place): Promise<Clause | undefined> {
    const { raw: _, ...value } = await this.#evaluate(node, place);
    const { sides, leftOut } = await this.#sidesOf(node, place, value.value);
    const clauses = await this.#told(sides);
    if (clauses.length === 0 && !value.failed) return undefined;
    const own: Clause = {
      ...this.#written(node, place),
      ...value,
      ...given({ sides: await this.#comparedBy(node, place), leftOut: leftOut || undefined }),
      clauses,
    };
    const joined = this.#absorb(own);
    if (WRAPPERS.has(node.type ?? '')) this.#wrappers.add(joined);
    const { value: is, define, retrieved, sides: compared } = joined;
    const isTruth = is === null || typeof is === 'boolean';
    if (!isTruth && !define && !retrieved && !compared) this.#steps.add(joined);
    return joined;
  }

  /** The clauses of sides. In short, a step of a computation gives way to the clauses below it. */
  async #told(sides: readonly Side[]): Promise<Clause[]> {
    const told: Clause[] = [];
    for (const { node, place } of sides) {
      const clause = await this.#clause(node, place);
      if (!clause) continue;
      const isStep = this.#depth === 'short' && this.#steps.has(clause);
      for (const each of isStep ? clause.clauses : [clause]) {
        if (!each.above || !told.some((before) => isBelow(each.define, before))) told.push(each);
      }
    }
    return told;
  }

  #absorb(own: Clause): Clause {
    const [only, another] = own.clauses;
    if (!only || another || own.leftOut !== undefined || own.failed) return own;
    const isSame = isDeepStrictEqual(only.value, own.value);
    if (only.define !== undefined) return isSame && !own.sides ? only : own;
    if (!isSame && !this.#wrappers.has(only)) return own;
    const { clauses, retrieved, leftOut, sides = own.sides } = only;
    const cql = own.cql === '…' ? only.cql : own.cql;
    return { ...own, cql, ...given({ retrieved, leftOut, sides }), clauses };
  }

  async #comparedBy(node: ElmNode, place: Place): Promise<FactValue[] | undefined> {
    if (!COMPARISONS.has(node.type ?? '')) return undefined;
    const values: FactValue[] = [];
    for (const side of listOf(node.operand)) values.push((await this.#evaluate(side, place)).value);
    return values;
  }

  /** What a node's value comes from; in short, only what decides it. */
  async #sidesOf(node: ElmNode, place: Place, whole: FactValue): Promise<Cut> {
    const here = (nodes: readonly ElmNode[]): Side[] => nodes.map((each) => ({ node: each, place }));
    switch (node.type ?? '') {
      case 'And':
      case 'Or': {
        const parts = partsOf(node);
        if (this.#depth === 'full') return { sides: here(parts), leftOut: 0 };
        const values = await this.#valuesOf(parts, place);
        const kept = deciding(parts, values, whole);
        return { sides: here(kept), leftOut: parts.length - kept.length };
      }
      case 'If':
        return this.#branches([{ when: node.condition, ...node }], node.else, place);
      case 'Case':
        return node.comparand
          ? { sides: here(childrenOf(node)), leftOut: 0 }
          : this.#branches(node.caseItem ?? [], node.else, place);
      case 'Query':
        return { sides: await this.#queried(node, place), leftOut: 0 };
      case 'FunctionRef':
        return { sides: await this.#called(node, place), leftOut: 0 };
      default:
        return { sides: here(childrenOf(node)), leftOut: 0 };
    }
  }

  /** The condition that was met, and what it leads to; before an `else`, all that were not. */
  async #branches(
    items: readonly Branch[],
    otherwise: ElmNode | undefined,
    place: Place,
  ): Promise<Cut> {
    const before: Side[] = [];
    for (const { when, then } of items) {
      if (!when || !then) continue;
      const { value } = await this.#evaluate(when, place);
      if (value === true) {
        const met = [
          { node: when, place },
          { node: then, place },
        ];
        if (this.#depth === 'full') return { sides: [...before, ...met], leftOut: 0 };
        return { sides: met, leftOut: before.length };
      }
      before.push({ node: when, place });
    }
    const sides = otherwise ? [...before, { node: otherwise, place }] : before;
    return { sides, leftOut: 0 };
  }

  /** A function is entered, so that its clauses are told with the caller's own operands. */
  async #called(node: ElmNode, place: Place): Promise<Side[]> {
    const library = this.#reader.libraryOf(node, place.library);
    const operands = listOf(node.operand);
    const called = this.#reader.find(library, node.name ?? '', operands.length);
    const asWhole = this.#depth === 'short' && !isBoolean(called);
    if (!called || asWhole || library === 'FHIRHelpers') {
      return operands.map((operand) => ({ node: operand, place }));
    }
    const values: Record<string, unknown> = {};
    const bound = new Map<string, Side>();
    for (const [i, name] of called.operands.entries()) {
      const operand = operands[i] ?? {};
      values[name] = (await this.#evaluate(operand, place)).raw;
      bound.set(name, { node: operand, place });
    }
    const inside = this.#placeOf(library, called);
    const entered = { ...inside, scope: inside.scope.with(values), operands: bound };
    return [{ node: called.body, place: entered }];
  }

  /**
   * Of a query over a list that is written out, the elements that meet its condition,
   * else all of them; of another, its sources and in full also each element's condition.
   */
  async #queried(node: ElmNode, place: Place): Promise<Side[]> {
    const sources = listOf(node.source);
    const [source] = sources;
    if (!source?.expression || sources.length > 1) {
      return sources.flatMap(({ expression }) => (expression ? [{ node: expression, place }] : []));
    }
    const { alias = '', expression } = source;
    const written = this.#elementsOf({ node: expression, place });
    if (written && node.where && this.#depth === 'short') {
      const met: Side[] = [];
      for (const element of written) {
        const { raw } = await this.#evaluate(element.node, element.place);
        const scope = place.scope.with({ [alias]: raw });
        const { value } = await this.#evaluate(node.where, { ...place, scope });
        if (value === true) met.push(element);
      }
      return met.length > 0 ? met : written;
    }
    const sides: Side[] = [{ node: expression, place }];
    if (this.#depth === 'short' || !node.where) return sides;
    const { raw } = await this.#evaluate(expression, place);
    for (const element of Array.isArray(raw) ? raw.slice(0, MOST_ELEMENTS) : []) {
      sides.push({ node: node.where, place: { ...place, scope: place.scope.with({ [alias]: element }) } });
    }
    return sides;
  }

  /** The elements of a list that is written out, here or in a define or by the caller. */
  #elementsOf({ node, place }: Side): Side[] | undefined {
    if (node.type === 'List') return (node.element ?? []).map((each) => ({ node: each, place }));
    if (node.type === 'OperandRef') {
      const given = callersOwn({ node, place });
      return given && this.#elementsOf(given);
    }
    if (node.type !== 'ExpressionRef') return undefined;
    const library = this.#reader.libraryOf(node, place.library);
    const definition = this.#reader.find(library, node.name ?? '');
    if (definition?.body.type !== 'List') return undefined;
    return this.#elementsOf({ node: definition.body, place: this.#placeOf(library, definition) });
  }

  async #read(
    retrieves: readonly ElmNode[],
    place: Place,
    { value }: Omit<Value, 'raw'>,
  ): Promise<Retrieved[]> {
    const all: Retrieved[] = [];
    for (const retrieve of retrieves) {
      const { raw } = await this.#evaluate(retrieve, place);
      all.push(this.#record.retrieved(retrieve, place.library, raw, value));
    }
    return all;
  }

  async #valuesOf(nodes: readonly ElmNode[], place: Place): Promise<FactValue[]> {
    const values: FactValue[] = [];
    for (const node of nodes) values.push((await this.#evaluate(node, place)).value);
    return values;
  }

  async #evaluate(node: ElmNode, { scope }: Place): Promise<Value> {
    try {
      const raw = await scope.evaluate(node);
      return { raw, value: toFactValue(raw) };
    } catch {
      // Whatever the engine says of it may hold data; that it fails is told.
      return { raw: null, value: null, failed: true };
    }
  }

  #written(node: ElmNode, place: Place): Pick<Clause, 'place' | 'cql'> {
    const line = lineOf(node.locator) ?? place.line;
    return {
      place: `cql/${place.library}.cql:${line}`,
      cql: this.#reader.text(node, place.library),
    };
  }
}

interface Branch {
  readonly when?: ElmNode | undefined;
  readonly then?: ElmNode | undefined;
}

interface Cut {
  readonly sides: readonly Side[];
  readonly leftOut: number;
}

function isBoolean(definition: Definition | undefined): boolean {
  return definition?.resultType.endsWith('}Boolean') ?? false;
}

function isBelow(wanted: string | undefined, { define, clauses }: Clause): boolean {
  if (wanted === undefined) return false;
  return define === wanted || clauses.some((below) => isBelow(wanted, below));
}

function lineOf(locator: string | undefined): string | undefined {
  return locator?.split(':')[0];
}

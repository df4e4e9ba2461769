import { isDeepStrictEqual } from 'node:util';
import { toFactValue } from '../engine/to-fact-value.ts';
import type { DecisionResult } from '../decision/decide.ts';
import type { ElmReader } from '../elm/elm-reader.ts';
import { listOf, type ElmNode } from '../elm/elm-tree.ts';
import { isTruth, qualifiedName, type ExpressionName, type FactValue } from '../facts.ts';
import type { ClauseResult, Retrieved } from './explanation.ts';
import { given } from './given.ts';
import {
  callersOwn,
  evaluateAt,
  lineOf,
  retrievesIn,
  type Place,
  type Side,
  type Value,
} from './place.ts';
import { RecordReader } from './record.ts';
import { givesBoolean, SideFinder, type Depth } from './sides.ts';

/** Nodes that only look at one other: their clause and the one below are told as one. */
const WRAPPERS: ReadonlySet<string> = new Set(
  `As Count DateFrom Exists First IsFalse IsNull IsTrue Last Not Property Retrieve
   SingletonFrom ToBoolean ToConcept ToDate ToDateTime ToDecimal ToQuantity ToString`.split(/\s+/),
);
const COMPARISONS: ReadonlySet<string> = new Set(
  'Equal Equivalent Greater GreaterOrEqual Less LessOrEqual In NotEqual'.split(' '),
);
/**
 * The tree of clauses behind one define, each evaluated where it stands. One tree a
 * subject: what stands further up is not told again.
 */
export class ClauseTree {
  readonly #reader: ElmReader;
  readonly #record: RecordReader;
  readonly #sides: SideFinder;
  readonly #depth: Depth;
  readonly #seen = new Set<string>();
  readonly #given = new WeakSet<Side>();
  readonly #wrappers = new WeakSet<ClauseResult>();
  /** Clauses that only compute something on the way. */
  readonly #steps = new WeakSet<ClauseResult>();

  constructor(decision: DecisionResult, reader: ElmReader, depth: Depth) {
    this.#reader = reader;
    this.#record = new RecordReader(decision, reader);
    this.#sides = new SideFinder(decision.evaluation, reader, depth);
    this.#depth = depth;
  }

  /** The clause of a define. One that fails is told as failed and sinks nothing else. */
  async define(name: ExpressionName): Promise<ClauseResult> {
    const definition = this.#reader.find(name.library, name.expression);
    const { library, expression } = name;
    const place = this.#sides.placeOf(library, definition);
    const body = definition?.body ?? {};
    const { raw: _, ...value } = await evaluateAt(
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
    if (this.#depth === 'cut' && !givesBoolean(definition)) {
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

  /** The clause of a node; undefined where it says nothing of this patient. */
  async #clause(node: ElmNode, place: Place): Promise<ClauseResult | undefined> {
    switch (node.type ?? 'Literal') {
      case 'Literal':
        return undefined;
      case 'AliasRef':
        return this.#element(node, place);
      case 'ExpressionRef':
        return this.#reference(node, place);
      case 'OperandRef':
        return this.#operand({ node, place });
      case 'ParameterRef':
        return this.#parameter(node, place);
      case 'Retrieve':
        return this.#leaf(node, place, (value) => this.#read([node], place, value));
      case 'Property':
        return node.scope === undefined ? this.#join(node, place) : this.#element(node, place);
      default:
        return this.#join(node, place);
    }
  }

  /** Of elements of a query, only in full is it told what they hold. */
  async #element(node: ElmNode, place: Place): Promise<ClauseResult | undefined> {
    return this.#depth === 'full' ? this.#leaf(node, place) : undefined;
  }

  async #reference(node: ElmNode, place: Place): Promise<ClauseResult> {
    const library = this.#reader.libraryOf(node, place.library);
    const { name = '' } = node;
    if (name !== 'Patient') return this.define({ library, expression: name });
    return this.#leaf(node, place, async ({ value }) => {
      const { raw } = await evaluateAt(node, place);
      return [this.#record.retrieved({ dataType: 'Patient' }, library, raw, value)];
    });
  }

  /** What a function was given is told where it was written; in full once, as it may be asked for often. */
  async #operand(side: Side): Promise<ClauseResult | undefined> {
    const own = callersOwn(side);
    if (!own) return undefined;
    const { node, place } = own;
    if (this.#depth === 'cut') return this.#clause(node, place);
    if (this.#given.has(own)) return { ...(await this.#leaf(node, place)), above: true };
    const clause = await this.#clause(node, place);
    if (clause && clause.clauses.length > 0) this.#given.add(own);
    return clause;
  }

  /** Parameters with a default are the content's own; others are what came with the call. */
  async #parameter(node: ElmNode, place: Place): Promise<ClauseResult | undefined> {
    const library = this.#reader.libraryOf(node, place.library);
    if (this.#reader.parameter(library, node.name ?? '') !== undefined) return undefined;
    const { raw } = await evaluateAt(node, place);
    if (!Array.isArray(raw)) return this.#leaf(node, place);
    if (node.resultTypeSpecifier?.elementType?.name?.endsWith('}String')) {
      // The list of what was not looked at decides nothing while it is empty.
      return raw.length > 0 ? this.#leaf(node, place) : undefined;
    }
    return this.#leaf(node, place, async () => [
      {
        resourceType: 'what came with the call',
        resources: this.#record.evidence(raw, toFactValue(raw)),
      },
    ]);
  }

  async #leaf(
    node: ElmNode,
    place: Place,
    read?: (value: Omit<Value, 'raw'>) => Promise<Retrieved[]>,
  ): Promise<ClauseResult> {
    const { raw: _, ...value } = await evaluateAt(node, place);
    const retrieved = await read?.(value);
    const clause = {
      ...this.#written(node, place),
      ...value,
      ...given({ retrieved }),
      clauses: [],
    };
    this.#wrappers.add(clause);
    return clause;
  }

  /** A node with the clauses below it, told as one with a clause that says the same. */
  async #join(node: ElmNode, place: Place): Promise<ClauseResult | undefined> {
    const { raw: _, ...value } = await evaluateAt(node, place);
    const { sides, leftOut } = await this.#sides.of(node, place, value.value);
    const clauses = await this.#told(sides);
    if (clauses.length === 0 && !value.failed) return undefined;
    const own: ClauseResult = {
      ...this.#written(node, place),
      ...value,
      ...given({ sides: await this.#comparedBy(node, place), leftOut: leftOut || undefined }),
      clauses,
    };
    const isWrapper = WRAPPERS.has(node.type ?? '');
    const joined = this.#absorb(isWrapper && clauses.length === 1 ? { ...own, wraps: true } : own);
    if (isWrapper) this.#wrappers.add(joined);
    if (isStep(joined)) this.#steps.add(joined);
    return joined;
  }

  /** The clauses of sides. Where the tree is cut, a step of a computation gives way to the clauses below it. */
  async #told(sides: readonly Side[]): Promise<ClauseResult[]> {
    const told: ClauseResult[] = [];
    for (const { node, place } of sides) {
      const clause = await this.#clause(node, place);
      if (!clause) continue;
      const givesWay = this.#depth === 'cut' && this.#steps.has(clause);
      for (const each of givesWay ? clause.clauses : [clause]) {
        if (this.#depth === 'full' || !isToldBy(told, each)) told.push(each);
      }
    }
    return told;
  }

  #absorb(own: ClauseResult): ClauseResult {
    const [only, another] = own.clauses;
    if (!only || another || own.leftOut !== undefined || own.failed !== only.failed) return own;
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
    for (const side of listOf(node.operand)) values.push((await evaluateAt(side, place)).value);
    return values;
  }

  async #read(
    retrieves: readonly ElmNode[],
    place: Place,
    { value }: Omit<Value, 'raw'>,
  ): Promise<Retrieved[]> {
    const all: Retrieved[] = [];
    for (const retrieve of retrieves) {
      const { raw } = await evaluateAt(retrieve, place);
      all.push(this.#record.retrieved(retrieve, place.library, raw, value));
    }
    return all;
  }

  #written(node: ElmNode, place: Place): Pick<ClauseResult, 'place' | 'cql'> {
    const line = lineOf(node.locator) ?? place.line;
    return {
      place: `cql/${place.library}.cql:${line}`,
      cql: this.#reader.text(node, place.library),
    };
  }
}

/** Neither a truth nor anything that has a name or was read. */
function isStep({ value, define, retrieved, sides }: ClauseResult): boolean {
  return !isTruth(value) && !define && !retrieved && !sides;
}

/** Whether all that a clause rests on is told by those before it. */
function isToldBy(
  before: readonly ClauseResult[],
  { above, define, clauses }: ClauseResult,
): boolean {
  if (above) return before.some((clause) => isBelow(define, clause));
  return (
    define === undefined && clauses.length > 0 && clauses.every((below) => isToldBy(before, below))
  );
}

function isBelow(wanted: string | undefined, { define, clauses }: ClauseResult): boolean {
  if (wanted === undefined) return false;
  return define === wanted || clauses.some((below) => isBelow(wanted, below));
}

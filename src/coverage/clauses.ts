import type { Elm } from '../elm/elm.ts';
import {
  bodiesOf,
  childrenOf,
  isBoolean,
  libraryMeant,
  spanOf,
  type ElmBody,
  type ElmNode,
  type Span,
} from '../elm/elm-tree.ts';
import { wholeOf } from '../elm/whole.ts';
import type { Program } from '../engine/program.ts';
import { isOpen } from './outcomes.ts';
import { possibleOutcomes, type Possible } from './possible.ts';

/** A part of the CQL that cases are to show in all its outcomes. */
export interface Clause {
  readonly library: string;
  /** The define or function it stands in. */
  readonly definition: string;
  readonly localId: string;
  readonly span: Span;
  readonly boolean: boolean;
  /** The outcomes that cases are to show; none where it is enough to reach the clause. */
  readonly demanded: number;
  /** The body of the define that the clause mentions, where it is nothing but a mention. */
  readonly mentions: ElmBody | undefined;
  readonly node: ElmNode;
  /** The clause around this one. */
  readonly parent: Clause | undefined;
}

/**
 * What is asked of values that are no Booleans: that data, and what is selected or
 * concluded from them, are there in one case and missing in another. All between,
 * like a sum or a property, only carries that on.
 */
const ASKED = new Set(['Retrieve', 'Query', 'If', 'Case']);

/** Fields of a definition and of its conditions, whose values cases are at least to reach. */
const BRANCH = /^(?:body|then|else)$/;

/** How a sort compares is never an outcome of its own. */
const NO_CLAUSES = new Set(['ByColumn', 'ByDirection', 'ByExpression']);

/** Every clause of a program by library, in the order of the source. */
export function clausesOf(program: Program): ReadonlyMap<string, readonly Clause[]> {
  const possible = possibleOutcomes(program);
  const { elms } = wholeOf(program);
  const defines = new Map(
    [...elms.values()]
      .flatMap(bodiesOf)
      .filter(({ operands }) => operands === undefined)
      .map((body) => [`${body.library} ${body.name}`, body] as const),
  );
  return new Map(
    [...elms].map(([library, elm]) => {
      const clauses: Clause[] = [];
      const places = new Set<string>();
      for (const body of bodiesOf(elm)) {
        collect(
          { elm, defines, body, possible, clauses, places },
          body.expression,
          'body',
          undefined,
        );
      }
      return [library, clauses.toSorted(bySpan)] as const;
    }),
  );
}

interface Collection {
  readonly elm: Elm;
  readonly defines: ReadonlyMap<string, ElmBody>;
  readonly body: ElmBody;
  readonly possible: Possible;
  readonly clauses: Clause[];
  readonly places: Set<string>;
}

function collect(into: Collection, node: ElmNode, field: string, parent: Clause | undefined): void {
  const clause = clauseOf(into, node, field, parent);
  if (clause) into.clauses.push(clause);
  // A conversion that nobody wrote hands its place on to what was written.
  const inPlace = node.type !== undefined && node.locator === undefined;
  for (const [below, child] of childrenOf(node)) {
    collect(into, child, inPlace ? field : below, clause ?? parent);
  }
}

function clauseOf(
  { elm, defines, body: { library, name }, possible, places }: Collection,
  node: ElmNode,
  field: string,
  parent: Clause | undefined,
): Clause | undefined {
  const { type = '', localId, locator } = node;
  // Of several nodes with one place, like `is not null`, the outermost is what is written there.
  if (type === '' || localId === undefined || locator === undefined || places.has(locator))
    return undefined;
  const outcomes = possible(library, localId);
  if (outcomes === 0 || NO_CLAUSES.has(type)) return undefined;
  const asked = isBoolean(node) || ASKED.has(type) || field === 'body';
  const demanded = asked && isOpen(outcomes) ? outcomes : 0;
  if (demanded === 0 && !BRANCH.test(field)) return undefined;
  places.add(locator);
  return {
    library,
    definition: name,
    localId,
    span: spanOf(locator),
    boolean: isBoolean(node),
    demanded,
    mentions:
      type === 'ExpressionRef'
        ? defines.get(`${libraryMeant(node, elm)} ${node.name ?? ''}`)
        : undefined,
    node,
    parent,
  };
}

/** By where they begin; what holds another comes before it. */
function bySpan({ span: a }: Clause, { span: b }: Clause): number {
  return (
    a.line - b.line || a.column - b.column || b.lastLine - a.lastLine || b.lastColumn - a.lastColumn
  );
}

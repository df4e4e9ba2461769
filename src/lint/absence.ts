import {
  asksFor,
  bodiesOf,
  childrenOf,
  listOf,
  spanOf,
  libraryMeant,
  type ElmNode,
} from '../elm/elm-tree.ts';
import type { ElmLibraries } from '../elm/elm.ts';
import { reachableParameters, reachableRetrieves } from '../elm/references.ts';
import type { ExpressionName } from '../facts.ts';
import type { Finding } from './finding.ts';
import { definitionsMeant } from './scope.ts';

/** What a rule or a gate is decided by, and what people call it. */
export interface NamedDecision {
  readonly name: string;
  readonly expression: ExpressionName;
}

/** The parameter by which rules know what nobody looked at. */
const NOT_LOOKED_AT = 'Request.NotLookedAt';

/** An expression, where it stands, and what the operands in it were given. */
interface Placed {
  readonly node: ElmNode;
  readonly library: string;
  readonly operands: ReadonlyMap<string, Placed>;
}

/** An expression on the way to a decision, and which of its truths come to nothing, or to an asking answer. */
interface Decider {
  readonly at: Placed;
  readonly spared: Spared;
}
interface Spared {
  readonly whenTrue: boolean;
  readonly whenFalse: boolean;
}

/** Kinds that hand a truth on as it is. */
const HANDED_ON = new Set('And Or Xor Implies IsTrue IsFalse Coalesce As'.split(' '));

/**
 * Where decisions come to a truth because a retrieve found nothing, although neither the list nor
 * anything that the truth goes through asks what was looked at. Only truths are followed: what a
 * query keeps of its rows is not looked into.
 */
export function findAbsences(
  program: ElmLibraries,
  decisions: readonly NamedDecision[],
): Finding[] {
  const found = new Map<ElmNode, { readonly at: Placed; readonly names: Set<string> }>();
  for (const { name, expression } of decisions) {
    const seen = new Set<string>();
    const visit = (decider: Decider): void => {
      const { at, spared } = decider;
      const key = `${at.library} ${at.node.localId ?? ''} ${spared.whenTrue} ${spared.whenFalse}`;
      if (seen.has(key) && at.operands.size === 0) return;
      seen.add(key);
      const absence = decidedByAbsence(at.node);
      if (absence === undefined) {
        for (const next of onwards(decider, program)) visit(next);
      } else if (!spared[absence.absentIs] && rests({ ...at, node: absence.list }, program)) {
        const known = found.get(at.node) ?? { at, names: new Set() };
        known.names.add(name);
        found.set(at.node, known);
      }
    };
    for (const node of bodiesNamed(program, expression)) {
      const at = { node, library: expression.library, operands: new Map<string, Placed>() };
      visit({ at, spared: { whenTrue: false, whenFalse: false } });
    }
  }
  return [...found.values()].map(({ at: { node, library }, names }) => ({
    kind: 'absence',
    library,
    ...placeOf(node),
    message: messageOf([...names]),
  }));
}

function messageOf([first = '', ...others]: readonly string[]): string {
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  return (
    `${first}${more} is decided here by what was found, as if all had been looked at: data that were not sent count as absent. ` +
    'Ask Looked.Known(exists …, { … }), or Looked.IfAll(…, { … })'
  );
}

function placeOf({ locator = '1:1' }: ElmNode) {
  const { line, column } = spanOf(locator);
  return { line, column };
}

function bodiesNamed(program: ElmLibraries, { library, expression }: ExpressionName): ElmNode[] {
  const elm = program.elms.get(library);
  return (elm ? bodiesOf(elm) : [])
    .filter(({ name, operands }) => name === expression && operands === undefined)
    .map((body) => body.expression);
}

interface DecidedByAbsence {
  readonly list: ElmNode;
  /** What the truth is when the list has no rows. */
  readonly absentIs: keyof Spared;
}

/** The list whose having rows is the truth: of exists L, Count(L) = 0, First(L) is null. */
function decidedByAbsence(node: ElmNode): DecidedByAbsence | undefined {
  const [first, second] = listOf(node.operand);
  switch (node.type ?? '') {
    case 'Exists':
      return decided(first, false);
    case 'IsNull':
      return /^(?:First|Last|SingletonFrom|Max|Min)$/.test(first?.type ?? '')
        ? decided(first?.source ?? listOf(first?.operand)[0], true)
        : undefined;
    default: {
      const compare = COMPARISONS[node.type ?? ''];
      if (!compare || first?.type !== 'Count' || second?.type !== 'Literal') return undefined;
      return decided(first.source, compare(0, Number(second.value)));
    }
  }
}

function decided(list: unknown, isTrue: boolean): DecidedByAbsence | undefined {
  const node = list as ElmNode | undefined; // a single node, of all that come here
  return node && { list: node, absentIs: isTrue ? 'whenTrue' : 'whenFalse' };
}

const COMPARISONS: Readonly<Record<string, (one: number, other: number) => boolean>> = {
  Equal: (one, other) => one === other,
  NotEqual: (one, other) => one !== other,
  Less: (one, other) => one < other,
  LessOrEqual: (one, other) => one <= other,
  Greater: (one, other) => one > other,
  GreaterOrEqual: (one, other) => one >= other,
};

/** Whether a list comes from the record, and asks nowhere what was looked at. */
function rests(at: Placed, program: ElmLibraries): boolean {
  const reached = reachOf(at, program);
  return reached.isRetrieved && !reached.isAsked;
}

interface Reached {
  readonly isRetrieved: boolean;
  readonly isAsked: boolean;
}

function reachOf({ node, library, operands }: Placed, program: ElmLibraries): Reached {
  const parts: Reached[] = childrenOf(node).map(([, child]) =>
    reachOf({ node: child, library, operands }, program),
  );
  if (node.type === 'Retrieve') {
    parts.push({ isRetrieved: asksFor(node).resourceType !== 'Patient', isAsked: false });
  }
  if (node.type === 'OperandRef') {
    const given = operands.get(node.name ?? '');
    if (given) parts.push(reachOf(given, program));
  }
  if (
    node.type === 'ExpressionRef' ||
    node.type === 'FunctionRef' ||
    node.type === 'ParameterRef'
  ) {
    parts.push(reachOfName(node, library, program));
  }
  return {
    isRetrieved: parts.some(({ isRetrieved }) => isRetrieved),
    isAsked: parts.some(({ isAsked }) => isAsked),
  };
}

function reachOfName(node: ElmNode, library: string, program: ElmLibraries): Reached {
  const elm = program.elms.get(library);
  const name = { library: elm ? libraryMeant(node, elm) : library, expression: node.name ?? '' };
  if (node.type === 'ParameterRef') {
    return { isRetrieved: false, isAsked: `${name.library}.${name.expression}` === NOT_LOOKED_AT };
  }
  return {
    isRetrieved: reachableRetrieves(program, [name]).some(
      ({ resourceType }) => resourceType !== 'Patient',
    ),
    isAsked: reachableParameters(program, [name]).includes(NOT_LOOKED_AT),
  };
}

/** What the truth of an expression comes from. A function that asks what was looked at answers for all it is given. */
function onwards({ at, spared }: Decider, program: ElmLibraries): Decider[] {
  const { node, library, operands } = at;
  const here = (one: ElmNode): Placed => ({ node: one, library, operands });
  const same = (one: Placed): Decider => ({ at: one, spared });
  switch (node.type ?? '') {
    case 'ExpressionRef':
      return definitionsMeant(program, node, library).map((body) =>
        same({ node: body.expression, library: body.library, operands: new Map() }),
      );
    case 'FunctionRef': {
      if (reachOfName(node, library, program).isAsked) return [];
      const given = listOf(node.operand).map(here);
      return definitionsMeant(program, node, library).map((body) => {
        const named = (body.operands ?? []).map((name, i) => [name, given[i] as Placed] as const); // as many as the body has
        return same({ node: body.expression, library: body.library, operands: new Map(named) });
      });
    }
    case 'OperandRef': {
      const given = operands.get(node.name ?? '');
      return given ? [same(given)] : [];
    }
    case 'If':
    case 'Case':
      return throughBranches({ at, spared }, here, program);
    case 'Not': {
      const turned = { whenTrue: spared.whenFalse, whenFalse: spared.whenTrue };
      return listOf(node.operand).map((one) => ({ at: here(one), spared: turned }));
    }
    case 'IsNull': {
      const both = { whenTrue: spared.whenFalse, whenFalse: spared.whenFalse };
      return listOf(node.operand).map((one) => ({ at: here(one), spared: both }));
    }
    default:
      return HANDED_ON.has(node.type ?? '')
        ? childrenOf(node).map(([, child]) => same(here(child)))
        : [];
  }
}

/** The conditions, each spared where all that it then leads to is unknown or asks, and the results. */
function throughBranches(
  { at: { node }, spared }: Decider,
  here: (one: ElmNode) => Placed,
  program: ElmLibraries,
): Decider[] {
  const items = listOf(node.caseItem);
  const whens = node.type === 'If' ? [node.condition] : items.map(({ when }) => when);
  const thens = node.type === 'If' ? [node.then] : items.map(({ then }) => then);
  if (whens.some((when) => when && reachOf(here(when), program).isAsked)) return [];
  const isSparing = (result: ElmNode | undefined): boolean =>
    result === undefined || isUnknown(result) || reachOf(here(result), program).isAsked;
  const results = [...thens, node.else];
  const conditions = whens.map((when, i) => ({
    node: when,
    spared: {
      whenTrue: isSparing(results[i]),
      whenFalse: results.slice(i + 1).every(isSparing),
    },
  }));
  return [...conditions, ...results.map((one) => ({ node: one, spared }))].flatMap((one) =>
    one.node ? [{ at: here(one.node), spared: one.spared }] : [],
  );
}

function isUnknown(node: ElmNode): boolean {
  return node.type === 'Null' || (node.type === 'As' && listOf(node.operand).every(isUnknown));
}

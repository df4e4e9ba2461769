import {
  bodiesOf,
  childrenOf,
  elementsIn,
  libraryMeant,
  spanOf,
  type ElmNode,
  type Span,
} from '../elm/elm-tree.ts';
import type { Elm, ElmLibraries } from '../elm/elm.ts';
import { wholeOf } from '../elm/whole.ts';
import { mutationsOf, type Mutation } from './mutations.ts';

/** A node of compiled CQL, by its library and local id. */
export interface NodeId {
  readonly library: string;
  readonly localId: string;
}

/** The compiled CQL with one small change. */
export interface Mutant {
  readonly library: string;
  /** The define, function or parameter it stands in. */
  readonly within: string;
  readonly span: Span;
  /** What to show of the text: for a number or a value set what it stands in. */
  readonly context: Span;
  readonly what: string;
  /** The defines and functions it stands in; for a parameter those that read it. */
  readonly definitions: readonly { readonly library: string; readonly name: string }[];
  /** A case that evaluates none of these cannot notice it. */
  readonly reachedBy: readonly NodeId[];
  /** The element that is changed, and what stands there instead. */
  readonly node: ElmNode;
  readonly instead: ElmNode;
}

/** Every mutant of these libraries, in the order of the source. */
export function mutantsOf(slim: ElmLibraries, libraries: readonly string[]): Mutant[] {
  const program = wholeOf(slim);
  const mutants = libraries.flatMap((library) => {
    const elm = program.elms.get(library);
    if (!elm) return [];
    const bodies = bodiesOf(elm).flatMap(({ name, expression }) =>
      inBody(expression, { program, elm, definition: { library, name } }, expression),
    );
    return [...inParameters(program, elm), ...bodies];
  });
  return mutants.toSorted(byPlace);
}

/** The ELM of the mutant's library, with its one element replaced; all else is shared. */
export function mutate({ library, node, instead }: Mutant, program: ElmLibraries): Elm {
  const replace = (value: unknown): unknown => {
    if (value === node) return instead;
    if (Array.isArray(value)) {
      const items = value.map(replace);
      return items.some((item, i) => item !== value[i]) ? items : value;
    }
    if (typeof value !== 'object' || value === null) return value;
    const fields = Object.entries(value).map(([name, field]) => [name, replace(field)] as const);
    const changed = fields.some(([name, field]) => field !== (value as ElmNode)[name]);
    return changed ? Object.fromEntries(fields) : value;
  };
  return replace(wholeOf(program).elms.get(library)) as Elm; // the same shape, but for one element
}

interface Where {
  readonly program: ElmLibraries;
  readonly elm: Elm;
  readonly definition: { readonly library: string; readonly name: string };
}

/** `around` is the innermost element with a place in the text that is evaluated by itself. */
function inBody(node: ElmNode, where: Where, around: ElmNode): Mutant[] {
  const evaluated = node.type !== undefined && node.type !== 'ValueSetRef';
  const here = evaluated && node.locator !== undefined ? node : around;
  const { library, name: within } = where.definition;
  const own = mutationsOf(node, where.elm, where.program).map(
    ({ what, instead }: Mutation): Mutant => {
      const span = spanOf(locatorOf(node) ?? here.locator ?? '');
      const context =
        node.type === 'Literal' || here !== node ? spanOf(around.locator ?? '') : span;
      const reachedBy = [{ library, localId: here.localId ?? '' }];
      const definitions = [where.definition];
      return { library, within, span, context, what, definitions, reachedBy, node, instead };
    },
  );
  // `is not null` and `!=` are one check and not two.
  const negated = own.length > 0 && node.type === 'Not';
  const below = childrenOf(node).flatMap(([, child]) =>
    negated && child.type !== 'Exists'
      ? childrenOf(child).flatMap(([, operand]) => inBody(operand, where, here))
      : inBody(child, where, here),
  );
  return [...own, ...below];
}

/** Where a person finds it: of `a and b and c`, each `and` is in front of what it adds. */
function locatorOf(node: ElmNode): string | undefined {
  const [, added] = /^(?:And|Or)$/.test(node.type ?? '') ? elementsIn(node['operand']) : [];
  return added?.locator ?? node.locator;
}

/** Boundaries that stand as defaults of parameters. */
function inParameters(program: ElmLibraries, elm: Elm): Mutant[] {
  const library = elm.library.identifier.id;
  return (elm.library.parameters?.def ?? []).flatMap((parameter) => {
    const {
      name,
      default: node,
      locator,
    } = parameter as {
      name: string;
      default?: ElmNode;
      locator?: string;
    }; // a ParameterDef of ELM
    if (node?.type !== 'Literal') return [];
    const readers = readersOf(program, library, name);
    return mutationsOf(node, elm, program).map(({ what, instead }): Mutant => {
      const context = spanOf(locator ?? '');
      const span = spanOf(node.locator ?? locator ?? '');
      const definitions = readers.map((reader) => reader.definition);
      return {
        library,
        within: name,
        span,
        context,
        what,
        definitions,
        reachedBy: readers,
        node,
        instead,
      };
    });
  });
}

function readersOf(program: ElmLibraries, library: string, parameter: string) {
  const found: (NodeId & { definition: { library: string; name: string } })[] = [];
  for (const elm of program.elms.values()) {
    for (const body of bodiesOf(elm)) {
      const walk = (node: ElmNode): void => {
        const reads = node.type === 'ParameterRef' && node.name === parameter;
        if (reads && libraryMeant(node, elm) === library) {
          const { localId = '' } = node;
          found.push({ library: body.library, localId, definition: body });
        }
        for (const [, child] of childrenOf(node)) walk(child);
      };
      walk(body.expression);
    }
  }
  return found;
}

function byPlace(a: Mutant, b: Mutant): number {
  if (a.library !== b.library) return a.library < b.library ? -1 : 1;
  return a.span.line - b.span.line || a.span.column - b.span.column || (a.what < b.what ? -1 : 1);
}

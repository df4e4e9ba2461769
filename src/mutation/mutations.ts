import { elementsIn, isBoolean, libraryMeant, type ElmNode } from '../elm/elm-tree.ts';
import type { Elm, ElmLibraries } from '../elm/elm.ts';

/** One small change of one element: what a person reads, and what stands there instead. */
export interface Mutation {
  readonly what: string;
  readonly instead: ElmNode;
}

/** What a type of element is turned into, and how both are written. */
const TURNED: Readonly<Record<string, readonly [to: string, what: string]>> = {
  Less: ['LessOrEqual', '< became <='],
  LessOrEqual: ['Less', '<= became <'],
  Greater: ['GreaterOrEqual', '> became >='],
  GreaterOrEqual: ['Greater', '>= became >'],
  Equal: ['NotEqual', '= became !='],
  NotEqual: ['Equal', '!= became ='],
  And: ['Or', 'and became or in front of'],
  Or: ['And', 'or became and in front of'],
};

/** The library whose functions ask whether data were looked at, and the one that filters by status. */
const GUARDS = 'Looked';
const FILTERS = 'Status';

/** Every change that is tried on an element; none for most. */
export function mutationsOf(node: ElmNode, elm: Elm, program: ElmLibraries): Mutation[] {
  const turned = TURNED[node.type ?? ''];
  if (turned) return [{ what: turned[1], instead: { ...node, type: turned[0] } }];
  switch (node.type ?? '') {
    case 'Literal':
      return moveBoundary(node);
    case 'ValueSetRef':
      return swapValueSet(node, elm, program);
    case 'InValueSet':
      return elementsIn(node['valueset']).flatMap((set) =>
        swapValueSet(set, elm, program).map(({ what, instead }) => ({
          what,
          instead: { ...node, valueset: instead },
        })),
      );
    case 'Not':
      return dropNegation(node);
    case 'IsNull':
      return [{ what: 'dropped: is null', instead: truth(node, false) }];
    case 'FunctionRef':
      return dropGuard(node, elm);
    default:
      return [];
  }
}

/** A whole number one up and one down; a decimal by its last digit. */
function moveBoundary(node: ElmNode): Mutation[] {
  const type = node['valueType'];
  const text = String(node['value']);
  if (
    type !== '{urn:hl7-org:elm-types:r1}Integer' &&
    type !== '{urn:hl7-org:elm-types:r1}Decimal'
  ) {
    return [];
  }
  const digits = text.split('.')[1]?.length ?? 0;
  return [1, -1].map((step) => {
    const value = (Number(text) + step / 10 ** digits).toFixed(digits);
    return { what: `${text} became ${value}`, instead: { ...node, value } };
  });
}

/** The next value set that the same library declares. */
function swapValueSet(node: ElmNode, elm: Elm, program: ElmLibraries): Mutation[] {
  const declared = program.elms.get(libraryMeant(node, elm))?.library.valueSets?.def ?? [];
  const at = declared.findIndex(({ name }) => name === node.name);
  const other = declared[(at + 1) % declared.length];
  if (at < 0 || !other || other.name === node.name) return [];
  return [
    { what: `"${node.name}" became "${other.name}"`, instead: { ...node, name: other.name } },
  ];
}

/** `not exists` and `is not null` are taken to hold; `!=` is compiled as `not (… = …)`. */
function dropNegation(node: ElmNode): Mutation[] {
  const [operand] = elementsIn(node['operand']);
  if (operand?.type === 'Exists') {
    return [{ what: 'dropped: not exists', instead: truth(node, true) }];
  }
  if (operand?.type === 'Equal' && operand.locator === node.locator) {
    return [{ what: '!= became =', instead: operand }];
  }
  return operand?.type === 'IsNull'
    ? [{ what: 'dropped: is not null', instead: truth(node, true) }]
    : [];
}

/** A status counts whatever it is; a guard asks for no source, so that all was looked at. */
function dropGuard(node: ElmNode, elm: Elm): Mutation[] {
  const library = libraryMeant(node, elm);
  const called = `${node.libraryName ?? library}.${node.name ?? ''}`;
  if (library === elm.library.identifier.id) return [];
  if (library === FILTERS && isBoolean(node)) {
    return [{ what: `dropped: ${called}`, instead: truth(node, true) }];
  }
  const operand = elementsIn(node['operand']);
  // Written down, or by a name of that library for some of them.
  const isSources = (given: ElmNode): boolean =>
    given.type === 'List' ||
    (given.type === 'ExpressionRef' && libraryMeant(given, elm) === GUARDS);
  if (library !== GUARDS || !operand.some(isSources)) return [];
  const emptied = operand.map((given) =>
    isSources(given) ? { ...given, type: 'List', element: [] } : given,
  );
  return [{ what: `dropped: the sources of ${called}`, instead: { ...node, operand: emptied } }];
}

function truth({ localId, locator, resultTypeName }: ElmNode, value: boolean): ElmNode {
  return {
    type: 'Literal',
    ...(localId === undefined ? {} : { localId }),
    ...(locator === undefined ? {} : { locator }),
    ...(resultTypeName === undefined ? {} : { resultTypeName }),
    valueType: '{urn:hl7-org:elm-types:r1}Boolean',
    value: String(value),
  };
}

import type { ElmNode } from '../../../src/elm/elm-tree.ts';
import type { FactValue } from '../../../src/facts.ts';
import { aList, aLiteral, NULL, two } from '../../support/elm.ts';

const SYSTEM = '{urn:hl7-org:elm-types:r1}';
/** A query that sorts what stands in the expression. */
function sorted(expression: ElmNode, ...by: readonly ElmNode[]): ElmNode {
  const all = { distinct: false, expression: { type: 'AliasRef', name: 'X' } };
  return { type: 'Query', source: [{ alias: 'X', expression }], return: all, sort: { by } };
}

/** What a query over one value that keeps nothing comes to: less than null to cql-execution. */
const NOTHING: ElmNode = {
  type: 'Query',
  source: [{ alias: 'V', expression: aLiteral(1) }],
  where: { type: 'IsNull', operand: { type: 'AliasRef', name: 'V' } },
};

const THIS: ElmNode = { type: 'IdentifierRef', name: '$this' };
const BY_THIS: ElmNode = { type: 'ByExpression', direction: 'asc', expression: THIS };
const ROWS = aList(
  { type: 'Tuple', element: [{ name: 'a', value: aLiteral(2) }] },
  { type: 'Tuple', element: [{ name: 'a', value: aLiteral(1) }] },
);

/** ELM that the translator never writes, or that CQL cannot ask for. */
export const BY_HAND: readonly (readonly [name: string, node: ElmNode, value: FactValue])[] = [
  ['1 is not 2', two('NotEqual', aLiteral(1), aLiteral(2)), true],
  ['1 is not 1', two('NotEqual', aLiteral(1), aLiteral(1)), false],
  ['1 is not null', two('NotEqual', aLiteral(1), NULL), null],
  ['1 is not what is not there', two('NotEqual', aLiteral(1), NOTHING), null],
  ['null as a list', { type: 'ToList', operand: NULL }, []],
  ['a value as a list', { type: 'ToList', operand: aLiteral(1) }, [1]],
  ['what is not there as a list', { type: 'ToList', operand: NOTHING }, []],
  [
    'a sort by a column',
    sorted(ROWS, { type: 'ByColumn', direction: 'asc', path: 'a' }),
    [{ a: 1 }, { a: 2 }],
  ],
  [
    'a sort by a column that is not there',
    sorted(ROWS, { type: 'ByColumn', direction: 'desc', path: 'b' }),
    [{ a: 2 }, { a: 1 }],
  ],
  [
    'a sort by the rows themselves',
    sorted(aList(aLiteral(2), NULL, aLiteral(1)), BY_THIS),
    [1, null, 2],
  ],
  [
    'a sort of what is not there',
    sorted(aList(aLiteral(2), NOTHING, aLiteral(1)), BY_THIS),
    [1, 2],
  ],
  [
    'a union with a list that is cast',
    {
      type: 'Union',
      operand: [
        {
          type: 'As',
          operand: NULL,
          asTypeSpecifier: {
            type: 'ListTypeSpecifier',
            elementType: { type: 'NamedTypeSpecifier', name: `${SYSTEM}Integer` },
          },
        },
        NULL,
      ],
    },
    [],
  ],
  [
    'bounds that are computed',
    {
      type: 'Start',
      operand: {
        type: 'Interval',
        low: aLiteral(1),
        high: aLiteral(3),
        lowClosedExpression: { type: 'IsNull', operand: aLiteral(1) },
        highClosed: true,
      },
    },
    2,
  ],
  ['a name that nothing has', { type: 'AliasRef', name: 'Nowhere' }, null],
  [
    'a quantity without a unit',
    {
      type: 'Sum',
      source: aList({ type: 'Quantity', value: 1.5 }, { type: 'Quantity', value: 2 }),
    },
    { value: 3.5, unit: null },
  ],
];

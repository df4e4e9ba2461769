import type { ElmNode } from '../../../src/elm/elm-tree.ts';
import { aList, aLiteral, having, NULL, two } from '../../support/elm.ts';

const SYSTEM = '{urn:hl7-org:elm-types:r1}';
const FHIR = '{http://hl7.org/fhir}';

/** A value from the pool; given in a list, so that it can be undefined. */
function given(name: string): ElmNode {
  return two('Indexer', { type: 'ParameterRef', name }, aLiteral(0));
}

const A = given('A');
const B = given('B');
const X: ElmNode = { type: 'AliasRef', name: 'X' };
const ALL = { distinct: false, expression: X };

function words(text: string): string[] {
  return text.split(/\s+/);
}

function query(source: ElmNode, rest: object = {}): ElmNode {
  return { type: 'Query', source: [{ alias: 'X', expression: source }], ...rest };
}

function tuple(value: ElmNode): ElmNode {
  return { type: 'Tuple', element: [{ name: 'a', value }] };
}

function sortedBy(item: object): object {
  return { return: ALL, sort: { by: [item] } };
}

const BY_THIS = {
  type: 'ByExpression',
  direction: 'desc',
  expression: { type: 'IdentifierRef', name: '$this' },
};

function typed(specifier: object): ElmNode[] {
  return [
    { type: 'As', operand: A, asTypeSpecifier: specifier },
    { type: 'Is', operand: A, isTypeSpecifier: specifier },
  ];
}

function named(name: string): object {
  return { type: 'NamedTypeSpecifier', name };
}

const INTEGER = named(`${SYSTEM}Integer`);
const YEAR = aLiteral(2026);

/** Nodes over one value. */
export const OF_ONE: readonly ElmNode[] = [
  ...words(`Not IsTrue IsFalse IsNull Exists SingletonFrom Flatten ToList Ceiling Floor
    Truncate Abs Negate Lower Upper Start End DateFrom TimeFrom TimezoneOffsetFrom ToBoolean
    ToConcept ToDate ToDateTime ToDecimal ToInteger ToQuantity ToString`).map((type) => ({
    type,
    operand: A,
  })),
  ...words('First Last Count AllTrue Sum Combine').map((type) => ({ type, source: A })),
  ...words('Year Month Week Day Hour').map((precision) => ({
    type: 'CalculateAge',
    precision,
    operand: A,
  })),
  ...words('Year Month Day Hour Minute Second Millisecond').map((precision) => ({
    type: 'DateTimeComponentFrom',
    precision,
    operand: A,
  })),
  ...words('Boolean Integer Decimal String Any').flatMap((name) => [
    { type: 'Is', operand: A, isType: SYSTEM + name },
    { type: 'As', operand: A, asType: SYSTEM + name },
    { type: 'As', operand: A, asType: SYSTEM + name, strict: true },
  ]),
  ...words('Date DateTime Time Quantity Code Concept').map((name) => ({
    type: 'As',
    operand: A,
    asType: SYSTEM + name,
  })),
  ...words('Condition Observation Resource').flatMap((name) => typed(named(FHIR + name))),
  ...typed({ type: 'ListTypeSpecifier', elementType: INTEGER }),
  ...typed({ type: 'ChoiceTypeSpecifier', choice: [INTEGER, named(`${SYSTEM}String`)] }),
  ...typed({ type: 'TupleTypeSpecifier', element: [{ name: 'a', elementType: INTEGER }] }),
  ...words('a b value unit low high code year id nothing code.coding a.b length').map((path) => ({
    type: 'Property',
    path,
    source: A,
  })),
  query(A),
  query(A, { where: X }),
  query(A, sortedBy({ type: 'ByDirection', direction: 'descending' })),
  query(A, sortedBy(BY_THIS)),
  { type: 'Case', caseItem: [having({ when: A }, 'then', aLiteral('met'))], else: NULL },
  { type: 'Length', operand: { type: 'As', operand: A, asType: `${SYSTEM}String` } },
  { type: 'InValueSet', code: A, valueset: { name: 'Coughs' } },
  { type: 'AnyInValueSet', codes: A, valueset: { name: 'Coughs' } },
  { type: 'InValueSet', code: { type: 'CodeRef', name: 'Dry' }, valuesetExpression: A },
  { type: 'Retrieve', dataType: `${FHIR}Condition`, codeProperty: 'code', codes: A },
  { type: 'Date', year: A },
  { type: 'Date', year: YEAR, month: A },
  { type: 'DateTime', year: YEAR, timezoneOffset: A },
  { type: 'Time', hour: A },
  { type: 'Instance', classType: `${SYSTEM}Code`, element: [{ name: 'code', value: A }] },
  { type: 'Instance', classType: `${SYSTEM}Concept`, element: [{ name: 'codes', value: A }] },
  { type: 'Instance', classType: `${SYSTEM}Quantity`, element: [{ name: 'value', value: A }] },
];

/** Nodes over two values. */
export const OF_TWO: readonly ElmNode[] = [
  ...words(`And Or Xor Implies Equal NotEqual Equivalent Less LessOrEqual Greater GreaterOrEqual
    Before After SameAs SameOrBefore SameOrAfter Meets MeetsBefore MeetsAfter Overlaps
    OverlapsBefore OverlapsAfter Starts Ends Add Subtract Multiply Divide TruncatedDivide Modulo
    Concatenate Matches Indexer In Contains Includes IncludedIn Union Except Intersect
    Coalesce`).map((type) => two(type, A, B)),
  having({ type: 'If', condition: A, else: NULL }, 'then', B),
  {
    type: 'Case',
    comparand: A,
    caseItem: [having({ when: B }, 'then', aLiteral('met'))],
    else: NULL,
  },
  { type: 'Round', operand: A, precision: B },
  { type: 'Combine', source: A, separator: B },
  { type: 'Split', stringToSplit: A, separator: B },
  { type: 'PositionOf', pattern: A, string: B },
  { type: 'Slice', source: A, startIndex: B, endIndex: NULL },
  { type: 'Interval', low: A, high: B, lowClosed: true, highClosed: false },
  { type: 'Distinct', operand: aList(A, B) },
  ...words('Min Max Sum').map((type) => ({ type, source: aList(A, B) })),
  query(aList(A, B), sortedBy({ type: 'ByDirection', direction: 'asc' })),
  query(aList(A, B), sortedBy(BY_THIS)),
  query(
    aList(tuple(A), tuple(B)),
    sortedBy({ type: 'ByColumn', direction: 'ascending', path: 'a' }),
  ),
  query(A, {
    relationship: [
      {
        type: 'With',
        alias: 'Y',
        expression: B,
        suchThat: two('Equal', X, { type: 'AliasRef', name: 'Y' }),
      },
    ],
  }),
  query(A, {
    let: [{ identifier: 'L', expression: B }],
    where: two('Equivalent', X, { type: 'QueryLetRef', name: 'L' }),
    return: { expression: { type: 'QueryLetRef', name: 'L' } },
  }),
  {
    type: 'Query',
    source: [
      { alias: 'X', expression: A },
      { alias: 'Y', expression: B },
    ],
  },
  { type: 'FunctionRef', name: 'Swapped', operand: [A, B] },
  { type: 'FunctionRef', name: 'Kind', operand: [A] },
];

/** Nodes over two values in a precision. */
export const OF_TWO_TIMES: readonly ElmNode[] = [
  ...words('Before After SameAs SameOrBefore SameOrAfter In Includes IncludedIn Overlaps').flatMap(
    (type) => words('Year Month Day Hour').map((precision) => ({ ...two(type, A, B), precision })),
  ),
  ...words('DifferenceBetween DurationBetween CalculateAgeAt').flatMap((type) =>
    words('Year Month Week Day Hour Minute Second Millisecond').map((precision) => ({
      ...two(type, A, B),
      precision,
    })),
  ),
];

import { FAILS, type NodeTable } from '../../support/node-cases.ts';

/** What is named: defines, functions, parameters, and values in force. */
export const REFERENCES: NodeTable = {
  ExpressionRef: [
    ['"One"', { reference: 'Condition/c1' }],
    ['Count("Dated")', 4],
  ],
  FunctionRef: [
    ['Kind(true)', 'observation'],
    ['Kind(1)', 'observation'],
    ["Kind('a')", 'observation'],
    ['Kind("One")', 'condition'],
    ['Kind(First("Drafts"))', 'observation'],
    ["Kind({ 'a' })", 'strings'],
    ['Kind(Interval[1, 2])', 'interval'],
    ['Kind(null as String)', 'interval'],
    ['Kind(null as FHIR.Condition)', 'interval'],
    ['Kind(null as Boolean)', 'interval'],
    ['Kind(((1) X where X > 2))', FAILS],
    ['Twice(4)', 8],
    ['Twice(null)', null],
    ['Both(1, 2)', 12],
    ['Both(1, null)', null],
    ['Rows({ 1, 2, 2, null })', [2, 2]],
    ['Rows(null)', null],
    ['({ 1, 2, 3 }) X return Twice(X)', [2, 4, 6]],
    ['({ 1, 2, 1 }) X return all Both(X, Twice(X))', [12, 24, 12]],
    ['"Drafts" O return all Kind(O)', ['observation', 'observation', 'observation', 'observation']],
    ['"One".recordedDate.value', null],
    ['{ Kind("One"), Kind(First("Drafts")) }', ['condition', 'observation']],
  ],
  OperandRef: [
    ['Same(4)', 4],
    ['Same(null)', null],
    ['Both(4, 5)', 45],
    ['Twice(((1) X where X > 2))', null],
  ],
  ParameterRef: [
    ['"Given"', 7],
    ['"Given Null"', null],
    ['"With Default"', 4],
    ['"Default Replaced"', 6],
    ['"Words"', ['a', 'b']],
    ['"Words" W return Upper(W)', ['A', 'B']],
    ['"Given" + "With Default"', 11],
  ],
  AliasRef: [
    ['({ 1, 2 }) X return X', [1, 2]],
    ['({ 1, null }) X return all X', [1, null]],
    ['(1) X return X', 1],
  ],
  QueryLetRef: [
    ['({ 1, 2 }) X let Y: X * 2 return Y', [2, 4]],
    ['({ 1, 2 }) X let Y: X * 2, Z: Y + 1 return Z', [3, 5]],
    ['({ 1, 2 }) X let Y: null return Y', [null]],
  ],
  IdentifierRef: [
    ['({ Tuple { a: 2 }, Tuple { a: 1 } }) X sort by a', [{ a: 1 }, { a: 2 }]],
    [
      '({ Tuple { a: 2, b: 1 }, Tuple { a: 1, b: 2 } }) X sort by b desc',
      [
        { a: 1, b: 2 },
        { a: 2, b: 1 },
      ],
    ],
    [
      '"Dated" C return all Tuple { id: C.id.value, on: (C.onset as FHIR.dateTime).value } sort by on',
      [
        { id: 'c3', on: null },
        { id: 'c2', on: '2026-01' },
        { id: 'c4', on: '2026-03-07T10:00:00.000+01:00' },
        { id: 'c1', on: '2026-03-07T10:00:00.000+01:00' },
      ],
    ],
    [
      '"Dated" C sort by id.value desc',
      [
        { reference: 'Condition/c4' },
        { reference: 'Condition/c3' },
        { reference: 'Condition/c2' },
        { reference: 'Condition/c1' },
      ],
    ],
    [
      '"Dated" C return all C sort by (onset as FHIR.dateTime).value',
      [
        { reference: 'Condition/c3' },
        { reference: 'Condition/c2' },
        { reference: 'Condition/c4' },
        { reference: 'Condition/c1' },
      ],
    ],
    ['({ Tuple { a: 2 }, Tuple { a: 1 } }) X sort by (a + 1)', [{ a: 1 }, { a: 2 }]],
    [
      '({ Tuple { a: Tuple { b: 2 } }, Tuple { a: Tuple { b: 1 } } }) X sort by a.b',
      [{ a: { b: 1 } }, { a: { b: 2 } }],
    ],
  ],
};

import { FAILS, type NodeTable } from '../../support/node-cases.ts';

/** Queries. */
export const QUERIES: NodeTable = {
  Query: [
    ['({ 3, 1, 2 }) X where X > 1', [3, 2]],
    ['({ 3, 1, 2 }) X where null as Boolean', []],
    ['({ 3, 1, 2, 3 }) X return X', [3, 1, 2]],
    ['({ 3, 1, 2, 3 }) X return all X', [3, 1, 2, 3]],
    ['({ 3, 1, 2, 3 }) X return distinct X', [3, 1, 2]],
    ['({ 1, null, null }) X', [1, null]],
    ['({ 1, null, null }) X return all X', [1, null, null]],
    ['(null as List<Integer>) X where X > 1', null],
    ['({} as List<Integer>) X where X > 1', []],
    ['(1) X where X > 1', null],
    ['(2) X where X > 1 return X + 1', 3],
    ['(null as Integer) X return 1', null],
    ['({ 3, 1, 2 }) X sort asc', [1, 2, 3]],
    ['({ 3, 1, 2 }) X sort desc', [3, 2, 1]],
    ['({ 3, 1, 3 }) X return all X sort asc', [1, 3, 3]],
    ['({ 3, null, 2 }) X sort asc', FAILS],
    ['({ null as Integer }) X sort asc', [null]],
    [
      '({ @2026-03-10, @2026-01-01, @2026-02-01 }) X sort desc',
      ['2026-03-10', '2026-02-01', '2026-01-01'],
    ],
    [
      '({ @2026-03-10, @2026-03, @2026-01-01 }) X sort asc',
      ['2026-01-01', '2026-03', '2026-03-10'],
    ],
    [
      '({ @2026-03, @2026-03-10, @2026 }) X return all X sort desc',
      ['2026-03-10', '2026-03', '2026'],
    ],
    [
      "({ 2 'g', 500 'mg', 1 'g' }) X sort asc",
      [
        { value: 500, unit: 'mg' },
        { value: 1, unit: 'g' },
        { value: 2, unit: 'g' },
      ],
    ],
    [
      "({ 2 'g', 500 'mL', 1 'g' }) X sort asc",
      [
        { value: 1, unit: 'g' },
        { value: 500, unit: 'mL' },
        { value: 2, unit: 'g' },
      ],
    ],
    ["({ 'b', 'B', 'a' }) X sort asc", ['B', 'a', 'b']],
    [
      '({ @2026-03-10T10:00:00.0+01:00, @2026-03-10T09:30:00.0Z, @2026-03-10T08:00:00.0Z }) X sort asc',
      [
        '2026-03-10T08:00:00.000+00:00',
        '2026-03-10T09:30:00.000+00:00',
        '2026-03-10T10:00:00.000+01:00',
      ],
    ],
    [
      '({ Tuple { a: 1, b: 2 }, Tuple { a: 1, b: 1 }, Tuple { a: 0, b: 3 } }) X sort by a, b',
      [
        { a: 0, b: 3 },
        { a: 1, b: 1 },
        { a: 1, b: 2 },
      ],
    ],
    [
      '({ Tuple { a: 1, b: 2 }, Tuple { a: 1, b: 1 }, Tuple { a: 0, b: 3 } }) X sort by a desc, b asc',
      [
        { a: 1, b: 1 },
        { a: 1, b: 2 },
        { a: 0, b: 3 },
      ],
    ],
    [
      '({ Tuple { a: 1, b: 2 }, Tuple { a: null as Integer, b: 1 }, Tuple { a: 0, b: 3 } }) X sort by a',
      [
        { a: null, b: 1 },
        { a: 0, b: 3 },
        { a: 1, b: 2 },
      ],
    ],
    [
      '({ Tuple { a: 1, b: 2 }, Tuple { a: null as Integer, b: 1 }, Tuple { a: null as Integer, b: 3 } }) X sort by a desc',
      [
        { a: 1, b: 2 },
        { a: null, b: 1 },
        { a: null, b: 3 },
      ],
    ],
    [
      '({ Tuple { a: @2026-03, b: 1 }, Tuple { a: @2026-03-10, b: 2 }, Tuple { a: @2026-01-01, b: 3 } }) X sort by a',
      [
        { a: '2026-01-01', b: 3 },
        { a: '2026-03', b: 1 },
        { a: '2026-03-10', b: 2 },
      ],
    ],
    [
      "({ Tuple { a: 2 'g' }, Tuple { a: 5 'mg' } }) X sort by a",
      [{ a: { value: 5, unit: 'mg' } }, { a: { value: 2, unit: 'g' } }],
    ],
    ['({ 3, 1, 2 }) X sort by ($this * -1)', [3, 2, 1]],
    ['"Dated" C return all C.id.value', ['c1', 'c2', 'c3', 'c4']],
    ['"Dated" C return all (C.onset as FHIR.dateTime).value sort desc', FAILS],
    ['from ({ 1, 2 }) X, ({ 3, 4 }) Y return X * 10 + Y', [13, 14, 23, 24]],
    [
      'from ({ 1, 2 }) X, ({ 3, 4 }) Y where X + Y > 4 return all Tuple { x: X, y: Y }',
      [
        { x: 1, y: 4 },
        { x: 2, y: 3 },
        { x: 2, y: 4 },
      ],
    ],
    [
      'from ({ 1, 2 }) X, ({ 1, 2 }) Y',
      [
        { X: 1, Y: 1 },
        { X: 1, Y: 2 },
        { X: 2, Y: 1 },
        { X: 2, Y: 2 },
      ],
    ],
    ['from ({ 1, 1 }) X, ({ 2 }) Y', [{ X: 1, Y: 2 }]],
    ['from ({ 1, 2 }) X, (null as List<Integer>) Y return X', []],
    ['from (null as List<Integer>) X, (null as List<Integer>) Y return X', null],
    ['from (1) X, (2) Y return X + Y', 3],
    ['from (1) X, ({ 2, 3 }) Y return X + Y', [3, 4]],
    ['from (1) X, (null as Integer) Y return X', null],
    ['from ({ 1, 2 }) X, ({ 3 }) Y let Z: X + Y return Z', [4, 5]],
    ['from ({ 1, 2 }) X, ({ 3 }) Y let Z: X + Y where Z > 4', [{ X: 2, Y: 3 }]],
    [
      'from ({ 1, 2 }) X, ({ 3, 4 }) Y sort by X desc',
      [
        { X: 2, Y: 3 },
        { X: 2, Y: 4 },
        { X: 1, Y: 3 },
        { X: 1, Y: 4 },
      ],
    ],
    ['({ 1, 2, 3 }) X with ({ 2, 3 }) Y such that Y = X', [2, 3]],
    ['({ 1, 2, 3 }) X without ({ 2, 3 }) Y such that Y = X', [1]],
    ['({ 1, 2, 3 }) X with ({ null as Integer }) Y such that Y = X', []],
    ['({ 1, 2, 3 }) X without ({ null as Integer }) Y such that Y = X', [1, 2, 3]],
    ['({ 1, 2 }) X with (null as List<Integer>) Y such that true', [1, 2]],
    ['({ 1, 2 }) X without (null as List<Integer>) Y such that Y = X', [1, 2]],
    ['({ 1, 2 }) X with ({} as List<Integer>) Y such that true', []],
    ['({ 1, 2 }) X without ({} as List<Integer>) Y such that true', [1, 2]],
    ['({ 1, 2, 3 }) X with ({ 2, 3 }) Y such that Y = X without ({ 3 }) Z such that Z = X', [2]],
    ['({ 1, 2, 3 }) X let D: X * 2 with ({ 4 }) Y such that Y = D return X', [2]],
    [
      '({ 1, 2 }) X return all (({ 10, 20 }) Y return all X + Y)',
      [
        [11, 21],
        [12, 22],
      ],
    ],
    ['({ 1, 2 }) X return all (({ 10, 20 }) Y where Y > X * 10 return all Y)', [[20], []]],
    ['({ 1, 2 }) X where exists (({ 2, 3 }) Y where Y = X)', [2]],
    ['({ { 1, 2 }, { 3 } }) X return all (X Z return all Z + 1)', [[2, 3], [4]]],
    ['({ 1, 2 }) X let Y: (({ 5 }) Z return Z + X) return Y', [[6], [7]]],
    ['({ 1, 2 }) X return all (({ 10 }) X return all X + 1)', [[11], [11]]],
    [
      '({ 1, 2 }) X return all Tuple { a: X, b: First(({ 7 }) X return X) }',
      [
        { a: 1, b: 7 },
        { a: 2, b: 7 },
      ],
    ],
    ['(Tuple { a: 1 }) X return X.a', 1],
    ['({ Tuple { a: 1 }, Tuple { a: 1 } }) X', [{ a: 1 }]],
    ['({ Tuple { a: 1 }, Tuple { a: 1 } }) X return all X', [{ a: 1 }, { a: 1 }]],
    ['({ 1, 2 }) X return ((1) Y where Y > 2)', [null]],
    ['({ 1, 2 }) X return all ((1) Y where Y > 2)', [null, null]],
    ['(({ 1, 2 }) X return all ((1) Y where Y > 2)) Z sort asc', [null]],
    ['({ { 1 }, { 1 } }) X', [[1]]],
    ["({ 1 'g', 1000 'mg' }) X", [{ value: 1, unit: 'g' }]],
    ['({ "Dry", "Dry" }) X', [{ system: 'urn:s', code: 'dry', display: 'Dry cough' }]],
    ['(First(({ 1 }) X where X > 3)) X return X', null],
    [
      '({ 1, 2, 3, 4 }) X where X > 1 return all Tuple { a: X mod 2, b: X } sort by a',
      [
        { a: 0, b: 2 },
        { a: 0, b: 4 },
        { a: 1, b: 3 },
      ],
    ],
  ],
};

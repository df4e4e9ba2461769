import { expect, it } from 'vitest';
import type { ClauseResult } from '../../src/explanation/explanation.ts';
import { shorten } from '../../src/explanation/shorten.ts';

function aClause(
  define: string,
  value: ClauseResult['value'],
  ...clauses: readonly ClauseResult[]
): ClauseResult {
  return { define, place: 'cql/T.cql:1', cql: define, value, clauses };
}

function outline({ define, clauses, leftOut }: ClauseResult): unknown[] {
  return [
    leftOut === undefined ? define : `${define}, ${leftOut} left out`,
    ...clauses.map(outline),
  ];
}

it('keeps all that has the truth of the whole', () => {
  const deep = aClause('a', true, aClause('b', true, aClause('c', true, aClause('d', [1]))));
  expect(shorten(deep)).toEqual(deep);
});

it('tells one level of why something is not true, and facts that stand there', () => {
  const far = aClause('d', null, aClause('e', false));
  const near = aClause('c', false, far, aClause('f', [], aClause('g', true)), aClause('h', []));
  expect(outline(shorten(aClause('a', true, aClause('b', null, near))))).toEqual([
    'a',
    ['b', ['c, 2 left out', ['h']]],
  ]);
});

it('tells one level of why something is true that keeps the whole from being so', () => {
  const silencer = aClause('b', true, aClause('c', true, aClause('d', true)));
  expect(outline(shorten(aClause('a', false, silencer)))).toEqual(['a', ['b', ['c, 1 left out']]]);
});

import { findDefinition } from '../elm/definitions.ts';
import { parseExpressionName } from '../facts.ts';
import type { CaseResult } from './run-case.ts';

/** The rules and defines that a failing case is about, as `explain` takes them. */
export function inQuestion({ case: { written }, decision, differences }: CaseResult): string[] {
  if (!decision || differences.length === 0) return [];
  const { cards, program } = decision.content;
  const rules = rulesInQuestion(written.expect, decision.rules).filter(
    (rule) => cards.get(rule)?.show !== undefined,
  );
  const defines = differences
    .map(({ what }) => what)
    .filter((what) => findDefinition(program, parseExpressionName(what, '')) !== undefined);
  return [...rules, ...defines];
}

function rulesInQuestion(
  expect: CaseResult['case']['written']['expect'],
  got: readonly string[],
): string[] {
  const wanted = [
    ...(expect.cards ?? []).map((card) => (typeof card === 'string' ? card : card.rule)),
    ...(expect.shown ?? []),
  ];
  const unwanted = [...(expect.absent ?? []), ...(expect.cards ? got : [])];
  const missing = wanted.filter((rule) => !got.includes(rule));
  const extra = unwanted.filter((rule) => got.includes(rule) && !wanted.includes(rule));
  return [...new Set([...missing, ...extra])];
}

import type { CardDefinition } from '../cards/definition.ts';
import { findDefinition, type Program } from '../cql/program.ts';
import { referencedExpressions } from '../cql/references.ts';
import { parseExpressionName, qualifiedName, readFact, type ExpressionName } from '../facts.ts';
import { notLookedAt } from '../patient-data/gather.ts';
import type { CaseResult } from './run-case.ts';

const DEPTH = 3;

/**
 * Why a case failed: the expressions that decide the cards and facts it names,
 * with what they rest on, indented.
 */
export async function describeWhy({
  case: { written },
  decision,
  differences,
}: CaseResult): Promise<string[]> {
  if (!decision || differences.length === 0) return [];
  const { content, evaluation } = decision;
  const lines = notLookedAt(decision.data).map(({ key }) => `not looked at: ${key}`);
  const roots = [
    ...rulesInQuestion(written.expect, decision.rules).flatMap((rule) =>
      showOf(content.cards.get(rule)),
    ),
    ...differences.flatMap(({ what }) => expressionNamed(content.program, what)),
  ];
  const seen = new Set<string>();
  const walk = async (name: ExpressionName, depth: number): Promise<void> => {
    const text = qualifiedName(name);
    const value = readFact(await evaluation.facts([name]), name);
    const print = value === null ? 'unknown' : JSON.stringify(value);
    lines.push(
      `${'  '.repeat(depth)}${text}: ${print.length > 120 ? `${print.slice(0, 120)}…` : print}`,
    );
    if (seen.has(text) || depth >= DEPTH) return;
    seen.add(text);
    for (const child of referencedExpressions(content.program, name)) {
      if (child.expression !== 'Patient') await walk(child, depth + 1);
    }
  };
  for (const root of roots) await walk(root, 0);
  return lines;
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

function showOf(card: CardDefinition | undefined): ExpressionName[] {
  return card?.show ? [card.show] : [];
}

function expressionNamed(program: Program, text: string): ExpressionName[] {
  const name = parseExpressionName(text, '');
  return findDefinition(program, name) ? [name] : [];
}

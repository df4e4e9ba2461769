import { excerpt } from '../elm/elm-tree.ts';
import { gapsOf, type Gap } from './gaps.ts';
import { describeLack, percent, type CoverageReport } from './report.ts';

/** How many gaps a summary names, unless all are asked for. */
const SHORT = 20;

/** A line for each library, then the gaps, worst first, for a terminal. */
export function summarise(report: CoverageReport, everything: boolean): string {
  const { libraries, cases, whole, all } = report;
  const rows = [
    ...libraries
      .filter(({ clauses }) => clauses.length > 0)
      .map((library) => [library.library, library.whole, library.clauses.length] as const),
    ['all', whole, all] as const,
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const digits = String(all).length;
  const table = rows.map(
    ([name, seen, of]) =>
      `  ${name.padEnd(width)}  ${String(seen).padStart(digits)} of ${String(of).padStart(digits)}` +
      `  ${percent(seen, of).toFixed(1).padStart(5)} %`,
  );
  const gaps = gapsOf(report);
  const shown = everything ? gaps : gaps.slice(0, SHORT);
  const hidden = gaps.length - shown.length;
  return [
    `Clauses of which ${cases} ${cases === 1 ? 'case' : 'cases'} showed every outcome:`,
    ...table,
    ...(shown.length > 0 ? ['', 'What no case showed, worst first:'] : []),
    ...shown.map((gap) => `  ${describeGap(gap)}`),
    ...(hidden > 0 ? [`  and ${hidden} more; --coverage-all names them`] : []),
  ].join('\n');
}

/** `cql/Mini.cql:12:3: never true: exists "Coughs"`. */
export function describeGap({ file, text, seen }: Gap): string {
  const { line, column } = seen.clause.span;
  return `${file}:${line}:${column}: ${describeLack(seen)}: ${excerpt(text, seen.clause.span)}`;
}

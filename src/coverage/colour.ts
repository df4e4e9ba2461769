import type { Span } from '../elm/elm-tree.ts';
import { escapeHtml } from '../html.ts';
import { describeLack, type LibraryCoverage, type SeenClause } from './report.ts';

/** What stands beside a line of which some clause is not whole. */
const SIGNS = { whole: '', partly: '~', never: '✗' } as const;

/**
 * The CQL as HTML, line by line: what belongs to a clause has its state as class and
 * what was seen of it as title. A clause inside another is coloured by itself.
 */
export function colourCql({ text, clauses }: LibraryCoverage): string {
  const lines = text.replace(/\n$/, '').split('\n');
  const rows = lines.map((line, i) => {
    const number = i + 1;
    const here = clauses.filter(
      ({ clause: { span } }) => span.line <= number && number <= span.lastLine,
    );
    const begun = here.filter(({ clause: { span } }) => span.line === number);
    return `<span class="line" id="L${number}"><a class="no" href="#L${number}">${number}</a>${signOf(begun)}${colourLine(line, number, here)}</span>`;
  });
  return `<pre>${rows.join('')}</pre>`;
}

function signOf(begun: readonly SeenClause[]): string {
  const worst = (['never', 'partly'] as const).find((state) =>
    begun.some((seen) => seen.state === state),
  );
  const sign = SIGNS[worst ?? 'whole'];
  const words =
    worst === 'never' ? 'something here was never reached' : 'something here lacks an outcome';
  return worst
    ? `<span class="sign" role="img" aria-label="${words}">${sign}</span>`
    : '<span class="sign"></span>';
}

/** One line; each word belongs to the innermost clause around it. */
function colourLine(line: string, number: number, clauses: readonly SeenClause[]): string {
  const indent = line.length - line.trimStart().length;
  // Clauses come in the order of their places, those around others first.
  const owners = Array.from({ length: line.length }, (_, i) =>
    i < indent ? undefined : clauses.findLast(({ clause: { span } }) => holds(span, number, i + 1)),
  );
  let html = '';
  for (let from = 0, to = 0; from < line.length; from = to) {
    const owner = owners[from];
    while (to < line.length && owners[to] === owner) to += 1;
    const words = escapeHtml(line.slice(from, to));
    html += owner
      ? `<span class="${owner.state}" title="${escapeHtml(describeSeen(owner))}">${words}</span>`
      : words;
  }
  return `${html}\n`;
}

function holds(span: Span, line: number, column: number): boolean {
  const begun = span.line < line || (span.line === line && span.column <= column);
  return begun && (line < span.lastLine || (line === span.lastLine && column <= span.lastColumn));
}

/** What cases showed of a clause: `seen: true, false; never unknown`. */
export function describeSeen(seen: SeenClause): string {
  if (seen.state === 'never') return 'never reached by any case';
  const lack = describeLack(seen);
  if (seen.clause.demanded === 0) return 'reached';
  return `seen: ${seen.seen.join(', ')}${lack === '' ? '' : `; ${lack}`}`;
}

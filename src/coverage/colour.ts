import type { Span } from './clauses.ts';
import { describeLack, type LibraryCoverage, type SeenClause } from './report.ts';

/** What stands beside a line of which some clause is not whole. */
const SIGNS = { whole: '', partly: '~', never: '✗' } as const;

/**
 * The CQL as HTML, line by line: each clause is a span with its state as class and
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

/** One line; clauses that go on over several lines are closed at its end and opened again. */
function colourLine(line: string, number: number, clauses: readonly SeenClause[]): string {
  const starts = Map.groupBy(clauses, ({ clause: { span } }) => firstColumn(span, number, line));
  const ends = Map.groupBy(clauses, ({ clause: { span } }) =>
    span.lastLine === number ? span.lastColumn : line.length,
  );
  let html = '';
  for (let column = 1; column <= line.length; column += 1) {
    // Clauses come in the order of their places, those around others first.
    for (const seen of starts.get(column) ?? []) {
      html += `<span class="${seen.state}" title="${escapeHtml(titleOf(seen))}">`;
    }
    html += escapeHtml(line[column - 1] ?? '');
    html += '</span>'.repeat(ends.get(column)?.length ?? 0);
  }
  return `${html}\n`;
}

/** Where a clause begins on a line: white space in front of its words is not coloured. */
function firstColumn(span: Span, number: number, line: string): number {
  return span.line === number ? span.column : line.length - line.trimStart().length + 1;
}

/** What cases showed of a clause: `seen: true, false; never unknown`. */
export function titleOf(seen: SeenClause): string {
  if (seen.state === 'never') return 'never reached by any case';
  const lack = describeLack(seen);
  if (seen.clause.demanded === 0) return 'reached';
  return `seen: ${seen.seen.join(', ')}${lack === '' ? '' : `; ${lack}`}`;
}

export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

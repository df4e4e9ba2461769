import { escapeHtml } from '../html.ts';
import { colourCql } from './colour.ts';
import { gapsOf, type Gap } from './gaps.ts';
import { describeLack, percent, type CoverageReport, type LibraryCoverage } from './report.ts';
import { STYLE } from './style.ts';
import { excerpt } from '../elm/elm-tree.ts';

/** The pages of a report by file name: `index.html`, and one a library. They load nothing from elsewhere. */
export function writePages(report: CoverageReport): ReadonlyMap<string, string> {
  const gaps = Map.groupBy(gapsOf(report), ({ seen }) => seen.clause.library);
  const shown = report.libraries.filter(({ clauses }) => clauses.length > 0);
  const pages = shown.map((library) => {
    const page = writeLibrary(library, gaps.get(library.library) ?? [], report.cases);
    return [pageOf(library), page] as const;
  });
  return new Map([['index.html', writeIndex(report, shown)], ...pages]);
}

function pageOf({ library }: LibraryCoverage): string {
  return `${library}.html`;
}

function writePage(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
${body}
</body>
</html>
`;
}

function writeIndex(
  { cases, whole, all }: CoverageReport,
  libraries: readonly LibraryCoverage[],
): string {
  const rows = libraries
    .toSorted((a, b) => percent(a.whole, a.clauses.length) - percent(b.whole, b.clauses.length))
    .map((library) => {
      const count = (state: string): number =>
        library.clauses.filter((seen) => seen.state === state).length;
      const share = percent(library.whole, library.clauses.length);
      return `<tr><th scope="row"><a href="${encodeURIComponent(pageOf(library))}">${escapeHtml(library.library)}</a></th>
<td class="number">${share.toFixed(1)} %</td><td><meter min="0" max="100" value="${share}" aria-label="${share} percent"></meter></td>
<td class="number">${library.clauses.length}</td><td class="number">${library.whole}</td><td class="number">${count('partly')}</td><td class="number">${count('never')}</td></tr>`;
    });
  return writePage(
    'CQL coverage',
    `<h1>CQL coverage</h1>
<p>${cases} ${cases === 1 ? 'case' : 'cases'} showed every outcome of <strong>${whole} of ${all} clauses, ${percent(whole, all).toFixed(1)} %</strong>.
A Boolean is whole when it was true, false and unknown in one case or another; anything else when it was present and absent.
What cannot be is not asked for. The libraries with most to do come first.</p>
<table>
<thead><tr><th scope="col">library</th><th scope="col" colspan="2">share seen whole</th><th scope="col" class="number">clauses</th>
<th scope="col" class="number">whole</th><th scope="col" class="number">partly</th><th scope="col" class="number">never reached</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>`,
  );
}

function writeLibrary(library: LibraryCoverage, gaps: readonly Gap[], cases: number): string {
  const { whole, clauses, file, library: name } = library;
  return writePage(
    `${name}: CQL coverage`,
    `<p><a href="index.html">All libraries</a></p>
<h1>${escapeHtml(name)}</h1>
<p>${cases} ${cases === 1 ? 'case' : 'cases'} showed every outcome of <strong>${whole} of ${clauses.length} clauses, ${percent(whole, clauses.length).toFixed(1)} %</strong>.
Point at a clause to read what was seen of it; <a href="#gaps">the list below</a> says what is missing.</p>
<p class="legend"><span class="whole">whole</span><span class="partly">partly: an outcome was never seen (~)</span><span class="never">never reached (✗)</span></p>
<div class="code" tabindex="0" role="region" aria-label="${escapeHtml(file)}">${colourCql(library)}</div>
<h2 id="gaps">What no case showed</h2>
${gaps.length === 0 ? '<p>Nothing is missing.</p>' : listGaps(gaps)}`,
  );
}

function listGaps(gaps: readonly Gap[]): string {
  const rows = gaps.map(({ seen, text }) => {
    const { line, column } = seen.clause.span;
    return `<tr><td class="number"><a href="#L${line}">${line}:${column}</a></td><td>${describeLack(seen)}</td>
<td>${escapeHtml(seen.clause.definition)}</td><td><code>${escapeHtml(excerpt(text, seen.clause.span))}</code></td></tr>`;
  });
  return `<p>Worst first. What follows from another line here is left out: an <code>and</code>, say, that is never true because an operand never is.</p>
<table>
<thead><tr><th scope="col" class="number">place</th><th scope="col">what</th><th scope="col">in</th><th scope="col">clause</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>`;
}

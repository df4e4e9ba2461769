import { afterAll, beforeAll, expect, it } from 'vitest';
import { writePages } from '../../src/coverage/html.ts';
import { writeJson } from '../../src/coverage/json.ts';
import type { CoverageReport } from '../../src/coverage/report.ts';
import { summarise } from '../../src/coverage/summary.ts';
import { aCompiler } from '../support/content.ts';
import { coverageOf } from '../support/coverage.ts';
import { aLibrary, aProgram } from '../support/cql.ts';

const compiler = aCompiler();
let report: CoverageReport;

beforeAll(async () => {
  const text = aLibrary(
    'Test',
    `parameter A Boolean
context Patient
// <b>is</b> "escaped"
define X: if A then 1 < 2
  else exists { 1 }`,
  );
  report = await coverageOf(await aProgram(compiler, [text]), text, [{ A: true }]);
});
afterAll(() => compiler.translator.close());

it('colours each clause, and says what was seen of it', () => {
  const page = writePages(report).get('Test.html') ?? '';
  expect(page).toContain(
    '<span class="partly" title="seen: true; never false, never unknown">A</span>',
  );
  expect(page).toContain(
    '<span class="never" title="never reached by any case">exists { 1 }</span>',
  );
  expect(page).toContain('<a class="no" href="#L8">8</a>');
});

it('carries each state also as a sign and in words', () => {
  const page = writePages(report).get('Test.html') ?? '';
  expect(page).toContain('aria-label="something here was never reached">✗</span>');
  expect(page).toContain('aria-label="something here lacks an outcome">~</span>');
  expect(page).toContain('<td>never reached</td>');
});

it('shows the CQL as it is written, line by line', () => {
  const page = writePages(report).get('Test.html') ?? '';
  const code = /<pre>(.*?)<\/pre>/s.exec(page)?.[1] ?? '';
  const text = code
    .replaceAll(/<a class="no".*?<\/a>|<span class="sign".*?<\/span>/g, '')
    .replaceAll(/<[^>]+>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
  expect(text).toBe(report.libraries[0]?.text);
});

it('loads nothing from elsewhere', () => {
  for (const page of writePages(report).values()) {
    expect(page).not.toMatch(/<script|<link|src=|url\(|https?:/);
  }
});

it('links every library from the index', () => {
  const pages = writePages(report);
  expect([...pages.keys()]).toEqual(['index.html', 'Test.html']);
  expect(pages.get('index.html')).toContain('<a href="Test.html">Test</a>');
});

it('is summarised with the worst first, and in short unless all is asked for', () => {
  expect(summarise(report, false)).toBe(`Clauses of which 1 case showed every outcome:
  Test  0 of 4    0.0 %
  all   0 of 4    0.0 %

What no case showed, worst first:
  cql/Test.cql:9:8: never reached: exists { 1 }
  cql/Test.cql:8:14: never false, never unknown: A
  cql/Test.cql:8:11: never false: if A then 1 < 2 else exists { 1 }
  cql/Test.cql:8:21: never false: 1 < 2`);
});

it('is also written as JSON', () => {
  const { cases, whole, clauses, libraries } = JSON.parse(writeJson(report)) as {
    cases: number;
    whole: number;
    clauses: number;
    libraries: { clauses: unknown[] }[];
  }; // what writeJson wrote
  expect([cases, whole, clauses, libraries.length]).toEqual([1, 0, 4, 1]);
  expect(libraries[0]?.clauses[1]).toEqual({
    definition: 'X',
    line: 8,
    column: 14,
    lastLine: 8,
    lastColumn: 14,
    state: 'partly',
    seen: ['true'],
    missing: ['false', 'unknown'],
  });
});

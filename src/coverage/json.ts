import type { CoverageReport } from './report.ts';

/** The report as JSON: every clause with its place, what was seen of it and what was not. */
export function writeJson({ libraries, cases, whole, all }: CoverageReport): string {
  const plain = {
    cases,
    whole,
    clauses: all,
    libraries: libraries.map(({ library, file, whole: seenWhole, clauses }) => ({
      library,
      file,
      whole: seenWhole,
      clauses: clauses.map(({ clause: { definition, span }, state, seen, missing }) => ({
        definition,
        ...span,
        state,
        seen,
        missing,
      })),
    })),
  };
  return `${JSON.stringify(plain, undefined, 2)}\n`;
}

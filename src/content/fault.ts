/** One fault in what an author wrote, with its place; line and column count from 1. */
export interface ContentFault {
  /** Relative to the content folder. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly severity: 'error' | 'warning';
  readonly message: string;
}

/** `cql/Duration.cql:12:5: error: …`, which editors turn into a link. */
export function formatFault(fault: ContentFault): string {
  const { file, line, column, severity, message } = fault;
  return `${file}:${line}:${column}: ${severity}: ${message}`;
}

/** By file, then by place; a fault said twice stands once. */
export function sortFaults(faults: readonly ContentFault[]): ContentFault[] {
  const once = new Map(faults.map((fault) => [formatFault(fault), fault]));
  return [...once.values()].toSorted(
    (a, b) => compare(a.file, b.file) || a.line - b.line || a.column - b.column,
  );
}

/** By code units: the same order on every machine. */
function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

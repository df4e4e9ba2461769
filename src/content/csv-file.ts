import { CsvError, parse } from 'csv-parse/sync';
import type { ContentFault } from './fault.ts';
import type { ContentFile } from './read-files.ts';

/** The rows of a CSV file by its column names; a fault and no rows when it cannot be read. */
export function readCsv(
  { file, text }: ContentFile,
  faults: ContentFault[],
): Record<string, string>[] {
  try {
    return parse(text, { columns: true, bom: true, trim: true });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error['lines'] === 'number' ? error['lines'] : 1;
    faults.push({ file, line, column: 1, severity: 'error', message: error.message });
    return [];
  }
}

type Row = Readonly<Record<string, string>>;

/**
 * The text with its rows changed, or with several in the place of one; `line` counts as in faults.
 * Rows that stay the same keep their spelling.
 */
export function editCsv(
  text: string,
  change: (row: Row, line: number) => Row | readonly Row[],
): string {
  // The parser's `raw` loses a line feed after a carriage return.
  if (text.includes('\r\n')) {
    return editCsv(text.replaceAll('\r\n', '\n'), change).replaceAll('\n', '\r\n');
  }
  const rows: { record: Row; raw: string }[] = parse(text, { columns: true, bom: true, raw: true });
  const parts = rows.map(({ record, raw }, i) => {
    const changed = [change(record, i + 2)].flat();
    const last = raw.endsWith('\n') ? '\n' : '';
    const lines = changed.map((row) =>
      row === record ? raw.replace(/\n$/, '') : Object.values(row).map(quoted).join(','),
    );
    return `${lines.join('\n')}${last}`;
  });
  const header = text.slice(0, text.length - rows.reduce((sum, { raw }) => sum + raw.length, 0));
  return [header, ...parts].join('');
}

function quoted(field: string): string {
  return /^\s|[",\r\n]|\s$/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}

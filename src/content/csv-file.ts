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

import { isUcumUnit } from '../engine/ucum.ts';
import { foldUnit, type UnitSpelling } from '../engine/units.ts';
import { readCsv } from './csv-file.ts';
import type { ContentFault } from './fault.ts';
import type { ContentFile } from './read-files.ts';

/** The file with the ways in which records write units; other lists of the folder hold codes. */
export const UNITS_FILE = 'cql/terminology/units.csv';

/** Reads `cql/terminology/units.csv`, if the content has one, and holds its codes to UCUM. */
export function readUnitSpellings(
  terminology: readonly ContentFile[],
  faults: ContentFault[],
): UnitSpelling[] {
  const source = terminology.find(({ file }) => file === UNITS_FILE);
  if (!source) return [];
  const spellings = new Map<string, UnitSpelling>();
  for (const [i, { spelling = '', ucum = '' }] of readCsv(source, faults).entries()) {
    const known = spellings.get(foldUnit(spelling));
    const message = objection(spelling, ucum, known);
    if (message === undefined) spellings.set(foldUnit(spelling), { spelling, ucum });
    else faults.push({ file: UNITS_FILE, line: i + 2, column: 1, severity: 'error', message });
  }
  return [...spellings.values()];
}

function objection(
  spelling: string,
  ucum: string,
  known: UnitSpelling | undefined,
): string | undefined {
  if (spelling === '') return 'The row has no spelling; write: spelling,ucum';
  if (!isUcumUnit(ucum)) return `"${ucum}" is not a UCUM unit; see https://ucum.org/ucum`;
  if (known !== undefined) return `"${spelling}" is also listed as "${known.spelling}"`;
  return undefined;
}

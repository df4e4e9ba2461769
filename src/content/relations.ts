import { readCsv } from './csv-file.ts';
import type { ContentFault } from './fault.ts';
import type { ContentFile } from './read-files.ts';

/** The file that says how codes of a system are related; other lists of the folder hold codes. */
export const RELATIONS_FILE = 'cql/terminology/relations.csv';

/** A way from one code to those that are made of it, which a terminology server can go. */
export interface Relation {
  readonly system: string;
  /** Filter properties, step after step: each asks for what is so related to what the step before found. */
  readonly steps: readonly (readonly string[])[];
  /** How a filter writes a code, with `{code}` in its place. */
  readonly value: string;
}

/** Reads `cql/terminology/relations.csv`, if the content has one; a bad row hides no other. */
export function readRelations(
  terminology: readonly ContentFile[],
  faults: ContentFault[],
): Relation[] {
  const source = terminology.find(({ file }) => file === RELATIONS_FILE);
  return (source ? readCsv(source, faults) : []).flatMap((row, i) => {
    const { system = '', steps: written = '', value = '' } = row;
    const steps = written.split('>').map((step) => step.split('+').map((one) => one.trim()));
    const message = objection(system, steps, value);
    if (message === undefined) return [{ system, steps, value }];
    faults.push({ file: RELATIONS_FILE, line: i + 2, column: 1, severity: 'error', message });
    return [];
  });
}

function objection(system: string, steps: Relation['steps'], value: string): string | undefined {
  if (!URL.canParse(system)) return `The code system "${system}" is no URL`;
  if (steps.flat().includes(''))
    return 'A step is empty; write filter properties with + between them, and > between steps';
  return value.includes('{code}')
    ? undefined
    : `The value "${value}" must hold {code}, where the code stands`;
}

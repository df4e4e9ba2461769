import type { Coding } from '../engine/codes.ts';
import { readCsv } from './csv-file.ts';
import type { ContentFault } from './fault.ts';
import type { ContentFile } from './read-files.ts';
import type { ReadValueSet } from './value-sets.ts';
import type { VerifiedCodes } from './terminology.ts';

/** The file that says how codes of a system are related; other lists of the folder hold codes. */
export const RELATIONS_FILE = 'cql/terminology/relations.csv';

/** A way from one code to those that are made of it, which a terminology server can go. */
export interface Relation {
  readonly system: string;
  /** Filter properties, one after the other: each asks for what is so related to what was found before. */
  readonly steps: readonly string[];
  /** How a filter writes a code, with `{code}` in its place. */
  readonly value: string;
}

/**
 * Reads how codes are related, and holds to it the value sets that are filled from codes: each of
 * these must be in the value set and in the verified list, of a system with relations.
 */
export function readRelations(
  terminology: readonly ContentFile[],
  given: {
    readonly valueSets: readonly ReadValueSet[];
    readonly verified: VerifiedCodes;
    readonly faults: ContentFault[];
  },
): Relation[] {
  const { valueSets, verified, faults } = given;
  const source = terminology.find(({ file }) => file === RELATIONS_FILE);
  const relations = (source ? readCsv(source, faults) : []).flatMap((row, i) => {
    const { system = '', steps: written = '', value = '' } = row;
    const steps = written.split('>').map((step) => step.trim());
    const message = objection(system, steps, value);
    if (message === undefined) return [{ system, steps, value }];
    faults.push({ file: RELATIONS_FILE, line: i + 2, column: 1, severity: 'error', message });
    return [];
  });
  for (const { heads, codes, yaml } of valueSets) {
    for (const { coding, path } of heads) {
      const isIn = codes.some((one) => isSame(one, coding));
      const wrong = isIn
        ? (verified.objection(coding) ?? withoutWay(coding, relations))
        : `Code ${coding.code} of ${coding.system} is not in the value set that is filled from it; list it under compose.include`;
      if (wrong !== undefined) faults.push(yaml.fault(path, wrong));
    }
  }
  return relations;
}

function objection(system: string, steps: readonly string[], value: string): string | undefined {
  if (!URL.canParse(system)) return `The code system "${system}" is no URL`;
  if (steps.includes('')) return 'A step is empty; write filter properties with > between them';
  return value.includes('{code}')
    ? undefined
    : `The value "${value}" must hold {code}, where the code stands`;
}

function withoutWay({ system }: Coding, relations: readonly Relation[]): string | undefined {
  if (relations.some((one) => one.system === system)) return undefined;
  return `${RELATIONS_FILE} does not say how codes of ${system} are related`;
}

function isSame(one: Coding, other: Coding): boolean {
  return one.system === other.system && one.code === other.code;
}

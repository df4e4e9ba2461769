import { codeKey } from '../engine/codes.ts';
import { inUnit } from '../engine/ucum.ts';
import { Units, type UnitSpelling } from '../engine/units.ts';
import { allRetrieves } from '../elm/references.ts';
import type { Program } from '../engine/program.ts';
import type { KnownCodes } from '../reading/known.ts';
import { WordList } from '../reading/words.ts';
import { CodesBelow } from './codes-below.ts';
import { Displays } from './displays.ts';
import type { ReadingTables } from './reading-tables.ts';
import type { VerifiedCodes } from './terminology.ts';

/** Orders come in the request's context as well, where rules look at them without a retrieve. */
const IN_HAND: ReadonlySet<string> = new Set(['ServiceRequest']);

/** What reading has to know of the content. */
export function knowCodes({
  program,
  units: spellings,
  verified,
  tables,
}: {
  readonly program: Program;
  readonly units: readonly UnitSpelling[];
  readonly verified: VerifiedCodes;
  readonly tables: ReadingTables;
}): KnownCodes {
  const { codeService } = program;
  const byType = Map.groupBy(allRetrieves(program), ({ resourceType }) => resourceType);
  const asked = new Map(
    [...byType].flatMap(([type, retrieves]) => {
      const sets = retrieves.flatMap(({ valueSet, codeProperty }) =>
        codeProperty === 'code' && valueSet !== undefined ? [valueSet] : [],
      );
      const isByCode = sets.length === retrieves.length && !IN_HAND.has(type);
      return isByCode ? [[type, new Set(sets)] as const] : [];
    }),
  );
  const displays = new Displays(verified, codeService);
  const below = new CodesBelow(verified, codeService);
  const words = new WordList(tables.words);
  const units = new Units(spellings);
  return {
    systems: codeService.systems,
    isContradicted: (coding) => displays.isContradicted(coding),
    valueSetsWith: (codings) => codeService.urlsWith(codings),
    valueSetsBelow: (coding) => [
      ...below.valueSetsBelow(coding),
      ...codeService.urlsWith(tables.near.get(codeKey(coding)) ?? []),
    ],
    askedOf: (resourceType) => asked.get(resourceType),
    isDecided: (coding) => verified.rowsOf(coding).length > 0 || codeService.excludes(coding),
    displaysOf: (coding) => verified.rowsOf(coding).map(({ display }) => display),
    possible: (resourceType, text) => words.possible(resourceType, text),
    codeOf: (valueSet) => codeService.exampleOf(valueSet),
    ranges: tables.ranges,
    convert(quantity, unit) {
      const { value, code } = units.normalize(quantity as Readonly<Record<string, unknown>>);
      if (typeof value !== 'number' || typeof code !== 'string') return undefined;
      return inUnit(value, code, unit);
    },
    modifiers: tables.modifiers,
  };
}

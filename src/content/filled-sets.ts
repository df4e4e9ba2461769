import { codeKey, type Coding } from '../engine/codes.ts';
import type { ContentFault } from './fault.ts';
import { RELATIONS_FILE, type Relation } from './relations.ts';
import type { VerifiedCodes } from './terminology.ts';
import type { ReadValueSet } from './value-sets.ts';

/**
 * Each code from which a value set is filled is in that value set and in the verified list, of a
 * system with relations.
 */
export function checkFilledSets(
  valueSets: readonly ReadValueSet[],
  relations: readonly Relation[],
  verified: VerifiedCodes,
  faults: ContentFault[],
): void {
  for (const { heads, codes, yaml } of valueSets) {
    const there = new Set(codes.map(codeKey));
    for (const { coding, path } of heads) {
      const wrong = there.has(codeKey(coding))
        ? (verified.objection(coding) ?? withoutWay(coding, relations))
        : `Code ${coding.code} of ${coding.system} is not in the value set that is filled from it; list it under compose.include`;
      if (wrong !== undefined) faults.push(yaml.fault(path, wrong));
    }
  }
}

function withoutWay({ system }: Coding, relations: readonly Relation[]): string | undefined {
  if (relations.some((one) => one.system === system)) return undefined;
  return `${RELATIONS_FILE} does not say how codes of ${system} are related`;
}

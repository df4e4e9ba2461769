import { CodeService } from '../engine/code-service.ts';
import { isInFamily, type CodeFamily, type Coding } from '../engine/codes.ts';
import type { ContentFault } from './fault.ts';
import type { VerifiedCode, VerifiedCodes } from './terminology.ts';
import type { ReadValueSet } from './value-sets.ts';

/**
 * Holds the families of value sets to the groups of the verified list that they name.
 * The value set decides; where the list says otherwise, a warning at the list's row
 * tells it. What a value set takes out by `exclude` was decided, and is no news.
 */
export function checkListGroups(
  valueSets: readonly ReadValueSet[],
  verified: VerifiedCodes,
  faults: ContentFault[],
): void {
  const service = new CodeService(valueSets);
  for (const set of valueSets) {
    for (const group of set.groups) {
      if (verified.all.some((code) => code.group === group)) continue;
      faults.push(
        set.yaml.fault(['extension'], `No code of the verified list is in the group "${group}"`),
      );
    }
    const holds = (coding: Coding): boolean =>
      service.findValueSet(set.url)?.hasMatch(coding) ?? false;
    faults.push(...disagreements(set, verified, holds));
  }
}

function disagreements(
  { file, groups, families = [], excluded = [] }: ReadValueSet,
  verified: VerifiedCodes,
  holds: (coding: Coding) => boolean,
): ContentFault[] {
  if (groups.length === 0) return [];
  const isMeant = (code: VerifiedCode): boolean =>
    verified.rowsOf(code).some(({ group }) => groups.includes(group));
  const systems = new Set(families.map(({ system }) => system));
  return verified.all
    .filter(({ system }) => systems.has(system))
    .flatMap((code) => {
      if (isOf(excluded, code)) return [];
      const named = `${code.code} (${code.display})`;
      if (groups.includes(code.group) && !holds(code))
        return [
          warning(
            code,
            `${file} leaves out ${named}, which is listed under ${code.group}; write it under compose.exclude if that was meant`,
          ),
        ];
      if (isOf(families, code) && !isMeant(code)) {
        const listed = `listed under ${code.group}; list it under ${groups.join(' or ')} as well, or write it under compose.exclude`;
        return [warning(code, `A family of ${file} takes in ${named}, ${listed}`)];
      }
      return [];
    });
}

function isOf(families: readonly CodeFamily[], code: Coding): boolean {
  return families.some((family) => isInFamily(family, code));
}

/** The list is what may be wrong, so the warning stands at its row. */
function warning({ file, line }: VerifiedCode, message: string): ContentFault {
  return { file, line, column: 1, severity: 'warning', message };
}

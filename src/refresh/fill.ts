import type { Relation } from '../content/relations.ts';
import type { VerifiedCodes } from '../content/terminology.ts';
import type { ReadValueSet } from '../content/value-sets.ts';
import { codeKey, isInFamily, type Coding } from '../engine/codes.ts';
import type { TerminologyServer } from '../fhir/terminology.ts';
import type { NotCompared } from './compare.ts';
import { followRelations, type MadeOf } from './follow.ts';

/** A code that a server knows to be made of one that fills a value set, and that nobody listed. */
export interface Addition {
  readonly set: ReadValueSet;
  /** The code of the value set that it is made of. */
  readonly head: Coding & { readonly display?: string | undefined };
  readonly code: Coding & { readonly display: string };
}

export interface Filling {
  readonly additions: readonly Addition[];
  readonly notCompared: readonly NotCompared[];
}

/**
 * What the server knows of the codes that fill the value sets, and the value sets do not have. A
 * code that the verified list has was decided on, whatever set it is in. Each code is asked about
 * once, for all sets, and only of a system that the server holds. Never rejects.
 */
export async function fillValueSets(
  valueSets: readonly ReadValueSet[],
  relations: readonly Relation[],
  verified: VerifiedCodes,
  held: ReadonlySet<string>,
  server: TerminologyServer,
): Promise<Filling> {
  const additions: Addition[] = [];
  const notCompared: NotCompared[] = [];
  const made = new Map<string, MadeOf>();
  for (const { coding: head } of valueSets.flatMap(({ heads }) => heads)) {
    if (made.has(codeKey(head)) || !held.has(head.system)) continue;
    const found = await followRelations(head, relations, server);
    made.set(codeKey(head), found);
    notCompared.push(...found.failures.map((reason) => ({ what: whatOf(head), reason })));
  }
  for (const set of valueSets) {
    const there = new Set(set.codes.map(codeKey));
    const isLeftOut = (code: Coding): boolean =>
      (set.excluded ?? []).some((family) => isInFamily(family, code));
    for (const { coding: head } of set.heads) {
      const missing = (made.get(codeKey(head))?.codes ?? []).filter(
        (code) =>
          !there.has(codeKey(code)) && !isLeftOut(code) && verified.rowsOf(code).length === 0,
      );
      const named = missing.flatMap(({ system, code, display }) =>
        display === undefined ? [] : [{ system, code, display: inOneLine(display) }],
      );
      for (const code of named) there.add(codeKey(code));
      additions.push(...named.map((code) => ({ set, head, code })));
      const nameless = missing.length - named.length;
      if (nameless > 0) {
        const reason = `${nameless} of its codes have no display there`;
        notCompared.push({ what: whatOf(head), reason });
      }
    }
  }
  return { additions, notCompared };
}

function whatOf({ system, code }: Coding): string {
  return `what is made of ${code} of ${system}`;
}

/** What a server said, without what a terminal would obey. */
function inOneLine(display: string): string {
  return display.replaceAll(/\p{C}+/gu, ' ').trim();
}

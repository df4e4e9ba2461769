import type { Relation } from '../content/relations.ts';
import type { VerifiedCodes } from '../content/terminology.ts';
import type { ReadValueSet } from '../content/value-sets.ts';
import { codeKey, isInFamily, type Coding } from '../engine/codes.ts';
import { chunkOf } from '../fhir/chunk.ts';
import type { CodeQuestion, TerminologyServer } from '../fhir/terminology.ts';
import type { NotCompared } from './compare.ts';

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
 * code that the verified list has was decided on, whatever set it is in. Never rejects.
 */
export async function fillValueSets(
  valueSets: readonly ReadValueSet[],
  relations: readonly Relation[],
  verified: VerifiedCodes,
  server: TerminologyServer,
): Promise<Filling> {
  const additions: Addition[] = [];
  const notCompared: NotCompared[] = [];
  for (const set of valueSets) {
    const there = new Set(set.codes.map(codeKey));
    const isLeftOut = (code: Coding): boolean =>
      (set.excluded ?? []).some((family) => isInFamily(family, code));
    for (const { coding: head } of set.heads) {
      const what = `what is made of ${head.code} of ${head.system}`;
      const found = await madeOf(head, relations, server);
      if (typeof found === 'string') {
        notCompared.push({ what, reason: found });
        continue;
      }
      const missing = found.filter(
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
        notCompared.push({ what, reason: `${nameless} of its codes have no display there` });
      }
    }
  }
  return { additions, notCompared };
}

/** So many codes are asked about at once. */
const TOGETHER = 50;

/** Servers differ in how they understand a filter; to find nothing at all is no sign that nothing is missing. */
const NOTHING = 'the FHIR server finds nothing by these relations';

/** All that is made of a code, each once; the reason when a step cannot be gone. */
async function madeOf(
  head: Coding,
  relations: readonly Relation[],
  server: TerminologyServer,
): Promise<CodeQuestion[] | string> {
  const found = new Map<string, CodeQuestion>();
  for (const { system, steps, value } of relations) {
    if (system !== head.system) continue;
    let from: readonly Coding[] = [head];
    for (const property of steps) {
      const reached = new Map<string, CodeQuestion>();
      for (const some of chunkOf(from, TOGETHER)) {
        const expansion = await server.expand(
          some.map(({ code }) => ({
            system,
            filter: [{ property, op: '=', value: value.replaceAll('{code}', () => code) }],
          })),
        );
        if (expansion.state === 'failed') return `${property}: ${expansion.reason}`;
        for (const code of expansion.codes) {
          if (code.system === system) reached.set(codeKey(code), code);
        }
      }
      for (const [key, code] of reached) found.set(key, code);
      from = [...reached.values()];
    }
  }
  found.delete(codeKey(head));
  return found.size === 0 ? NOTHING : [...found.values()];
}

/** What a server said, without what a terminal would obey. */
function inOneLine(display: string): string {
  return display.replaceAll(/\p{C}+/gu, ' ').trim();
}

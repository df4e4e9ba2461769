import { ICD_10_CM, normalizeCode, spellsHierarchy, type Coding } from '../engine/codes.ts';
import type { CodeService } from '../engine/code-service.ts';
import type { VerifiedCodes } from './terminology.ts';

/** So many signs have the code of a category of ICD-10; what is longer is a part of one. */
const CATEGORY = 3;

/**
 * The value sets that hold codes below a code, where its system spells its hierarchy: a record that
 * says no more than the parent may mean any of them. Some parents are wide, or part what lies on either
 * side: a value set counts that holds a good part of the last codes below, as far as these are in
 * the verified list. That is half of them for a category ("other acquired deformities of limbs"),
 * and more than a third for what is a part of one, where all is close together. What a value set
 * holds itself is told by that.
 */
export class CodesBelow {
  readonly #codeService: CodeService;
  readonly #verified: VerifiedCodes;
  /** Verified codes by every beginning of them. */
  #byBeginning: ReadonlyMap<string, readonly string[]> | undefined;
  readonly #found = new Map<string, readonly string[]>();

  constructor(verified: VerifiedCodes, codeService: CodeService) {
    this.#verified = verified;
    this.#codeService = codeService;
  }

  /** Their URLs; none for a code that has nothing below it in the verified list. */
  valueSetsBelow(coding: Coding): readonly string[] {
    if (!spellsHierarchy(coding.system)) return NONE;
    const head = normalizeCode(coding).code.replace(/\.$/, '');
    const below = (this.#byBeginning ??= byBeginning(this.#verified)).get(head);
    if (below === undefined) return NONE;
    const known = this.#found.get(head);
    if (known) return known;
    const found = this.#setsOf(head, below);
    this.#found.set(head, found);
    return found;
  }

  #setsOf(head: string, below: readonly string[]): readonly string[] {
    if (this.#codeService.holds({ system: ICD_10_CM, code: head })) return NONE;
    const last = below.filter((code) => !below.some((one) => one !== code && one.startsWith(code)));
    const held = new Map<string, number>();
    for (const code of last) {
      for (const url of this.#codeService.urlsWith([{ system: ICD_10_CM, code }])) {
        held.set(url, (held.get(url) ?? 0) + 1);
      }
    }
    const isEnough = (count: number): boolean =>
      head.length > CATEGORY ? count * 3 > last.length : count * 2 >= last.length;
    return [...held].flatMap(([url, count]) => (isEnough(count) ? url : []));
  }
}

const NONE: readonly string[] = [];

function byBeginning(verified: VerifiedCodes): ReadonlyMap<string, readonly string[]> {
  const codes = new Set(
    verified.all
      .filter(({ system }) => spellsHierarchy(system))
      .map((coding) => normalizeCode(coding).code),
  );
  const all = new Map<string, string[]>();
  for (const code of codes) {
    for (let end = CATEGORY; end < code.length; end += 1) {
      if (code[end - 1] === '.') continue;
      const head = code.slice(0, end);
      all.set(head, [...(all.get(head) ?? []), code]);
    }
  }
  return all;
}

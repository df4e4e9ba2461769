import { codeKey, type Coding } from '../engine/codes.ts';
import { isObject, type Resource } from '../fhir/resource.ts';

/** A local code and the code it stands for. */
export interface MappedCode {
  readonly source: Coding;
  readonly target: Coding & { readonly display?: string | undefined };
  /** Whether it says the same and no less, so that it can be written for the other. */
  readonly isSame: boolean;
}

/**
 * A site's own codes, and the codes that rules know for them. Rules never see it:
 * what a record carries under a local code reaches them with the other code beside,
 * and what they suggest goes out with the local code before it.
 *
 * @see https://hl7.org/fhir/R4/conceptmap.html
 */
export class CodeMap {
  readonly #targets: ReadonlyMap<string, readonly MappedCode[]>;
  readonly #sources: ReadonlyMap<string, readonly MappedCode[]>;

  constructor(codes: readonly MappedCode[]) {
    this.#targets = Map.groupBy(codes, ({ source }) => codeKey(source));
    this.#sources = Map.groupBy(codes, ({ target }) => codeKey(target));
  }

  /** The local codes that stand for a code. */
  sourcesOf(coding: Coding): Coding[] {
    return (this.#sources.get(codeKey(coding)) ?? []).map(({ source }) => source);
  }

  /** The resource with what its local codings stand for added; the same object where there are none. */
  translate(resource: Resource): Resource {
    return changeCodings(resource, (codings) => this.#withTargets(codings)) as Resource; // codings are added inside, nothing else changes
  }

  /**
   * The resource with the site's own code before each code that one says the same of, the first
   * of the file where there are several: EHRs find an order of their catalogue by it.
   */
  localise(resource: Resource): Resource {
    return changeCodings(resource, (codings) => this.#withSources(codings)) as Resource; // codings are added inside
  }

  #withSources(codings: readonly unknown[]): readonly unknown[] {
    const there = codings.filter(isCoding);
    const local = there.flatMap(
      (coding) => this.#sources.get(codeKey(coding))?.find(({ isSame }) => isSame)?.source ?? [],
    );
    const own = new Map(local.map((coding) => [codeKey(coding), coding]));
    for (const coding of there) own.delete(codeKey(coding));
    return own.size === 0 ? codings : [...own.values(), ...codings];
  }

  #withTargets(codings: readonly unknown[]): readonly unknown[] {
    const there = new Set(codings.filter(isCoding).map(codeKey));
    const added = new Map<string, Coding>();
    for (const key of there) {
      for (const { target } of this.#targets.get(key) ?? []) added.set(codeKey(target), target);
    }
    for (const key of there) added.delete(key);
    return added.size === 0 ? codings : [...codings, ...added.values()];
  }
}

/**
 * The value with every list of codings in it changed. FHIR JSON is at most 100 levels deep here:
 * deeper bodies and answers are refused.
 */
function changeCodings(
  value: unknown,
  change: (codings: readonly unknown[]) => readonly unknown[],
): unknown {
  if (Array.isArray(value)) return mapKeeping(value, (item) => changeCodings(item, change));
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([name, child]) => [
    name,
    name === 'coding' && Array.isArray(child) ? change(child) : changeCodings(child, change),
  ]);
  const changed = entries.some(([name, child]) => child !== value[String(name)]);
  return changed ? (Object.fromEntries(entries) as unknown) : value; // fromEntries gives any
}

/** `map` that returns the same array when no item changed. */
function mapKeeping(items: readonly unknown[], change: (item: unknown) => unknown) {
  const changed = items.map(change);
  return changed.some((item, i) => item !== items[i]) ? changed : items;
}

function isCoding(value: unknown): value is Coding {
  return (
    isObject(value) && typeof value['system'] === 'string' && typeof value['code'] === 'string'
  );
}

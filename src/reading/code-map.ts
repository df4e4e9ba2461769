import { codeKey, type Coding } from '../engine/codes.ts';
import { isObject, type Resource } from '../fhir/resource.ts';

/** A local code and the code it stands for. */
export interface MappedCode {
  readonly source: Coding;
  readonly target: Coding & { readonly display?: string | undefined };
}

/**
 * A site's own codes, and the codes that rules know for them. Rules never see it:
 * what a record carries under a local code reaches them with the other code beside.
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
    return this.#translate(resource) as Resource; // codings are added inside, nothing else changes
  }

  /** FHIR JSON is at most 100 levels deep here: deeper bodies and answers are refused. */
  #translate(value: unknown): unknown {
    if (Array.isArray(value)) return mapKeeping(value, (item) => this.#translate(item));
    if (!isObject(value)) return value;
    const entries = Object.entries(value).map(([name, child]) => [
      name,
      name === 'coding' && Array.isArray(child) ? this.#withTargets(child) : this.#translate(child),
    ]);
    const changed = entries.some(([name, child]) => child !== value[String(name)]);
    return changed ? (Object.fromEntries(entries) as unknown) : value; // fromEntries gives any
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

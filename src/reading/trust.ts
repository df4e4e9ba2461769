import { canonicalSystem } from '../engine/codes.ts';
import { isObject, type JsonObject, type Resource } from '../fhir/resource.ts';
import { isWritten, type KnownCodes, type WrittenCoding } from './known.ts';

/** A resource of which only those codings are left that can be trusted. */
export interface Trusted {
  /** The same object where nothing was changed. */
  readonly resource: Resource;
  /** The codings that their own display contradicts. */
  readonly contradicted: readonly WrittenCoding[];
  /** Something in it has no code any more that rules can read, so what it says is not known. */
  readonly isDoubtful: boolean;
  /** It holds what must not be ignored and is not known. */
  readonly isModified: boolean;
}

/**
 * One walk over a resource for all that must be known before anything in it is trusted: takes
 * away the codings, wherever they stand, that their own display contradicts, writes each code
 * system by its one name, and notices what FHIR forbids to ignore, in the resource, its parts
 * and what it contains. Every resource of every call comes through here, so that nothing is
 * made where nothing changes.
 *
 * @see https://hl7.org/fhir/R4/extensibility.html#modifierExtension
 * @see https://hl7.org/fhir/R4/resource.html#implicitRules
 */
export function readTrusted(resource: Resource, known: KnownCodes): Trusted {
  return new Walk(resource, known);
}

const NONE: WrittenCoding[] = [];

/** The walk, and what it came to; one object for both, of which there is one for each resource. */
class Walk implements Trusted {
  readonly resource: Resource;
  contradicted = NONE;
  isDoubtful = false;
  isModified = false;
  readonly #known: KnownCodes;

  constructor(resource: Resource, known: KnownCodes) {
    this.#known = known;
    // Codings are changed inside, nothing else.
    this.resource = this.#inObject(resource) as Resource;
  }

  #inObject(object: JsonObject): object {
    let changed: Record<string, unknown> | undefined;
    for (const name in object) {
      const child = object[name];
      if (typeof child !== 'object' || child === null) {
        if (name === 'implicitRules' && typeof child === 'string') {
          this.isModified ||= !this.#known.modifiers.has(child);
        }
        continue;
      }
      if (name === 'modifierExtension') this.isModified ||= !areAllKnown(child, this.#known);
      const kept = name === 'coding' && Array.isArray(child) ? this.#trustworthy(child) : child;
      const inside = Array.isArray(kept) ? this.#inList(kept) : this.#inObject(kept as JsonObject);
      if (inside !== child) (changed ??= { ...object })[name] = inside;
    }
    return changed ?? object;
  }

  #inList(list: readonly unknown[]): readonly unknown[] {
    let changed: unknown[] | undefined;
    for (let i = 0; i < list.length; i += 1) {
      const child = list[i];
      if (typeof child !== 'object' || child === null) continue;
      const inside = Array.isArray(child)
        ? this.#inList(child)
        : this.#inObject(child as JsonObject);
      if (inside !== child) (changed ??= [...list])[i] = inside;
    }
    return changed ?? list;
  }

  #trustworthy(written: readonly unknown[]): readonly unknown[] {
    const coding = inOneName(written);
    const wrong = wrongIn(coding, this.#known);
    if (wrong.length === 0) return coding;
    this.contradicted = [...this.contradicted, ...wrong];
    const kept = coding.filter((one) => !wrong.some((other) => other === one));
    if (!kept.some((one) => isWritten(one) && this.#known.systems.has(one.system))) {
      this.isDoubtful = true;
    }
    return kept;
  }
}

/** The codings that their own display contradicts; the same array where there are none. */
function wrongIn(coding: readonly unknown[], known: KnownCodes): WrittenCoding[] {
  const isWrong = (one: unknown): one is WrittenCoding =>
    isWritten(one) && known.isContradicted(one);
  return coding.some(isWrong) ? coding.filter(isWrong) : NONE;
}

/** The codings, each under the one name of its system, and without blanks around its code, which FHIR has in none. */
function inOneName(coding: readonly unknown[]): readonly unknown[] {
  let changed: unknown[] | undefined;
  for (let i = 0; i < coding.length; i += 1) {
    const one = coding[i];
    if (!isObject(one) || typeof one['system'] !== 'string') continue;
    const system = canonicalSystem(one['system']);
    const code = typeof one['code'] === 'string' ? one['code'].trim() : one['code'];
    if (system === one['system'] && code === one['code']) continue;
    (changed ??= [...coding])[i] = { ...one, system, code };
  }
  return changed ?? coding;
}

function areAllKnown(extensions: unknown, { modifiers }: KnownCodes): boolean {
  if (!Array.isArray(extensions)) return false;
  return extensions.every(
    (one) => isObject(one) && typeof one['url'] === 'string' && modifiers.has(one['url']),
  );
}

import { canonicalSystem, type Coding } from '../engine/codes.ts';
import { isObject, type JsonObject, type Resource } from '../fhir/resource.ts';

/** A coding as records carry it. */
export interface WrittenCoding extends Coding {
  readonly display?: string | undefined;
}

/** What is known of codes, to tell what rules can read of a resource. */
export interface KnownCodes {
  /** Code systems that some value set takes codes from, by their canonical names. */
  readonly systems: ReadonlySet<string>;
  /** True when the display is that of a code which rules tell apart from this one. */
  readonly isContradicted: (coding: WrittenCoding) => boolean;
}

/** A resource of which only those codings are left that can be trusted. */
export interface Trusted {
  readonly resource: Resource;
  /** Something in it has no code any more that rules can read, so what it says is not known. */
  readonly isDoubtful: boolean;
}

/**
 * Takes away the codings, wherever they stand, that their own display contradicts: what
 * they mean is not known. Gives back the same object where there are none: every resource
 * of every call comes through here, so that nothing is made where nothing changes.
 */
export function withoutContradicted(resource: Resource, known: KnownCodes): Trusted {
  let isDoubtful = false;
  const inObject = (object: JsonObject): object => {
    let changed: Record<string, unknown> | undefined;
    for (const name in object) {
      const child = object[name];
      if (typeof child !== 'object' || child === null) continue;
      const kept = name === 'coding' && Array.isArray(child) ? withoutWrong(child) : child;
      const inside = Array.isArray(kept) ? inList(kept) : inObject(kept as JsonObject);
      if (inside !== child) (changed ??= { ...object })[name] = inside;
    }
    return changed ?? object;
  };
  const inList = (list: readonly unknown[]): readonly unknown[] => {
    let changed: unknown[] | undefined;
    for (let i = 0; i < list.length; i += 1) {
      const child = list[i];
      if (typeof child !== 'object' || child === null) continue;
      const inside = Array.isArray(child) ? inList(child) : inObject(child as JsonObject);
      if (inside !== child) (changed ??= [...list])[i] = inside;
    }
    return changed ?? list;
  };
  const withoutWrong = (coding: readonly unknown[]): readonly unknown[] => {
    if (!coding.some((one) => isWrong(one, known))) return coding;
    const kept = coding.filter((one) => !isWrong(one, known));
    if (!kept.some((one) => isKnown(one, known))) isDoubtful = true;
    return kept;
  };
  // Codings are taken away inside, nothing else changes.
  return { resource: inObject(resource) as Resource, isDoubtful };
}

/** True when no code of a known system says what the resource is, so that no rule can see it. */
export function isUnread(resource: Resource, known: KnownCodes): boolean {
  // https://hl7.org/fhir/R4/medicationrequest.html: what the medicine is
  return isInWords(resource['code'] ?? resource['medicationCodeableConcept'], known);
}

/** True when reasons are given by code or in words, and none of them with a code of a known system. */
export function hasUnreadReason({ reasonCode }: Resource, known: KnownCodes): boolean {
  if (!Array.isArray(reasonCode) || reasonCode.length === 0) return false;
  return reasonCode.every((reason) => isInWords(reason, known));
}

function isInWords(concept: unknown, known: KnownCodes): boolean {
  if (!isObject(concept)) return false;
  const { coding } = concept;
  return !(Array.isArray(coding) && coding.some((one) => isKnown(one, known)));
}

function isKnown(coding: unknown, { systems }: KnownCodes): boolean {
  return isWritten(coding) && systems.has(canonicalSystem(coding.system));
}

function isWrong(coding: unknown, { isContradicted }: KnownCodes): boolean {
  return isWritten(coding) && isContradicted(coding);
}

function isWritten(value: unknown): value is WrittenCoding {
  if (!isObject(value)) return false;
  const { system, code, display } = value;
  const isText = typeof display === 'string' || display === undefined;
  return typeof system === 'string' && typeof code === 'string' && code !== '' && isText;
}

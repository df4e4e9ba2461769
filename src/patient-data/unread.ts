import { canonicalSystem, type Coding } from '../cql/codes.ts';
import { isObject, type Resource } from '../fhir/resource.ts';

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

/**
 * A resource without the codings of its `code` that their own display contradicts: what
 * they mean is not known. The same object where there are none.
 */
export function withoutContradicted(resource: Resource, known: KnownCodes): Resource {
  const { code } = resource;
  if (!isObject(code)) return resource;
  const codings = codingsOf(resource);
  const kept = codings.filter((coding) => !isWritten(coding) || !known.isContradicted(coding));
  if (kept.length === codings.length) return resource;
  return { ...resource, code: { ...code, coding: kept } };
}

/** True when no coding of its `code` is of a known system, so that no rule can see what it is. */
export function isUnread(resource: Resource, { systems }: KnownCodes): boolean {
  if (!isObject(resource['code'])) return false;
  return !codingsOf(resource).some(
    (coding) => isWritten(coding) && systems.has(canonicalSystem(coding.system)),
  );
}

function codingsOf({ code }: Resource): readonly unknown[] {
  return isObject(code) && Array.isArray(code['coding']) ? code['coding'] : [];
}

function isWritten(value: unknown): value is WrittenCoding {
  if (!isObject(value)) return false;
  const { system, code, display } = value;
  const isText = typeof display === 'string' || display === undefined;
  return typeof system === 'string' && typeof code === 'string' && code !== '' && isText;
}

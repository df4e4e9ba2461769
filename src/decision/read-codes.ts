import { referenceTo, type Resource } from '../fhir/resource.ts';
import type { MetRequirement } from '../patient-data/met-requirement.ts';
import { isUnread, withoutContradicted, type KnownCodes } from '../patient-data/unread.ts';

export interface ReadCodes {
  /** What rules look at. */
  readonly resources: readonly Resource[];
  /** Those with no code in a system that rules know. */
  readonly unread: readonly Resource[];
  /** Those that lost a code which cannot be trusted, with it. */
  readonly untrusted: readonly Resource[];
}

/**
 * Tells apart what rules can read, once `toRules` has put the codes they know beside a
 * site's own; only of the types that the service retrieves.
 */
export function readCodes(
  given: readonly Resource[],
  toRules: (resource: Resource) => Resource,
  { types, known }: { types: ReadonlySet<string>; known: KnownCodes },
): ReadCodes {
  const unread: Resource[] = [];
  const untrusted: Resource[] = [];
  const resources = given.map((resource) => {
    const coded = toRules(resource);
    const trusted = withoutContradicted(coded, known);
    if (types.has(resource.resourceType)) {
      if (trusted.isDoubtful) untrusted.push(coded);
      else if (isUnread(coded, known)) unread.push(coded);
    }
    return trusted.resource;
  });
  return { resources, unread, untrusted };
}

export interface ReadOrder {
  readonly given: Resource;
  /** With the codes that rules know beside a site's own, trusted or not. */
  readonly coded: Resource;
  /** As rules look at it. */
  readonly order: Resource;
}

/** The same for orders in hand, whatever their type. */
export function readOrders(
  given: readonly Resource[],
  toRules: (resource: Resource) => Resource,
  known: KnownCodes,
): ReadOrder[] {
  return given.map((one) => {
    const coded = toRules(one);
    return { given: one, coded, order: withoutContradicted(coded, known).resource };
  });
}

/** Data that may not be read as "absent", and why. */
export interface Lack {
  /** The prefetch key, or the reference of one resource. */
  readonly key: string;
  readonly resourceType: string;
  readonly reason: string;
}

export function lackOf(requirement: MetRequirement): Lack {
  const { resourceType, key } = requirement;
  const reason = 'reason' in requirement ? requirement.reason : requirement.state;
  return { key, resourceType, reason };
}

/** What such a resource says is not known, so nothing of its type is certainly absent. */
export function distrustOf(resource: Resource): Lack {
  const { resourceType } = resource;
  return {
    key: referenceTo(resource) ?? `a ${resourceType} without id`,
    resourceType,
    reason: 'a code and its display contradict each other; correct one of them',
  };
}

import { referenceTo, type Resource } from '../fhir/resource.ts';
import type { MetRequirement } from '../patient-data/gather.ts';
import { isUnread, withoutContradicted, type KnownCodes } from '../patient-data/unread.ts';

export interface ReadCodes {
  /** What rules look at. */
  readonly resources: readonly Resource[];
  /** Those with no code in a system that rules know, as they came. */
  readonly unread: readonly Resource[];
  /** Those with no code left that can be trusted, as they came. */
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
    const trusted = withoutContradicted(resource, known);
    const read = toRules(trusted);
    if (types.has(resource.resourceType) && isUnread(read, known)) {
      (trusted === resource ? unread : untrusted).push(resource);
    }
    return read;
  });
  return { resources, unread, untrusted };
}

/** Data that may not be read as "absent", and how a card says so. */
export interface Lack {
  readonly resourceType: string;
  readonly words: string;
}

export function lackOf(requirement: MetRequirement): Lack {
  const { resourceType, key } = requirement;
  const reason = 'reason' in requirement ? requirement.reason : requirement.state;
  return { resourceType, words: `${key} (${reason})` };
}

/** What such a resource says is not known, so nothing of its type is certainly absent. */
export function distrustOf(resource: Resource): Lack {
  const { resourceType } = resource;
  const name = referenceTo(resource) ?? `a ${resourceType} without id`;
  return {
    resourceType,
    words: `${name} (its code and its display contradict each other; correct one of them)`,
  };
}

import { isDeepStrictEqual } from 'node:util';
import { isObject, type Resource } from '../fhir/resource.ts';

/** Resources that came, by what their versions say. */
export interface Versions {
  /** Each once, in its newest version; one of those that contradict each other. */
  readonly newest: readonly Resource[];
  readonly superseded: readonly Resource[];
  /** Of those that contradict each other, all: nothing says which is newer. */
  readonly contradicting: readonly (readonly Resource[])[];
}

/**
 * Each resource once. Of two of one id the one last updated counts, else the one of the higher
 * version where both are numbers; the same once more adds nothing, and the rest contradict.
 *
 * @see https://hl7.org/fhir/R4/resource.html#Meta
 */
export function newestVersions(resources: readonly Resource[]): Versions {
  const { firsts, repeats } = byReference(resources);
  if (repeats.size === 0) return { newest: resources, superseded: [], contradicting: [] };
  const superseded: Resource[] = [];
  const contradicting: Resource[][] = [];
  const chosen = firsts.map((first) => {
    const others = repeats.get(first);
    if (others === undefined) return first;
    const all = [first, ...others];
    const standing = all.filter((one) => !all.some((other) => isNewer(other, one)));
    const [head = first, ...rest] = standing;
    const against = rest.filter((one) => !isDeepStrictEqual(one, head));
    if (against.length > 0) contradicting.push([head, ...against]);
    const told = new Set([head, ...against]);
    superseded.push(...all.filter((one) => !told.has(one)));
    return head;
  });
  return { newest: chosen, superseded, contradicting };
}

/** Each reference's first resource, those without one too, and what came again after it: in most charts nothing. */
function byReference(resources: readonly Resource[]): {
  readonly firsts: readonly Resource[];
  readonly repeats: ReadonlyMap<Resource, readonly Resource[]>;
} {
  const known = new Map<string, Map<string, Resource>>();
  const firsts: Resource[] = [];
  const repeats = new Map<Resource, Resource[]>();
  for (const resource of resources) {
    const { resourceType, id } = resource;
    if (typeof id !== 'string') {
      firsts.push(resource);
      continue;
    }
    let ofType = known.get(resourceType);
    if (!ofType) known.set(resourceType, (ofType = new Map()));
    const first = ofType.get(id);
    if (first === undefined) {
      ofType.set(id, resource);
      firsts.push(resource);
    } else {
      const again = repeats.get(first);
      if (again) again.push(resource);
      else repeats.set(first, [resource]);
    }
  }
  return { firsts, repeats };
}

function isNewer(one: Resource, other: Resource): boolean {
  const [mine, theirs] = [updated(one), updated(other)];
  if (mine !== undefined && theirs !== undefined && mine !== theirs) return mine > theirs;
  const [version, before] = [versionOf(one), versionOf(other)];
  return version !== undefined && before !== undefined && version > before;
}

function updated({ meta }: Resource): number | undefined {
  const written = isObject(meta) ? meta['lastUpdated'] : undefined;
  // An instant has a time of day; of a day alone nobody knows when on it.
  const isInstant = typeof written === 'string' && written.includes('T');
  const time = isInstant ? Date.parse(written) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

function versionOf({ meta }: Resource): number | undefined {
  const written = isObject(meta) ? meta['versionId'] : undefined;
  return typeof written === 'string' && /^\d{1,15}$/.test(written) ? Number(written) : undefined;
}

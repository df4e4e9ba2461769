import { isDeepStrictEqual } from 'node:util';
import { isObject, referenceTo, type Resource } from '../fhir/resource.ts';

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
  const byReference = new Map<string, Resource[]>();
  const newest: Resource[] = [];
  let hasRepeats = false;
  for (const resource of resources) {
    const reference = referenceTo(resource);
    const known = reference === undefined ? undefined : byReference.get(reference);
    if (known) {
      known.push(resource);
      hasRepeats = true;
      continue;
    }
    if (reference !== undefined) byReference.set(reference, [resource]);
    newest.push(resource);
  }
  if (!hasRepeats) return { newest: resources, superseded: [], contradicting: [] };
  const superseded: Resource[] = [];
  const contradicting: Resource[][] = [];
  const chosen = newest.map((first) => {
    const all = byReference.get(referenceTo(first) ?? '') ?? [first];
    if (all.length === 1) return first;
    const standing = all.filter((one) => !all.some((other) => isNewer(other, one)));
    const [head = first, ...rest] = standing;
    const others = rest.filter((one) => !isDeepStrictEqual(one, head));
    if (others.length > 0) contradicting.push([head, ...others]);
    const told = new Set([head, ...others]);
    superseded.push(...all.filter((one) => !told.has(one)));
    return head;
  });
  return { newest: chosen, superseded, contradicting };
}

function isNewer(one: Resource, other: Resource): boolean {
  const [mine, theirs] = [updated(one), updated(other)];
  if (mine !== undefined && theirs !== undefined && mine !== theirs) return mine > theirs;
  const [version, before] = [versionOf(one), versionOf(other)];
  return version !== undefined && before !== undefined && version > before;
}

function updated({ meta }: Resource): number | undefined {
  const written = isObject(meta) ? meta['lastUpdated'] : undefined;
  const time = typeof written === 'string' ? Date.parse(written) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

function versionOf({ meta }: Resource): number | undefined {
  const written = isObject(meta) ? meta['versionId'] : undefined;
  return typeof written === 'string' && /^\d{1,15}$/.test(written) ? Number(written) : undefined;
}

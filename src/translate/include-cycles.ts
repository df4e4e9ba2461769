/** A library that includes itself, by way of the libraries it includes. */
export interface IncludeCycle {
  readonly library: string;
  /** The names along the way: `A, B, A`. */
  readonly path: readonly string[];
}

/**
 * Libraries that the translator would follow until its stack ends, each with the
 * way back to itself.
 */
export function findIncludeCycles(
  includes: ReadonlyMap<string, readonly string[]>,
): IncludeCycle[] {
  return [...includes.keys()].flatMap((library) => {
    const path = wayTo(library, library, includes, new Set());
    return path === undefined ? [] : [{ library, path: [library, ...path] }];
  });
}

/** All libraries from which one of the targets can be reached, the targets among them. */
export function includersOf(
  targets: ReadonlySet<string>,
  includes: ReadonlyMap<string, readonly string[]>,
): ReadonlySet<string> {
  const reaches = (from: string): boolean =>
    targets.has(from) ||
    [...targets].some((target) => wayTo(target, from, includes, new Set()) !== undefined);
  return new Set([...includes.keys()].filter(reaches));
}

function wayTo(
  target: string,
  from: string,
  includes: ReadonlyMap<string, readonly string[]>,
  seen: Set<string>,
): string[] | undefined {
  for (const next of includes.get(from) ?? []) {
    if (next === target) return [next];
    if (seen.has(next)) continue;
    seen.add(next);
    const rest = wayTo(target, next, includes, seen);
    if (rest) return [next, ...rest];
  }
  return undefined;
}

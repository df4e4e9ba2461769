import type { OpenRepresentation } from './fact.ts';

/** An element of a representation's resources; the empty path is the resource itself. */
interface Trace {
  readonly representation: OpenRepresentation;
  readonly path: string;
}

/** What a value of the CQL was made from, and the same for the fields of a tuple. */
export interface Carried {
  readonly traces: readonly Trace[];
  readonly fields?: ReadonlyMap<string, Carried>;
}

export const NOTHING: Carried = { traces: [] };

/** The values of several parts together. */
export function merge(parts: readonly Carried[]): Carried {
  const fields = new Map<string, Carried>();
  for (const [name, value] of parts.flatMap((part) => [...(part.fields ?? [])])) {
    const known = fields.get(name);
    fields.set(name, known ? merge([known, value]) : value);
  }
  return { traces: distinct(parts.flatMap(({ traces }) => traces)), fields };
}

/** An element of the value: a field of a tuple, or one of a resource. */
export function elementOf({ traces, fields }: Carried, element: string): Carried {
  const deeper = traces.map(({ representation, path }) => {
    return { representation, path: path === '' ? element : `${path}.${element}` };
  });
  return merge([fields?.get(element) ?? NOTHING, { traces: deeper }]);
}

function distinct(traces: readonly Trace[]): Trace[] {
  return traces.filter(
    ({ representation, path }, i) =>
      traces.findIndex((t) => t.representation === representation && t.path === path) === i,
  );
}

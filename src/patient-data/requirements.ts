import { reachableRetrieves } from '../cql/references.ts';
import type { Program } from '../cql/program.ts';
import type { ExpressionName } from '../facts.ts';

/**
 * Data that some CQL retrieves: one read or search, under the prefetch key by
 * which the EHR may send it.
 */
export interface DataRequirement {
  readonly key: string;
  readonly resourceType: string;
  /** FHIR read or search, relative to the server, with `{{context.…}}` tokens. */
  readonly template: string;
}

/**
 * Derives what to ask for from the retrieves the expressions can reach: one key a
 * resource type, searched by patient alone, since an entry without code or date
 * counts too. The Patient is always asked for.
 *
 * @see https://cds-hooks.hl7.org/STU2/#prefetch-template
 */
export function deriveRequirements(
  program: Program,
  expressions: readonly ExpressionName[],
): DataRequirement[] {
  const types = new Set(reachableRetrieves(program, expressions).map((r) => r.resourceType));
  types.delete('Patient');
  return ['Patient', ...[...types].toSorted()].map((resourceType) => ({
    key: prefetchKey(resourceType),
    resourceType,
    template: prefetchTemplate(resourceType),
  }));
}

/** `Condition` is sent as `conditions`, `Patient` as `patient`. */
export function prefetchKey(resourceType: string): string {
  const name = resourceType.charAt(0).toLowerCase() + resourceType.slice(1);
  if (resourceType === 'Patient') return name;
  return name.endsWith('y') ? `${name.slice(0, -1)}ies` : `${name}s`;
}

function prefetchTemplate(resourceType: string): string {
  return resourceType === 'Patient'
    ? 'Patient/{{context.patientId}}'
    : `${resourceType}?patient={{context.patientId}}`;
}

/** The resource types an expression's value rests on. */
export function sourcesOf(program: Program, expression: ExpressionName): ReadonlySet<string> {
  return new Set(reachableRetrieves(program, [expression]).map((r) => r.resourceType));
}

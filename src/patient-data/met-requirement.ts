import type { Resource } from '../fhir/resource.ts';
import type { DataRequirement } from './requirements.ts';

/**
 * How a requirement was met. *Missing* was not sent, *failed* was looked for in
 * vain, *incomplete* is not the whole answer, or none: none of the three may be read as "absent".
 */
export type RequirementState =
  | { readonly state: 'prefetched' | 'read' | 'absent' }
  | { readonly state: 'missing' | 'failed' | 'incomplete'; readonly reason: string };

export type MetRequirement = DataRequirement & RequirementState;

/** Why resources that came are not the answer to what was asked for; undefined where they may be. */
export function whyNotAnswered(
  resources: readonly Resource[],
  { resourceType }: DataRequirement,
  isAllRead: boolean,
): string | undefined {
  if (!isAllRead) return 'it holds what no record of FHIR R4 does';
  const isOfOthers = resources.every((one) => one.resourceType !== resourceType);
  return resources.length > 0 && isOfOthers ? `what came is no ${resourceType}` : undefined;
}

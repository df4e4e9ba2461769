import type { DataRequirement } from './requirements.ts';

/**
 * How a requirement was met. *Missing* was not sent, *failed* was looked for in
 * vain, *incomplete* lacks a page: none of the three may be read as "absent".
 */
export type RequirementState =
  | { readonly state: 'prefetched' | 'read' | 'absent' }
  | { readonly state: 'missing' | 'failed' | 'incomplete'; readonly reason: string };

export type MetRequirement = DataRequirement & RequirementState;

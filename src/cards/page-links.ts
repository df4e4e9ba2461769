import type { Link } from '../cds-hooks/response.ts';
import type { CardDefinition } from './definition.ts';

/** Where the forms and the pages of rules are, below the service's address. */
export const FORMS = '/forms';
export const RULES = '/rules';

/**
 * Links to pages of this service: the form that records what the card asks for, and what its rule
 * rests on. None while nobody said at which address browsers reach the service. No link names the
 * patient: an address with an id would be kept in logs and histories.
 */
export function pageLinks(
  { form, rule, title }: CardDefinition,
  publicUrl: string | undefined,
): Link[] {
  if (publicUrl === undefined) return [];
  const link = (label: string, path: string): Link => ({
    label,
    url: publicUrl + path,
    type: 'absolute',
  });
  return [
    ...(form === undefined ? [] : [link(`Form: ${form.title}`, `${FORMS}/${form.name}`)]),
    link(`Why: ${title}`, `${RULES}/${rule}`),
  ];
}

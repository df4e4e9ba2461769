import type { CdsServiceEntry } from '../cds-hooks/response.ts';
import type { Content } from '../content/content.ts';

/** What discovery says of the services. @see https://cds-hooks.hl7.org/STU2/#discovery */
export function discover(content: Content): { services: CdsServiceEntry[] } {
  return {
    services: content.services.map(
      ({ hook, title, description, id, requirements, usageRequirements }) => ({
        hook,
        title,
        description,
        id,
        prefetch: Object.fromEntries(requirements.map(({ key, template }) => [key, template])),
        ...(usageRequirements === undefined ? {} : { usageRequirements }),
      }),
    ),
  };
}

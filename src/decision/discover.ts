import type { CdsServiceEntry } from '../cds-hooks/response.ts';
import type { Content } from '../content/content.ts';
import type { Questionnaire } from '../reading/questionnaire.ts';

/** What there is to call, as plain data. */
export interface Offer {
  /** The version of the content. */
  readonly version: string;
  /** The services as discovery lists them. @see https://cds-hooks.hl7.org/STU2/#discovery */
  readonly services: readonly CdsServiceEntry[];
  /** The forms. */
  readonly questionnaires: readonly Questionnaire[];
}

/** What the content offers. */
export function discover(content: Content): Offer {
  return {
    version: content.version,
    questionnaires: content.questionnaires,
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

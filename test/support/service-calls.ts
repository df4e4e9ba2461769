import { carriesOrders } from '../../src/cds-hooks/hooks.ts';
import type { CdsService, Content } from '../../src/content/content.ts';
import { decide } from '../../src/decision/decide.ts';
import type { EvaluationInput } from '../../src/engine/evaluate.ts';
import { NerverootError } from '../../src/errors.ts';
import type { Resource } from '../../src/fhir/resource.ts';
import { composeRequest } from '../../src/patient-data/compose-request.ts';
import { aSite } from './site.ts';

/** The order that is being written where a hook carries orders. */
export const MRI: Resource = {
  resourceType: 'ServiceRequest',
  id: 'mri',
  status: 'draft',
  intent: 'order',
  code: { coding: [{ system: 'http://loinc.org', code: '30679-5' }] },
};

/** A moment, and the zone of the site. */
export interface Moment {
  readonly now: Date;
  readonly timeZone: string;
}

/** The call of one service by prefetch, over all that an EHR has of one patient. */
export function callOf(
  service: CdsService,
  resources: readonly Resource[],
  order: Resource = MRI,
): Record<string, unknown> {
  return composeRequest({
    hook: service.hook,
    hookInstance: '11111111-1111-4111-8111-111111111111',
    requirements: service.requirements,
    resources,
    draftOrders: carriesOrders(service.hook) ? [order] : undefined,
  });
}

/** What the rules work on in a call; undefined where it is refused for want of required data. */
export async function inputOf(
  content: Content,
  serviceId: string,
  body: unknown,
  { now, timeZone }: Moment,
): Promise<EvaluationInput | undefined> {
  try {
    const { evaluation } = await decide(serviceId, body, {
      content: { current: async () => content },
      clock: () => now,
      newId: () => '00000000-0000-4000-8000-000000000000',
      siteOf: () => aSite(timeZone),
    });
    return evaluation.input;
  } catch (error) {
    if (error instanceof NerverootError && error.code === 'MissingData') return undefined;
    throw error;
  }
}

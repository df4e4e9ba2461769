import type { CdsRequest } from '../cds-hooks/request.ts';
import { NerverootError } from '../errors.ts';
import type { FhirReader } from '../fhir/client.ts';
import { referenceTo, type Resource } from '../fhir/resource.ts';
import type { Chart } from '../reading/read.ts';
import { readDraftOrders } from './draft-orders.ts';
import { readMedications } from './read-medications.ts';
import type { MetRequirement, RequirementState } from './met-requirement.ts';
import { readMissing } from './read-missing.ts';
import { readPrefetch, type Intake } from './read-prefetch.ts';
import type { DataRequirement } from './requirements.ts';
import type { Totals } from '../site.ts';
import { ResourcePool } from './resource-pool.ts';

/** What a call brought, and how much of what was asked for. */
export interface PatientData extends Chart {
  readonly requirements: readonly MetRequirement[];
}

/** What `gather` has to know beside the request. */
export interface GatherRules {
  readonly requirements: readonly DataRequirement[];
  /** Resource types without which the answer is 412. */
  readonly required: readonly string[];
  /** Resource types that the site does not keep; required ones are asked for all the same. */
  readonly without: readonly string[];
  /** What the totals of the client's searches count. */
  readonly totals: Totals;
  /** Whether FHIR R4 has a resource type of that name that a record may hold. */
  readonly isRecordType: (name: string) => boolean;
  /** Reads what prefetch did not bring; undefined when no FHIR server may be read. */
  readonly reader: FhirReader | undefined;
}

/**
 * Brings together the patient's data from the request. Throws MissingData when a
 * required item is not there, PatientMismatch when a resource names another
 * patient, InvalidRequest when what was sent is of an older FHIR than R4.
 *
 * @see https://cds-hooks.hl7.org/STU2/#providing-fhir-resources-to-a-cds-service
 */
export async function gather(request: CdsRequest, rules: GatherRules): Promise<PatientData> {
  const pool = new ResourcePool(
    { id: request.context.patientId, server: request.fhirServer },
    rules.isRecordType,
  );
  const orders = readDraftOrders(request, pool);
  const inPart: Resource[] = [];
  const intake: Intake = { pool, totals: rules.totals, setAside: (one) => inPart.push(one) };
  const prefetched = rules.requirements.map((requirement): MetRequirement => ({
    ...requirement,
    ...forgive(readPrefetch(request, requirement, intake), requirement, rules),
  }));
  const requirements = await readMissing(prefetched, request.context, rules.reader, pool);
  // What has been read whole since stands in the place of what was sent in part.
  if (inPart.length > 0) {
    const whole = new Set(pool.resources.map(referenceTo));
    pool.add(
      inPart.filter((one) => !whole.has(referenceTo(one) ?? '')),
      () => 'prefetch',
    );
  }
  for (const requirement of requirements) checkRequired(requirement, rules.required, pool);
  if (rules.reader) {
    const medications = await readMedications(
      [...pool.resources, ...orders.draftOrders],
      rules.reader,
    );
    pool.add(medications, () => 'a Medication that was read');
  }
  return {
    resources: pool.resources,
    patient: pool.patient,
    ...orders,
    requirements,
  };
}

/** What a site does not keep was not missed, when it does not come. */
function forgive(
  met: RequirementState,
  { resourceType }: DataRequirement,
  { required, without }: GatherRules,
): RequirementState {
  const isKept = required.includes(resourceType) || !without.includes(resourceType);
  return met.state === 'missing' && !isKept ? { state: 'absent' } : met;
}

function checkRequired(
  requirement: MetRequirement,
  required: readonly string[],
  { resources }: ResourcePool,
): void {
  const { key, resourceType, state } = requirement;
  if (!required.includes(resourceType)) return;
  const isPatient = resourceType === 'Patient';
  // A Patient of which something was left out is still somebody; "nobody" is no patient of a call.
  if (isPatient && resources.some((one) => one.resourceType === 'Patient')) return;
  if (wasLookedAt(requirement) && !(state === 'absent' && isPatient)) return;
  const why = 'reason' in requirement ? requirement.reason : 'holds nobody';
  throw new NerverootError(
    'MissingData',
    `"${key}": ${why}. This service cannot advise without it; send it by prefetch, as ${requirement.template}`,
    { path: `prefetch.${key}` },
  );
}

/** Whether "nothing there" may be read as "absent". */
function wasLookedAt({ state }: MetRequirement): boolean {
  return state === 'prefetched' || state === 'read' || state === 'absent';
}

/** Requirements whose data may not be read as "absent". */
export function notLookedAt(data: PatientData): MetRequirement[] {
  return data.requirements.filter((requirement) => !wasLookedAt(requirement));
}

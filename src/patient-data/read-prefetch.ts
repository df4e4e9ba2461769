import type { CdsRequest } from '../cds-hooks/request.ts';
import { isInPart, readBundle, type SearchResult } from '../fhir/bundle.ts';
import { isResource, type Resource } from '../fhir/resource.ts';
import type { Totals } from '../site.ts';
import { whyNotAnswered, type RequirementState } from './met-requirement.ts';
import type { DataRequirement } from './requirements.ts';
import type { PlaceOf, ResourcePool } from './resource-pool.ts';

/** Where the values of prefetch go. */
export interface Intake {
  readonly pool: ResourcePool;
  readonly totals: Totals;
  /** Takes a resource of which elements were left out. */
  readonly setAside: (resource: Resource) => void;
}

/**
 * Reads the value of one prefetch key, whatever it is. What is not the answer that the template
 * asks for is no answer, and refuses nothing: what came of it is taken in, and nothing is absent
 * by it. Throws PatientMismatch for another patient's data, and InvalidRequest for what STU3 writes.
 *
 * @see https://cds-hooks.hl7.org/STU2/#prefetch-template
 */
export function readPrefetch(
  request: CdsRequest,
  requirement: DataRequirement,
  intake: Intake,
): RequirementState {
  const place = `prefetch.${requirement.key}`;
  const value = request.prefetch.get(requirement.key);
  if (value === undefined) return { state: 'missing', reason: `not sent${whyNotRead(request)}` };
  if (value === null) return { state: 'absent' };
  // It is looked for again, where it can be: nobody has done so in vain.
  if (!isResource(value))
    return { state: 'incomplete', reason: 'what was sent is no FHIR resource' };
  if (value.resourceType === 'OperationOutcome') {
    return { state: 'failed', reason: 'the EHR could not read it' };
  }
  const isBundle = value.resourceType === 'Bundle';
  const found = isBundle ? readBundle(value, intake.totals) : readAlone(value, requirement);
  for (const [fullUrl, resource] of found.patientUrls) intake.pool.learnName(fullUrl, resource);
  const placeOf: PlaceOf = (one) =>
    isBundle ? `${place}.${found.placeOf(one) ?? 'entry'}` : place;
  const isAllRead = takeIn(found.resources, placeOf, intake);
  const reason = whyNotAnswered(found.resources, requirement, isAllRead) ?? found.reason;
  if (reason !== undefined) return { state: 'incomplete', reason };
  return { state: found.resources.length > 0 ? 'prefetched' : 'absent' };
}

/** Words for why what was not sent is not read either, where it is known before any reading. */
function whyNotRead({ fhirServer, leftAside }: CdsRequest): string {
  const odd = ['fhirServer', 'fhirAuthorization'].find((field) => leftAside.has(field));
  if (odd !== undefined) return `, and the ${odd} of the call cannot be used`;
  return fhirServer === undefined ? '' : ', and this service may not read that FHIR server';
}

/** A resource without a Bundle: all of what a read asks for, and never all that a search may find. */
function readAlone(
  resource: Resource,
  { template }: DataRequirement,
): Omit<SearchResult, 'complete'> {
  const found = { resources: [resource], placeOf: () => undefined, patientUrls: new Map() };
  if (isInPart(resource)) return { ...found, reason: 'the resource came in part only' };
  if (!template.includes('?')) return found;
  return { ...found, reason: 'one resource was sent in the place of all that there are' };
}

/** Whether all of them could be taken in. */
function takeIn(
  resources: readonly Resource[],
  placeOf: PlaceOf,
  { pool, setAside }: Intake,
): boolean {
  const inPart = resources.filter(isInPart);
  if (inPart.length === 0) return pool.add(resources, placeOf);
  for (const resource of inPart) {
    pool.check(resource, placeOf);
    setAside(resource);
  }
  return pool.add(
    resources.filter((resource) => !isInPart(resource)),
    placeOf,
  );
}

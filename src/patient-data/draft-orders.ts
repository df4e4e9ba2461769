import type { CdsRequest } from '../cds-hooks/request.ts';
import { NerverootError } from '../errors.ts';
import { withModifiers } from '../fhir/bundle.ts';
import { isObject, isResource, referenceTo, type Resource } from '../fhir/resource.ts';
import type { Chart } from '../reading/read.ts';
import type { UnseenOrder } from '../reading/orders.ts';
import { groupedIn } from './grouped-orders.ts';
import type { ResourcePool } from './resource-pool.ts';

/**
 * The unsigned orders of a call, and those that it is about. One that cannot be seen is never left
 * out in silence: what stands in the place of an order and is none that FHIR R4 has, and what was
 * selected and did not come. Throws PatientMismatch for another patient's, and InvalidRequest for
 * orders of an older FHIR, whose context is not R4 at all.
 *
 * @see https://cds-hooks.hl7.org/hooks/STU1/order-select.html
 */
export function readDraftOrders(
  { context }: CdsRequest,
  pool: ResourcePool,
): Pick<Chart, 'draftOrders' | 'selectedOrders' | 'unseenOrders'> {
  const { draftOrders: sent = { resourceType: 'Bundle' } } = context;
  const given = draftsIn(sent, 'context.draftOrders');
  const seen = given.flatMap((draft) => seenIn(draft, pool));
  const unseen = given.flatMap((draft) => unseenIn(draft, pool));
  const alone = seen.filter(({ resourceType }) => REQUESTS.has(resourceType));
  const groups = alone.map((group) => ({
    group,
    ...groupedIn(group, (type) => REQUESTS.has(type)),
  }));
  const grouped = groups.flatMap(({ group, orders }) => orders.map((one) => ({ group, ...one })));
  const draftOrders = [...alone, ...grouped.map(({ order }) => order)];
  const here = new Set([...seen.map(referenceTo), ...grouped.map(({ name }) => name)]);
  const { selections } = context;
  const isNamed = (name: string | undefined): boolean =>
    !selections || (name !== undefined && selections.includes(name));
  const isSelected = (order: Resource): boolean => isNamed(referenceTo(order));
  const selected = groups.filter(({ group }) => isSelected(group));
  const notHere = [
    ...(selections ?? []),
    ...selected.flatMap(({ references }) =>
      references.filter((reference) => REQUESTS.has(reference.split('/')[0] ?? '')),
    ),
  ].filter((reference) => !here.has(reference));
  return {
    draftOrders,
    // Where nobody can tell which of them were selected, any of them may have been.
    selectedOrders: [
      ...alone.filter((order) => isSelected(order) || isOfSelected(order, selected)),
      ...grouped.flatMap(({ group, name, order }) =>
        isSelected(group) || isNamed(name) ? order : [],
      ),
    ],
    unseenOrders: [
      ...(selections ? [] : unseen),
      ...[...new Set(notHere)].map((reference) => notSent(reference, unseen, pool)),
    ],
  };
}

/** Whoever selects a group selects what it refers to. */
function isOfSelected(
  order: Resource,
  selected: readonly { readonly references: readonly string[] }[],
): boolean {
  const own = referenceTo(order);
  return own !== undefined && selected.some(({ references }) => references.includes(own));
}

/** What stands in the place of an order, and where. */
interface Draft {
  readonly value: unknown;
  readonly place: string;
}

/** The drafts of a Bundle, and of those inside it. */
function draftsIn(value: unknown, place: string): Draft[] {
  if (!isResource(value) || value.resourceType !== 'Bundle') return [{ value, place }];
  const { entry } = value;
  // Lists that are empty are written as null by some.
  if (entry === undefined || entry === null) return [];
  if (!Array.isArray(entry)) return [{ value: entry, place: `${place}.entry` }];
  return entry.flatMap((one: unknown, i) => {
    const resource = isObject(one) ? one['resource'] : undefined;
    const draft = isResource(resource) ? withModifiers(resource, value, one) : resource;
    return draftsIn(draft, `${place}.entry[${i}].resource`);
  });
}

/** What else a client puts among the drafts is no order, and stands in the place of nothing on record. */
function seenIn({ value, place }: Draft, pool: ResourcePool): Resource[] {
  if (!isResource(value)) return [];
  pool.check(value, () => place);
  if (BEFORE_R4.has(value.resourceType)) {
    throw new NerverootError(
      'InvalidRequest',
      `"${place}" has a resource type that FHIR R4 does not have; this service reads R4 only`,
      { path: place },
    );
  }
  return pool.isRecordType(value.resourceType) ? [value] : [];
}

/** Nobody can say that it was no order. */
function unseenIn({ value, place }: Draft, pool: ResourcePool): UnseenOrder[] {
  if (isResource(value) && pool.isRecordType(value.resourceType)) return [];
  const resource: Resource = { ...(isObject(value) ? value : {}), resourceType: NO_TYPE };
  pool.check(resource, () => place);
  return [{ resource, why: 'malformed' }];
}

/** FHIR's own type for what has none. @see https://hl7.org/fhir/R4/basic.html */
const NO_TYPE = 'Basic';

/** Of what was selected and is not here no more is known than its type and its id. */
function notSent(
  selection: string,
  unseen: readonly UnseenOrder[],
  pool: ResourcePool,
): UnseenOrder {
  const [type = '', id = ''] = selection.split('/');
  const resourceType = pool.isRecordType(type) ? type : NO_TYPE;
  return (
    unseen.find(({ resource }) => resource.id === id) ?? {
      resource: { resourceType, id },
      why: 'not sent',
    }
  );
}

/** @see https://hl7.org/fhir/R4/request.html */
const REQUESTS: ReadonlySet<string> = new Set([
  'Appointment',
  'AppointmentResponse',
  'CarePlan',
  'Claim',
  'CommunicationRequest',
  'Contract',
  'CoverageEligibilityRequest',
  'DeviceRequest',
  'EnrollmentRequest',
  'ImmunizationRecommendation',
  'MedicationRequest',
  'NutritionOrder',
  'RequestGroup',
  'ServiceRequest',
  'SupplyRequest',
  'Task',
  'VisionPrescription',
]);

/** Orders that only older versions have. @see https://hl7.org/fhir/R4/diff.html */
const BEFORE_R4: ReadonlySet<string> = new Set([
  'DeviceUseRequest',
  'DiagnosticOrder',
  'EligibilityRequest',
  'MedicationOrder',
  'Order',
  'ProcedureRequest',
  'ProcessRequest',
  'ReferralRequest',
]);

import { isObject, objectsIn, type Resource } from '../fhir/resource.ts';

/**
 * The statuses that FHIR R4 has: each of these elements is bound to them. Codes are
 * case-sensitive, and a status in words or in another code system is none of them.
 *
 * @see https://hl7.org/fhir/R4/terminologies.html#required
 */
const STATUSES: Readonly<Record<string, Readonly<Record<string, ReadonlySet<string>>>>> = {
  Condition: {
    clinicalStatus: set('active recurrence relapse inactive remission resolved'),
    verificationStatus: set(
      'unconfirmed provisional differential confirmed refuted entered-in-error',
    ),
  },
  DiagnosticReport: {
    status: set(
      'registered partial preliminary final amended corrected appended cancelled entered-in-error unknown',
    ),
  },
  MedicationRequest: {
    status: set('active on-hold cancelled completed entered-in-error stopped draft unknown'),
  },
  MedicationStatement: {
    status: set('active completed entered-in-error intended stopped on-hold unknown not-taken'),
  },
  Observation: {
    status: set(
      'registered preliminary final amended corrected cancelled entered-in-error unknown',
    ),
  },
  Procedure: {
    status: set(
      'preparation in-progress not-done on-hold stopped completed entered-in-error unknown',
    ),
  },
  QuestionnaireResponse: {
    status: set('in-progress completed amended entered-in-error stopped'),
  },
  ServiceRequest: {
    status: set('draft active on-hold revoked completed entered-in-error unknown'),
  },
};

const BOUND: ReadonlyMap<string, readonly (readonly [string, ReadonlySet<string>])[]> = new Map(
  Object.entries(STATUSES).map(([type, elements]) => [type, Object.entries(elements)]),
);

const WITHDRAWN = set('entered-in-error refuted not-done');

function set(codes: string): ReadonlySet<string> {
  return new Set(codes.split(' '));
}

/** A resource with those statuses alone that are of FHIR. */
export interface StatusRead {
  /** The same object where there was nothing to take away. */
  readonly resource: Resource;
  /** A status stood there, and none that FHIR has. */
  readonly isUnread: boolean;
}

/** Takes away statuses that FHIR does not have: such a one says no more than none. */
export function readStatus(resource: Resource): StatusRead {
  let read = resource;
  for (const [element, allowed] of BOUND.get(resource.resourceType) ?? []) {
    const value = resource[element];
    if (value === undefined || value === null) continue;
    if (isOneOf(value, allowed) && !contradictsItself(value)) continue;
    const { [element]: _unread, ...rest } = read;
    read = { ...rest, resourceType: resource.resourceType };
  }
  return { resource: read, isUnread: read !== resource };
}

/** A resource without its statuses: of one that holds what changes its meaning, these say nothing either. */
export function withoutStatus(resource: Resource): Resource {
  const statuses = BOUND.get(resource.resourceType) ?? [];
  const kept = Object.entries(resource).filter(
    ([name]) => !statuses.some(([element]) => element === name),
  );
  return { ...Object.fromEntries(kept), resourceType: resource.resourceType };
}

function isOneOf(value: unknown, allowed: ReadonlySet<string>): boolean {
  if (!isObject(value)) return typeof value === 'string' && allowed.has(value);
  return objectsIn(value['coding']).some(
    ({ code }) => typeof code === 'string' && allowed.has(code),
  );
}

/** Withdrawn by one code and not by another beside it: neither is known. */
function contradictsItself(value: unknown): boolean {
  if (!isObject(value)) return false;
  const isWithdrawal = new Set(
    objectsIn(value['coding']).flatMap(({ code }) =>
      typeof code === 'string' ? [WITHDRAWN.has(code)] : [],
    ),
  );
  return isWithdrawal.size === 2;
}

/** True for what was entered in error, refuted or not done. */
export function isWithdrawn({ status, verificationStatus }: Resource): boolean {
  return isOneOf(status, WITHDRAWN) || isOneOf(verificationStatus, WITHDRAWN);
}

/**
 * What only FHIR before R4 has, by which its resources are told from those of R4; undefined
 * where there is nothing of it.
 *
 * @see https://hl7.org/fhir/R4/diff.html
 */
export function elementOfStu3(resource: Resource): string | undefined {
  return STU3.get(resource.resourceType)?.find(({ element, is }) => is(resource[element]))?.element;
}

const isText = (value: unknown): boolean => typeof value === 'string';
const isThere = (value: unknown): boolean => value !== undefined;

const STU3: ReadonlyMap<string, readonly { element: string; is: (value: unknown) => boolean }[]> =
  new Map([
    [
      'Condition',
      [
        { element: 'clinicalStatus', is: isText },
        { element: 'verificationStatus', is: isText },
      ],
    ],
    ['MedicationStatement', [{ element: 'taken', is: isThere }]],
    ['Procedure', [{ element: 'notDone', is: isThere }]],
  ]);

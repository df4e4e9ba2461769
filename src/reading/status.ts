import { canonicalSystem } from '../engine/codes.ts';
import { isObject, objectsIn, type Resource } from '../fhir/resource.ts';

/**
 * The statuses that FHIR R4 has: each of these elements is bound to them. Codes are
 * case-sensitive, and a status in words or in another code system is none of them.
 *
 * @see https://hl7.org/fhir/R4/terminologies.html#required
 */
const STATUSES: Readonly<Record<string, Readonly<Record<string, ReadonlySet<string>>>>> = {
  AllergyIntolerance: {
    clinicalStatus: set('active inactive resolved'),
    verificationStatus: set('unconfirmed confirmed refuted entered-in-error'),
  },
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

interface Bound {
  readonly element: string;
  readonly allowed: ReadonlySet<string>;
}

const BOUND: ReadonlyMap<string, readonly Bound[]> = new Map(
  Object.entries(STATUSES).map(([type, elements]) => [
    type,
    Object.entries(elements).map(([element, allowed]) => ({ element, allowed })),
  ]),
);
const NONE: readonly Bound[] = [];

const WITHDRAWN = set('entered-in-error refuted not-done');
/** What says that a thing is over, or never was: beside the others it leaves open which of them is so. */
const GONE = set('inactive remission resolved entered-in-error refuted not-done');

/**
 * Where the codes of a status in a concept come from: the code system that FHIR R4 binds it to, and the name that this
 * one had in STU3, whose codes are the same. Of any other system, or of none, nobody knows what they say.
 *
 * @see https://hl7.org/fhir/R4/valueset-condition-clinical.html
 * @see https://hl7.org/fhir/R4/valueset-condition-ver-status.html
 * @see https://hl7.org/fhir/R4/valueset-allergyintolerance-clinical.html
 */
const SYSTEMS: Readonly<Record<string, ReadonlySet<string>>> = {
  clinicalStatus: set(
    'http://terminology.hl7.org/CodeSystem/condition-clinical http://hl7.org/fhir/condition-clinical http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical',
  ),
  verificationStatus: set(
    'http://terminology.hl7.org/CodeSystem/condition-ver-status http://hl7.org/fhir/condition-ver-status http://terminology.hl7.org/CodeSystem/allergyintolerance-verification',
  ),
};

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

/**
 * Takes away statuses that FHIR does not have, and codes beside one that are of other systems: such a one says no more
 * than none. So does one whose codes, or whose words, are of two minds.
 */
export function readStatus(resource: Resource): StatusRead {
  let read = resource;
  let isUnread = false;
  for (const { element, allowed } of BOUND.get(resource.resourceType) ?? NONE) {
    const value = resource[element];
    if (value === undefined || value === null) continue;
    const known = isPlainly(value, element, allowed) ? value : knownIn(value, element, allowed);
    if (known === value && !isRegisteredWithResult(resource)) continue;
    const { [element]: _unread, ...rest } = read;
    const isKnown = known !== undefined && known !== value;
    read = { ...rest, ...(isKnown ? { [element]: known } : {}), resourceType: read.resourceType };
    isUnread ||= !isKnown;
  }
  return { resource: read, isUnread };
}

/** A status as nearly all write it: one code of FHIR's own, and no words beside. */
function isPlainly(value: unknown, element: string, allowed: ReadonlySet<string>): boolean {
  if (typeof value === 'string') return allowed.has(value);
  if (!isObject(value) || value['text'] !== undefined) return false;
  const { coding } = value;
  if (!Array.isArray(coding) || coding.length !== 1) return false;
  const one: unknown = coding[0];
  if (!isObject(one) || typeof one['code'] !== 'string') return false;
  return allowed.has(one['code']) && SYSTEMS[element]?.has(String(one['system'])) === true;
}

/** A status, a concept with those codings alone that say one; undefined where none does, or it contradicts itself. */
function knownIn(value: unknown, element: string, allowed: ReadonlySet<string>): unknown {
  if (!isObject(value)) return typeof value === 'string' && allowed.has(value) ? value : undefined;
  const coding = objectsIn(value['coding']);
  const known = coding.filter(
    ({ system, code }) =>
      typeof code === 'string' &&
      allowed.has(code) &&
      typeof system === 'string' &&
      SYSTEMS[element]?.has(canonicalSystem(system)) === true,
  );
  const { text } = value;
  const word = typeof text === 'string' ? text.trim().toLowerCase().replaceAll(' ', '-') : '';
  const said = [...known.map(({ code }) => String(code)), ...(allowed.has(word) ? [word] : [])];
  if (known.length === 0 || new Set(said.map((one) => GONE.has(one))).size > 1) return undefined;
  return known.length === coding.length ? value : { ...value, coding: known };
}

/**
 * Of what is only registered there is no result yet: beside one, its status says nothing.
 *
 * @see https://hl7.org/fhir/R4/valueset-observation-status.html
 */
function isRegisteredWithResult(resource: Resource): boolean {
  if (resource.resourceType !== 'Observation' || resource['status'] !== 'registered') return false;
  return Object.keys(resource).some((element) => /^value[A-Z]/.test(element));
}

/** A resource without its statuses: of one that holds what changes its meaning, these say nothing either. */
export function withoutStatus(resource: Resource): Resource {
  const statuses = BOUND.get(resource.resourceType) ?? [];
  const kept = Object.entries(resource).filter(
    ([name]) => !statuses.some(({ element }) => element === name),
  );
  return { ...Object.fromEntries(kept), resourceType: resource.resourceType };
}

function isOneOf(value: unknown, allowed: ReadonlySet<string>): boolean {
  if (!isObject(value)) return typeof value === 'string' && allowed.has(value);
  return objectsIn(value['coding']).some(
    ({ code }) => typeof code === 'string' && allowed.has(code),
  );
}

/** True for a Condition that is said to be over. */
export function hasEnded(condition: Resource): boolean {
  const { clinicalStatus } = condition;
  return (
    isOneOf(clinicalStatus, GONE) ||
    Object.keys(condition).some((element) => element.startsWith('abatement'))
  );
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

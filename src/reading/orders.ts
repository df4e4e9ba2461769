import { referenceTo, type Resource } from '../fhir/resource.ts';
import { conceptOf, legible, type Concept } from './concept.ts';
import type { KnownCodes } from './known.ts';
import type { Left, Unread, Why } from './reading.ts';
import { unreadReasonsOf } from './reasons.ts';
import { readStatus } from './status.ts';
import { readTrusted } from './trust.ts';
import { whoseIs, type PatientNames } from './whose.ts';

/** An order of which not even the type can be told (then it is a Basic), or that did not come. */
export interface UnseenOrder {
  readonly resource: Resource;
  readonly why: Why;
}

/** Orders as rules are to see them. */
export interface OrdersRead {
  readonly draftOrders: readonly Resource[];
  readonly selectedOrders: readonly Resource[];
  /** Of the selected orders, those that do not say readably what is ordered, and those that cannot be seen. */
  readonly unreadOrders: readonly Unread[];
  /** Why the selected orders were written, where it cannot be read: an order for each such reason, with it alone. */
  readonly unreadReasons: readonly Unread[];
}

/** The orders in hand, whatever their type, and which of those selected do not say readably what is ordered, or why. */
export function readOrders(
  {
    draftOrders,
    selectedOrders,
    unseenOrders,
    patient,
  }: {
    readonly draftOrders: readonly Resource[];
    readonly selectedOrders: readonly Resource[];
    readonly unseenOrders: readonly UnseenOrder[];
    readonly patient: PatientNames;
  },
  toRules: (resource: Resource) => Resource,
  known: KnownCodes,
  isRead: (reference: string) => boolean,
  diagnoses: () => readonly string[],
): OrdersRead {
  const asked = askedByNoCode(known);
  const drafts = draftOrders.map((given) => {
    const coded = toRules(given);
    const { resource, isModified, contradicted } = readTrusted(coded, known);
    const isClear = whoseIs(given, patient) === 'the patient';
    const isTrusted = !isModified && isClear;
    const { why: byCode, valueSets, word } = orItsSite(conceptOf(resource, asked));
    const torn = byCode !== undefined && contradicted.length > 0 ? 'contradicted' : byCode;
    const why = isModified ? 'modified' : isClear ? torn : 'not clear whose';
    const order = readStatus(resource).resource;
    return { given, coded, isTrusted, order, why, mayBe: valueSets, word };
  });
  const selected = drafts.filter(({ given }) => selectedOrders.includes(given));
  // What is not read is given with what it said.
  return {
    draftOrders: drafts.flatMap(({ order, isTrusted }) => (isTrusted ? order : [])),
    selectedOrders: selected.flatMap(({ order, isTrusted }) => (isTrusted ? order : [])),
    unreadOrders: [
      ...selected.flatMap(({ coded, why, mayBe, word }) =>
        why === undefined ? [] : { resource: asShown(coded), why, mayBe, word },
      ),
      ...unseenOrders.map(({ resource, why }) => {
        const { valueSets, word } = conceptOf(toRules(resource), asked);
        return { resource, why, mayBe: valueSets, word };
      }),
    ],
    unreadReasons: selected.flatMap(({ coded }) =>
      unreadReasonsOf(coded, known, isRead, diagnoses),
    ),
  };
}

/** Rules are given the orders in hand whole, so that what they retrieve of a chart by its codes says nothing of these. */
function askedByNoCode(known: KnownCodes): KnownCodes {
  let orders = OF_ORDERS.get(known);
  if (!orders) OF_ORDERS.set(known, (orders = { ...known, askedOf: () => undefined }));
  return orders;
}

const OF_ORDERS = new WeakMap<KnownCodes, KnownCodes>();

/**
 * What is ordered by its code or, where rules look for nothing of that code, perhaps by words beside
 * it, as of its site: "magnetic resonance imaging" of the lumbar spine.
 *
 * @see https://hl7.org/fhir/R4/servicerequest-definitions.html#ServiceRequest.bodySite
 */
function orItsSite(read: Concept): Concept {
  const { why, valueSets, more } = read;
  return why === undefined && valueSets.length === 0 && more !== undefined
    ? { why: 'code not listed', ...more }
    : read;
}

/** An order that is not read, as rules can show it. */
function asShown(coded: Resource): Resource {
  const { resource } = readStatus(coded);
  const { code } = resource;
  return code === undefined || code === null ? resource : { ...resource, code: legible(code) };
}

/** Whether a reference is to something in the chart that is read, was withdrawn, or is of a kind that rules know, and not asked for. */
export function isReadIn(
  left: readonly Left[],
  types: ReadonlySet<string>,
): (reference: string) => boolean {
  let read: ReadonlySet<string> | undefined; // few calls ask
  const listed = (): ReadonlySet<string> =>
    new Set(
      left.flatMap(({ given, outcome }) =>
        outcome === 'read' ||
        outcome === 'withdrawn' ||
        (outcome === 'not asked for' && types.has(given.resourceType))
          ? (referenceTo(given) ?? [])
          : [],
      ),
    );
  return (reference) => (read ??= listed()).has(ENTRY.exec(reference)?.[1] ?? '');
}

/** Type and id of a reference, with or without its server and a version. @see https://hl7.org/fhir/R4/references.html#literal */
const ENTRY = /(?:^|\/)([A-Z][A-Za-z]+\/[A-Za-z0-9.-]{1,64})(?:\/_history\/[^/]+)?$/;

import { isObject, objectsIn, type Resource } from '../fhir/resource.ts';
import { listed } from './answers.ts';
import { conceptOf, legible, moreOf, whatItIs } from './concept.ts';
import { codingsOf, type KnownCodes } from './known.ts';
import { mayBe, wordsIn, type MayBe } from './may-be.ts';
import { notesOf } from './notes.ts';
import type { Unread, Why } from './reading.ts';
import { aimsOf, DIAGNOSIS, maybeTold } from './told-within.ts';
import { readTrusted } from './trust.ts';

/**
 * The reasons of an order that rules cannot read, whatever else they can read beside: each is the order
 * with that reason alone, as a concept. A reason says what a diagnosis would, and is read as one; what an
 * order refers to is read where it stands in the chart. `isRead` tells that of a reference, and
 * `diagnoses` gives the value sets of the diagnoses there.
 */
export function unreadReasonsOf(
  order: Resource,
  known: KnownCodes,
  isRead: (reference: string) => boolean,
  diagnoses: () => readonly string[] = () => [],
): Unread[] {
  const { reasonCode, reasonReference, ...others } = order;
  const withReason = (concept: unknown, why: Why, possible: MayBe | undefined): Unread => ({
    resource: { ...others, resourceType: order.resourceType, reasonCode: [legible(concept)] },
    why,
    mayBe: possible?.valueSets ?? [],
    word: possible?.word,
  });
  const byCode = listed(reasonCode).flatMap((concept) => {
    const reason = { resourceType: DIAGNOSIS, code: concept };
    const trusted = readTrusted(reason, known);
    const read = conceptOf(trusted.resource, known);
    const possible = moreOf(read, reason, trusted, known);
    if (trusted.isDoubtful) return withReason(concept, 'contradicted', possible);
    if (read.why !== undefined) return withReason(concept, read.why, read);
    return possible ? withReason(concept, 'says more', possible) : [];
  });
  const byReference = listed(reasonReference).flatMap((given) => {
    const { reference, display } = isObject(given) ? given : {};
    if (typeof reference === 'string' && isRead(reference)) return [];
    const inside = objectsIn(order['contained']).find(({ id }) => reference === `#${String(id)}`);
    const concept = inside ? whatItIs(inside as Resource) : undefined;
    const words = isObject(concept) ? {} : { text: display ?? reference };
    const reason = { ...(isObject(concept) ? concept : {}), ...words };
    const codings = codingsOf(reason);
    const possible = mayBe(DIAGNOSIS, { ...reason, display }, codings, known);
    const valueSets = [...new Set([...known.valueSetsWith(codings), ...possible.valueSets])];
    return withReason(reason, 'by reference', { valueSets, word: possible.word });
  });
  const told = toldBesideReasons(order, isRead);
  // What stands in the chart already is told once more, and no other reason.
  const held = told.length === 0 ? [] : diagnoses();
  const beside = told.flatMap((concept) => {
    const possible = maybeTold({ resourceType: DIAGNOSIS, code: concept }, held, known);
    return possible ? withReason(concept, 'says more', possible) : [];
  });
  return [...byCode, ...byReference, ...beside];
}

/**
 * What else an order tells of why it is wanted: its details, its notes, what its name says that it is for, and what it is
 * sent with, where that is not in the chart.
 *
 * @see https://hl7.org/fhir/R4/servicerequest-definitions.html#ServiceRequest.supportingInfo
 */
function toldBesideReasons(order: Resource, isRead: (reference: string) => boolean): unknown[] {
  const { orderDetail, supportingInfo, contained } = order;
  const sent = listed(supportingInfo).flatMap((one) => {
    const { reference, display } = isObject(one) ? one : {};
    if (typeof reference === 'string' && isRead(reference)) return [];
    const inside = objectsIn(contained).find(({ id }) => reference === `#${String(id)}`);
    return [
      ...(inside ? [whatItIs(inside as Resource)] : []),
      ...(typeof display === 'string' ? [{ text: display }] : []),
    ];
  });
  const noted = notesOf(order).map(({ text }) => ({ text }));
  const { code } = order;
  return [...listed(orderDetail), ...noted, ...aimsOf(code), ...addedTo(code), ...sent];
}

/** What people write behind the name of an order: "MR of the knee - locked", "MR of the knee (locked)", "MR of the knee ?tear". */
function addedTo(concept: unknown): { readonly text: string }[] {
  return wordsIn(concept).flatMap((words) => {
    const [, text] = ADDED.exec(words) ?? [];
    return text === undefined ? [] : [{ text }];
  });
}

const ADDED =
  /\S(?:\s+[-\u2013\u2014]\s+|\s*[:(,;]\s*|\s+(?=\?|(?:r\/o|rule out|query|exclude|suspect\p{L}*|possible|with)(?!\p{L})))(.+)$/isu;

import { DateTime } from 'luxon';
import { codeKey } from '../engine/codes.ts';
import type { Program } from '../engine/program.ts';
import { isObject, objectsIn, referenceTo, type Resource } from '../fhir/resource.ts';
import type { Evidence } from './explanation.ts';

/** Elements of FHIR that tell when something was, the most telling first. */
const WHEN = [
  'effectiveDateTime',
  'effectivePeriod.start',
  'effectiveInstant',
  'onsetDateTime',
  'onsetPeriod.start',
  'performedDateTime',
  'performedPeriod.start',
  'authoredOn',
  'occurrenceDateTime',
  'recordedDate',
  'issued',
  'date',
  'birthDate',
];

/** What words are taken from beside the record itself. */
export interface Wording {
  readonly timeZone: string;
  /** The content's display of a code, by its key. */
  readonly displays: ReadonlyMap<string, string>;
}

/** The words of a content for codes that come without any. */
export function displaysOf({ valueSets }: Program): Map<string, string> {
  return new Map(
    valueSets
      .flatMap(({ codes }) => codes)
      .flatMap((coding) => (coding.display ? [[codeKey(coding), coding.display] as const] : [])),
  );
}

/** A resource in a few words: which, what, when, and what it says. */
export function describeResource(
  resource: Resource,
  { timeZone, displays }: Wording,
  counts: boolean,
): Evidence {
  const date = dateOf(resource, timeZone);
  const value = valueOf(resource, displays);
  return {
    reference: originOf(resource),
    what: nameOf(resource, displays),
    ...(date === undefined ? {} : { date }),
    ...(value === undefined ? {} : { value }),
    counts,
  };
}

function nameOf(resource: Resource, displays: Wording['displays']): string {
  const concept = resource['code'] ?? resource['medicationCodeableConcept'];
  return textOf(concept, displays) ?? resource.resourceType;
}

/** What a CodeableConcept says: its text, else a display, its own or the content's, else a code. */
function textOf(concept: unknown, displays: Wording['displays']): string | undefined {
  if (!isObject(concept)) return undefined;
  if (typeof concept['text'] === 'string') return concept['text'];
  const codings = objectsIn(concept['coding']);
  const known = codings.map(({ system, code }) =>
    displays.get(codeKey({ system: String(system), code: String(code) })),
  );
  const words = [...codings.map((c) => c['display']), ...known, ...codings.map((c) => c['code'])];
  return words.find((word) => typeof word === 'string');
}

/** The day at the site of the first date that a resource has. */
function dateOf(resource: Resource, timeZone: string): string | undefined {
  const text = whenOf(resource)?.text;
  if (!text?.includes('T')) return text;
  return DateTime.fromISO(text, { setZone: true }).setZone(timeZone).toISODate() ?? text;
}

/** The resource as if its first date were that moment; undefined where it has none. */
export function movedTo(resource: Resource, moment: Date): Resource | undefined {
  const when = whenOf(resource);
  if (!when) return undefined;
  const text = moment.toISOString();
  const { element, inner } = when;
  // A period is left open: its old end may lie before its new start.
  return { ...resource, [element]: inner === undefined ? text : { [inner]: text } };
}

function whenOf(resource: Resource) {
  for (const path of WHEN) {
    const [element = '', inner] = path.split('.');
    const value = resource[element];
    const text = inner !== undefined && isObject(value) ? value[inner] : value;
    if (typeof text === 'string') return { element, inner, text };
  }
  return undefined;
}

function valueOf(resource: Resource, displays: Wording['displays']): string | undefined {
  const [, value] = Object.entries(resource).find(([name]) => /^value[A-Z]/.test(name)) ?? [];
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  if (isObject(value) && 'value' in value) {
    const { comparator = '', value: number, unit = value['code'] ?? '' } = value;
    return `${String(comparator)}${String(number)} ${String(unit)}`.trim();
  }
  return (
    textOf(value, displays) ?? textOf(resource['clinicalStatus'], displays) ?? statusOf(resource)
  );
}

/** Of what has no value, its status. */
function statusOf({ status }: Resource): string | undefined {
  return typeof status === 'string' && status !== 'final' ? status : undefined;
}

/** An answer that is read as an Observation has no id of its own: its response is named. */
function originOf(resource: Resource): string {
  const { derivedFrom } = resource;
  const [first]: unknown[] = Array.isArray(derivedFrom) ? derivedFrom : [];
  const origin = isObject(first) ? first['reference'] : undefined;
  return (
    referenceTo(resource) ??
    (typeof origin === 'string' ? origin : `${resource.resourceType}/(no id)`)
  );
}

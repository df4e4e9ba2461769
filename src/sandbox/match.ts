import {
  evalFhirPath,
  LRUCache,
  splitSearchOnComma,
  type Filter,
  type FhirPathAtom,
  type Operator,
} from '@medplum/core';
import type { Resource, SearchParameter } from '@medplum/fhirtypes';
import { isObject } from '../fhir/resource.ts';
import { readDate, readTime, type DateRange } from './date-range.ts';
import { PARAMETERS } from './definitions.ts';

/** Expressions as they are parsed; there are some 1300. */
const parsed = new LRUCache<FhirPathAtom>(2000);

/**
 * Tells whether a resource fulfils a filter on a token, string, uri or date. The
 * library's own comparison takes displays for codes and identifiers for nothing, any part
 * of a text for its start, February for 31 days and every date for UTC.
 *
 * @see https://hl7.org/fhir/R4/search.html
 */
export function matcher(type: string, filter: Filter, zone: string): (one: Resource) => boolean {
  const parameter = PARAMETERS.get(type)?.get(filter.code);
  if (!parameter) return () => false;
  const fits = predicate(parameter.type, filter, zone);
  return (resource) => valuesOf(resource, parameter).some(fits) !== (filter.operator === 'not');
}

type Predicate = (value: unknown) => boolean;

function predicate(kind: string, { operator, value }: Filter, zone: string): Predicate {
  const wanted = splitSearchOnComma(value);
  if (kind === 'token') {
    const tokens = wanted.map(readToken);
    return (found) => tokensOf(found).some((token) => tokens.some((one) => fitsToken(token, one)));
  }
  if (kind === 'string') {
    return (found) =>
      textsOf(found).some((text) => wanted.some((w) => fitsText(text, w, operator)));
  }
  if (kind === 'uri') return (found) => wanted.some((one) => one === found);
  const ranges = wanted.flatMap((one) => readDate(one, zone) ?? []);
  return (found) =>
    readTime(found, zone).some((time) => ranges.some((one) => DATES[operator]?.(time, one)));
}

/** Texts and moments to sort by. */
export function sortKeys(resource: Resource, code: string, zone: string): (string | number)[] {
  const parameter = PARAMETERS.get(resource.resourceType)?.get(code);
  const found = parameter ? valuesOf(resource, parameter) : [];
  if (parameter?.type === 'date')
    return found.flatMap((value) => readTime(value, zone).map(({ start }) => start));
  if (parameter?.type === 'token') return found.flatMap(tokensOf).map((token) => token.code);
  return found.flatMap(textsOf).map(fold);
}

function valuesOf(resource: Resource, { expression = '' }: SearchParameter): unknown[] {
  return evalFhirPath(expression, resource, undefined, parsed);
}

interface Token {
  readonly system: string | undefined;
  readonly code: string;
  /** A plain code, whose system is implied by its element. */
  readonly plain?: true;
}

/** Codes of a Coding, CodeableConcept, Identifier, ContactPoint, code, id or boolean. */
function tokensOf(value: unknown): Token[] {
  if (typeof value === 'string' || typeof value === 'boolean') {
    return [{ system: undefined, code: String(value), plain: true }];
  }
  if (!isObject(value)) return [];
  if (Array.isArray(value['coding'])) return value['coding'].flatMap(tokensOf);
  const code = value['code'] ?? value['value'];
  if (typeof code !== 'string') return [];
  return [{ system: typeof value['system'] === 'string' ? value['system'] : undefined, code }];
}

/** `code`, `system|code`, `|code` (no system) and `system|`. @see https://hl7.org/fhir/R4/search.html#token */
function readToken(wanted: string): Token {
  const [system, code] = wanted.split(/\|(.*)/s, 2);
  return code === undefined ? { system: undefined, code: wanted } : { system, code };
}

function fitsToken(token: Token, { system, code }: Token): boolean {
  if (code !== '' && token.code !== code) return false;
  if (system === undefined || token.plain) return code !== '';
  return system === '' ? token.system === undefined : token.system === system;
}

/** A string, or every text of a HumanName or Address. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsOf);
  if (!isObject(value)) return [];
  const { use: _use, type: _type, period: _period, extension: _extension, ...texts } = value;
  return Object.values(texts).flatMap(textsOf);
}

function fitsText(text: string, wanted: string, operator: Operator): boolean {
  if (operator === 'exact') return text === wanted;
  const [a, b] = [fold(text), fold(wanted)];
  return operator === 'contains' ? a.includes(b) : a.startsWith(b);
}

/** Without case and accents. @see https://hl7.org/fhir/R4/search.html#string */
function fold(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
}

/** How a time that is found lies to the one that is wanted. @see https://hl7.org/fhir/R4/search.html#prefix */
const DATES: Readonly<Record<string, (found: DateRange, wanted: DateRange) => boolean>> = {
  eq: (found, wanted) => found.start >= wanted.start && found.end <= wanted.end,
  ne: (found, wanted) => found.start < wanted.start || found.end > wanted.end,
  gt: (found, wanted) => found.end > wanted.end,
  lt: (found, wanted) => found.start < wanted.start,
  ge: (found, wanted) => found.end > wanted.start,
  le: (found, wanted) => found.start < wanted.end,
  sa: (found, wanted) => found.start >= wanted.end,
  eb: (found, wanted) => found.end <= wanted.start,
};

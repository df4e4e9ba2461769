import {
  evalFhirPath,
  LRUCache,
  splitSearchOnComma,
  type Filter,
  type FhirPathAtom,
} from '@medplum/core';
import type { Resource, SearchParameter } from '@medplum/fhirtypes';
import { isObject } from '../fhir/resource.ts';
import { readDate, readTime, type DateRange } from './date-range.ts';
import { PARAMETERS } from './definitions.ts';

/** Expressions as they are parsed; there are some 1300. */
const parsed = new LRUCache<FhirPathAtom>(2000);

/**
 * Whether a resource fulfils a filter on a token, string, date or uri. The library's own
 * comparison takes displays for codes and identifiers for nothing, any part of a text for
 * its start, February for 31 days and every date for UTC.
 *
 * @see https://hl7.org/fhir/R4/search.html
 */
export function fulfils(resource: Resource, filter: Filter, zone: string): boolean {
  const parameter = PARAMETERS.get(resource.resourceType)?.get(filter.code);
  if (!parameter) return false;
  const found = valuesOf(resource, parameter);
  const fits = splitSearchOnComma(filter.value).some((wanted) =>
    found.some((value) => fitsValue(value, wanted, { type: parameter.type, filter, zone })),
  );
  return filter.operator === 'not' ? !fits : fits;
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

function fitsValue(
  value: unknown,
  wanted: string,
  { type, filter, zone }: { type: string; filter: Filter; zone: string },
): boolean {
  if (type === 'token') return tokensOf(value).some((token) => fitsToken(token, wanted));
  if (type === 'uri') return value === wanted;
  if (type === 'string') {
    return textsOf(value).some((text) => fitsString(text, wanted, filter.operator));
  }
  const range = readDate(wanted, zone);
  return range !== undefined && readTime(value, zone).some((t) => fitsDate(t, range, filter));
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
function fitsToken(token: Token, wanted: string): boolean {
  const [, system, code] = /^([^|]*)\|(.*)$/s.exec(wanted) ?? [, undefined, wanted];
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

function fitsString(text: string, wanted: string, operator: Filter['operator']): boolean {
  if (operator === 'exact') return text === wanted;
  const [a, b] = [fold(text), fold(wanted)];
  return operator === 'contains' ? a.includes(b) : a.startsWith(b);
}

/** Without case and accents. @see https://hl7.org/fhir/R4/search.html#string */
function fold(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
}

/** @see https://hl7.org/fhir/R4/search.html#prefix */
function fitsDate(found: DateRange, wanted: DateRange, { operator }: Filter): boolean {
  switch (operator) {
    case 'ne':
      return found.start < wanted.start || found.end > wanted.end;
    case 'gt':
      return found.end > wanted.end;
    case 'lt':
      return found.start < wanted.start;
    case 'ge':
      return found.end > wanted.start;
    case 'le':
      return found.start < wanted.end;
    case 'sa':
      return found.start >= wanted.end;
    case 'eb':
      return found.end <= wanted.start;
    default:
      return found.start >= wanted.start && found.end <= wanted.end;
  }
}

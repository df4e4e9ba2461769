import { isObject, type Resource } from '../fhir/resource.ts';
import { readTime, type DateRange } from './date-range.ts';
import { valuesAt } from './elements.ts';
import type { SearchParameter } from './parameters.ts';
import type { Criterion, SearchValue } from './search-request.ts';

/** What comparing needs to know of the server. */
export interface MatchWorld {
  /** The server's own base; `<base>/Patient/1` is `Patient/1`. */
  readonly base: string;
  /** IANA zone in which dates without a time are read. */
  readonly zone: string;
}

/** Whether a resource fulfils a criterion. @see https://hl7.org/fhir/R4/search.html */
export function matches(resource: Resource, criterion: Criterion, world: MatchWorld): boolean {
  const { parameter, modifier, values } = criterion;
  const found = parameter.paths.flatMap((path) =>
    valuesAt(resource, path).filter((value) => isOfTarget(value, path.target)),
  );
  if (modifier === 'missing') return values.some(({ text }) => (text === 'true') === !found.length);
  const fits = found.some((value) =>
    values.some((wanted) => fitsValue(value, wanted, criterion, world)),
  );
  return modifier === 'not' ? !fits : fits;
}

/** Texts and moments to sort by. */
export function sortKeys(
  resource: Resource,
  parameter: SearchParameter,
  world: MatchWorld,
): (string | number)[] {
  const found = parameter.paths.flatMap((path) => valuesAt(resource, path));
  if (parameter.kind === 'date')
    return found.flatMap((value) => readTime(value, world.zone).map(({ start }) => start));
  if (parameter.kind === 'token') return found.flatMap(codingsOf).map(({ code }) => code ?? '');
  if (parameter.kind === 'reference') return found.flatMap((value) => referenceOf(value) ?? []);
  return found.flatMap(textsOf).map(fold);
}

function fitsValue(
  value: unknown,
  wanted: SearchValue,
  { parameter, modifier }: Criterion,
  world: MatchWorld,
): boolean {
  switch (parameter.kind) {
    case 'token':
      return codingsOf(value).some((coding) => fitsToken(coding, wanted));
    case 'reference':
      return fitsReference(value, wanted.text, modifier, world.base);
    case 'date':
      return readTime(value, world.zone).some((range) => fitsDate(range, wanted));
    case 'string':
      return textsOf(value).some((text) => fitsString(text, wanted.text, modifier));
    case 'uri':
      return value === wanted.text;
    default:
      return false;
  }
}

interface Token {
  readonly system: string | undefined;
  readonly code: string | undefined;
  /** A plain code, whose system is implied by its element. */
  readonly plain?: true;
}

/** Codes of a Coding, CodeableConcept, Identifier, ContactPoint, code, id or boolean. */
function codingsOf(value: unknown): Token[] {
  if (typeof value === 'string' || typeof value === 'boolean') {
    return [{ system: undefined, code: String(value), plain: true }];
  }
  if (!isObject(value)) return [];
  if (Array.isArray(value['coding'])) return value['coding'].flatMap(codingsOf);
  const code = value['code'] ?? value['value'];
  if (typeof code !== 'string') return [];
  const system = typeof value['system'] === 'string' ? value['system'] : undefined;
  return [{ system, code }];
}

/** `code`, `system|code`, `|code` (no system) and `system|`. @see https://hl7.org/fhir/R4/search.html#token */
function fitsToken(token: Token, { system, text }: SearchValue): boolean {
  if (text !== '' && token.code !== text) return false;
  if (system === undefined || token.plain) return text !== '';
  return system === '' ? token.system === undefined : token.system === system;
}

function referenceOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value; // a canonical
  const reference = isObject(value) ? value['reference'] : undefined;
  return typeof reference === 'string' ? reference.replace(/\/_history\/[^/]+$/, '') : undefined;
}

function isOfTarget(value: unknown, target: string | undefined): boolean {
  if (target === undefined) return true;
  const reference = referenceOf(value);
  if (reference?.startsWith('urn:')) return true;
  return reference !== undefined && reference.split('/').at(-2) === target;
}

/** `id`, `Type/id`, an absolute URL, or with a modifier `subject:Patient=id`. */
function fitsReference(
  value: unknown,
  wanted: string,
  modifier: string | undefined,
  base: string,
): boolean {
  const reference = referenceOf(value);
  if (reference === undefined) return false;
  const local = (text: string): string =>
    text.startsWith(`${base}/`) ? text.slice(base.length + 1) : text;
  const full = modifier === undefined || wanted.includes('/') ? wanted : `${modifier}/${wanted}`;
  if (local(reference) === local(full)) return true;
  if (/[/:]/.test(full)) return !full.includes('|') && reference.split('|')[0] === full;
  return reference.split('/').at(-1) === full;
}

/** @see https://hl7.org/fhir/R4/search.html#prefix */
function fitsDate(found: DateRange, { prefix, range }: SearchValue): boolean {
  if (!range) return false;
  switch (prefix) {
    case 'ne':
      return found.start < range.start || found.end > range.end;
    case 'gt':
      return found.end > range.end;
    case 'lt':
      return found.start < range.start;
    case 'ge':
      return found.end > range.start;
    case 'le':
      return found.start < range.end;
    case 'sa':
      return found.start >= range.end;
    case 'eb':
      return found.end <= range.start;
    case 'eq':
    case undefined:
      return found.start >= range.start && found.end <= range.end;
    default:
      return false;
  }
}

/** A string, or every text of a HumanName or Address. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsOf);
  if (!isObject(value)) return [];
  const { use: _use, type: _type, period: _period, extension: _extension, ...texts } = value;
  return Object.values(texts).flatMap(textsOf);
}

function fitsString(text: string, wanted: string, modifier: string | undefined): boolean {
  if (modifier === 'exact') return text === wanted;
  const [a, b] = [fold(text), fold(wanted)];
  return modifier === 'contains' ? a.includes(b) : a.startsWith(b);
}

/** Without case and accents. @see https://hl7.org/fhir/R4/search.html#string */
function fold(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
}

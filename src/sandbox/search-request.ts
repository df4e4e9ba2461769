import { NerverootError } from '../errors.ts';
import { readDate, type DateRange } from './date-range.ts';
import { parametersOf, RESOURCE_TYPES, type SearchParameter } from './parameters.ts';

/** Prefixes of dates. @see https://hl7.org/fhir/R4/search.html#prefix */
const PREFIXES = ['eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb'] as const;

/** One of the values, of which any may match. */
export interface SearchValue {
  readonly text: string;
  /** What stands before `|` in a token; empty when nothing does. */
  readonly system?: string | undefined;
  readonly prefix?: (typeof PREFIXES)[number] | undefined;
  readonly range?: DateRange | undefined;
}

/** One parameter of a search; all criteria must match. */
export interface Criterion {
  readonly parameter: SearchParameter;
  readonly modifier: string | undefined;
  readonly values: readonly SearchValue[];
}

export interface SortRule {
  readonly parameter: SearchParameter;
  readonly descending: boolean;
}

export interface SearchRequest {
  readonly type: string;
  readonly criteria: readonly Criterion[];
  readonly sort: readonly SortRule[];
  readonly count: number;
  readonly offset: number;
  readonly total: boolean;
  /** The parameters as they were understood, for the links; without `_offset`. */
  readonly understood: readonly (readonly [string, string])[];
}

export const DEFAULT_COUNT = 100;
export const MAX_COUNT = 1000;

/** Modifiers by kind, beside `missing`. @see https://hl7.org/fhir/R4/search.html#modifiers */
const MODIFIERS: Readonly<Record<SearchParameter['kind'], readonly string[]>> = {
  token: ['not'],
  string: ['exact', 'contains'],
  reference: RESOURCE_TYPES,
  date: [],
  uri: [],
};

/**
 * Reads the parameters of a search. Throws Unsupported for what the server does not
 * know, and InvalidRequest for what cannot be read: nothing is ignored in silence.
 */
export function readSearch(
  type: string,
  query: Iterable<readonly [string, string]>,
  zone: string,
): SearchRequest {
  const known = parametersOf(type);
  const control = new Map<string, string>();
  const criteria: Criterion[] = [];
  const understood: [string, string][] = [];
  for (const [name, value] of query) {
    if (CONTROLS.has(name)) control.set(name, value);
    else criteria.push(readCriterion(type, known, { name, value, zone }));
    if (name !== '_offset') understood.push([name, value]);
  }
  checkFormat(control.get('_format'));
  const total = control.get('_total');
  if (total !== undefined && !['none', 'estimate', 'accurate'].includes(total)) {
    throw new NerverootError('InvalidRequest', '_total must be none, estimate or accurate');
  }
  const count = readNumber('_count', control.get('_count')) ?? DEFAULT_COUNT;
  return {
    type,
    criteria,
    sort: readSort(type, known, control.get('_sort')),
    count: Math.min(count, MAX_COUNT),
    offset: readNumber('_offset', control.get('_offset')) ?? 0,
    total: count === 0 || (total !== undefined && total !== 'none'),
    understood,
  };
}

/** Parameters about the result rather than about resources. @see https://hl7.org/fhir/R4/search.html#return */
const CONTROLS = new Set(['_count', '_offset', '_total', '_sort', '_format', '_pretty']);

function readCriterion(
  type: string,
  known: ReadonlyMap<string, SearchParameter>,
  { name, value, zone }: { name: string; value: string; zone: string },
): Criterion {
  const [code = '', modifier] = name.split(':', 2);
  const parameter = known.get(code);
  if (!parameter) {
    const message = `The sandbox has no search parameter "${code.slice(0, 64)}" for ${type}; it has ${[...known.keys()].join(', ')}`;
    throw new NerverootError('Unsupported', message);
  }
  if (modifier === 'missing' && (value === 'true' || value === 'false')) {
    return { parameter, modifier, values: [{ text: value }] };
  }
  if (modifier !== undefined && !MODIFIERS[parameter.kind].includes(modifier)) {
    const has = ['missing=true', 'missing=false', ...MODIFIERS[parameter.kind].slice(0, 3)];
    const message = `The sandbox has no such modifier for "${code}"; it has ${has.map((m) => `:${m}`).join(', ')}`;
    throw new NerverootError('Unsupported', message);
  }
  const values = splitValues(value).map((text) => readValue(parameter, text, zone));
  return { parameter, modifier, values };
}

/** Values are separated by commas; `\,` is a comma. @see https://hl7.org/fhir/R4/search.html#escaping */
function splitValues(value: string): string[] {
  const values = value.match(/(?:\\.|[^,\\])+/gs) ?? [];
  if (values.length > 0) return values;
  throw new NerverootError('InvalidRequest', 'A search parameter has no value');
}

function readValue(parameter: SearchParameter, written: string, zone: string): SearchValue {
  if (parameter.kind === 'token') return readToken(written);
  const text = unescape(written);
  if (parameter.kind !== 'date') return { text };
  const prefix = PREFIXES.find((known) => text.startsWith(known));
  // A plus sign that was not encoded arrives as a space.
  const date = text.slice(prefix?.length ?? 0).replace(/ (?=\d\d:\d\d$)/, '+');
  const range = readDate(date, zone);
  if (range) return { text, prefix, range };
  throw new NerverootError(
    'InvalidRequest',
    `"${parameter.name}" must be a date like ge2026-01-31; prefixes are ${PREFIXES.join(', ')}`,
  );
}

function readToken(written: string): SearchValue {
  const [, system, code] = /^((?:\\.|[^|\\])*)\|(.*)$/s.exec(written) ?? [];
  if (system === undefined) return { text: unescape(written) };
  if (system === '' && code === '') {
    throw new NerverootError('InvalidRequest', 'A token must have a system, a code or both');
  }
  return { system: unescape(system), text: unescape(code ?? '') };
}

function unescape(text: string): string {
  return text.replaceAll(/\\([,$|\\])/g, '$1');
}

function readSort(
  type: string,
  known: ReadonlyMap<string, SearchParameter>,
  written: string | undefined,
): SortRule[] {
  if (written === undefined) return [];
  return written.split(',').map((rule) => {
    const parameter = known.get(rule.replace(/^-/, ''));
    if (parameter) return { parameter, descending: rule.startsWith('-') };
    const message = `_sort must name search parameters of ${type}: ${[...known.keys()].join(', ')}`;
    throw new NerverootError('Unsupported', message);
  });
}

function readNumber(name: string, written: string | undefined): number | undefined {
  if (written === undefined) return undefined;
  if (/^\d{1,9}$/.test(written)) return Number(written);
  throw new NerverootError('InvalidRequest', `${name} must be a whole number, 0 or more`);
}

function checkFormat(format: string | undefined): void {
  if (format === undefined || /^(application\/(fhir\+)?json|json)\b/.test(format)) return;
  throw new NerverootError('Unsupported', 'The sandbox answers in JSON only: _format=json');
}

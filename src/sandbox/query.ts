import { escapeSearchValue, OperationOutcomeError, splitSearchOnComma } from '@medplum/core';
import type { SearchParameter } from '@medplum/fhirtypes';
import { readDate } from './date-range.ts';
import { PARAMETERS } from './definitions.ts';

export type Query = Record<string, string[]>;

/** What a query needs to know of the server: its base address and its IANA time zone. */
export interface SearchedServer {
  readonly base: string;
  readonly zone: string;
}

/** Parameters about the result rather than about resources, and what they look like. @see https://hl7.org/fhir/R4/search.html#return */
const CONTROLS: Readonly<Record<string, RegExp>> = {
  _count: /^\d{1,9}$/,
  _offset: /^\d{1,9}$/,
  _total: /^(none|estimate|accurate)$/,
  _sort: /^-?[\w-]+(,-?[\w-]+)*$/,
  _format: /^(application\/(fhir\+)?json|json)\b/,
  _pretty: /^(true|false)$/,
};

/** Modifiers by kind of parameter; `missing` goes with all. @see https://hl7.org/fhir/R4/search.html#modifiers */
const MODIFIERS: Readonly<Record<string, readonly string[]>> = {
  token: ['not'],
  string: ['exact', 'contains'],
};

/** @see https://hl7.org/fhir/R4/search.html#prefix */
const PREFIX = /^(eq|ne|gt|lt|ge|le|sa|eb)(?=\d)/;

/**
 * Refuses what the library would ignore or answer with nothing: unknown parameters,
 * modifiers and forms of values. Gives the query in the forms that the library
 * understands: references with their type, dates with their plus sign.
 */
export function checkQuery(
  type: string,
  query: Iterable<[string, string]>,
  server: SearchedServer,
): Query {
  const known = PARAMETERS.get(type) ?? new Map<string, SearchParameter>();
  const checked = new Map<string, string[]>();
  for (const [name, value] of query) {
    const [key, read] = Object.hasOwn(CONTROLS, name)
      ? [name, checkControl(name, value, known)]
      : readCriterion(type, [name, value], { known, server });
    checked.set(key, [...(checked.get(key) ?? []), read]);
  }
  return Object.fromEntries(checked);
}

type SearchParameters = ReadonlyMap<string, SearchParameter>;

function checkControl(name: string, value: string, known: SearchParameters): string {
  if (!CONTROLS[name]?.test(value)) throw refusal('invalid', `${name} cannot be read`);
  const stranger = value.split(',').find((rule) => !known.has(rule.replace(/^-/, '')));
  if (name !== '_sort' || stranger === undefined) return value;
  throw refusal('not-supported', `_sort must name search parameters: ${listed(known)}`);
}

function readCriterion(
  type: string,
  [name, value]: readonly [string, string],
  { known, server }: { known: SearchParameters; server: SearchedServer },
): readonly [string, string] {
  const [code = '', modifier] = name.split(/:(.*)/s, 2);
  const parameter = known.get(code);
  if (!parameter) {
    const message = `The sandbox has no search parameter "${code.slice(0, 64)}" for ${type}; it has ${listed(known)}`;
    throw refusal('not-supported', message);
  }
  if (modifier === 'missing' && /^(true|false)$/.test(value)) return [name, value];
  const isType =
    parameter.type === 'reference' && modifier !== undefined && PARAMETERS.has(modifier);
  if (modifier !== undefined && !isType && !MODIFIERS[parameter.type]?.includes(modifier)) {
    const has = ['missing=true', 'missing=false', ...(MODIFIERS[parameter.type] ?? [])];
    const message = `The sandbox has no such modifier for "${code}"; it has ${has.map((m) => `:${m}`).join(', ')}`;
    throw refusal('not-supported', message);
  }
  if (!/[^,|]/.test(value)) throw refusal('invalid', `"${code}" has no value`);
  if (parameter.type === 'date') return [name, checkDate(code, value, server.zone)];
  if (parameter.type !== 'reference') return [name, value];
  const targets = isType ? [modifier] : (parameter.target ?? []);
  const references = splitSearchOnComma(value).flatMap((one) => formsOf(one, targets, server.base));
  return [code, references.map(escapeSearchValue).join(',')];
}

/** A plus sign that was not encoded arrives as a space. */
function checkDate(code: string, value: string, zone: string): string {
  const date = value.replace(/ (?=\d\d:\d\d$)/, '+');
  if (readDate(date.replace(PREFIX, ''), zone)) return date;
  const message = `"${code}" must be one date like ge2026-01-31; prefixes are eq, ne, gt, lt, ge, le, sa, eb`;
  throw refusal('invalid', message);
}

/** `12` is `Patient/12`, which may also be written with the server's own address. */
function formsOf(reference: string, targets: readonly string[], base: string): string[] {
  const local = reference.startsWith(`${base}/`) ? reference.slice(base.length + 1) : reference;
  if (/^[a-z]+:/i.test(local)) return [local];
  const whole = local.includes('/') ? [local] : targets.map((type) => `${type}/${local}`);
  return whole.flatMap((one) => [one, `${base}/${one}`]);
}

function listed(known: SearchParameters): string {
  return [...known.keys()].join(', ');
}

function refusal(code: 'invalid' | 'not-supported', text: string): OperationOutcomeError {
  const issue = { severity: 'error', code, details: { text } } as const;
  return new OperationOutcomeError({ resourceType: 'OperationOutcome', issue: [issue] });
}

import cql from 'cql-execution';
import { toDistinctList } from 'cql-execution/lib/elm/list.js';
import { toNormalizedKey } from 'cql-execution/lib/util/immutableUtil.js';
import { FhirObject } from './fhir-object.ts';

/**
 * A list with each value once, in the order of the first, as cql-execution makes it:
 * nulls are one value, tuples are equal by their elements, quantities across units.
 * Values get a key of text, which costs far less than the engine's own; a list with
 * a value that has none is left to the engine.
 */
export function distinct(list: readonly unknown[]): unknown[] {
  if (list.length < 2) return [...list];
  const seen = new Set<unknown>();
  const kept: unknown[] = [];
  for (const value of list) {
    const key = keyOf(value);
    if (key === undefined) return toDistinctList([...list]);
    if (seen.has(key)) continue;
    seen.add(key);
    kept.push(value);
  }
  return kept;
}

/** Equal for values that are one in a list; undefined where that is not known here. */
function keyOf(value: unknown): string | number | boolean | null | undefined {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  // Texts that stand alone are told from keys of other values by their first sign.
  if (typeof value === 'string') return `'${value}`;
  if (value instanceof FhirObject) {
    const { identity } = value;
    if (typeof identity === 'string') return `R${identity}`;
    const inner = keyOf(identity);
    return inner === undefined ? undefined : `F${value.typeName} ${String(inner)}`;
  }
  if (typeof value !== 'object') return undefined;
  return Array.isArray(value) ? keyOfList(value) : keyOfObject(value);
}

function keyOfList(values: readonly unknown[]): string | undefined {
  let text = '[';
  for (const value of values) {
    const key = keyOf(value);
    if (key === undefined) return undefined;
    text += `${quoted(key)},`;
  }
  return text;
}

function keyOfObject(value: object): string | undefined {
  if (value.constructor === Object) return keyOfTuple(value as Readonly<Record<string, unknown>>);
  if (value instanceof cql.DateTime) return `D${utcParts(value).join(' ')}`;
  if (value instanceof cql.Date) return `d${value.year} ${value.month} ${value.day}`;
  if (value instanceof cql.Code) {
    return `C${[value.code, value.system, value.version, value.display].map(quotedText).join(' ')}`;
  }
  if (value instanceof cql.Quantity) {
    const key = toNormalizedKey(value) as { get(name: string): unknown }; // the engine makes a Map of it
    return `Q${String(key.get('value'))} ${quotedText(key.get('unit'))}`;
  }
  return undefined;
}

function keyOfTuple(tuple: Readonly<Record<string, unknown>>): string | undefined {
  let text = '{';
  for (const name of Object.keys(tuple).toSorted()) {
    const key = keyOf(tuple[name]);
    if (key === undefined) return undefined;
    text += `${name}:${quoted(key)},`;
  }
  return text;
}

/** The parts of a moment at no offset; one without an offset stays as it is. */
function utcParts(moment: InstanceType<typeof cql.DateTime>): unknown[] {
  const { timezoneOffset } = moment;
  const isElsewhere = typeof timezoneOffset === 'number' && timezoneOffset !== 0;
  const at = isElsewhere ? moment.convertToTimezoneOffset(0) : moment;
  const { year, month, day, hour, minute, second, millisecond } = at;
  return [year, month, day, hour, minute, second, millisecond, at.timezoneOffset];
}

/** A key inside another: texts in quotes, so that no two lists read the same. */
function quoted(key: string | number | boolean | null): string {
  return typeof key === 'string' ? JSON.stringify(key) : String(key);
}

function quotedText(text: unknown): string {
  return text === null || text === undefined ? 'null' : JSON.stringify(text);
}

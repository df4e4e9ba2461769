import cql from 'cql-execution';
import type { FactValue } from '../facts.ts';
import { FhirObject } from './fhir-object.ts';

/**
 * A CQL value as plain JSON: dates as ISO 8601 text, quantities as `{value, unit}`,
 * codes as `{system, code, display}`, resources as their reference, FHIR primitives
 * as their value. A value the engine left uncertain is unknown.
 */
export function toFactValue(value: unknown): FactValue {
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string') {
    return value;
  }
  if (Array.isArray(value)) return value.map(toFactValue);
  if (value instanceof FhirObject) return fromFhir(value);
  if (typeof value !== 'object') return null;
  return fromObject(value);
}

function fromFhir(value: FhirObject): FactValue {
  const { resourceType, id } = value.json;
  if (typeof resourceType === 'string')
    return { reference: `${resourceType}/${typeof id === 'string' ? id : ''}` };
  return toPlain(value.isPrimitive ? (value.json['value'] ?? null) : value.json);
}

function toPlain(json: unknown): FactValue {
  return JSON.parse(JSON.stringify(json)) as FactValue; // FHIR JSON came in as JSON
}

/** The flags by which cql-execution's classes tell themselves apart. */
interface CqlValue {
  readonly isInterval?: boolean;
  readonly isQuantity?: boolean;
  readonly isUncertainty?: boolean;
  readonly isConcept?: boolean;
  readonly isCode?: boolean;
}

function fromObject(object: object): FactValue {
  const value = object as CqlValue & Record<string, unknown>; // one of cql-execution's classes, or a tuple
  if (object instanceof cql.DateTime || object instanceof cql.Date) return object.toString();
  if (value.isUncertainty) return null;
  if (value.isQuantity) {
    return { value: toFactValue(value['value']), unit: toFactValue(value['unit']) };
  }
  if (value.isInterval) {
    return { low: toFactValue(value['low']), high: toFactValue(value['high']) };
  }
  if (value.isCode) return pick(value, ['system', 'code', 'display']);
  if (value.isConcept) return pick(value, ['codes', 'display']);
  const entries = Object.entries(value).filter(([, v]) => typeof v !== 'function');
  return Object.fromEntries(entries.map(([name, v]) => [name, toFactValue(v)]));
}

function pick(value: Record<string, unknown>, names: readonly string[]): FactValue {
  const present = names.filter((name) => value[name] !== undefined);
  return Object.fromEntries(present.map((name) => [name, toFactValue(value[name])]));
}

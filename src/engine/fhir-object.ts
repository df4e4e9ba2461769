import cql, { type RecordObject } from 'cql-execution';
import type { FhirModel, PropertyShape, TypeShape } from './fhir-model.ts';
import { toSystemValue, type KnownDates } from './fhir-values.ts';

type Json = Readonly<Record<string, unknown>>;

/** What every wrapped value of one request shares. */
export interface FhirScope {
  readonly model: FhirModel;
  /** IANA time zone of the site. */
  readonly timeZone: string;
  readonly dates: KnownDates;
}

interface WrittenCode {
  readonly system: string;
  readonly code: string;
}

/**
 * A FHIR resource or datatype as CQL sees it: one model for the whole process and one time
 * zone a request. Every date with a time is converted to that zone, so that `date from` gives
 * the calendar day at the site (engines disagree near midnight and across offsets otherwise).
 *
 * Values are made distinct by what can be enumerated of them, so that a resource shows only a
 * cheap identity and a datatype only its JSON.
 */
export class FhirObject implements RecordObject {
  readonly identity: unknown;
  readonly #json: Json;
  readonly #type: TypeShape;
  readonly #scope: FhirScope;
  #read: Map<string, unknown> | undefined;

  constructor(json: Json, type: TypeShape, scope: FhirScope, identity: unknown = json) {
    this.identity = identity;
    this.#json = json;
    this.#type = type;
    this.#scope = scope;
  }

  get json(): Json {
    return this.#json;
  }

  get typeName(): string {
    return this.#type.name;
  }

  /** True for `string`, `dateTime`, bound codes: what holds one `value` and is written as that. */
  get isPrimitive(): boolean {
    return this.#type.isPrimitive;
  }

  /** The element's value, wrapped; undefined when the resource lacks it. Dots walk deeper. */
  get(field: string): unknown {
    const known = this.#read?.get(field);
    if (known !== undefined) return known;
    const dot = field.indexOf('.');
    if (dot >= 0) {
      const inner = this.get(field.slice(0, dot));
      return inner instanceof FhirObject ? inner.get(field.slice(dot + 1)) : undefined;
    }
    const value = this.#wrapElement(field);
    if (value !== undefined) (this.#read ??= new Map()).set(field, value);
    return value;
  }

  getId(): unknown {
    return this.#json['id'];
  }

  /** The element as CQL codes, for retrieves by value set. */
  getCode(field: string): unknown {
    return toCodes(this.get(field));
  }

  /** Every code of an element that is a concept or a list of them, as it is written; undefined for other elements. */
  codingsOf(field: string): readonly WrittenCode[] | undefined {
    const written = this.#written(field);
    if (!written) return [];
    const { value, property, isList } = written;
    if (property.type.name !== 'FHIR.CodeableConcept') return undefined;
    const found: WrittenCode[] = [];
    for (const concept of isList ? listOf(value) : [value]) {
      for (const coding of isJson(concept) ? listOf(concept['coding']) : []) {
        if (!isJson(coding)) continue;
        const { system, code } = coding;
        if (typeof system === 'string' && typeof code === 'string') found.push({ system, code });
      }
    }
    return found;
  }

  getDate(field: string): unknown {
    const value = this.get(field);
    return value instanceof FhirObject ? value.get('value') : value;
  }

  getDateOrInterval(field: string): unknown {
    return this.getDate(field);
  }

  /** Whether it is of the type that ELM calls so: `{http://hl7.org/fhir}Condition`. */
  isOfType(name: string): boolean {
    return this.#type.ancestors.has(name);
  }

  _typeHierarchy() {
    return [...this.#type.hierarchy];
  }

  _is(specifier: { type: string; name?: string }): boolean {
    return specifier.type === 'NamedTypeSpecifier' && this.isOfType(specifier.name ?? '');
  }

  /** An element as the JSON has it: of a choice, the type that is there. */
  #written(field: string) {
    const element = this.#type.element(field);
    for (const property of element?.properties ?? []) {
      const value = this.#json[property.name];
      const extras = this.#json[property.extras];
      if (value === undefined && extras === undefined) continue;
      return { value, extras, property, isList: element?.isList === true };
    }
    return undefined;
  }

  #wrapElement(field: string): unknown {
    const written = this.#written(field);
    if (!written) return undefined;
    const { value, extras, property, isList } = written;
    return isList
      ? this.#wrapList(value, extras, property)
      : this.#wrapValue(value, extras, property.type);
  }

  #wrapList(value: unknown, extras: unknown, { type }: PropertyShape): unknown[] {
    const [values, others] = [listOf(value), listOf(extras)];
    const length = Math.max(values.length, others.length);
    return Array.from({ length }, (_, i) => this.#wrapValue(values[i], others[i], type));
  }

  #wrapValue(value: unknown, extras: unknown, type: TypeShape): unknown {
    if (type.isSystem) return toSystemValue(value, type.name, this.#scope);
    if (type.isPrimitive) {
      if (value === undefined && !isJson(extras)) return undefined;
      const json = isJson(extras)
        ? { ...extras, ...(value === undefined ? {} : { value }) }
        : { value };
      return new FhirObject(json, type, this.#scope);
    }
    if (!isJson(value)) return undefined;
    if (type.isQuantity) {
      return new FhirObject(this.#scope.model.units.normalize(value), type, this.#scope);
    }
    const contained = type.name === 'FHIR.Resource' ? value['resourceType'] : undefined;
    const own =
      typeof contained === 'string' ? this.#scope.model.shapeOf(`FHIR.${contained}`) : type;
    return new FhirObject(value, own, this.#scope);
  }
}

/** Wraps a resource; its identity is `Type/id`, or the serial number when it has no id. */
export function wrapResource(resource: Json, scope: FhirScope, serial: number): FhirObject {
  const type = String(resource['resourceType']);
  const id = resource['id'];
  const identity = typeof id === 'string' ? `${type}/${id}#${serial}` : `${type}#${serial}`;
  return new FhirObject(resource, scope.model.shapeOf(`FHIR.${type}`), scope, identity);
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What is no list, where FHIR has one, is absent. */
function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function toCodes(value: unknown): unknown {
  if (Array.isArray(value)) return value.flatMap((item) => toCodes(item));
  if (!(value instanceof FhirObject)) return value;
  if (value.typeName === 'FHIR.CodeableConcept') return toCodes(value.get('coding')) ?? [];
  if (value.typeName !== 'FHIR.Coding') return value.get('value');
  const { code, system, version, display } = value.json;
  return new cql.Code(textOf(code) ?? '', textOf(system), textOf(version), textOf(display));
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

import cql, { type RecordObject } from 'cql-execution';
import { DateTime } from 'luxon';
import { typeLineage, type ElementType, type FhirType, type ModelInfo } from './model-info.ts';
import { Units } from './units.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * Wraps FHIR JSON for the engine, one model for the whole process and one time
 * zone a request. Every date with a time is converted to that zone before CQL
 * sees it, so `date from` gives the calendar day at the site (engines disagree
 * near midnight and across offsets otherwise).
 */
export class FhirModel {
  /** How quantities are read. */
  readonly units: Units;
  readonly #info: ModelInfo;
  readonly #elements = new Map<string, ReadonlyMap<string, ElementType>>();
  readonly #hierarchies = new Map<
    string,
    readonly { type: 'NamedTypeSpecifier'; name: string }[]
  >();

  constructor(info: ModelInfo, units = new Units()) {
    this.#info = info;
    this.units = units;
  }

  /** The type by qualified name (`FHIR.Condition`), if FHIR R4 has it. */
  typeNamed(name: string): FhirType | undefined {
    return this.#info.types.get(name);
  }

  /** True for resource types of FHIR R4 (`Condition`), false for R5's and DSTU2's own. */
  isResourceType(name: string): boolean {
    return typeLineage(this.#info, `FHIR.${name}`).some((type) => type.name === 'FHIR.Resource');
  }

  /** Own and inherited elements of a type. */
  elementsOf(typeName: string): ReadonlyMap<string, ElementType> {
    let elements = this.#elements.get(typeName);
    if (!elements) {
      const lineage = typeLineage(this.#info, typeName).toReversed();
      elements = new Map(lineage.flatMap((type) => [...type.elements]));
      this.#elements.set(typeName, elements);
    }
    return elements;
  }

  /** Whether FHIR JSON of the type may hold that property; of `value[x]`, only `valueQuantity` and the like. */
  hasElement(typeName: string, property: string): boolean {
    return [...this.elementsOf(typeName)].some(([element, type]) =>
      type.kind === 'choice'
        ? type.of.some((name) => property === element + choiceSuffix(name))
        : property === element,
    );
  }

  /** The type and its ancestors as ELM names them: `{http://hl7.org/fhir}Condition`. */
  hierarchyOf(typeName: string) {
    let hierarchy = this.#hierarchies.get(typeName);
    if (!hierarchy) {
      const names = typeLineage(this.#info, typeName).map((type) => elmName(type.name));
      names.push('{urn:hl7-org:elm-types:r1}Any');
      hierarchy = names.map((name) => ({ type: 'NamedTypeSpecifier', name }));
      this.#hierarchies.set(typeName, hierarchy);
    }
    return hierarchy;
  }
}

function elmName(name: string): string {
  return name.startsWith('FHIR.')
    ? `{http://hl7.org/fhir}${name.slice('FHIR.'.length)}`
    : name.replace('System.', '{urn:hl7-org:elm-types:r1}');
}

/** What every wrapped value of one request shares. */
export interface FhirScope {
  readonly model: FhirModel;
  /** IANA time zone of the site. */
  readonly timeZone: string;
}

/**
 * A FHIR resource or datatype as cql-execution wants it. The engine makes query
 * results distinct by walking enumerable properties, so a resource shows only a
 * cheap identity and a datatype only its JSON.
 */
export class FhirObject implements RecordObject {
  readonly identity: unknown;
  readonly #json: Json;
  readonly #type: string;
  readonly #scope: FhirScope;
  readonly #read = new Map<string, unknown>();

  constructor(json: Json, type: string, scope: FhirScope, identity: unknown = json) {
    this.identity = identity;
    this.#json = json;
    this.#type = type;
    this.#scope = scope;
  }

  get json(): Json {
    return this.#json;
  }

  get typeName(): string {
    return this.#type;
  }

  /** True for `string`, `dateTime`, bound codes: what holds one `value` and is written as that. */
  get isPrimitive(): boolean {
    return isPrimitive(this.#scope.model, this.#type);
  }

  /** The element's value, wrapped; undefined when the resource lacks it. Dots walk deeper. */
  get(field: string): unknown {
    const dot = field.indexOf('.');
    if (dot >= 0) {
      const inner = this.get(field.slice(0, dot));
      return inner instanceof FhirObject ? inner.get(field.slice(dot + 1)) : undefined;
    }
    if (!this.#read.has(field)) this.#read.set(field, this.#wrapElement(field));
    return this.#read.get(field);
  }

  getId(): unknown {
    return this.#json['id'];
  }

  /** The element as CQL codes, for retrieves by value set. */
  getCode(field: string): unknown {
    return toCodes(this.get(field));
  }

  getDate(field: string): unknown {
    const value = this.get(field);
    return value instanceof FhirObject ? value.get('value') : value;
  }

  getDateOrInterval(field: string): unknown {
    return this.getDate(field);
  }

  _typeHierarchy() {
    return [...this.#scope.model.hierarchyOf(this.#type)];
  }

  _is(specifier: { type: string; name?: string }): boolean {
    return this.#scope.model
      .hierarchyOf(this.#type)
      .some((type) => type.type === specifier.type && type.name === specifier.name);
  }

  #wrapElement(field: string): unknown {
    const type = this.#scope.model.elementsOf(this.#type).get(field);
    if (type === undefined) return undefined;
    if (type.kind !== 'choice') return this.#wrapProperty(field, type);
    for (const name of type.of) {
      const property = field + choiceSuffix(name);
      if (this.#json[property] !== undefined || this.#json[`_${property}`] !== undefined) {
        return this.#wrapProperty(property, { kind: 'named', name });
      }
    }
    return undefined;
  }

  #wrapProperty(property: string, type: ElementType): unknown {
    const value = this.#json[property];
    const extras = this.#json[`_${property}`];
    if (value === undefined && extras === undefined) return undefined;
    if (type.kind === 'list') {
      const values = Array.isArray(value) ? value : [];
      const others = Array.isArray(extras) ? extras : [];
      const length = Math.max(values.length, others.length);
      return Array.from({ length }, (_, i) => this.#wrapValue(values[i], others[i], type.of));
    }
    return this.#wrapValue(value, extras, type);
  }

  #wrapValue(value: unknown, extras: unknown, type: ElementType): unknown {
    if (type.kind !== 'named') return undefined;
    if (type.name.startsWith('System.'))
      return toSystemValue(value, type.name, this.#scope.timeZone);
    if (isPrimitive(this.#scope.model, type.name)) {
      if (value === undefined && !isJson(extras)) return undefined;
      const json = { ...(isJson(extras) ? extras : {}), ...(value === undefined ? {} : { value }) };
      return new FhirObject(json, type.name, this.#scope);
    }
    if (!isJson(value)) return undefined;
    if (isQuantity(this.#scope.model, type.name)) {
      return new FhirObject(this.#scope.model.units.normalize(value), type.name, this.#scope);
    }
    const contained = type.name === 'FHIR.Resource' ? value['resourceType'] : undefined;
    const name = typeof contained === 'string' ? `FHIR.${contained}` : type.name;
    return new FhirObject(value, name, this.#scope);
  }
}

/** Wraps a resource; its identity is `Type/id`, or the serial number when it has no id. */
export function wrapResource(resource: Json, scope: FhirScope, serial: number): FhirObject {
  const type = String(resource['resourceType']);
  const id = resource['id'];
  const identity = typeof id === 'string' ? `${type}/${id}#${serial}` : `${type}#${serial}`;
  return new FhirObject(resource, `FHIR.${type}`, scope, identity);
}

/** FHIR's primitives, and the code types the model info derives from Element, hold one `value`. */
function isPrimitive(model: FhirModel, name: string): boolean {
  const value = model.elementsOf(name).get('value');
  return value?.kind === 'named' && value.name.startsWith('System.');
}

/** Quantity and what derives from it: Age, Duration, SimpleQuantity. */
function isQuantity(model: FhirModel, name: string): boolean {
  return model.hierarchyOf(name).some((type) => type.name === '{http://hl7.org/fhir}Quantity');
}

function choiceSuffix(typeName: string): string {
  const name = typeName.slice(typeName.indexOf('.') + 1);
  return name === 'SimpleQuantity' ? 'Quantity' : name.charAt(0).toUpperCase() + name.slice(1);
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value of the wrong JSON type, or a date that does not exist, is absent: unknown, never guessed. */
function toSystemValue(value: unknown, type: string, timeZone: string): unknown {
  switch (type) {
    case 'System.Boolean':
      return typeof value === 'boolean' ? value : undefined;
    case 'System.Integer':
      return Number.isInteger(value) ? value : undefined;
    case 'System.Decimal':
      return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
    case 'System.String':
      return typeof value === 'string' ? value : undefined;
    case 'System.Date':
      return typeof value === 'string' ? parseDate(value) : undefined;
    case 'System.DateTime':
      return typeof value === 'string' ? parseDateTime(value, timeZone) : undefined;
    case 'System.Time':
      return typeof value === 'string'
        ? (cql.DateTime.parse(`0000-01-01T${value}`)?.getTime() ?? undefined)
        : undefined;
    default:
      return undefined;
  }
}

function parseDate(text: string): unknown {
  if (!/^\d{4}(-\d\d(-\d\d)?)?$/.test(text) || !DateTime.fromISO(text).isValid) return undefined;
  return cql.Date.parse(text) ?? undefined;
}

// ISO 8601 also knows week dates, ordinal dates and dates without hyphens; FHIR does not.
const FHIR_DATE = /^\d{4}(-\d\d(-\d\d(T.+)?)?)?$/;

/**
 * A FHIR dateTime in the site's zone. One without a time keeps its precision; one
 * with a time but, against the specification, without an offset is the site's time.
 *
 * @see https://hl7.org/fhir/R4/datatypes.html#dateTime
 */
export function parseDateTime(text: string, timeZone: string): unknown {
  const moment = DateTime.fromISO(text, { zone: timeZone });
  if (!moment.isValid || !FHIR_DATE.test(text)) return undefined;
  const [year, month, day] = text.split('T')[0]?.split('-').map(Number) ?? [];
  if (!text.includes('T')) {
    return new cql.DateTime(year, month, day, null, null, null, null, moment.offset / 60);
  }
  return atZone(moment);
}

/** The instant as a CQL DateTime that carries the zone's offset at that instant. */
export function atZone(moment: DateTime): InstanceType<typeof cql.DateTime> {
  const { year, month, day, hour, minute, second, millisecond, offset } = moment;
  return new cql.DateTime(year, month, day, hour, minute, second, millisecond, offset / 60);
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

import { typeLineage, type ElementType, type FhirType, type ModelInfo } from './model-info.ts';
import { Units } from './units.ts';

/** An element of a type: the JSON properties that may hold it, and what they hold. */
export interface ElementShape {
  readonly isList: boolean;
  /** One, or of `value[x]` one a type. */
  readonly properties: readonly PropertyShape[];
}

export interface PropertyShape {
  readonly name: string;
  /** Where FHIR JSON keeps id and extensions of a primitive: `_birthDate`. */
  readonly extras: string;
  readonly type: TypeShape;
}

/** A type of FHIR or of the system as wrapping needs it. */
export interface TypeShape {
  /** `FHIR.Condition`, `System.String` */
  readonly name: string;
  readonly isSystem: boolean;
  /** FHIR's primitives, and the code types that the model info derives from Element, hold one `value`. */
  readonly isPrimitive: boolean;
  /** Quantity and what derives from it: Age, Duration, SimpleQuantity. */
  readonly isQuantity: boolean;
  /** The type and its ancestors as ELM names them: `{http://hl7.org/fhir}Condition`. */
  readonly hierarchy: readonly { readonly type: 'NamedTypeSpecifier'; readonly name: string }[];
  readonly ancestors: ReadonlySet<string>;
  /** The element of that name, own or inherited. */
  element(name: string): ElementShape | undefined;
}

/** The FHIR model for wrapping: each type's shape is worked out once for the whole process. */
export class FhirModel {
  /** How quantities are read. */
  readonly units: Units;
  readonly #info: ModelInfo;
  readonly #elements = new Map<string, ReadonlyMap<string, ElementType>>();
  readonly #shapes = new Map<string, TypeShape>();
  #recordTypes: ReadonlySet<string> | undefined;

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
    return this.shapeOf(`FHIR.${name}`).ancestors.has('{http://hl7.org/fhir}Resource');
  }

  /** True for those that a record may hold: all but Bundle, Parameters and Binary, which only carry something. */
  isRecordType(name: string): boolean {
    this.#recordTypes ??= new Set(
      [...this.#info.types.keys()]
        .filter((type) => this.shapeOf(type).ancestors.has('{http://hl7.org/fhir}DomainResource'))
        .map((type) => type.slice(type.indexOf('.') + 1))
        .filter((type) => type !== 'DomainResource'),
    );
    return this.#recordTypes.has(name);
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

  /** The shape of a type; of one that FHIR R4 does not have, a shape without elements. */
  shapeOf(name: string): TypeShape {
    let shape = this.#shapes.get(name);
    if (!shape) this.#shapes.set(name, (shape = this.#makeShape(name)));
    return shape;
  }

  #makeShape(name: string): TypeShape {
    const types = this.elementsOf(name);
    const value = types.get('value');
    const names = typeLineage(this.#info, name).map((type) => elmName(type.name));
    names.push('{urn:hl7-org:elm-types:r1}Any');
    const elements = new Map<string, ElementShape | undefined>();
    return {
      name,
      isSystem: name.startsWith('System.'),
      isPrimitive: value?.kind === 'named' && value.name.startsWith('System.'),
      isQuantity: names.includes('{http://hl7.org/fhir}Quantity'),
      hierarchy: names.map((each) => ({ type: 'NamedTypeSpecifier', name: each })),
      ancestors: new Set(names),
      element: (element) => {
        if (!elements.has(element)) elements.set(element, this.#elementShape(element, types));
        return elements.get(element);
      },
    };
  }

  #elementShape(name: string, types: ReadonlyMap<string, ElementType>): ElementShape | undefined {
    const type = types.get(name);
    if (type === undefined) return undefined;
    const isList = type.kind === 'list';
    const inner = isList ? type.of : type;
    if (inner.kind === 'list') return undefined;
    const typed =
      inner.kind === 'choice'
        ? inner.of.map((each) => [name + choiceSuffix(each), each] as const)
        : [[name, inner.name] as const];
    const properties = typed.map(([property, typeName]) => ({
      name: property,
      extras: `_${property}`,
      type: this.shapeOf(typeName),
    }));
    return { isList, properties };
  }
}

function elmName(name: string): string {
  return name.startsWith('FHIR.')
    ? `{http://hl7.org/fhir}${name.slice('FHIR.'.length)}`
    : name.replace('System.', '{urn:hl7-org:elm-types:r1}');
}

function choiceSuffix(typeName: string): string {
  const name = typeName.slice(typeName.indexOf('.') + 1);
  return name === 'SimpleQuantity' ? 'Quantity' : name.charAt(0).toUpperCase() + name.slice(1);
}

import type { TypeSpecifier } from './code.ts';
import type { CqlObject } from './code.ts';
import { FhirObject } from './fhir-object.ts';

/** Whether a value is of a type. */
export type TypeTest = (value: unknown) => boolean;

const SYSTEM = '{urn:hl7-org:elm-types:r1}';

const SYSTEM_TESTS: Readonly<Record<string, TypeTest>> = {
  Boolean: (value) => typeof value === 'boolean',
  Decimal: (value) => typeof value === 'number',
  Integer: (value) => typeof value === 'number' && Math.floor(value) === value,
  String: (value) => typeof value === 'string',
  Concept: flagged('isConcept'),
  Code: flagged('isCode'),
  DateTime: flagged('isDateTime'),
  Date: flagged('isDate'),
  Quantity: flagged('isQuantity'),
  Time: (value) => {
    const { isTime } = value as { isTime?: unknown }; // never null here
    return typeof isTime === 'function' && Boolean(isTime.call(value));
  },
};

function flagged(flag: string): TypeTest {
  return (value) => Boolean((value as CqlObject)[flag]);
}

/**
 * The test that cql-execution makes for a type. Null is of every named type. What has no
 * type of its own, like a tuple, passes for any that is not the system's.
 */
export function typeTest(specifier: TypeSpecifier = {}): TypeTest {
  switch (specifier.type ?? '') {
    case 'NamedTypeSpecifier':
      return namedTest(specifier.name ?? '');
    case 'ListTypeSpecifier': {
      const element = typeTest(specifier.elementType);
      return (value) => Array.isArray(value) && value.every((item) => element(item));
    }
    case 'IntervalTypeSpecifier': {
      const point = typeTest(specifier.pointType);
      return (value) => {
        const { isInterval, low, high } = value as CqlObject;
        return (
          Boolean(isInterval) &&
          [low, high].every((bound) => bound === null || bound === undefined || point(bound))
        );
      };
    }
    case 'ChoiceTypeSpecifier': {
      const choices = (specifier.choice ?? []).map(typeTest);
      return (value) => choices.some((choice) => choice(value));
    }
    case 'TupleTypeSpecifier':
      return tupleTest(specifier);
    default:
      return () => true;
  }
}

function namedTest(name: string): TypeTest {
  const system = name.startsWith(SYSTEM) ? SYSTEM_TESTS[name.slice(SYSTEM.length)] : undefined;
  if (system) return (value) => value === null || value === undefined || system(value);
  const specifier = { type: 'NamedTypeSpecifier', name };
  return (value) => {
    if (value === null || value === undefined) return true;
    if (value instanceof FhirObject) return value.isOfType(name);
    const { _is: is, isInterval } = value as CqlObject;
    if (typeof is === 'function') return Boolean(is.call(value, specifier));
    return !Array.isArray(value) && !isInterval;
  };
}

const NO_TUPLES = ['isInterval', 'isConcept', 'isCode', 'isDateTime', 'isDate', 'isQuantity'];

function tupleTest({ element = [] }: TypeSpecifier): TypeTest {
  const elements = element.map(({ name, elementType }) => [name, typeTest(elementType)] as const);
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    const tuple = value as CqlObject;
    return (
      !NO_TUPLES.some((flag) => tuple[flag]) &&
      elements.every(([name, test]) => tuple[name] === undefined || test(tuple[name]))
    );
  };
}

/** The type that `As` or `Is` names, in either of ELM's two ways. */
export function specifierOf(specifier: unknown, name: unknown): TypeSpecifier | undefined {
  if (specifier) return specifier; // ELM's own
  return typeof name === 'string' ? { type: 'NamedTypeSpecifier', name } : undefined;
}

/** Whether a type is made of the system's types only. */
export function isSystemType(specifier: TypeSpecifier = {}): boolean {
  switch (specifier.type ?? '') {
    case 'NamedTypeSpecifier':
      return specifier.name?.startsWith(SYSTEM) ?? false;
    case 'ListTypeSpecifier':
      return isSystemType(specifier.elementType);
    case 'TupleTypeSpecifier':
      return (specifier.element ?? []).every(({ elementType }) => isSystemType(elementType));
    case 'IntervalTypeSpecifier':
      return isSystemType(specifier.pointType);
    case 'ChoiceTypeSpecifier':
      return (specifier.choice ?? []).every(isSystemType);
    default:
      return false;
  }
}

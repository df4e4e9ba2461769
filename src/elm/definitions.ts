import type { ExpressionName } from '../facts.ts';
import type { ElmDefinition, ElmLibraries } from './elm.ts';

/** The define of that name (functions are no defines), or undefined. */
export function findDefinition(
  program: ElmLibraries,
  name: ExpressionName,
): ElmDefinition | undefined {
  return program.elms
    .get(name.library)
    ?.library.statements?.def.find(
      (def) => def.name === name.expression && def.type !== 'FunctionDef',
    );
}

/** The names of a library's defines, in the order of its source. */
export function definitionNames(program: ElmLibraries, library: string): string[] {
  return (program.elms.get(library)?.library.statements?.def ?? [])
    .filter((def) => def.type !== 'FunctionDef' && def.name !== 'Patient')
    .map((def) => def.name);
}

/** The type of a define's result as people write it: `Boolean`, `List<String>`, `Tuple`. */
export function resultType(definition: ElmDefinition): string {
  return definition.resultTypeName === undefined
    ? typeText(definition.resultTypeSpecifier ?? {})
    : shortType(definition.resultTypeName);
}

function typeText(specifier: unknown): string {
  const spec = specifier as {
    type?: string;
    name?: string;
    elementType?: unknown;
    pointType?: unknown;
  }; // a TypeSpecifier of the ELM specification
  switch (spec.type ?? '') {
    case 'NamedTypeSpecifier':
      return shortType(spec.name ?? '');
    case 'ListTypeSpecifier':
      return `List<${typeText(spec.elementType)}>`;
    case 'IntervalTypeSpecifier':
      return `Interval<${typeText(spec.pointType)}>`;
    case 'TupleTypeSpecifier':
      return 'Tuple';
    case 'ChoiceTypeSpecifier':
      return 'Choice';
    default:
      return 'Any';
  }
}

/** The fields of a tuple, or of the tuples in a list; none for other types. */
export function tupleFields(definition: ElmDefinition): string[] {
  const spec = definition.resultTypeSpecifier as {
    elementType?: { element?: readonly { name: string }[] };
    element?: readonly { name: string }[];
  } | null; // a TypeSpecifier of the ELM specification
  return (spec?.elementType?.element ?? spec?.element ?? []).map(({ name }) => name);
}

function shortType(name: string): string {
  return name.replace('{urn:hl7-org:elm-types:r1}', '').replace('{http://hl7.org/fhir}', 'FHIR.');
}

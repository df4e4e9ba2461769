import cql from 'cql-execution';
import { NerverootError } from '../errors.ts';
import type { ExpressionName } from '../facts.ts';
import { CodeService, type ValueSetCodes } from './code-service.ts';
import type { Elm, ElmDefinition } from './compile.ts';
import { FhirModel } from './fhir-object.ts';
import type { ModelInfo } from './model-info.ts';
import { Units, type UnitSpelling } from './units.ts';

/**
 * Compiled libraries ready to evaluate, with the model and the value sets they
 * use. Immutable: one program serves all requests until content is reloaded.
 */
export interface Program {
  readonly model: FhirModel;
  readonly codeService: CodeService;
  readonly valueSets: readonly ValueSetCodes[];
  readonly libraries: ReadonlyMap<string, InstanceType<typeof cql.Library>>;
  readonly elms: ReadonlyMap<string, Elm>;
}

/** Links ELM libraries with one another, the FHIR model, the value sets and the spellings of units. */
export function linkProgram(
  elms: readonly Elm[],
  model: ModelInfo,
  valueSets: readonly ValueSetCodes[],
  units: readonly UnitSpelling[] = [],
): Program {
  return {
    model: new FhirModel(model, new Units(units)),
    codeService: new CodeService(valueSets),
    valueSets,
    ...linkLibraries(elms),
  };
}

/** The same program with the ELM of one library replaced. */
export function withElm(program: Program, changed: Elm): Program {
  const { id } = changed.library.identifier;
  const elms = [...program.elms].map(([name, elm]) => (name === id ? changed : elm));
  return { ...program, ...linkLibraries(elms) };
}

function linkLibraries(elms: readonly Elm[]): Pick<Program, 'libraries' | 'elms'> {
  const repository = new SharedRepository(elms);
  const names = elms.map(({ library }) => library.identifier.id);
  return {
    libraries: new Map(names.map((name) => [name, repository.resolve(name)] as const)),
    elms: new Map(elms.map((elm) => [elm.library.identifier.id, elm])),
  };
}

/** Builds each library once, however many others include it. */
class SharedRepository {
  readonly #elms: ReadonlyMap<string, Elm>;
  readonly #built = new Map<string, InstanceType<typeof cql.Library>>();

  constructor(elms: readonly Elm[]) {
    this.#elms = new Map(elms.map((elm) => [elm.library.identifier.id, elm]));
  }

  resolve(path: string): InstanceType<typeof cql.Library> {
    let library = this.#built.get(path);
    if (!library) {
      const elm = this.#elms.get(path);
      if (!elm) throw new NerverootError('InvalidContent', `CQL library ${path} was not compiled`);
      library = new cql.Library(elm, this);
      this.#built.set(path, library);
    }
    return library;
  }
}

/** The define of that name (functions are no defines), or undefined. */
export function findDefinition(program: Program, name: ExpressionName): ElmDefinition | undefined {
  return program.elms
    .get(name.library)
    ?.library.statements?.def.find(
      (def) => def.name === name.expression && def.type !== 'FunctionDef',
    );
}

/** The names of a library's defines, in the order of its source. */
export function definitionNames(program: Program, library: string): string[] {
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

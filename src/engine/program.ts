import cql from 'cql-execution';
import { NerverootError } from '../errors.ts';
import { CodeService, type ValueSetCodes } from './code-service.ts';
import type { Elm, ElmLibraries } from '../elm/elm.ts';
import { FhirModel } from './fhir-object.ts';
import type { ModelInfo } from './model-info.ts';
import { Units, type UnitSpelling } from './units.ts';

/**
 * Compiled libraries ready to evaluate, with the model and the value sets they
 * use. Immutable: one program serves all requests until content is reloaded.
 */
export interface Program extends ElmLibraries {
  readonly model: FhirModel;
  readonly codeService: CodeService;
  readonly valueSets: readonly ValueSetCodes[];
  readonly libraries: ReadonlyMap<string, InstanceType<typeof cql.Library>>;
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

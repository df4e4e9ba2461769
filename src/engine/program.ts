import type { Elm, ElmLibraries } from '../elm/elm.ts';
import { CodeService, type ValueSetCodes } from './code-service.ts';
import { compileBody, isCompiledKind } from './compiler.ts';
import { isKnownKind } from './interpreter-libraries.ts';
import { FhirModel } from './fhir-model.ts';
import { Linked, type Backend } from './linked.ts';
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
  /** The libraries' code. */
  readonly linked: Linked;
}

const BACKEND: Backend = { compile: compileBody, isCompiled: isCompiledKind, isKnown: isKnownKind };

/**
 * Links ELM libraries with one another, the FHIR model, the value sets and the spellings of units.
 * Every library that another includes must be among them.
 */
export function linkProgram(
  elms: readonly Elm[],
  model: ModelInfo,
  valueSets: readonly ValueSetCodes[],
  units: readonly UnitSpelling[] = [],
): Program {
  const byName = new Map(elms.map((elm) => [elm.library.identifier.id, elm]));
  return {
    model: new FhirModel(model, new Units(units)),
    codeService: new CodeService(valueSets),
    valueSets,
    elms: byName,
    linked: new Linked(byName, BACKEND),
  };
}

/** The same program with the ELM of one library replaced; what did not change in it is not compiled again. */
export function withElm(program: Program, changed: Elm): Program {
  const { id } = changed.library.identifier;
  const elms = new Map([...program.elms].map(([name, elm]) => [name, name === id ? changed : elm]));
  return { ...program, elms, linked: new Linked(elms, BACKEND, program.linked) };
}

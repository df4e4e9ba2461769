import { isDeepStrictEqual } from 'node:util';
import cql, { type PatientObject, type RetrieveDetails } from 'cql-execution';
import { DateTime } from 'luxon';
import { NerverootError } from '../errors.ts';
import { locatorOf } from '../elm/whole.ts';
import { qualifiedName, type ExpressionName, type Facts, type FactValue } from '../facts.ts';
import { ClauseScope } from './clause.ts';
import { atZone, wrapResource, type FhirObject, type FhirScope } from './fhir-object.ts';
import type { Program } from './program.ts';
import { toFactValue } from './to-fact-value.ts';

type Json = Readonly<Record<string, unknown>>;
type Library = InstanceType<typeof cql.Library>;

/** What one evaluation works on. All of it is the request's own. */
export interface EvaluationInput {
  /** FHIR R4 resources of the patient, the Patient among them. */
  readonly resources: readonly Json[];
  /** Values for CQL parameters by name; FHIR resources in them are wrapped. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** What `Now()` is. */
  readonly evaluationTime: Date;
  /** IANA time zone of the site; days are counted in it. */
  readonly timeZone: string;
  /** Told what every node of the ELM comes to, each time; coverage runs listen, calls do not. */
  readonly observe?: Observe | undefined;
}

/** One ELM node, by the library it stands in and its local id, and the engine's value for it. */
export type Observe = (library: string, localId: string, value: unknown) => void;

/** One open evaluation: a define is computed once, whichever libraries reach it. */
export interface Evaluation {
  /** Values of the named expressions as facts. Throws EvaluationFailed with the place. */
  facts(names: readonly ExpressionName[]): Promise<Facts>;
  /** Where single clauses of a library's defines can be evaluated. */
  clausesOf(library: string): ClauseScope;
  /**
   * True when a define that was computed here comes to something else in a changed program, where
   * all others keep the value that they have here. Throws EvaluationFailed with the place.
   */
  differs(name: ExpressionName, program: Program): Promise<boolean>;
}

/** Opens an evaluation of the program over one patient's data. */
export function openEvaluation(program: Program, input: EvaluationInput): Evaluation {
  const scope: FhirScope = { model: program.model, timeZone: input.timeZone };
  const shared: SharedState = {
    contexts: new Map(),
    patient: new PatientRecord(input.resources, scope),
    program,
    parameters: wrapParameters(input.parameters, scope),
    evaluationTime: atZone(DateTime.fromJSDate(input.evaluationTime, { zone: input.timeZone })),
    observe: input.observe,
  };
  return {
    async facts(names) {
      const facts: Record<string, Record<string, FactValue>> = {};
      // One after another: two runs on one context at the same time compute twice.
      for (const name of names) {
        (facts[name.library] ??= {})[name.expression] = toFactValue(await evaluate(shared, name));
      }
      return facts;
    },
    clausesOf: (library) => new ClauseScope(contextOf(shared, library)),
    async differs(name, changed) {
      const valuesOf = (library: string): Values =>
        shared.contexts.get(library)?.context_values ?? {};
      const { [name.expression]: before, ...others } = valuesOf(name.library);
      if (before === undefined) return false;
      const kept = (library: string): Values =>
        library === name.library ? others : valuesOf(library);
      const again = { ...shared, contexts: new Map(), program: changed, observe: undefined, kept };
      return !isDeepStrictEqual((await evaluate(again, name)) ?? null, before);
    },
  };
}

interface SharedState {
  readonly contexts: Map<string, LibraryContext>;
  readonly patient: PatientRecord;
  readonly program: Program;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly evaluationTime: InstanceType<typeof cql.DateTime>;
  readonly observe: Observe | undefined;
  /** Values of defines that are not to be computed. */
  readonly kept?: (library: string) => Values;
}

/** What the defines of a library came to, by name. */
type Values = Readonly<Record<string, unknown>>;

async function evaluate(shared: SharedState, name: ExpressionName): Promise<unknown> {
  const context = contextOf(shared, name.library);
  if (name.expression in context.context_values) return context.context_values[name.expression];
  const expression = context.library.expressions[name.expression];
  if (!expression) {
    throw new NerverootError('InvalidContent', `There is no CQL expression ${qualifiedName(name)}`);
  }
  try {
    return await expression.execute(context);
  } catch (cause) {
    throw evaluationError(name, cause, shared.program);
  }
}

/** The engine's own words may hold data, so only the place is kept; the cause is for the log's stack. */
function evaluationError(name: ExpressionName, cause: unknown, program: Program): NerverootError {
  const { libraryName, localId } = cause as { libraryName?: string; localId?: string }; // AnnotatedError's fields, where it is one
  const [library = ''] = libraryName?.split('|') ?? []; // `Library|1.0.0`
  const locator = localId === undefined ? undefined : locatorOf(program, library, localId);
  const where = libraryName ? ` (${libraryName}, ${locator ?? 'no locator'})` : '';
  return new NerverootError(
    'EvaluationFailed',
    `CQL expression ${qualifiedName(name)} could not be evaluated${where}`,
    { cause },
  );
}

function contextOf(shared: SharedState, libraryName: string): LibraryContext {
  let context = shared.contexts.get(libraryName);
  if (!context) {
    const library = shared.program.libraries.get(libraryName);
    if (!library) {
      throw new NerverootError('InvalidContent', `There is no CQL library ${libraryName}`);
    }
    context = new LibraryContext(shared, library);
    Object.assign(context.context_values, shared.kept?.(libraryName));
    shared.contexts.set(libraryName, context);
  }
  return context;
}

/**
 * cql-execution makes a context for each include path, so a define reached by
 * three paths is computed three times, and forgets undefined results. Here each
 * library has one context a request, and every result is kept.
 */
class LibraryContext extends cql.PatientContext {
  readonly #shared: SharedState;

  constructor(shared: SharedState, library: Library) {
    super(
      library,
      shared.patient,
      shared.program.codeService,
      { ...shared.parameters },
      shared.evaluationTime,
    );
    this.#shared = shared;
  }

  override getLibraryContext(alias: string): LibraryContext {
    const included = this.library.includes[alias] as Library | undefined;
    return contextOf(this.#shared, included?.name ?? alias);
  }

  override set(identifier: string, value: unknown): void {
    super.set(identifier, value ?? null);
  }

  /** The engine would keep the first truthy value of each node; here every value is told, and none kept. */
  override setLocalIdWithResult(localId: string, value: unknown): void {
    this.#shared.observe?.(this.library.name ?? '', localId, value);
  }
}

/** The patient and, by type, the resources; each is wrapped once a request. */
class PatientRecord implements PatientObject {
  readonly #byType = new Map<string, FhirObject[]>();

  constructor(resources: readonly Json[], scope: FhirScope) {
    for (const [serial, resource] of resources.entries()) {
      const type = String(resource['resourceType']);
      const sameType = this.#byType.get(type) ?? [];
      sameType.push(wrapResource(resource, scope, serial));
      this.#byType.set(type, sameType);
    }
  }

  findRecords(profile: string | null, details?: RetrieveDetails): FhirObject[] {
    const type = (details?.datatype ?? profile ?? '').replace(/^.*[/}]/, '');
    return this.#byType.get(type) ?? [];
  }

  get #patient(): FhirObject | undefined {
    return this.#byType.get('Patient')?.[0];
  }

  get(field: string): unknown {
    return this.#patient?.get(field);
  }
  getId(): unknown {
    return this.#patient?.getId();
  }
  getCode(field: string): unknown {
    return this.#patient?.getCode(field);
  }
  getDate(field: string): unknown {
    return this.#patient?.getDate(field);
  }
  getDateOrInterval(field: string): unknown {
    return this.#patient?.getDate(field);
  }
}

function wrapParameters(
  parameters: Readonly<Record<string, unknown>>,
  scope: FhirScope,
): Record<string, unknown> {
  let serial = 0;
  const wrap = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(wrap);
    if (typeof value === 'object' && value !== null && 'resourceType' in value) {
      return wrapResource(value, scope, (serial -= 1)); // a parsed resource; drafts count below zero
    }
    return value;
  };
  return Object.fromEntries(Object.entries(parameters).map(([name, v]) => [name, wrap(v)]));
}

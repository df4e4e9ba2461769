import cql, { type PatientObject, type RetrieveDetails } from 'cql-execution';
import type { ElmNode } from '../elm/elm-tree.ts';
import { NerverootError } from '../errors.ts';
import { FhirObject } from './fhir-object.ts';
import { Ended, PlacedError, unknownKind } from './observing.ts';
import type { Libraries } from './interpreter-libraries.ts';
import type { PatientRecord } from './patient-record.ts';
import type { Run } from './run.ts';

type Library = InstanceType<typeof cql.Library>;

/**
 * cql-execution itself, over the same libraries and the same record. Nodes of kinds that
 * are not compiled run here, and all others are held against it in tests.
 */
export class Interpreter {
  readonly #libraries: Libraries;
  readonly #contexts = new Map<string, LibraryContext>();
  readonly #run: Run;
  readonly #patient: PatientObject;
  /** True where defines take the values of compiled code; else everything is computed here. */
  readonly #isFallback: boolean;

  constructor(libraries: Libraries, run: Run, isFallback: boolean) {
    this.#libraries = libraries;
    this.#run = run;
    this.#patient = new AskedPatient(run.record);
    this.#isFallback = isFallback;
  }

  /** The value of a define. Throws cql-execution's AnnotatedError. */
  async define(library: string, name: string): Promise<unknown> {
    const context = this.contextOf(library);
    if (name in context.context_values) return context.context_values[name];
    const expression = context.library.expressions[name];
    if (!expression)
      throw new NerverootError('InvalidContent', `There is no define ${library}.${name}`);
    return (await expression.execute(context)) ?? null;
  }

  /** The value of a node that stands in a library, with the operands and aliases that are in force there. */
  async node(
    library: string,
    node: ElmNode,
    inForce: ReadonlyMap<string, unknown> = new Map(),
  ): Promise<unknown> {
    const known = [...inForce].map(([name, value]) => [name, value ?? null]);
    const context = this.contextOf(library).childContext(Object.fromEntries(known));
    return (await this.#libraries.built(node).execute(context)) ?? null;
  }

  /** One context a library: by default the engine makes one for each path of includes, and computes anew. */
  contextOf(name: string): LibraryContext {
    let context = this.#contexts.get(name);
    if (!context) {
      context = new LibraryContext(this, this.#run, this.#libraries.library(name), this.#patient);
      this.#contexts.set(name, context);
    }
    return context;
  }

  /** What compiled code has or makes of a define. */
  known(library: string, name: string): { readonly value: unknown } | undefined {
    if (!this.#isFallback) return undefined;
    const index = this.#run.input.linked.define(library, name);
    return index === undefined ? undefined : { value: this.#run.define(index) };
  }
}

class LibraryContext extends cql.PatientContext {
  readonly #interpreter: Interpreter;
  readonly #run: Run;

  constructor(interpreter: Interpreter, run: Run, library: Library, patient: PatientObject) {
    const { codeService, parameters, now } = run.input;
    super(library, patient, codeService, { ...parameters }, now);
    this.#interpreter = interpreter;
    this.#run = run;
  }

  override getLibraryContext(alias: string): LibraryContext {
    const included = this.library.includes[alias] as Library | undefined;
    return this.#interpreter.contextOf(included?.name ?? alias);
  }

  override get(identifier: string): unknown {
    if (!(identifier in this.context_values) && identifier in this.library.expressions) {
      const known = this.#interpreter.known(this.library.name ?? '', identifier);
      if (known) return known.value;
    }
    return super.get(identifier) as unknown;
  }

  override childContext(row?: unknown): RowContext {
    return new RowContext(this, this.#run, row);
  }

  /** The engine forgets undefined results, and would compute them again. */
  override set(identifier: string, value: unknown): void {
    super.set(identifier, value ?? null);
  }

  /** The engine would keep the first truthy value of each node; here every value is told, and none kept. */
  override setLocalIdWithResult(localId: string, value: unknown): void {
    this.#run.observe?.(this.library.name ?? '', localId, value);
  }
}

/** Rows within rows and calls within calls, as deep as no rule goes; the engine would go on until memory ends. */
const DEEPEST = 1000;

/** What the engine makes for each row of a query and each call of a function. */
class RowContext extends cql.Context {
  readonly #run: Run;
  readonly #depth: number;

  constructor(parent: InstanceType<typeof cql.Context>, run: Run, row: unknown) {
    super(parent);
    this.#run = run;
    this.context_values = row ?? {};
    this.#depth = parent instanceof RowContext ? parent.#depth + 1 : 1;
    if (this.#depth > DEEPEST) throw new RangeError('A function calls itself without end');
    run.step(1);
  }

  override childContext(row?: unknown): RowContext {
    return new RowContext(this, this.#run, row);
  }

  /** A name inside `sort by` is looked for among the properties of a row: a resource's are its elements. */
  override get(identifier: string): unknown {
    const row: unknown = this.context_values;
    const element = row instanceof FhirObject ? row.get(identifier) : undefined;
    return element ?? (super.get(identifier) as unknown);
  }
}

/** The record as cql-execution asks for it. */
class AskedPatient implements PatientObject {
  readonly #record: PatientRecord;

  constructor(record: PatientRecord) {
    this.#record = record;
  }

  findRecords(profile: string | null, details?: RetrieveDetails): FhirObject[] {
    const type = (details?.datatype ?? profile ?? '').replace(/^.*[/}]/, '');
    return [...this.#record.ofType(type)];
  }

  get #patient(): FhirObject | undefined {
    return this.#record.ofType('Patient')[0];
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

/**
 * Has every node that is not compiled, and that evaluating the define can reach, evaluated
 * here first, those that others rest on before them. What fails fails where its value is
 * asked for.
 */
export async function settleOutlined(run: Run, define: number): Promise<void> {
  const { linked } = run.input;
  const interpreter = new Interpreter(linked.libraries, run, true);
  for (const { library, node, unknown } of linked.outlinedBelow(define)) {
    if (run.isSettled(node)) continue;
    try {
      if (unknown) throw placedAt(linked.identified(unknown.library), unknown.node);
      run.settle(node, { value: await interpreter.node(library, node) });
    } catch (error) {
      const settled = withPlace(error);
      if (settled instanceof Ended) throw settled;
      run.settle(node, { error: settled });
    }
  }
}

/**
 * The value of a node where it stands, by cql-execution, which takes what compiled code has of
 * defines. Throws its error.
 */
export async function interpretClause(
  run: Run,
  library: string,
  node: ElmNode,
  inForce: ReadonlyMap<string, unknown>,
): Promise<unknown> {
  const { linked } = run.input;
  for (const [index, { kind }] of linked.definitions.entries()) {
    if (kind === 'define') await settleOutlined(run, index);
  }
  return new Interpreter(linked.libraries, run, true).node(library, node, inForce);
}

function placedAt(library: string, node: ElmNode): PlacedError {
  return new PlacedError(library, node.localId, unknownKind(node));
}

/** An error as it was thrown here, inside cql-execution, or there. */
function withPlace(error: unknown): unknown {
  if (!(error instanceof cql.AnnotatedError)) return error;
  const { cause, libraryName, localId } = error;
  if (cause instanceof Ended || cause instanceof PlacedError) return cause;
  return new PlacedError(libraryName, localId, cause);
}

import { isDeepStrictEqual } from 'node:util';
import { DateTime } from 'luxon';
import { NerverootError } from '../errors.ts';
import { qualifiedName, type ExpressionName, type Facts, type FactValue } from '../facts.ts';
import { ClauseScope } from './clause.ts';
import { wrapResource, type FhirScope } from './fhir-object.ts';
import { atZone } from './fhir-values.ts';
import type { Linked } from './linked.ts';
import { settleOutlined } from './interpreter.ts';
import { Ended, PlacedError } from './observing.ts';
import { PatientRecord } from './patient-record.ts';
import type { Program } from './program.ts';
import { Run, type RunLimits, type Observe, type RunInput } from './run.ts';
import { toFactValue } from './to-fact-value.ts';

type Json = Readonly<Record<string, unknown>>;

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
  readonly limits?: RunLimits | undefined;
}

/** One open evaluation: a define is computed once, whichever libraries reach it. */
export interface Evaluation {
  readonly input: EvaluationInput;
  /** Values of the named expressions as facts. Throws EvaluationFailed with the place. */
  facts(names: readonly ExpressionName[]): Promise<Facts>;
  /** The value of one expression as the engine holds it. Throws EvaluationFailed with the place. */
  value(name: ExpressionName): Promise<unknown>;
  /** Where single clauses of a library's defines can be evaluated. */
  clausesOf(library: string): ClauseScope;
  /**
   * True when a define that was computed here comes to something else in a changed program, where
   * all others keep the value that they have here. Throws EvaluationFailed with the place.
   */
  differs(name: ExpressionName, program: Program): Promise<boolean>;
  /** Lets a share of what the limit allowed be taken from here on; where steps are left, no fewer. */
  allowMore(share: number): void;
  /** Rows, calls and comparisons so far: what the evaluation cost, whatever the machine. */
  readonly steps: number;
}

/** Opens an evaluation of the program over one patient's data. */
export function openEvaluation(program: Program, input: EvaluationInput): Evaluation {
  const { linked } = program;
  const run = openRun(program, input);
  return {
    input,
    value: (name) => evaluate(run, name),
    async facts(names) {
      const facts: Record<string, Record<string, FactValue>> = {};
      for (const name of names) {
        (facts[name.library] ??= {})[name.expression] = toFactValue(await evaluate(run, name));
      }
      return facts;
    },
    clausesOf: (library) => new ClauseScope(run, library),
    async differs(name, changed) {
      const index = linked.define(name.library, name.expression);
      const before = index === undefined ? undefined : run.computed(index);
      if (before === undefined) return false;
      const kept = run.values.map((value, i) => (i === index ? undefined : value));
      const again = new Run({ ...run.input, ...PLAIN, linked: changed.linked }, kept);
      return !isDeepStrictEqual(await evaluate(again, name), before);
    },
    allowMore: (share) => run.allowMore(share),
    get steps() {
      return run.steps;
    },
  };
}

/** Wraps the data for the engine; nothing is computed yet. */
export function openRun(
  { model, codeService, linked }: Program,
  { resources, parameters, evaluationTime, timeZone, observe, limits = {} }: EvaluationInput,
): Run {
  const scope: FhirScope = { model, timeZone, dates: new Map() };
  return new Run({
    linked,
    codeService,
    record: new PatientRecord(resources, scope, codeService),
    parameters: wrapParameters(parameters, scope),
    now: atZone(DateTime.fromJSDate(evaluationTime, { zone: timeZone })),
    observe,
    isObserved: observe !== undefined,
    limits,
  });
}

const PLAIN = { observe: undefined, isObserved: false } satisfies Partial<RunInput>;

async function evaluate(run: Run, name: ExpressionName): Promise<unknown> {
  const { linked } = run.input;
  const index = linked.define(name.library, name.expression);
  if (index === undefined) {
    if (!linked.hasLibrary(name.library)) {
      throw new NerverootError('InvalidContent', `There is no CQL library ${name.library}`);
    }
    throw new NerverootError('InvalidContent', `There is no CQL expression ${qualifiedName(name)}`);
  }
  try {
    // Only programs with nodes that are not compiled have anything to wait for.
    if (linked.outlined.size > 0) await settleOutlined(run, index);
    return run.define(index);
  } catch (cause) {
    if (cause instanceof Ended) throw cause;
    throw failed(name, cause instanceof PlacedError ? cause : placed(run, index, cause), linked);
  }
}

/**
 * Where an error comes from. Plain code does not know its place, so what failed is
 * evaluated once more, observed, with all that was computed kept.
 */
function placed(run: Run, index: number, cause: unknown): PlacedError {
  const again = new Run(
    { ...run.input, observe: undefined, isObserved: true, limits: {} },
    run.values,
  );
  again.takeSettled(run);
  try {
    again.define(index);
  } catch (error) {
    if (error instanceof PlacedError) return error;
  }
  return new PlacedError('', undefined, cause);
}

/** The engine's own words may hold data, so only the place is kept; the cause is for the log's stack. */
function failed(
  name: ExpressionName,
  { library, localId, cause }: PlacedError,
  linked: Linked,
): NerverootError {
  const [own = ''] = library.split('|'); // `Library|1.0.0`
  const locator = localId === undefined ? undefined : linked.locatorOf(own, localId);
  const where = library ? ` (${library}, ${locator ?? 'no locator'})` : '';
  return new NerverootError(
    'EvaluationFailed',
    `CQL expression ${qualifiedName(name)} could not be evaluated${where}`,
    { cause },
  );
}

function wrapParameters(
  parameters: Readonly<Record<string, unknown>>,
  scope: FhirScope,
): Record<string, unknown> {
  let serial = 0;
  const wrap = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(wrap);
    if (typeof value !== 'object' || value === null) return value;
    if ('resourceType' in value) {
      return wrapResource(value, scope, (serial -= 1)); // a parsed resource; drafts count below zero
    }
    return Object.fromEntries(Object.entries(value).map(([name, v]) => [name, wrap(v)])); // a tuple
  };
  return Object.fromEntries(Object.entries(parameters).map(([name, v]) => [name, wrap(v)]));
}

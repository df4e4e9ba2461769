import type { ElmNode } from '../elm/elm-tree.ts';
import { compileClause } from './compiler.ts';
import { FhirObject } from './fhir-object.ts';
import { interpretClause } from './interpreter.ts';
import type { CompiledBody } from './code.ts';
import type { Run } from './run.ts';

/** Code of clauses that were asked for one by one, by the names in force; ELM does not change. */
const compiled = new WeakMap<object, Map<string, CompiledBody>>();

/**
 * Where a clause stands: in a define of a library, or deeper, with the operands of
 * a function or the aliases of a query in force. Any node of the ELM can be
 * evaluated in its place again; defines that were computed are not computed twice.
 */
export class ClauseScope {
  readonly #run: Run;
  readonly #library: string;
  readonly #values: ReadonlyMap<string, unknown>;

  constructor(run: Run, library: string, values: ReadonlyMap<string, unknown> = new Map()) {
    this.#run = run;
    this.#library = library;
    this.#values = values;
  }

  /** The same place with operands or aliases in force. */
  with(values: Readonly<Record<string, unknown>>): ClauseScope {
    const inForce = new Map([...this.#values, ...Object.entries(values)]);
    return new ClauseScope(this.#run, this.#library, inForce);
  }

  /** The engine's value of an ELM node; throws what the engine throws. */
  async evaluate(node: object): Promise<unknown> {
    // Where cql-execution has a part in the program, any node may be, or be in, one of those it has.
    if (this.#run.input.linked.outlined.size > 0) {
      return interpretClause(this.#run, this.#library, node as ElmNode, this.#values);
    }
    return this.#compiled(node);
  }

  #compiled(node: object): unknown {
    const names = [...this.#values.keys()];
    const key = names.join('\n');
    const known = compiled.get(node) ?? new Map<string, CompiledBody>();
    compiled.set(node, known);
    let body = known.get(key);
    if (!body) {
      body = compileClause(this.#run.input.linked, this.#library, node as ElmNode, names);
      known.set(key, body);
    }
    const at = Array.from({ length: body.size }, (): unknown => undefined);
    for (const [i, value] of [...this.#values.values()].entries()) at[i] = value ?? null;
    return body.code(this.#run, at) ?? null;
  }
}

/** The FHIR resources in a value of the engine, each once, as the rules read them. */
export function resourcesIn(value: unknown): Readonly<Record<string, unknown>>[] {
  if (Array.isArray(value)) return [...new Set(value.flatMap(resourcesIn))];
  if (value instanceof FhirObject) return 'resourceType' in value.json ? [value.json] : [];
  if (typeof value !== 'object' || value === null) return [];
  const isTuple = Object.getPrototypeOf(value) === Object.prototype;
  return isTuple ? resourcesIn(Object.values(value)) : [];
}

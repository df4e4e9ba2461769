import cql from 'cql-execution';
import { FhirObject } from './fhir-object.ts';

type Context = InstanceType<typeof cql.Context>;

/** The engine's form of nodes that were asked for one by one; ELM does not change. */
const built = new WeakMap<object, InstanceType<typeof cql.Expression>>();

/**
 * Where a clause stands: in a define of a library, or deeper, with the operands of
 * a function or the aliases of a query in force. Any node of the ELM can be
 * evaluated in its place again; defines that were computed are not computed twice.
 */
export class ClauseScope {
  readonly #context: Context;

  constructor(context: Context) {
    this.#context = context;
  }

  /** The same place with operands or aliases in force. */
  with(values: Readonly<Record<string, unknown>>): ClauseScope {
    // The engine takes undefined for "look further up".
    const known = Object.entries(values).map(([name, value]) => [name, value ?? null]);
    return new ClauseScope(this.#context.childContext(Object.fromEntries(known)));
  }

  /** The engine's value of an ELM node; throws what the engine throws. */
  async evaluate(node: object): Promise<unknown> {
    return (await build(node).execute(this.#context)) as unknown; // the engine types values as any
  }
}

/** The engine builds whole libraries only, so a node is built as the one define of one. */
function build(node: object): InstanceType<typeof cql.Expression> {
  let expression = built.get(node);
  if (!expression) {
    const def = [{ name: 'Clause', context: 'Patient', expression: node }];
    const library = new cql.Library({
      library: { identifier: { id: 'Clause' }, statements: { def } },
    });
    expression = library.expressions['Clause']?.expression as InstanceType<typeof cql.Expression>; // the node's
    built.set(node, expression);
  }
  return expression;
}

/** The FHIR resources in a value of the engine, each once, as the rules read them. */
export function resourcesIn(value: unknown): Readonly<Record<string, unknown>>[] {
  if (Array.isArray(value)) return [...new Set(value.flatMap(resourcesIn))];
  if (value instanceof FhirObject) return 'resourceType' in value.json ? [value.json] : [];
  if (typeof value !== 'object' || value === null) return [];
  const isTuple = Object.getPrototypeOf(value) === Object.prototype;
  return isTuple ? resourcesIn(Object.values(value)) : [];
}

import cql from 'cql-execution';
import * as expressions from 'cql-execution/lib/elm/expressions.js';
import type { ElmNode } from '../elm/elm-tree.ts';
import type { Elm } from '../elm/elm.ts';
import { NerverootError } from '../errors.ts';

type Library = InstanceType<typeof cql.Library>;

/** Whether cql-execution evaluates nodes of that kind: what it does not know it takes for null. */
export function isKnownKind({ type = '' }: ElmNode): boolean {
  return type in expressions;
}

/** The libraries as cql-execution builds them, each once, when it is first asked for. */
export class Libraries {
  readonly #elms: ReadonlyMap<string, Elm>;
  readonly #built = new Map<string, Library>();
  readonly #nodes = new WeakMap<object, InstanceType<typeof cql.Expression>>();

  constructor(elms: ReadonlyMap<string, Elm>) {
    this.#elms = elms;
  }

  library(name: string): Library {
    let library = this.#built.get(name);
    if (!library) {
      const elm = this.#elms.get(name);
      if (!elm) throw new NerverootError('InvalidContent', `CQL library ${name} was not compiled`);
      library = new cql.Library(elm, this);
      const defines = Object.values(library.expressions) as InstanceType<typeof cql.Expression>[];
      defines.forEach(nullIfUndefined);
      this.#built.set(name, library);
    }
    return library;
  }

  /** What the engine asks its libraries for by name. */
  resolve(path: string): Library {
    return this.library(path);
  }

  /** The engine builds whole libraries only, so a node is built as the one define of one. */
  built(node: object): InstanceType<typeof cql.Expression> {
    let expression = this.#nodes.get(node);
    if (!expression) {
      const def = [{ name: 'Node', context: 'Patient', expression: node }];
      const library = new cql.Library({
        library: { identifier: { id: 'Node' }, statements: { def } },
      });
      expression = library.expressions['Node']?.expression as InstanceType<typeof cql.Expression>; // the node's
      this.#nodes.set(node, expression);
    }
    return expression;
  }
}

/** A define is null the first time too: the engine would give undefined then, and null once it is kept. */
function nullIfUndefined(expression: InstanceType<typeof cql.Expression>): void {
  const execute = expression.execute.bind(expression);
  expression.execute = async (context) => ((await execute(context)) as unknown) ?? null;
}

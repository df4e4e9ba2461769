import cql from 'cql-execution';
import { listOf, type ElmNode } from '../elm/elm-tree.ts';
import type {
  Body,
  Code,
  CompiledBody,
  DeclaredTerm,
  FunctionCode,
  NodeCompilers,
} from './code.ts';
import type { LinkedDefinition } from './definition.ts';
import type { Linked } from './linked.ts';
import { COLLAPSE } from './nodes/collapse.ts';
import { COMPARISON } from './nodes/comparison.ts';
import { DATES } from './nodes/dates.ts';
import { LISTS } from './nodes/lists.ts';
import { LOGIC } from './nodes/logic.ts';
import { NUMBERS } from './nodes/numbers.ts';
import { QUERIES } from './nodes/query.ts';
import { REFERENCES } from './nodes/references.ts';
import { STRINGS } from './nodes/strings.ts';
import { STRUCTURES } from './nodes/structures.ts';
import { TERMINOLOGY } from './nodes/terminology.ts';
import { TYPES } from './nodes/types.ts';
import { observing, unknownKind } from './observing.ts';

/** Every kind of node that is compiled; of the others cql-execution makes what they are. */
export const COMPILED_KINDS: NodeCompilers = {
  ...LOGIC,
  ...COMPARISON,
  ...NUMBERS,
  ...DATES,
  ...STRINGS,
  ...LISTS,
  ...COLLAPSE,
  ...STRUCTURES,
  ...TERMINOLOGY,
  ...TYPES,
  ...REFERENCES,
  ...QUERIES,
};

/** What stands in a node beside nodes of their own kind, and is compiled with it. */
const PARTS = new Set(['With', 'Without', 'ByExpression', 'ByColumn', 'ByDirection']);

/** Whether nodes of that kind, with all that the node asks of it, are compiled. */
export function isCompiledKind({ type, ...node }: ElmNode): boolean {
  if (type === undefined || PARTS.has(type)) return true;
  if (type === 'Query' && node['aggregate'] !== undefined) return false;
  if (type === 'Retrieve' && node['dateRange'] !== undefined) return false;
  return type in COMPILED_KINDS;
}

/** The code of a definition: plain, or with every node's value told. */
export function compileBody(
  linked: Linked,
  { library, operands, body, node, kind }: LinkedDefinition,
  isObserved: boolean,
): CompiledBody {
  const compiler = new BodyCompiler(linked, library, { isObserved, names: operands });
  const code = compiler.code(body);
  // The engine tells the value of a define twice: of what stands in it, and of itself.
  return { code: kind === 'define' ? compiler.observed(node, code) : code, size: compiler.size };
}

/** The code of a single node that stands where these names are in force, in this order. */
export function compileClause(
  linked: Linked,
  library: string,
  node: ElmNode,
  names: readonly string[],
): CompiledBody {
  const compiler = new BodyCompiler(linked, library, { isObserved: false, names });
  const code = compiler.code(node);
  return { code, size: compiler.size };
}

/** Only what is evaluated fails: all else of a library is served. */
function failingOf(node: ElmNode): Code {
  return () => {
    throw unknownKind(node);
  };
}

/** Compiles nodes of one body: knows what names mean where they stand. */
export class BodyCompiler implements Body {
  readonly library: string;
  readonly #linked: Linked;
  readonly #isObserved: boolean;
  readonly #places: ReadonlyMap<string, number>;
  /** Shared by all places of one body: each name gets its own place in the values in force. */
  readonly #counter: { size: number };

  constructor(
    linked: Linked,
    library: string,
    given: { readonly isObserved: boolean; readonly names: readonly string[] },
    inside?: { readonly places: ReadonlyMap<string, number>; readonly counter: { size: number } },
  ) {
    this.#linked = linked;
    this.library = library;
    this.#isObserved = given.isObserved;
    this.#counter = inside?.counter ?? { size: 0 };
    const places = new Map(inside?.places);
    for (const name of given.names) places.set(name, this.#counter.size++);
    this.#places = places;
  }

  /** How many values can be in force at once in the whole body. */
  get size(): number {
    return this.#counter.size;
  }

  /** Code of a node that stands here; of one that is not there, null. Of an unknown kind, it throws. */
  code(node: ElmNode | undefined): Code {
    if (node === undefined || node === null) return () => null;
    const isOutlined = this.#linked.outlined.has(node);
    if (isOutlined) return (run) => run.settled(node);
    const compile = COMPILED_KINDS[node.type ?? ''];
    if (!compile) return this.observed(node, failingOf(node));
    return this.observed(node, compile(node, this));
  }

  codes(nodes: ElmNode | readonly ElmNode[] | undefined): Code[] {
    return listOf(nodes).map((node) => this.code(node));
  }

  /** Code of the two operands of a node. */
  two(node: ElmNode): readonly [Code, Code] {
    const [left, right] = listOf(node.operand);
    return [this.code(left), this.code(right)];
  }

  /** The code, with its value told where it is to be. */
  observed(node: ElmNode, code: Code): Code {
    if (!this.#isObserved) return code;
    return observing(node, code, this.library, this.#linked.identified(this.library));
  }

  /** The place of an operand, alias or let among the values in force. */
  placeOf(name: string): number | undefined {
    return this.#places.get(name);
  }

  /** The same place with more names in force. */
  with(names: readonly string[]): {
    readonly body: BodyCompiler;
    readonly places: readonly number[];
  } {
    const given = { isObserved: this.#isObserved, names };
    const inside = { places: this.#places, counter: this.#counter };
    const body = new BodyCompiler(this.#linked, this.library, given, inside);
    return { body, places: names.map((name) => body.#places.get(name) ?? 0) };
  }

  defineNamed(node: ElmNode): number | undefined {
    return this.#linked.define(this.#linked.libraryOf(node, this.library), node.name ?? '');
  }

  parameterNamed(node: ElmNode): number | undefined {
    return this.#linked.parameter(this.#linked.libraryOf(node, this.library), node.name ?? '');
  }

  functionsNamed(node: ElmNode, operands: number): readonly FunctionCode[] {
    const library = this.#linked.libraryOf(node, this.library);
    return this.#linked.functions(library, node.name ?? '', operands);
  }

  declaration(node: ElmNode, kind: 'valueSets' | 'codeSystems'): DeclaredTerm | undefined {
    const library = this.#linked.libraryOf(node, this.library);
    return this.#linked.declaration(library, kind, node.name ?? '');
  }

  /** The code that a reference names, as cql-execution's own. */
  codeNamed(node: ElmNode): unknown {
    const library = this.#linked.libraryOf(node, this.library);
    const code = this.#linked.codeNamed(library, node.name ?? '');
    return code && new cql.Code(code.id, code.system?.id, code.system?.version, code.display);
  }
}

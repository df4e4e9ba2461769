import { childrenOf, libraryMeant, listOf, type ElmNode } from '../elm/elm-tree.ts';
import type { Elm } from '../elm/elm.ts';
import { locatorOf } from '../elm/whole.ts';
import type { CompiledBody, DeclaredTerm, FunctionCode, TypeSpecifier } from './code.ts';
import type { LinkedDefinition } from './definition.ts';
import { Libraries } from './interpreter-libraries.ts';
import { outline, type Kinds, type Outlined, type UncompiledKind } from './outline.ts';
import { specifierOf, typeTest } from './type-match.ts';

/** How the nodes of a program become code. */
export interface Backend extends Kinds {
  /** The code of a definition: plain, or with every node's value told. */
  readonly compile: (
    linked: Linked,
    definition: LinkedDefinition,
    isObserved: boolean,
  ) => CompiledBody;
}

type TermKind = 'valueSets' | 'codeSystems';

/**
 * All libraries as one list of definitions. Code refers to definitions by their place in
 * the list, so that one of them can be replaced and all other code goes on serving. Each
 * is compiled when it is first needed, plainly or observed.
 */
export class Linked {
  readonly definitions: readonly LinkedDefinition[];
  /** The same libraries for cql-execution. */
  readonly libraries: Libraries;
  readonly #backend: Backend;
  readonly #elms: ReadonlyMap<string, Elm>;
  readonly #defines = new Map<string, number>();
  readonly #parameters = new Map<string, number>();
  readonly #functions = new Map<string, FunctionCode[]>();
  readonly #plain: (CompiledBody | undefined)[];
  readonly #observed: (CompiledBody | undefined)[] = [];
  /** Nodes that are left to cql-execution. */
  readonly outlined: ReadonlyMap<ElmNode, Outlined>;
  /** Why, by kind. */
  readonly uncompiled: readonly UncompiledKind[];
  readonly #below = new Map<number, readonly Outlined[]>();

  /** `before` is the same program with one library otherwise; code that is the same is taken from it. */
  constructor(elms: ReadonlyMap<string, Elm>, backend: Backend, before?: Linked) {
    this.#elms = elms;
    this.#backend = backend;
    this.definitions = [...elms.values()].flatMap(definitionsIn);
    for (const [index, definition] of this.definitions.entries()) this.#name(index, definition);
    this.#plain = this.definitions.map(({ node }, i) =>
      before?.definitions[i]?.node === node ? before.#plain[i] : undefined,
    );
    const { nodes, kinds } = outline(this.definitions, elms, backend);
    [this.outlined, this.uncompiled] = [nodes, kinds];
    this.libraries = new Libraries(elms);
  }

  /** The nodes left to cql-execution that evaluating a define can reach, those that others rest on first. */
  outlinedBelow(define: number): readonly Outlined[] {
    const known = this.#below.get(define);
    if (known) return known;
    const found = new Set<Outlined>();
    const entered = new Set<number>();
    const visit = (index: number): void => {
      const definition = this.definitions[index];
      if (!definition || entered.has(index)) return;
      entered.add(index);
      const { library, body } = definition;
      const walk = (node: ElmNode): void => {
        if (node.type === 'ExpressionRef') {
          const named = this.define(this.libraryOf(node, library), node.name ?? '');
          if (named !== undefined) visit(named);
        } else if (node.type === 'FunctionRef') {
          const operands = listOf(node.operand).length;
          const named = this.functions(this.libraryOf(node, library), node.name ?? '', operands);
          for (const { index: called } of named) visit(called);
        } else if (node.type === 'ParameterRef') {
          const named = this.parameter(this.libraryOf(node, library), node.name ?? '');
          if (named !== undefined) visit(named);
        }
        for (const [, child] of childrenOf(node)) walk(child);
        const own = this.outlined.get(node);
        if (own) found.add(own);
      };
      walk(body);
    };
    visit(define);
    const all = [...found];
    this.#below.set(define, all);
    return all;
  }

  #name(index: number, { kind, library, name, node, operands }: LinkedDefinition): void {
    const key = keyOf(library, name);
    if (kind === 'define') this.#defines.set(key, index);
    else if (kind === 'parameter') this.#parameters.set(key, index);
    else {
      const takes = listOf(node.operand).map((operand) =>
        typeTest(
          specifierOf(operand['operandTypeSpecifier'] as TypeSpecifier, operand['operandType']),
        ),
      );
      const overloads = keyOf(key, String(operands.length));
      this.#functions.set(overloads, [...(this.#functions.get(overloads) ?? []), { index, takes }]);
    }
  }

  /** The code of a definition. Throws TypeError for a body that names something which is not there. */
  compiled(index: number, isObserved: boolean): CompiledBody {
    const kept = isObserved ? this.#observed : this.#plain;
    const definition = this.definitions[index];
    if (!definition) throw new RangeError('There is no definition of that place');
    return (kept[index] ??= this.#backend.compile(this, definition, isObserved));
  }

  hasLibrary(name: string): boolean {
    return this.#elms.has(name);
  }

  /** The place of a define; undefined when there is none of that name. */
  define(library: string, name: string): number | undefined {
    return this.#defines.get(keyOf(library, name));
  }

  /** The place of a parameter that has a default. */
  parameter(library: string, name: string): number | undefined {
    return this.#parameters.get(keyOf(library, name));
  }

  /** The functions of a name with so many operands, in the order of the source. */
  functions(library: string, name: string, operands: number): readonly FunctionCode[] {
    return this.#functions.get(keyOf(keyOf(library, name), String(operands))) ?? [];
  }

  /** The library that a reference in a library means. */
  libraryOf(node: ElmNode, library: string): string {
    const elm = this.#elms.get(library);
    return elm ? libraryMeant(node, elm) : library;
  }

  /** Where a node stands in the CQL: `12:3-14:5`; undefined for what nobody wrote. */
  locatorOf(library: string, localId: string): string | undefined {
    return locatorOf({ elms: this.#elms }, library, localId);
  }

  /** `Library|1.0.0`, as errors name it. */
  identified(library: string): string {
    const version = this.#elms.get(library)?.library.identifier.version;
    return version === undefined ? library : `${library}|${version}`;
  }

  /** A value set or code system that a library declares. */
  declaration(library: string, kind: TermKind, name: string): DeclaredTerm | undefined {
    const declared: readonly DeclaredTerm[] = this.#elms.get(library)?.library[kind]?.def ?? [];
    return declared.find((one) => one.name === name);
  }

  /** A code that a library declares, with the code system that it names. */
  codeNamed(library: string, name: string) {
    const code = this.#elms.get(library)?.library.codes?.def.find((one) => one.name === name);
    // cql-execution looks for the system where the code stands, whatever library it names.
    return (
      code && { ...code, system: this.declaration(library, 'codeSystems', code.codeSystem.name) }
    );
  }
}

function keyOf(library: string, name: string): string {
  return `${library}\n${name}`;
}

function definitionsIn(elm: Elm): LinkedDefinition[] {
  const library = elm.library.identifier.id;
  const statements = (elm.library.statements?.def ?? []).flatMap((def): LinkedDefinition[] => {
    const node = def as ElmNode; // an ExpressionDef or FunctionDef of ELM
    const { expression: body, name = '' } = node;
    if (!body) return [];
    const isFunction = node.type === 'FunctionDef';
    const operands = isFunction ? listOf(node.operand).map((operand) => operand.name ?? '') : [];
    return [{ kind: isFunction ? 'function' : 'define', library, name, operands, node, body }];
  });
  const parameters = (elm.library.parameters?.def ?? []).flatMap((def): LinkedDefinition[] => {
    const node = def as ElmNode; // a ParameterDef of ELM
    const body = node['default'] as ElmNode | undefined;
    if (!body) return [];
    return [{ kind: 'parameter', library, name: node.name ?? '', operands: [], node, body }];
  });
  return [...statements, ...parameters];
}

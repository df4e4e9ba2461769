import type { ElmLibraries } from './elm.ts';
import type { ExpressionName } from '../facts.ts';
import { asksFor, bodiesOf, type ElmNode } from './elm-tree.ts';

/** One retrieve of the CQL: `[Observation: "Temperature"]`. */
export interface Retrieve {
  readonly resourceType: string;
  /** Canonical URL, where the retrieve names a value set. */
  readonly valueSet?: string;
  /** The element that is held against the value set, like `code`. */
  readonly codeProperty?: string;
}

/** What one define or function mentions directly. */
interface Mentions {
  readonly expressions: readonly ExpressionName[];
  readonly functions: readonly ExpressionName[];
  readonly retrieves: readonly Retrieve[];
  /** The paths of the elements that it reads, of whatever. */
  readonly paths: readonly string[];
  readonly parameters: readonly ExpressionName[];
}

/** The defines an expression refers to directly, functions looked through. */
export function referencedExpressions(
  program: ElmLibraries,
  name: ExpressionName,
): ExpressionName[] {
  const found = new Map<string, ExpressionName>();
  const walkFunction = new Set<string>();
  const visit = (mentions: Mentions): void => {
    for (const expression of mentions.expressions) found.set(keyOf(expression), expression);
    for (const fn of mentions.functions) {
      if (walkFunction.has(keyOf(fn))) continue;
      walkFunction.add(keyOf(fn));
      visit(mentionsOf(program, fn));
    }
  };
  visit(mentionsOf(program, name));
  return [...found.values()];
}

/**
 * The defines in which a definition is evaluated: a define is so in itself, a function in all
 * that call it, functions looked through.
 */
export function evaluatedIn(program: ElmLibraries): (name: ExpressionName) => ExpressionName[] {
  const defines = new Map<string, ExpressionName[]>();
  const called = new Map<string, readonly ExpressionName[]>();
  const functionsOf = (name: ExpressionName): readonly ExpressionName[] => {
    const found = called.get(keyOf(name)) ?? mentionsOf(program, name).functions;
    called.set(keyOf(name), found);
    return found;
  };
  for (const [library, elm] of program.elms) {
    for (const { name: expression, operands } of bodiesOf(elm)) {
      if (operands) continue;
      const define = { library, expression };
      const through = new Map([[keyOf(define), define]]);
      for (const name of through.values()) {
        // A Map's values go on with what is added while they are read.
        for (const fn of functionsOf(name)) through.set(keyOf(fn), fn);
      }
      for (const key of through.keys()) {
        defines.set(key, [...(defines.get(key) ?? []), define]);
      }
    }
  }
  return (name) => defines.get(keyOf(name)) ?? [];
}

/** Every retrieve that evaluating the expressions can reach, each once. */
export function reachableRetrieves(
  program: ElmLibraries,
  names: readonly ExpressionName[],
): Retrieve[] {
  const retrieves = new Map<string, Retrieve>();
  for (const { mentions } of reach(program, names)) {
    for (const retrieve of mentions.retrieves) {
      const { resourceType, valueSet = '', codeProperty = '' } = retrieve;
      retrieves.set(`${resourceType} ${codeProperty} ${valueSet}`, retrieve);
    }
  }
  return [...retrieves.values()];
}

/** Every retrieve of a program, each once. */
export function allRetrieves(program: ElmLibraries): Retrieve[] {
  const names = [...program.elms].flatMap(([library, elm]) =>
    bodiesOf(elm).map(({ name: expression }) => ({ library, expression })),
  );
  return reachableRetrieves(program, names);
}

/** The parameters that a definition reads itself, as `Library.Name`. */
export function mentionedParameters(program: ElmLibraries, name: ExpressionName): string[] {
  return mentionsOf(program, name).parameters.map((p) => `${p.library}.${p.expression}`);
}

/** The parameters that evaluating the expressions can read, each once. */
export function reachableParameters(
  program: ElmLibraries,
  names: readonly ExpressionName[],
): string[] {
  const all = reach(program, names).flatMap(({ name }) => mentionedParameters(program, name));
  return [...new Set(all)].toSorted();
}

/** Whether evaluating an expression can read an element of that name. */
export function canRead(program: ElmLibraries, name: ExpressionName, element: string): boolean {
  return reach(program, [name]).some(({ mentions }) =>
    mentions.paths.some((path) => path.split('.').includes(element)),
  );
}

/** Every define and function that evaluating the expressions can reach, themselves included. */
export function reachableExpressions(
  program: ElmLibraries,
  names: readonly ExpressionName[],
): ExpressionName[] {
  return reach(program, names).map(({ name }) => name);
}

/** A define or function, and what it mentions. */
interface Definition {
  readonly name: ExpressionName;
  readonly mentions: Mentions;
  /** Those that it mentions, once they were asked for. */
  next?: readonly Definition[];
}

function reach(program: ElmLibraries, names: readonly ExpressionName[]): readonly Definition[] {
  const reached = new Set<Definition>();
  const visit = (definition: Definition): void => {
    if (reached.has(definition)) return;
    reached.add(definition);
    const { expressions, functions } = definition.mentions;
    definition.next ??= [...expressions, ...functions].map((name) => definitionOf(program, name));
    definition.next.forEach(visit);
  };
  for (const name of names) visit(definitionOf(program, name));
  return [...reached];
}

function keyOf(name: ExpressionName): string {
  return `${name.library} ${name.expression}`;
}

/** What was read of a program so far; programs do not change. */
const known = new WeakMap<ElmLibraries, Map<string, Definition>>();

function definitionOf(program: ElmLibraries, name: ExpressionName): Definition {
  const ofProgram = known.get(program) ?? new Map<string, Definition>();
  known.set(program, ofProgram);
  const key = keyOf(name);
  let definition = ofProgram.get(key);
  if (definition === undefined) {
    ofProgram.set(key, (definition = { name, mentions: readMentions(program, name) }));
  }
  return definition;
}

function mentionsOf(program: ElmLibraries, name: ExpressionName): Mentions {
  return definitionOf(program, name).mentions;
}

/** All definitions of that name: one define, or every overload of a function. */
function readMentions(program: ElmLibraries, name: ExpressionName): Mentions {
  const library = program.elms.get(name.library)?.library;
  const aliases = new Map(library?.includes?.def.map((i) => [i.localIdentifier, i.path]));
  const valueSets = new Map(library?.valueSets?.def.map((v) => [v.name, v.id]));
  const collected = {
    expressions: [] as ExpressionName[],
    functions: [] as ExpressionName[],
    retrieves: [] as Retrieve[],
    paths: [] as string[],
    parameters: [] as ExpressionName[],
  };
  const target = (node: ElmNode): ExpressionName => ({
    library: node.libraryName === undefined ? name.library : (aliases.get(node.libraryName) ?? ''),
    expression: node.name ?? '',
  });
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) {
      value.forEach(walk);
      return;
    }
    if (typeof value !== 'object' || value === null) return;
    const node = value as ElmNode; // an ELM element; every field is optional
    if (node.type === 'ExpressionRef') collected.expressions.push(target(node));
    if (node.type === 'FunctionRef') collected.functions.push(target(node));
    if (node.type === 'ParameterRef') collected.parameters.push(target(node));
    if (node.type === 'Property' && node.path !== undefined) collected.paths.push(node.path);
    if (node.type === 'Retrieve') {
      collected.retrieves.push(readRetrieve(node, program, aliases, valueSets));
    }
    for (const [key, child] of Object.entries(node)) {
      if (key !== 'annotation' && key !== 'resultTypeSpecifier') walk(child);
    }
  };
  for (const definition of library?.statements?.def ?? []) {
    if (definition.name === name.expression) walk(definition.expression);
  }
  return collected;
}

function readRetrieve(
  node: ElmNode,
  program: ElmLibraries,
  aliases: ReadonlyMap<string, string>,
  own: ReadonlyMap<string, string>,
): Retrieve {
  const { resourceType, valueSet: ref } = asksFor(node);
  if (ref?.name === undefined) return { resourceType };
  const valueSets =
    ref.libraryName === undefined
      ? own
      : new Map(
          program.elms
            .get(aliases.get(ref.libraryName) ?? '')
            ?.library.valueSets?.def.map((v) => [v.name, v.id]),
        );
  const valueSet = valueSets.get(ref.name);
  if (valueSet === undefined) return { resourceType };
  const { codeProperty } = node;
  return { resourceType, valueSet, ...(codeProperty === undefined ? {} : { codeProperty }) };
}

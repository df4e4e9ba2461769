import { isDeepStrictEqual } from 'node:util';
import type { Elm } from '../elm/elm.ts';

/**
 * What a library shows to those that include it, as CQL: its declarations with their types and
 * without their bodies. An includer is translated against this, so that it need not be
 * translated anew while this text stays.
 */
export function writeInterface({ library }: Elm): string {
  const {
    identifier,
    usings,
    includes,
    codeSystems,
    valueSets,
    codes,
    concepts,
    parameters,
    statements,
  } = library as unknown as Declarations;
  const borrowed = new Set(
    [
      ...listed(codes).map(({ codeSystem }) => codeSystem),
      ...listed(concepts).flatMap(({ code }) => code),
    ].flatMap(({ libraryName }) => libraryName ?? []),
  );
  const models = new Map(listed(usings).map(({ uri, localIdentifier }) => [uri, localIdentifier]));
  const type = (specifier: TypeSpecifier): string => typeText(specifier, models);
  let context: string | undefined;
  return [
    `library ${quote(identifier.id)}${versionOf(identifier)}`,
    ...listed(usings)
      .filter(({ localIdentifier }) => localIdentifier !== 'System')
      .map((using) => `using ${quote(using.localIdentifier)}${versionOf(using)}`),
    ...listed(includes)
      .filter(({ localIdentifier }) => borrowed.has(localIdentifier))
      .map(
        (one) => `include ${quote(one.path)}${versionOf(one)} called ${quote(one.localIdentifier)}`,
      ),
    ...listed(codeSystems).map((def) => `codesystem ${access(def)}${quote(def.name)}: ''`),
    ...listed(valueSets).map((def) => `valueset ${access(def)}${quote(def.name)}: ''`),
    ...listed(codes).map(
      (def) => `code ${access(def)}${quote(def.name)}: '' from ${reference(def.codeSystem)}`,
    ),
    ...listed(concepts).map(
      (def) =>
        `concept ${access(def)}${quote(def.name)}: { ${def.code.map(reference).join(', ')} }`,
    ),
    ...listed(parameters).map(
      (def) => `parameter ${access(def)}${quote(def.name)} ${type(resultOf(def))}`,
    ),
    ...listed(statements).flatMap((def) => {
      const changes = def.context !== undefined && def.context !== context;
      context = def.context ?? context;
      const opening = changes ? [`context ${context ?? ''}`] : [];
      // The context brings its own define, which has no access of its own.
      return def.accessLevel === undefined ? opening : [...opening, statement(def, type)];
    }),
    '',
  ].join('\n');
}

/** Whether both declare the same to those that include them, whatever their bodies are. */
export function declareTheSame(one: Elm, other: Elm): boolean {
  return isDeepStrictEqual(declared(one), declared(other));
}

/** What an includer can see of a library. */
interface Declarations {
  readonly identifier: Versioned & { readonly id: string };
  readonly annotation?: readonly { readonly t?: readonly unknown[] }[];
  readonly usings?: List<Versioned & { readonly localIdentifier: string; readonly uri: string }>;
  readonly codeSystems?: List<Named>;
  readonly valueSets?: List<Named>;
  readonly includes?: List<Versioned & { readonly localIdentifier: string; readonly path: string }>;
  readonly codes?: List<Named & { readonly codeSystem: Reference }>;
  readonly concepts?: List<Named & { readonly code: readonly Reference[] }>;
  readonly parameters?: List<Typed>;
  readonly statements?: List<Statement>;
}

interface List<T> {
  readonly def: readonly T[];
}

interface Versioned {
  readonly version?: string;
}

interface Named {
  readonly name: string;
  readonly accessLevel?: string;
}

interface Reference {
  readonly name: string;
  readonly libraryName?: string;
}

interface Typed extends Named {
  readonly resultTypeName?: string;
  readonly resultTypeSpecifier?: TypeSpecifier;
}

interface Statement extends Typed {
  readonly type?: string;
  readonly context?: string;
  readonly fluent?: boolean;
  readonly external?: boolean;
  readonly operand?: readonly { name: string; operandTypeSpecifier?: TypeSpecifier }[];
}

interface TypeSpecifier {
  readonly type?: string;
  readonly name?: string;
  readonly elementType?: TypeSpecifier;
  readonly pointType?: TypeSpecifier;
  readonly choice?: readonly TypeSpecifier[];
  readonly element?: readonly { readonly name: string; readonly elementType?: TypeSpecifier }[];
}

function listed<T>(list: List<T> | undefined): readonly T[] {
  return list?.def ?? [];
}

function quote(name: string): string {
  return `"${name.replaceAll(/[\\"]/g, String.raw`\$&`)}"`;
}

function versionOf({ version }: Versioned): string {
  return version === undefined ? '' : ` version '${version}'`;
}

function reference({ name, libraryName }: Reference): string {
  return [libraryName ?? [], name].flat().map(quote).join('.');
}

function access({ accessLevel }: Named): string {
  return accessLevel === 'Private' ? 'private ' : '';
}

function resultOf({ resultTypeName, resultTypeSpecifier }: Typed): TypeSpecifier {
  return resultTypeName === undefined
    ? (resultTypeSpecifier ?? {})
    : { type: 'NamedTypeSpecifier', name: resultTypeName };
}

function statement(def: Statement, type: (specifier: TypeSpecifier) => string): string {
  const operands = (def.operand ?? []).map(
    ({ name, operandTypeSpecifier = {} }) => `${quote(name)} ${type(operandTypeSpecifier)}`,
  );
  const isFunction = def.type === 'FunctionDef';
  const kind = isFunction ? `${def.fluent ? 'fluent ' : ''}function ` : '';
  const given = isFunction ? `(${operands.join(', ')})` : '';
  const result = type(resultOf(def));
  return isFunction
    ? `define ${access(def)}${kind}${quote(def.name)}${given} returns ${result}: external`
    : `define ${access(def)}${quote(def.name)}: null as ${result}`;
}

function typeText(specifier: TypeSpecifier, models: ReadonlyMap<string, string>): string {
  const text = (inner: TypeSpecifier = {}): string => typeText(inner, models);
  const { type = '', name = '', elementType, pointType, choice = [], element = [] } = specifier;
  switch (type) {
    case 'ListTypeSpecifier':
      return `List<${text(elementType)}>`;
    case 'IntervalTypeSpecifier':
      return `Interval<${text(pointType)}>`;
    case 'ChoiceTypeSpecifier':
      return `Choice<${choice.map(text).join(', ')}>`;
    case 'TupleTypeSpecifier':
      return `Tuple{${element.map((one) => `${quote(one.name)} ${text(one.elementType)}`).join(', ')}}`;
    default: {
      const [, uri = '', local = ''] = /^\{(.*)\}(.*)$/.exec(name) ?? [];
      return [models.get(uri) ?? '', ...local.split('.')].map(quote).join('.');
    }
  }
}

function declared({ library }: Elm): unknown {
  const all = library as unknown as Declarations;
  return {
    identifier: all.identifier,
    // Tags like @allowFluent hold for the library as a whole.
    tags: (all.annotation ?? []).flatMap(({ t = [] }) => t),
    usings: listed(all.usings).map(({ localIdentifier, uri, version }) => [
      localIdentifier,
      uri,
      version,
    ]),
    terms: [all.codeSystems, all.valueSets, all.codes, all.concepts].map((terms) =>
      listed(terms).map(({ name, accessLevel }) => [name, accessLevel]),
    ),
    parameters: listed(all.parameters).map(shown),
    statements: listed(all.statements).map((def) => [
      shown(def),
      def.type,
      def.context,
      def.fluent,
      (def.operand ?? []).map(({ name, operandTypeSpecifier }) => [
        name,
        plain(operandTypeSpecifier),
      ]),
    ]),
  };
}

function shown(def: Typed): unknown {
  return [def.name, def.accessLevel, plain(resultOf(def))];
}

/** A type without where it stands. */
function plain(type: TypeSpecifier | undefined): unknown {
  const { type: kind, name, elementType, pointType, choice = [], element = [] } = type ?? {};
  return [
    kind,
    name,
    elementType && plain(elementType),
    pointType && plain(pointType),
    choice.map(plain),
    element.map((one) => [one.name, plain(one.elementType)]),
  ];
}

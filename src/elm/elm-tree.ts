import type { Elm } from './elm.ts';

/** An element of ELM; each field only where its type has it. */
export interface ElmNode {
  readonly type?: string;
  readonly localId?: string;
  /** `12:3-14:5`: first and last line and column, counted from 1. */
  readonly locator?: string;
  readonly name?: string;
  readonly libraryName?: string;
  readonly value?: unknown;
  readonly path?: string;
  readonly scope?: string;
  readonly alias?: string;
  readonly identifier?: string;
  readonly dataType?: string;
  readonly codeProperty?: string;
  readonly resultTypeName?: string;
  readonly resultTypeSpecifier?: {
    readonly type?: string;
    readonly elementType?: { readonly name?: string };
  };
  readonly isTypeSpecifier?: { readonly name?: string };
  readonly isType?: string;
  readonly operand?: ElmNode | readonly ElmNode[];
  readonly source?: ElmNode | readonly ElmNode[];
  readonly expression?: ElmNode;
  readonly where?: ElmNode;
  readonly suchThat?: ElmNode;
  readonly return?: { readonly expression: ElmNode };
  readonly let?: readonly ElmNode[];
  readonly relationship?: readonly ElmNode[];
  readonly element?: readonly ElmNode[];
  readonly condition?: ElmNode;
  readonly when?: ElmNode;
  readonly then?: ElmNode;
  readonly else?: ElmNode;
  readonly caseItem?: readonly ElmNode[];
  readonly comparand?: ElmNode;
  readonly code?: ElmNode;
  readonly codes?: ElmNode;
  readonly valueset?: ElmNode;
  readonly [field: string]: unknown;
}

/** A define or a function with its body. */
export interface ElmBody {
  readonly library: string;
  readonly name: string;
  /** The names of a function's operands; undefined for a define. */
  readonly operands: readonly string[] | undefined;
  readonly expression: ElmNode;
}

const BOOLEAN = '{urn:hl7-org:elm-types:r1}Boolean';

/** What describes an element, and is no part of what is evaluated. */
const DESCRIPTIONS = new Set([
  'annotation',
  'signature',
  'resultTypeSpecifier',
  'asTypeSpecifier',
  'isTypeSpecifier',
  'operandTypeSpecifier',
  'elementType',
]);

/** The elements directly below, each with the field that holds it. */
export function childrenOf(node: ElmNode): (readonly [field: string, child: ElmNode])[] {
  return Object.entries(node).flatMap(([field, value]) =>
    DESCRIPTIONS.has(field) ? [] : elementsIn(value).map((child) => [field, child] as const),
  );
}

/** The elements that one field holds: one, several or none. */
export function elementsIn(value: unknown): readonly ElmNode[] {
  if (Array.isArray(value)) return value.flatMap(elementsIn);
  return typeof value === 'object' && value !== null ? [value as ElmNode] : []; // ELM is a tree of these
}

/** The expressions directly below; what only holds some, like a source or the item of a case, is looked through. */
export function expressionsIn(node: ElmNode): ElmNode[] {
  return childrenOf(node).flatMap(([, child]) => {
    if (child.type === undefined) return expressionsIn(child);
    return child.type.endsWith('TypeSpecifier') ? [] : [child];
  });
}

/** One or many as a list. */
export function listOf<T>(value: T | readonly T[] | undefined): readonly T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}

/** The defines and functions of a library, without the `Patient` that the translator adds. */
export function bodiesOf({ library }: Elm): ElmBody[] {
  return (library.statements?.def ?? []).flatMap(({ name, type, expression, ...rest }) => {
    if (name === 'Patient' || typeof expression !== 'object' || expression === null) return [];
    const { operand = [] } = rest as { operand?: readonly { name: string }[] }; // a FunctionDef's
    const operands = type === 'FunctionDef' ? operand.map((given) => given.name) : undefined;
    return [{ library: library.identifier.id, name, operands, expression: expression as ElmNode }];
  });
}

/** The library that a reference means, from the library it stands in. */
export function libraryMeant(node: ElmNode, { library }: Elm): string {
  if (node.libraryName === undefined) return library.identifier.id;
  return library.includes?.def.find((i) => i.localIdentifier === node.libraryName)?.path ?? '';
}

/** What a retrieve asks for: the resource type, and the reference to its value set where it names one. */
export function asksFor({ dataType = '', codes }: ElmNode): {
  readonly resourceType: string;
  readonly valueSet: ElmNode | undefined;
} {
  return {
    resourceType: dataType.replace('{http://hl7.org/fhir}', ''),
    valueSet: [codes, codes?.valueset, ...listOf(codes?.operand)].find(
      (candidate) => candidate?.type === 'ValueSetRef',
    ),
  };
}

/** True for an element whose result is a System.Boolean. */
export function isBoolean(node: ElmNode): boolean {
  return node.resultTypeName === BOOLEAN;
}

/** Where something stands in a CQL text; all count from 1, and the last column is part of it. */
export interface Span {
  readonly line: number;
  readonly column: number;
  readonly lastLine: number;
  readonly lastColumn: number;
}

/** Reads a locator of the translator: `12:3-14:5`, or `12:3` for a single character. */
export function spanOf(locator: string): Span {
  const [first = '', last = first] = locator.split('-');
  const [line = 1, column = 1] = first.split(':').map(Number);
  const [lastLine = line, lastColumn = column] = last.split(':').map(Number);
  return { line, column, lastLine, lastColumn };
}

/** The first words of what stands there, on one line. */
export function excerpt(text: string, { line, column, lastLine, lastColumn }: Span): string {
  const lines = text.split('\n').slice(line - 1, lastLine);
  const last = lines.length - 1;
  const words = lines
    .map((part, i) => part.slice(i === 0 ? column - 1 : 0, i === last ? lastColumn : undefined))
    .join(' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return words.length > 72 ? `${words.slice(0, 71)}…` : words;
}

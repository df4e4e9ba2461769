import type cql from 'cql-execution';
import { listOf, type ElmNode } from '../elm/elm-tree.ts';
import type { IndexedValueSet } from './code-service.ts';
import type { PatientRecord } from './patient-record.ts';

/**
 * A node of the ELM as a function: of the run (one patient's data and what was computed
 * of them) and of the values in force where it stands (operands, aliases, lets), each at
 * the place that was settled when the node was compiled.
 */
export type Code = (run: Running, at: unknown[]) => unknown;

/** What code asks of the run that it is part of. Definitions are named by their place in the program. */
export interface Running {
  readonly record: PatientRecord;
  /** `Now()` */
  readonly now: InstanceType<typeof cql.DateTime>;
  /** Told the value of every node, where code is compiled to tell it. */
  readonly observe: ((library: string, localId: string, value: unknown) => void) | undefined;
  /** The value of a define, computed once. */
  define(index: number): unknown;
  /** What a function makes of operands. */
  call(index: number, operands: unknown[]): unknown;
  /** What was given under that name, else the default at that place. */
  parameter(name: string, index: number | undefined): unknown;
  /** A value set of the content. Throws ReferenceError when there is none of that address. */
  valueSet(url: string): IndexedValueSet;
  /** Each value once. */
  distinct(list: readonly unknown[]): unknown[];
  /** Counts steps. Throws Ended past the limit, and when nobody waits any more. */
  step(count: number): void;
  /** The value of a node that is left to cql-execution. */
  settled(node: ElmNode): unknown;
}

/** Where a node is compiled: what names mean there. */
export interface Body {
  /** Code of a node that stands here; of one that is not there, null. */
  code(node: ElmNode | undefined): Code;
  codes(nodes: ElmNode | readonly ElmNode[] | undefined): Code[];
  /** Code of the two operands of a node. */
  two(node: ElmNode): readonly [Code, Code];
  /** The code, with its value told where it is to be. */
  observed(node: ElmNode, code: Code): Code;
  /** The place of an operand, alias or let among the values in force. */
  placeOf(name: string): number | undefined;
  /** The same place with more names in force. */
  with(names: readonly string[]): { readonly body: Body; readonly places: readonly number[] };
  defineNamed(node: ElmNode): number | undefined;
  parameterNamed(node: ElmNode): number | undefined;
  functionsNamed(node: ElmNode, operands: number): readonly FunctionCode[];
  declaration(node: ElmNode, kind: 'valueSets' | 'codeSystems'): DeclaredTerm | undefined;
  /** The code that a reference names, as cql-execution's own. */
  codeNamed(node: ElmNode): unknown;
}

/** How nodes of one kind become code. */
export type NodeCompiler = (node: ElmNode, body: Body) => Code;

/** Code of a definition, and how many values can be in force in it at once. */
export interface CompiledBody {
  readonly code: Code;
  readonly size: number;
}

/** A function: its place among the definitions, and what its operands take. */
export interface FunctionCode {
  readonly index: number;
  readonly takes: readonly ((value: unknown) => boolean)[];
}

/** What a library names beside its statements. */
export interface DeclaredTerm {
  readonly id: string;
  readonly name: string;
  readonly version?: string;
}

/** Kinds of nodes by their ELM name. */
export type NodeCompilers = Readonly<Record<string, NodeCompiler>>;

/** A TypeSpecifier of the ELM specification. */
export interface TypeSpecifier {
  readonly type?: string;
  readonly name?: string;
  readonly elementType?: TypeSpecifier;
  readonly pointType?: TypeSpecifier;
  readonly choice?: readonly TypeSpecifier[];
  readonly element?: readonly { readonly name: string; readonly elementType: TypeSpecifier }[];
}

/** What cql-execution's values can be asked, each only where its class has it. */
export interface CqlObject {
  readonly [name: string]: unknown;
  readonly isQuantity?: boolean;
  readonly isUncertainty?: boolean;
  readonly isDateTime?: boolean;
  readonly isDate?: boolean;
  readonly isInterval?: boolean;
  readonly isRatio?: boolean;
  readonly isValueSet?: boolean;
}

export function isMissing(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

/** What a method of a value says; throws TypeError where its type has no such method, as cql-execution does. */
export function ask(value: unknown, method: string, ...operands: unknown[]): unknown {
  const answer = (value as CqlObject)[method] as (this: unknown, ...given: unknown[]) => unknown; // called at once
  return answer.apply(value, operands);
}

/** Code of a kind with one operand. */
export function unary(
  apply: (value: unknown, run: Running, node: ElmNode) => unknown,
): NodeCompiler {
  return (node, body) => {
    const operand = body.code(listOf(node.operand)[0]);
    return (run, at) => apply(operand(run, at), run, node);
  };
}

/** Code of a kind with two operands. */
export function binary(
  apply: (left: unknown, right: unknown, run: Running, node: ElmNode) => unknown,
): NodeCompiler {
  return (node, body) => {
    const [left, right] = body.two(node);
    return (run, at) => apply(left(run, at), right(run, at), run, node);
  };
}

/** The same of operands of which none is null; else null. */
export function binaryOfKnown(
  apply: (left: CqlObject, right: CqlObject, run: Running, node: ElmNode) => unknown,
): NodeCompiler {
  return binary((left, right, run, node) =>
    isMissing(left) || isMissing(right)
      ? null
      : apply(left as CqlObject, right as CqlObject, run, node),
  );
}

/** The same of one operand that is not null; else null. */
export function unaryOfKnown(
  apply: (value: CqlObject, run: Running, node: ElmNode) => unknown,
): NodeCompiler {
  return unary((value, run, node) =>
    isMissing(value) ? null : apply(value as CqlObject, run, node),
  );
}

/** The precision that a node names, as cql-execution's types take it. */
export function precisionOf(node: ElmNode): string | undefined {
  const { precision } = node;
  return typeof precision === 'string' ? precision.toLowerCase() : undefined;
}

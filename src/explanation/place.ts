import type { ClauseScope } from '../engine/clause.ts';
import { toFactValue } from '../engine/to-fact-value.ts';
import { expressionsIn, listOf, type ElmNode } from '../elm/elm-tree.ts';
import type { FactValue } from '../facts.ts';

/** Where a node stands: its library, what is in force there, and what a function was given. */
export interface Place {
  readonly library: string;
  /** Line of the define or function around it. */
  readonly line: string;
  readonly scope: ClauseScope;
  /** The caller's own clauses, by the operands of the function. */
  readonly operands: ReadonlyMap<string, Side>;
}

/** A node in its place. */
export interface Side {
  readonly node: ElmNode;
  readonly place: Place;
}

export interface Value {
  readonly raw: unknown;
  readonly value: FactValue;
  /** The engine could not evaluate it. */
  readonly failed?: true;
}

/** The value of a node where it stands. */
export async function evaluateAt(node: ElmNode, { scope }: Place): Promise<Value> {
  try {
    const raw = await scope.evaluate(node);
    return { raw, value: toFactValue(raw) };
  } catch {
    // Whatever the engine says of it may hold data; that it fails is told.
    return { raw: null, value: null, failed: true };
  }
}

export function lineOf(locator: string | undefined): string | undefined {
  return locator?.split(':')[0];
}

const LOGIC = new Set(['And', 'Or']);

/** The parts of an `and` or `or`, those of the same word inside it among them. */
export function logicPartsOf(node: ElmNode): ElmNode[] {
  return listOf(node.operand).flatMap((part) =>
    part.type === node.type && LOGIC.has(part.type ?? '') ? logicPartsOf(part) : [part],
  );
}

/**
 * Which of the parts decide: the false sides of a false `and`, the true ones of a true
 * `or`, those unknown where the whole is; otherwise all.
 */
export function deciding<T>(parts: readonly T[], values: readonly unknown[], whole: unknown): T[] {
  return parts.filter((_, i) => values[i] === whole);
}

/** What a caller wrote for an operand, through all functions that pass it on. */
export function callersOwn(side: Side): Side | undefined {
  const given = side.place.operands.get(side.node.name ?? '');
  return given?.node.type === 'OperandRef' ? callersOwn(given) : given;
}

/** Retrieves that stand in a node itself, not in the defines it refers to. */
export function retrievesIn(node: ElmNode): ElmNode[] {
  return node.type === 'Retrieve' ? [node] : expressionsIn(node).flatMap(retrievesIn);
}

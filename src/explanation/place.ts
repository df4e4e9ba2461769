import type { ClauseScope } from '../engine/clause.ts';
import { toFactValue } from '../engine/to-fact-value.ts';
import type { ElmNode } from '../elm/elm-tree.ts';
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
export function partsOf(node: ElmNode): ElmNode[] {
  return operandsOf(node).flatMap((part) =>
    part.type === node.type && LOGIC.has(part.type ?? '') ? partsOf(part) : [part],
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

/** The nodes directly below a node, whatever their role. */
export function childrenOf(node: ElmNode): ElmNode[] {
  const children: ElmNode[] = [];
  const look = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(look);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
    const child = value as ElmNode; // an ELM element; every field is optional
    if (child.type === undefined) lookInside(child);
    else if (!child.type.endsWith('TypeSpecifier')) children.push(child);
  };
  const lookInside = (parent: ElmNode): void => {
    for (const [key, value] of Object.entries(parent)) if (!NO_CHILD.has(key)) look(value);
  };
  lookInside(node);
  return children;
}

const NO_CHILD = new Set(['annotation', 'resultTypeSpecifier', 'signature']);

/** Retrieves that stand in a node itself, not in the defines it refers to. */
export function retrievesIn(node: ElmNode): ElmNode[] {
  return node.type === 'Retrieve' ? [node] : childrenOf(node).flatMap(retrievesIn);
}

export function operandsOf({ operand }: ElmNode): readonly ElmNode[] {
  if (operand === undefined) return [];
  return Array.isArray(operand) ? (operand as readonly ElmNode[]) : [operand as ElmNode];
}

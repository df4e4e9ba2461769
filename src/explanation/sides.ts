import type { Evaluation } from '../engine/evaluate.ts';
import type { Definition, ElmReader } from '../elm/elm-reader.ts';
import { expressionsIn, listOf, type ElmNode } from '../elm/elm-tree.ts';
import type { FactValue } from '../facts.ts';
import {
  callersOwn,
  deciding,
  evaluateAt,
  lineOf,
  logicPartsOf,
  type Place,
  type Side,
} from './place.ts';

/** `cut` tells what decides, and ends at what reads the record; `full` leaves nothing out. */
export type Depth = 'cut' | 'full';

/** Elements of a list whose conditions are told. */
const MOST_ELEMENTS = 20;

interface Branch {
  readonly when?: ElmNode | undefined;
  readonly then?: ElmNode | undefined;
}

interface Cut {
  readonly sides: readonly Side[];
  /** How many do not decide, and are not among them. */
  readonly leftOut: number;
}

/** Finds what the value of a clause comes from, in place. */
export class SideFinder {
  readonly #evaluation: Evaluation;
  readonly #reader: ElmReader;
  readonly #depth: Depth;

  constructor(evaluation: Evaluation, reader: ElmReader, depth: Depth) {
    this.#evaluation = evaluation;
    this.#reader = reader;
    this.#depth = depth;
  }

  /** Inside a define or function of a library. */
  placeOf(library: string, definition: Definition | undefined): Place {
    const line = lineOf(definition?.locator) ?? '1';
    const scope = this.#evaluation.clausesOf(library);
    return { library, line, scope, operands: new Map() };
  }

  /** What a node's value comes from; in short, only what decides it. */
  async of(node: ElmNode, place: Place, whole: FactValue): Promise<Cut> {
    const here = (nodes: readonly ElmNode[]): Side[] =>
      nodes.map((each) => ({ node: each, place }));
    switch (node.type ?? '') {
      case 'And':
      case 'Or': {
        const parts = logicPartsOf(node);
        if (this.#depth === 'full') return { sides: here(parts), leftOut: 0 };
        const values = await valuesOf(parts, place);
        const kept = deciding(parts, values, whole);
        return { sides: here(kept), leftOut: parts.length - kept.length };
      }
      case 'If':
        return this.#branches([{ when: node.condition, ...node }], node.else, place);
      case 'Case':
        return node.comparand
          ? { sides: here(expressionsIn(node)), leftOut: 0 }
          : this.#branches(node.caseItem ?? [], node.else, place);
      case 'Query':
        return { sides: await this.#queried(node, place), leftOut: 0 };
      case 'FunctionRef':
        return { sides: await this.#called(node, place), leftOut: 0 };
      default:
        return { sides: here(expressionsIn(node)), leftOut: 0 };
    }
  }

  /** The condition that was met, and what it leads to; before an `else`, all that were not. */
  async #branches(
    items: readonly Branch[],
    otherwise: ElmNode | undefined,
    place: Place,
  ): Promise<Cut> {
    const before: Side[] = [];
    for (const { when, then } of items) {
      if (!when || !then) continue;
      const { value } = await evaluateAt(when, place);
      if (value === true) {
        const met = [
          { node: when, place },
          { node: then, place },
        ];
        if (this.#depth === 'full') return { sides: [...before, ...met], leftOut: 0 };
        return { sides: met, leftOut: before.length };
      }
      before.push({ node: when, place });
    }
    const sides = otherwise ? [...before, { node: otherwise, place }] : before;
    return { sides, leftOut: 0 };
  }

  /** A function is entered, so that its clauses are told with the caller's own operands. */
  async #called(node: ElmNode, place: Place): Promise<Side[]> {
    const library = this.#reader.libraryOf(node, place.library);
    const operands = listOf(node.operand);
    const called = this.#reader.find(library, node.name ?? '', operands.length);
    const asWhole = this.#depth === 'cut' && !givesBoolean(called);
    if (!called || asWhole || library === 'FHIRHelpers') {
      return operands.map((operand) => ({ node: operand, place }));
    }
    const values: Record<string, unknown> = {};
    const bound = new Map<string, Side>();
    for (const [i, name] of called.operands.entries()) {
      const operand = operands[i] ?? {};
      values[name] = (await evaluateAt(operand, place)).raw;
      bound.set(name, { node: operand, place });
    }
    const inside = this.placeOf(library, called);
    const entered = { ...inside, scope: inside.scope.with(values), operands: bound };
    return [{ node: called.body, place: entered }];
  }

  /**
   * Of a query over a list that is written out, the elements that meet its condition,
   * else all of them; of another, its sources and in full also each element's condition.
   */
  async #queried(node: ElmNode, place: Place): Promise<Side[]> {
    const sources = listOf(node.source);
    const [source] = sources;
    if (!source?.expression || sources.length > 1) {
      return sources.flatMap(({ expression }) => (expression ? [{ node: expression, place }] : []));
    }
    const { alias = '', expression } = source;
    const written = this.#elementsOf({ node: expression, place });
    if (written && node.where && this.#depth === 'cut') {
      const met: Side[] = [];
      for (const element of written) {
        const { raw } = await evaluateAt(element.node, element.place);
        const where = { ...place, scope: place.scope.with({ [alias]: raw }) };
        const { value } = await evaluateAt(node.where, where);
        // What is written as a plain value says nothing; its condition may.
        const isPlain = element.node.type === 'Literal';
        if (value === true) met.push(isPlain ? { node: node.where, place: where } : element);
      }
      return met.length > 0 ? met : written;
    }
    const sides: Side[] = [{ node: expression, place }];
    if (this.#depth === 'cut' || !node.where) return sides;
    const { raw } = await evaluateAt(expression, place);
    for (const element of Array.isArray(raw) ? raw.slice(0, MOST_ELEMENTS) : []) {
      sides.push({
        node: node.where,
        place: { ...place, scope: place.scope.with({ [alias]: element }) },
      });
    }
    return sides;
  }

  /** The elements of a list that is written out, here or in a define or by the caller. */
  #elementsOf({ node, place }: Side): Side[] | undefined {
    if (node.type === 'List') return (node.element ?? []).map((each) => ({ node: each, place }));
    if (node.type === 'OperandRef') {
      const given = callersOwn({ node, place });
      return given && this.#elementsOf(given);
    }
    if (node.type !== 'ExpressionRef') return undefined;
    const library = this.#reader.libraryOf(node, place.library);
    const definition = this.#reader.find(library, node.name ?? '');
    if (definition?.body.type !== 'List') return undefined;
    return this.#elementsOf({ node: definition.body, place: this.placeOf(library, definition) });
  }
}

/** Whether a define or function gives a truth. */
export function givesBoolean(definition: Definition | undefined): boolean {
  return definition?.resultType.endsWith('}Boolean') ?? false;
}

async function valuesOf(nodes: readonly ElmNode[], place: Place): Promise<FactValue[]> {
  const values: FactValue[] = [];
  for (const node of nodes) values.push((await evaluateAt(node, place)).value);
  return values;
}

import { libraryMeant, listOf, type ElmNode } from '../elm/elm-tree.ts';
import type { ElmLibraries } from '../elm/elm.ts';
import { DEEPEST, isPlural, Origins } from './origins.ts';
import type { InScope } from './scope.ts';
import { keyOf } from './truths.ts';

/** Expressions that always have a value, as both engines evaluate them. */
const ALWAYS_KNOWN = new Set(
  (
    'List Tuple Instance Literal Quantity Retrieve Exists IsNull IsTrue IsFalse Count ToList AllTrue AnyTrue ' +
    'Today Now Equivalent ValueSetRef CodeRef'
  ).split(' '),
);

/** The library whose parameters the engine sets on every call. */
const OF_THE_ENGINE = 'Request';

/**
 * What can be shown not to be null, or not to be empty, through definitions, calls, conditions and
 * `where`. What cannot be shown counts as possibly null.
 */
export class Nullness {
  readonly #program: ElmLibraries;
  readonly #origins: Origins;
  readonly #known = new Map<ElmNode, boolean>();

  /** Takes libraries as `wholeOf` gives them, with types. */
  constructor(program: ElmLibraries) {
    this.#program = program;
    this.#origins = new Origins(program);
  }

  /** Whether an expression is never null where it stands. */
  isKnown({ node, scope }: InScope, depth = 0): boolean {
    if (depth > DEEPEST) return false;
    if (ALWAYS_KNOWN.has(node.type ?? '') || scope.truths.has(`known ${keyOf(node)}`)) return true;
    const each = (...nodes: (ElmNode | undefined)[]): boolean =>
      nodes.every((one) => one !== undefined && this.isKnown({ node: one, scope }, depth + 1));
    const operands = listOf(node.operand);
    switch (node.type ?? '') {
      case 'Query':
        return isPlural(node) && listOf(node.source).every(({ expression }) => each(expression));
      case 'Union':
        return operands.some((one) => each(one)) || operands.some(isPlural);
      case 'Except':
      case 'Distinct':
      case 'Flatten':
        return each(operands[0]);
      case 'Slice':
        return each(node.source as ElmNode | undefined); // a single node here
      case 'As':
        return isPlural(node) && each(operands[0]);
      case 'Intersect':
      case 'Concatenate':
        return each(...operands);
      case 'Coalesce':
        return operands.some((one) => each(one));
      case 'If':
      case 'Case':
        return this.#origins.results({ node, scope }).every((one) => this.isKnown(one, depth + 1));
      case 'ParameterRef':
        return this.#hasValue(node, scope.library);
      case 'AliasRef': {
        const source = scope.aliases.get(node.name ?? '');
        return (
          source !== undefined && (!isPlural(source.node) || this.holdsNoNull(source, depth + 1))
        );
      }
      case 'Property':
        return (
          this.#origins
            .fieldsOf({ node, scope }, depth + 1)
            ?.every((one) => this.isKnown(one, depth + 1)) ?? false
        );
      default:
        return (
          this.#origins.meant({ node, scope })?.every((one) => this.#isKnownOnce(one, depth + 1)) ??
          false
        );
    }
  }

  /** Whether no member of a list is ever null. */
  holdsNoNull(list: InScope, depth = 0): boolean {
    return (
      this.#origins.members(list, depth)?.every((one) => this.isKnown(one, depth + 1)) ?? false
    );
  }

  /** Whether a list always has a member that is not null. */
  isNeverEmpty({ node, scope }: InScope, depth = 0): boolean {
    if (depth > DEEPEST) return false;
    if (scope.truths.has(`exists ${keyOf(node)}`)) return true;
    const [first] = listOf(node.operand);
    const next = (one: ElmNode | undefined): boolean =>
      one !== undefined && this.isNeverEmpty({ node: one, scope }, depth + 1);
    switch (node.type ?? '') {
      case 'List':
        return listOf(node.element).some((one) => this.isKnown({ node: one, scope }, depth + 1));
      case 'Query': {
        const members = this.#origins.members({ node, scope }, depth + 1);
        const areKnown = members?.every((one) => this.isKnown(one, depth + 1)) ?? false;
        const keeps = node.where === undefined && listOf(node.relationship).length === 0;
        const [source, ...others] = listOf(node.source);
        const { return: _result, ...rows } = node;
        const hasRows = keeps && others.length === 0 && next(source?.expression);
        return areKnown && (hasRows || scope.truths.has(`exists ${keyOf(rows)}`));
      }
      case 'Union':
        return listOf(node.operand).some(next);
      case 'Distinct':
      case 'As':
        return next(first);
      case 'Flatten':
        return listOf(first?.element).some(next);
      case 'If':
      case 'Case':
        return this.#origins
          .results({ node, scope })
          .every((one) => this.isNeverEmpty(one, depth + 1));
      default:
        return (
          this.#origins.meant({ node, scope })?.every((one) => this.isNeverEmpty(one, depth + 1)) ??
          false
        );
    }
  }

  /** Whether a parameter is always given: by the engine, or by its default. */
  #hasValue(node: ElmNode, from: string): boolean {
    const elm = this.#program.elms.get(from);
    const library = elm ? libraryMeant(node, elm) : '';
    const declared = this.#program.elms.get(library)?.library.parameters?.def ?? [];
    return (
      library === OF_THE_ENGINE ||
      declared.some((one) => one.name === node.name && 'default' in one)
    );
  }

  /** The body of a define comes to the same wherever it is asked for. */
  #isKnownOnce(at: InScope, depth: number): boolean {
    const isDefine =
      at.scope.functionName === undefined &&
      at.scope.truths.size === 0 &&
      at.scope.aliases.size === 0;
    if (!isDefine) return this.isKnown(at, depth);
    const before = this.#known.get(at.node);
    if (before !== undefined) return before;
    const known = this.isKnown(at, depth);
    this.#known.set(at.node, known);
    return known;
  }
}

/**
 * Facts: what CQL concluded, as plain JSON-like values. `null` is *unknown* and
 * stays apart from `false` all the way to the card.
 */
export type FactValue =
  | null
  | boolean
  | number
  | string
  | readonly FactValue[]
  | { readonly [name: string]: FactValue };

/** True for a value that is a truth of three: true, false or unknown. */
export function isTruth(value: FactValue): value is boolean | null {
  return value === null || typeof value === 'boolean';
}

/** Facts by library, then by expression name. */
export type Facts = { readonly [library: string]: { readonly [expression: string]: FactValue } };

/** Names one expression of one library. */
export interface ExpressionName {
  readonly library: string;
  readonly expression: string;
}

/** Reads one fact; a fact that was not evaluated is a programming error, not unknown. */
export function readFact(facts: Facts, name: ExpressionName): FactValue {
  const value = facts[name.library]?.[name.expression];
  if (value === undefined) {
    throw new TypeError(`Fact ${qualifiedName(name)} was not evaluated`);
  }
  return value;
}

/** `Library.Expression Name`, as informaticists write it in cases and templates. */
export function qualifiedName(name: ExpressionName): string {
  return `${name.library}.${name.expression}`;
}

/**
 * Reads `Library.Expression Name`; without a library the given default is used.
 * Library names hold no dots; expression names may hold anything else.
 */
export function parseExpressionName(text: string, defaultLibrary: string): ExpressionName {
  const dot = text.indexOf('.');
  return dot < 0
    ? { library: defaultLibrary, expression: text.trim() }
    : { library: text.slice(0, dot).trim(), expression: text.slice(dot + 1).trim() };
}

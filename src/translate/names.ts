import { declarationsOf, type Declaration } from './cql-text.ts';

/**
 * What some CQL texts call things, and which rests on which. A place is a library as a
 * whole (`Duration`) or one declaration of it (`Duration.Findings Since`).
 */
export class Names {
  readonly #declarations: ReadonlyMap<string, readonly Declaration[]>;
  /** For each place those that it mentions. */
  readonly #mentioned = new Map<string, Set<string>>();
  readonly #below = new Map<string, ReadonlySet<string>>();

  constructor(texts: ReadonlyMap<string, string>) {
    this.#declarations = new Map([...texts].map(([name, text]) => [name, declarationsOf(text)]));
    for (const [library, declarations] of this.#declarations) {
      for (const { name, mentions } of declarations) {
        const place = placeIn(library, name);
        // Overloads of a function are one place.
        const mentioned = this.#mentioned.get(place) ?? new Set([library]);
        for (const other of mentions.flatMap((parts) => this.meant(library, parts))) {
          mentioned.add(other);
        }
        this.#mentioned.set(place, mentioned);
      }
    }
  }

  get libraries(): string[] {
    return [...this.#declarations.keys()];
  }

  /** What a library declares, in its order; nothing for one that is not there. */
  declaredIn(library: string): readonly Declaration[] {
    return this.#declarations.get(library) ?? [];
  }

  /** The declaration around a line and column, both from 1; before the first, the library. */
  placeAt(library: string, line: number, column: number): string {
    const around = this.declaredIn(library).findLast(
      (one) => one.line < line || (one.line === line && one.column <= column),
    );
    return around ? placeIn(library, around.name) : library;
  }

  /** All that a place rests on, directly or not. */
  below(place: string): ReadonlySet<string> {
    const known = this.#below.get(place);
    if (known) return known;
    const reached = new Set(this.#mentioned.get(place));
    // What is added to a set while it is gone through is gone through as well.
    for (const next of reached) {
      for (const further of this.#mentioned.get(next) ?? []) reached.add(further);
    }
    this.#below.set(place, reached);
    return reached;
  }

  /** The places that a name of one or more parts can mean in a library. */
  meant(library: string, [first = '', second]: readonly string[]): string[] {
    const own = this.declaredIn(library);
    const declared = own.find(({ name }) => name === first);
    if (declared) {
      const { includes } = declared;
      const inside = includes === undefined ? [] : [includes];
      if (includes !== undefined && second !== undefined) inside.push(placeIn(includes, second));
      return [placeIn(library, first), ...inside];
    }
    if (!this.#declarations.has(first)) return [];
    // A library that would be there, were the name in some include not misspelt.
    const failed = own.filter(
      ({ includes }) => includes !== undefined && !this.#declarations.has(includes),
    );
    return failed.map(({ name }) => placeIn(library, name));
  }
}

function placeIn(library: string, name: string): string {
  return `${library}.${name}`;
}

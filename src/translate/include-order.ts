import { includedLibraries } from './cql-text.ts';

/** A CQL library with the names of all that it includes, directly or not. */
export interface OrderedLibrary {
  readonly name: string;
  readonly text: string;
  /** Only of libraries that are there. */
  readonly below: ReadonlySet<string>;
}

/** The libraries, each after those that it includes; none may include itself. */
export function includedFirst(texts: ReadonlyMap<string, string>): OrderedLibrary[] {
  const ordered = new Map<string, OrderedLibrary>();
  const visit = (name: string): OrderedLibrary | undefined => {
    const text = texts.get(name);
    if (text === undefined) return undefined;
    const known = ordered.get(name);
    if (known) return known;
    const included = includedLibraries(text).flatMap((one) => visit(one) ?? []);
    const below = new Set(included.flatMap((one) => [one.name, ...one.below]));
    const library = { name, text, below };
    ordered.set(name, library);
    return library;
  };
  for (const name of texts.keys()) visit(name);
  return [...ordered.values()];
}

/** One way in which a record can state a fact: the resources that one retrieve of the CQL asks for. */
export interface Representation {
  /** FHIR resource type; empty for drafts until the CQL says which. */
  readonly resourceType: string;
  /** True for orders that come in the request's context. */
  readonly isDraft: boolean;
  readonly valueSet: string | undefined;
  /** The element that must have a code of the value set, where it is not what the resource is. */
  readonly codedElement: string | undefined;
  /** Types of `value[x]` that the CQL looks for: `boolean`, `Quantity`. */
  readonly valueTypes: ReadonlySet<string>;
  /** Names of ways to read a value that many share. */
  readonly kinds: ReadonlySet<string>;
  /** What the CQL says of the value, like the unit it is turned into. */
  readonly valueWords: ReadonlySet<string>;
  /** Value sets that coded values are held to. */
  readonly valueCodes: ReadonlySet<string>;
  /** Value sets that its codes are held to later. */
  readonly heldTo: ReadonlySet<string>;
  /** Elements that are read. */
  readonly elements: ReadonlySet<string>;
  /** When it counts, in words. */
  readonly conditions: ReadonlySet<string>;
}

/** A define that retrieves. */
export interface Fact {
  readonly library: string;
  readonly define: string;
  /** What the CQL calls it, where it says so. */
  readonly title: string;
  readonly comment: string;
  readonly representations: readonly Representation[];
}

/** A representation while it is being traced. */
export interface OpenRepresentation extends Representation {
  resourceType: string;
  readonly valueTypes: Set<string>;
  readonly kinds: Set<string>;
  readonly valueWords: Set<string>;
  readonly valueCodes: Set<string>;
  readonly heldTo: Set<string>;
  readonly elements: Set<string>;
  readonly conditions: Set<string>;
  readonly home: OpenFact;
}
/** A fact while it is being traced. */
export interface OpenFact extends Omit<Fact, 'title'> {
  readonly title: string | undefined;
  readonly names: Set<string>;
  readonly representations: OpenRepresentation[];
}

/** A representation of which nothing is known yet but where it comes from. */
export function openRepresentation(
  home: OpenFact,
  of: Pick<Representation, 'resourceType' | 'isDraft' | 'valueSet' | 'codedElement'>,
): OpenRepresentation {
  const representation: OpenRepresentation = {
    ...of,
    home,
    valueTypes: new Set(),
    kinds: new Set(),
    valueWords: new Set(),
    valueCodes: new Set(),
    heldTo: new Set(),
    elements: new Set(),
    conditions: new Set(),
  };
  home.representations.push(representation);
  return representation;
}

/** What the CQL calls a fact: its `@title`, else the one `name` that its findings get, else its define. */
export function titleOf({ title, names, define }: OpenFact): string {
  const [name] = names;
  return title ?? (names.size === 1 && name !== undefined ? name : define);
}

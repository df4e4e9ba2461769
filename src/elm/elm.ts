/** ELM in its JSON form; the parts read here are typed where they are read. */
export interface Elm {
  readonly library: ElmLibrary;
  /** Where `library` has only what evaluation needs: the same with all else. See `wholeOf`. */
  readonly whole?: () => Elm;
}
export interface ElmLibrary {
  readonly identifier: { readonly id: string; readonly version?: string };
  readonly annotation?: readonly ElmAnnotation[];
  readonly statements?: { readonly def: readonly ElmDefinition[] };
  readonly includes?: { readonly def: readonly { localIdentifier: string; path: string }[] };
  readonly valueSets?: { readonly def: readonly { name: string; id: string; locator?: string }[] };
  readonly parameters?: { readonly def: readonly { name: string }[] };
  readonly codeSystems?: { readonly def: readonly { name: string; id: string }[] };
  readonly codes?: {
    readonly def: readonly {
      name: string;
      id: string;
      display?: string;
      locator?: string;
      codeSystem: { name: string; libraryName?: string };
    }[];
  };
}
export interface ElmDefinition {
  readonly name: string;
  readonly type?: string;
  readonly context?: string;
  readonly locator?: string;
  readonly resultTypeName?: string;
  readonly resultTypeSpecifier?: unknown;
  readonly expression?: unknown;
}
export interface ElmAnnotation {
  readonly type: string;
  readonly libraryId?: string;
  readonly startLine?: number;
  readonly startChar?: number;
  readonly message?: string;
  readonly errorSeverity?: string;
  readonly errorType?: string;
}

/** Compiled libraries by name. */
export interface ElmLibraries {
  readonly elms: ReadonlyMap<string, Elm>;
}

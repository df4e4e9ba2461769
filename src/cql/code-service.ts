import cql, { type TerminologyProvider } from 'cql-execution';

/** The codes of one value set, by its canonical URL. */
export interface ValueSetCodes {
  readonly url: string;
  readonly codes: readonly {
    readonly system: string;
    readonly code: string;
    readonly display?: string;
  }[];
}

/**
 * Answers value set look-ups from the content's own value sets. Membership is one
 * hash look-up, since retrieves ask it for every coding of every resource.
 */
export class CodeService implements TerminologyProvider {
  readonly #valueSets: ReadonlyMap<string, InstanceType<typeof cql.ValueSet>>;

  constructor(valueSets: readonly ValueSetCodes[]) {
    this.#valueSets = new Map(valueSets.map((set) => [set.url, new IndexedValueSet(set)]));
  }

  findValueSetsByOid(url: string) {
    const found = this.#valueSets.get(url);
    return found ? [found] : [];
  }

  findValueSet(url: string) {
    return this.#valueSets.get(url) ?? null;
  }
}

class IndexedValueSet extends cql.ValueSet {
  readonly #index: ReadonlySet<string>;

  constructor({ url, codes }: ValueSetCodes) {
    super(
      url,
      undefined,
      codes.map(({ code, system, display }) => new cql.Code(code, system, undefined, display)),
    );
    this.#index = new Set(codes.map(({ code, system }) => `${system}|${code}`));
  }

  override hasMatch(code: unknown): boolean {
    return codesOf(code).some(({ code: value, system }) =>
      this.#index.has(`${String(system)}|${String(value)}`),
    );
  }
}

/** Codes of a Code, a Concept, or lists of them. A bare string has no system and matches nothing. */
function codesOf(value: unknown): { code?: unknown; system?: unknown }[] {
  if (Array.isArray(value)) return value.flatMap(codesOf);
  if (typeof value !== 'object' || value === null) return [];
  return 'codes' in value ? codesOf(value.codes) : [value];
}

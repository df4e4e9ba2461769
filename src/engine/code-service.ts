import cql, { type TerminologyProvider } from 'cql-execution';
import { canonicalSystem, codeKey, isInFamily, type CodeFamily, type Coding } from './codes.ts';

/** One value set: single codes, whole families of codes, and what is taken out of them. */
export interface ValueSetCodes {
  /** Canonical URL. */
  readonly url: string;
  readonly title?: string | undefined;
  readonly codes: readonly {
    readonly system: string;
    readonly code: string;
    readonly display?: string;
  }[];
  readonly families?: readonly CodeFamily[];
  readonly excluded?: readonly CodeFamily[];
  /** URLs of other value sets that are taken in whole. */
  readonly imports?: readonly string[];
}

/**
 * Answers value set look-ups from the content's own value sets. Membership is one
 * hash look-up and a few prefixes, since retrieves ask it for every coding of
 * every resource.
 */
export class CodeService implements TerminologyProvider {
  /** The code systems that some value set takes codes from, by their canonical names. */
  readonly systems: ReadonlySet<string>;
  readonly #valueSets: ReadonlyMap<string, IndexedValueSet>;

  constructor(valueSets: readonly ValueSetCodes[]) {
    const byUrl = new Map<string, IndexedValueSet>();
    for (const set of valueSets) byUrl.set(set.url, new IndexedValueSet(set, byUrl));
    this.#valueSets = byUrl;
    const parts = valueSets.flatMap(({ codes, families = [] }) => [...codes, ...families]);
    this.systems = new Set(parts.map(({ system }) => canonicalSystem(system)));
  }

  findValueSetsByOid(url: string) {
    const found = this.#valueSets.get(url);
    return found ? [found] : [];
  }

  findValueSet(url: string) {
    return this.#valueSets.get(url) ?? null;
  }

  /** Whether some value set holds the code, so that rules can see it. */
  holds(coding: Coding): boolean {
    return [...this.#valueSets.values()].some((set) => set.hasMatch(coding));
  }

  /** The URLs of the value sets that hold the code. */
  holdersOf(coding: Coding): string[] {
    return [...this.#valueSets].flatMap(([url, set]) => (set.hasMatch(coding) ? [url] : []));
  }

  /** All codes of a value set; undefined when they cannot be listed, as families cannot. */
  enumerate(url: string): readonly Coding[] | undefined {
    return this.#valueSets.get(url)?.enumerate(new Set([url]));
  }
}

class IndexedValueSet extends cql.ValueSet {
  readonly #index: ReadonlySet<string>;
  readonly #listed: readonly Coding[];
  readonly #families: readonly CodeFamily[];
  readonly #excluded: readonly CodeFamily[];
  readonly #imports: readonly string[];
  readonly #others: ReadonlyMap<string, IndexedValueSet>;

  constructor(
    { url, codes, families = [], excluded = [], imports = [] }: ValueSetCodes,
    others: ReadonlyMap<string, IndexedValueSet>,
  ) {
    super(
      url,
      undefined,
      codes.map(({ code, system, display }) => new cql.Code(code, system, undefined, display)),
    );
    this.#index = new Set(codes.map(codeKey));
    this.#listed = codes;
    this.#families = families;
    this.#excluded = excluded;
    this.#imports = imports;
    this.#others = others;
  }

  override hasMatch(code: unknown): boolean {
    return codesOf(code).some((coding) => this.#holds(coding));
  }

  enumerate(entered: ReadonlySet<string>): readonly Coding[] | undefined {
    if (this.#families.length > 0) return undefined;
    const listed = [...this.#listed];
    for (const url of this.#imports) {
      // A value set that takes itself in is a fault of the content, and must not hang its report.
      if (entered.has(url)) continue;
      const others = this.#others.get(url)?.enumerate(new Set([...entered, url]));
      if (others === undefined) return undefined;
      listed.push(...others);
    }
    return listed.filter((coding) => this.#holds(coding));
  }

  #holds(coding: Coding): boolean {
    if (this.#excluded.some((family) => isInFamily(family, coding))) return false;
    return (
      this.#index.has(codeKey(coding)) ||
      this.#families.some((family) => isInFamily(family, coding)) ||
      this.#imports.some((url) => this.#isInOther(url, coding))
    );
  }

  #isInOther(url: string, coding: Coding): boolean {
    const other = this.#others.get(url);
    return other !== undefined && other.#holds(coding);
  }
}

/** Codes of a Code, a Concept, or lists of them. A bare string has no system and matches nothing. */
function codesOf(value: unknown): Coding[] {
  if (Array.isArray(value)) return value.flatMap(codesOf);
  if (typeof value !== 'object' || value === null) return [];
  if ('codes' in value) return codesOf(value.codes);
  const { system, code } = value as { system?: unknown; code?: unknown }; // checked next
  return typeof system === 'string' && typeof code === 'string' ? [{ system, code }] : [];
}

import cql, { type TerminologyProvider } from 'cql-execution';
import { canonicalSystem, codeKey, normalizeCode, type CodeFamily, type Coding } from './codes.ts';

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
  readonly #urls = new Map<IndexedValueSet, string>();
  /** The value sets that list a code, themselves or in what they take in, by the code's key. */
  readonly #listing = new Map<string, IndexedValueSet[]>();
  /** Those with families of codes, by code system and how the family's codes begin. */
  readonly #withFamilies = new Map<string, IndexedValueSet[]>();
  /** What was found, by code system and code; records write the same ones again and again. */
  readonly #found = new Map<string, Map<string, ReadonlySet<IndexedValueSet>>>();
  #numberFound = 0;

  constructor(valueSets: readonly ValueSetCodes[]) {
    const byUrl = new Map<string, IndexedValueSet>();
    for (const set of valueSets) byUrl.set(set.url, new IndexedValueSet(set, this));
    for (const [url, set] of byUrl) this.#urls.set(set, url);
    this.#valueSets = byUrl;
    const sources = new Map(valueSets.map((set) => [set.url, set]));
    for (const [url, set] of byUrl) {
      for (const { codes, families = [] } of takenIn(url, sources)) {
        for (const key of new Set(codes.map(codeKey))) add(this.#listing, key, set);
        for (const family of families) add(this.#withFamilies, beginningOf(family), set);
      }
    }
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
    return this.#holdersOf(coding).size > 0;
  }

  /** The URLs of the value sets that hold the code. */
  holdersOf(coding: Coding): string[] {
    const holders = this.#holdersOf(coding);
    return [...this.#valueSets].flatMap(([url, set]) => (holders.has(set) ? [url] : []));
  }

  /** The value sets that hold one of the codes of a Code, a Concept, or lists of them. */
  valueSetsWith(value: unknown): ReadonlySet<IndexedValueSet> {
    const [first, ...more] = codesOf(value);
    if (first === undefined) return NONE;
    if (more.length === 0) return this.#holdersOf(first);
    return new Set([first, ...more].flatMap((coding) => [...this.#holdersOf(coding)]));
  }

  /** The URLs of the value sets that hold one of the codes; the same array where there are none. */
  urlsWith(codings: readonly Coding[]): readonly string[] {
    const [first] = codings;
    if (first === undefined) return NO_URLS;
    const sets = codings.length === 1 ? this.#holdersOf(first) : this.valueSetsWith(codings);
    return sets.size === 0 ? NO_URLS : [...sets].flatMap((set) => this.#urls.get(set) ?? []);
  }

  /** Whether some value set takes the code out by name. */
  excludes(coding: Coding): boolean {
    const normal = normalizeCode(coding);
    return [...this.#valueSets.values()].some((set) => set.excludes(normal));
  }

  /** Some code of a value set: of one that holds families, the head of the first. */
  exampleOf(url: string): Coding | undefined {
    return this.#valueSets.get(url)?.example();
  }

  /** All codes of a value set; undefined when they cannot be listed, as families cannot. */
  enumerate(url: string): readonly Coding[] | undefined {
    return this.#valueSets.get(url)?.enumerate(new Set([url]));
  }

  #holdersOf(coding: Coding): ReadonlySet<IndexedValueSet> {
    const known = this.#found.get(coding.system)?.get(coding.code);
    if (known) return known;
    const holders = this.#findHolders(coding);
    // There is no end of codes, so that only so many are remembered.
    if (this.#numberFound >= MOST_FOUND) {
      this.#found.clear();
      this.#numberFound = 0;
    }
    let ofSystem = this.#found.get(coding.system);
    if (!ofSystem) this.#found.set(coding.system, (ofSystem = new Map()));
    ofSystem.set(coding.code, holders);
    this.#numberFound += 1;
    return holders;
  }

  #findHolders(coding: Coding): ReadonlySet<IndexedValueSet> {
    const normal = normalizeCode(coding);
    const { system, code } = normal;
    const candidates = [
      this.#listing.get(`${system}|${code}`),
      this.#withFamilies.get(`${system}|${code.slice(0, BEGINNING)}`),
      this.#withFamilies.get(`${system}|`),
    ];
    if (candidates.every((sets) => sets === undefined)) return NONE;
    const sets = new Set(candidates.flatMap((some) => some ?? []));
    const holders = [...sets].filter((set) => set.holds(normal));
    return holders.length === 0 ? NONE : new Set(holders);
  }
}

const NONE: ReadonlySet<IndexedValueSet> = new Set();
const NO_URLS: readonly string[] = [];
const MOST_FOUND = 20_000;

/** Families of a code and all below it are told apart by so many signs; patterns may hold anything. */
const BEGINNING = 3;

function beginningOf({ system, kind, written }: CodeFamily): string {
  const head = kind === 'pattern' ? '' : normalizeCode({ system, code: written }).code;
  return `${system}|${head.length < BEGINNING ? '' : head.slice(0, BEGINNING)}`;
}

function add<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (!list) lists.set(key, [value]);
  else if (!list.includes(value)) list.push(value);
}

/** A value set and all that it takes in. */
function takenIn(url: string, sources: ReadonlyMap<string, ValueSetCodes>): ValueSetCodes[] {
  const urls = new Set([url]);
  // A Set's values go on with what is added while they are read.
  for (const each of urls) for (const other of sources.get(each)?.imports ?? []) urls.add(other);
  return [...urls].flatMap((each) => sources.get(each) ?? []);
}

/** A value set as the engine asks it. */
export class IndexedValueSet extends cql.ValueSet {
  readonly #index: ReadonlySet<string>;
  readonly #listed: readonly Coding[];
  readonly #families: readonly CodeFamily[];
  readonly #excluded: readonly CodeFamily[];
  readonly #imports: readonly string[];
  readonly #service: CodeService;

  constructor(
    { url, codes, families = [], excluded = [], imports = [] }: ValueSetCodes,
    service: CodeService,
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
    this.#service = service;
  }

  override hasMatch(code: unknown): boolean {
    return this.#service.valueSetsWith(code).has(this);
  }

  enumerate(entered: ReadonlySet<string>): readonly Coding[] | undefined {
    if (this.#families.length > 0) return undefined;
    const listed = [...this.#listed];
    for (const url of this.#imports) {
      // A value set that takes itself in is a fault of the content, and must not hang its report.
      if (entered.has(url)) continue;
      const other = this.#service.findValueSet(url);
      const others = other?.enumerate(new Set([...entered, url]));
      if (others === undefined) return undefined;
      listed.push(...others);
    }
    return listed.filter((coding) => this.holds(normalizeCode(coding)));
  }

  /** Some code that it holds, its own before those it takes in. */
  example(entered: ReadonlySet<string> = new Set()): Coding | undefined {
    const heads = this.#families.filter(({ kind }) => kind !== 'pattern');
    const own = [
      ...this.#listed,
      ...heads.map(({ system, written }) => ({ system, code: written })),
    ];
    const found = own.find((coding) => this.holds(normalizeCode(coding)));
    if (found) return { system: found.system, code: found.code };
    for (const url of this.#imports.filter((each) => !entered.has(each))) {
      const taken = this.#service.findValueSet(url)?.example(new Set([...entered, url]));
      if (taken) return taken;
    }
    return undefined;
  }

  /** Whether it takes the code, spelt as `normalizeCode` does, out of what it holds. */
  excludes(normal: Coding): boolean {
    return this.#excluded.some(
      ({ system, holds }) => system === normal.system && holds(normal.code),
    );
  }

  /** Whether the code, spelt as `normalizeCode` does, is listed, of a family or taken in, and not taken out. */
  holds(normal: Coding): boolean {
    const isIn = ({ system, holds }: CodeFamily): boolean =>
      system === normal.system && holds(normal.code);
    if (this.#excluded.some(isIn)) return false;
    return (
      this.#index.has(`${normal.system}|${normal.code}`) ||
      this.#families.some(isIn) ||
      this.#imports.some((url) => this.#service.findValueSet(url)?.holds(normal) === true)
    );
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

import { keepCauses } from './causes.ts';
import { includedLibraries, libraryName } from './cql-text.ts';
import { keysOf, type ElmCache } from './elm-cache.ts';
import { findIncludeCycles, includersOf } from './include-cycles.ts';
import { includedFirst, type OrderedLibrary } from './include-order.ts';
import type { PackedElm } from '../elm/whole.ts';
import type { CqlProblem, FoundProblem } from './problem.ts';
import type { IncludedLibrary } from './translation.ts';
import type { CqlTranslatorProcess, Translate } from './translator-process.ts';

/** One CQL source text; `file` is what diagnostics name. */
export interface CqlSource {
  readonly file: string;
  readonly text: string;
}

/** What was made of some texts; it can pass from thread to thread. */
export interface Compiled {
  readonly elms: readonly PackedElm[];
  readonly problems: readonly CqlProblem[];
}

/** Compiles CQL: here, or where the translator is. */
export type CompileCql = (sources: readonly CqlSource[], modelXml: string) => Promise<Compiled>;

/** A library that is about to be translated: how far the compile has come. */
export interface CompileStep {
  readonly library: string;
  /** Counts from 1. */
  readonly at: number;
  readonly of: number;
}

/** What compiling needs besides the texts. */
export interface CompileTools {
  readonly translator: CqlTranslatorProcess;
  readonly cache: ElmCache;
  /** Told of each library that the cache does not have, and at the end, if there was one. */
  readonly onProgress?: (step: CompileStep | undefined) => void;
}

/**
 * Translates CQL texts that may include one another, or takes what was made of the same text
 * under the same interfaces before, and reports every mistake and warning once, where it
 * stands. Libraries with errors, and those with errors that only follow from them, are left
 * out of `elms`.
 */
export async function compileCql(
  sources: readonly CqlSource[],
  modelXml: string,
  { translator, cache, onProgress = () => {} }: CompileTools,
): Promise<Compiled> {
  const { texts, problems } = withoutCycles(sources);
  const libraries = includedFirst(texts);
  return translator.openCompile(modelXml, async (translate) => {
    const compile = new Compile(keysOf(modelXml), cache, translate);
    let isTranslating = false;
    try {
      for (const [i, library] of libraries.entries()) {
        await compile.add(library, () => {
          isTranslating = true;
          onProgress({ library: library.name, at: i + 1, of: libraries.length });
        });
      }
    } finally {
      if (isTranslating) onProgress(undefined);
    }
    await cache.prune();
    const { elms, found } = compile;
    return { elms, problems: [...problems, ...keepCauses([...found.values()], texts)] };
  });
}

/** One compile, library by library. */
class Compile {
  readonly elms: PackedElm[] = [];
  /** An include without a version repeats the errors of the included library. */
  readonly found = new Map<string, FoundProblem>();
  readonly #keyOf: ReturnType<typeof keysOf>;
  readonly #cache: ElmCache;
  readonly #translate: Translate;
  readonly #done = new Map<string, IncludedLibrary>();

  constructor(keyOf: ReturnType<typeof keysOf>, cache: ElmCache, translate: Translate) {
    this.#keyOf = keyOf;
    this.#cache = cache;
    this.#translate = translate;
  }

  async add({ name, text, below }: OrderedLibrary, onTranslate: () => void): Promise<void> {
    const included = [...below].flatMap((one) => this.#done.get(one) ?? []);
    // What rests on a fault is not kept: another file may mend it.
    const isSure = included.every(({ hasInterface }) => hasInterface);
    const key = isSure ? this.#keyOf(text, included) : undefined;
    const kept = key === undefined ? undefined : await this.#cache.read(key);
    if (!kept) onTranslate();
    const made = kept ?? (await this.#translate({ name, text, below: included }));
    const { elm, problems, interface: shown } = made;
    if (!kept && key !== undefined && elm && shown !== undefined) {
      await this.#cache.write(key, { elm, problems, interface: shown });
    }
    for (const problem of problems) {
      const { library, line, column, message } = problem;
      this.found.set(`${library} ${line}:${column} ${message}`, problem);
    }
    if (elm) this.elms.push(elm);
    this.#done.set(name, { name, text: shown ?? text, hasInterface: shown !== undefined });
  }
}

/** The texts by library name, without those that the translator could not come to an end with. */
function withoutCycles(sources: readonly CqlSource[]): {
  texts: ReadonlyMap<string, string>;
  problems: CqlProblem[];
} {
  const texts = new Map(sources.map(({ text }) => [libraryName(text) ?? '', text]));
  const includes = new Map([...texts].map(([name, text]) => [name, includedLibraries(text)]));
  const cycles = findIncludeCycles(includes);
  const endless = includersOf(new Set(cycles.map(({ library }) => library)), includes);
  const problems = cycles.map(({ library, path }): CqlProblem => {
    const message = `Libraries must not include each other: ${path.join(' → ')}`;
    return { library, severity: 'error', line: 1, column: 1, message };
  });
  return { texts: new Map([...texts].filter(([name]) => !endless.has(name))), problems };
}

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { LoadedContent } from '../src/content/load.ts';

type Decide = typeof import('../src/decision/decide.ts').decide;
type Module = Readonly<Record<string, unknown>>;

/** What is called of a checkout. */
export interface Checkout {
  readonly decide: Decide;
  /** Loads a content folder; without a directory for the cache all of it is compiled. */
  readonly load: (folder: string, cache: string | undefined) => Promise<LoadedContent>;
}

/**
 * Imports the modules of a checkout. Builds differ in where these are and in what a compiler is
 * made of, which types cannot follow; what is called of them is the same in all.
 */
export async function openCheckout(root: string): Promise<Checkout> {
  const thing = (name: string, ...places: readonly string[]): Promise<unknown> =>
    find(root, name, places);
  const decide = (await thing('decide', 'decision/decide.ts')) as Decide;
  const loadContent = (await thing('loadContent', 'content/load.ts')) as (
    folder: string,
    compiler: unknown,
  ) => Promise<LoadedContent>;
  const isOld = existsSync(join(root, 'src', 'cql'));
  const Translator = (await thing(
    isOld ? 'CqlTranslatorThread' : 'CqlTranslatorProcess',
    'translate/translator-process.ts',
    'cql/compile.ts',
  )) as new () => { close: () => Promise<void> };
  const compileCql = (await thing('compileCql', 'translate/compile.ts', 'cql/compile.ts')) as
    | ((...given: unknown[]) => unknown)
    | undefined; // an old translator compiles by itself
  const readModel = (await thing(
    'readModelInfo',
    'engine/model-info.ts',
    'cql/model-info.ts',
  )) as () => unknown;
  const Cache = (await thing('ElmCache', 'translate/elm-cache.ts', 'cql/elm-cache.ts')) as
    | (new (directory: string | undefined) => unknown)
    | undefined; // in some builds a type, which is nothing at run time
  return {
    decide,
    async load(folder, directory) {
      const translator = new Translator();
      const cache = Cache === undefined ? { directory } : new Cache(directory);
      try {
        const compile = (sources: unknown, modelXml: unknown): unknown =>
          compileCql?.(sources, modelXml, { translator, cache });
        return await loadContent(folder, { model: readModel(), translator, cache, compile });
      } finally {
        await translator.close();
      }
    },
  };
}

/** What the first of some modules that exists exports by a name. */
async function find(root: string, name: string, places: readonly string[]): Promise<unknown> {
  const path = places.map((place) => join(root, 'src', place)).find((file) => existsSync(file));
  if (path === undefined) throw new Error(`${root}/src has none of ${places.join(', ')}`);
  const module = (await import(pathToFileURL(path).href)) as Module;
  return module[name];
}

import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Compiled, CqlSource, CqlTranslator } from './compile.ts';
import { TRANSLATOR_OPTIONS } from './translation.ts';

/** Where compiled CQL is kept; undefined keeps nothing. */
export interface ElmCache {
  readonly directory: string | undefined;
}

/**
 * Compiles the sources, or takes what an earlier run compiled from the same texts
 * with the same translator. Only faultless results are kept. A cache that cannot
 * be read or written costs a compile, never an error.
 */
export async function compileCached(
  sources: readonly CqlSource[],
  modelXml: string,
  translator: CqlTranslator,
  cache: ElmCache,
): Promise<Compiled> {
  const file =
    cache.directory === undefined
      ? undefined
      : join(cache.directory, `elm-${cacheKey(sources, modelXml)}.json`);
  if (file !== undefined) {
    const kept = await readKept(file);
    if (kept) return kept;
  }
  const compiled = await translator.compile(sources, modelXml);
  const faultless = compiled.problems.every(({ severity }) => severity !== 'error');
  if (file !== undefined && faultless) await keep(file, compiled);
  return compiled;
}

/** Changes with any text, the model, the translator's version and its options. */
function cacheKey(sources: readonly CqlSource[], modelXml: string): string {
  const hash = createHash('sha256').update(translatorVersion()).update(TRANSLATOR_OPTIONS.join());
  const texts = sources.map(({ text }) => text).toSorted();
  for (const text of [modelXml, ...texts]) hash.update(`\n${text.length}\n${text}`);
  return hash.digest('hex').slice(0, 32);
}

function translatorVersion(): string {
  // The package does not export its package.json, so it is found beside a module it does export.
  const entry = createRequire(import.meta.url).resolve('@cqframework/cql/cql-to-elm');
  const { version } = createRequire(entry)('./package.json') as { version: string }; // npm guarantees it
  return version;
}

async function readKept(file: string): Promise<Compiled | undefined> {
  try {
    const kept = JSON.parse(await readFile(file, 'utf8')) as Partial<Compiled>; // written by keep(), unless damaged
    const { elms, problems } = kept;
    return Array.isArray(elms) && Array.isArray(problems) ? { elms, problems } : undefined;
  } catch {
    return undefined;
  }
}

async function keep(file: string, compiled: Compiled): Promise<void> {
  try {
    await mkdir(join(file, '..'), { recursive: true });
    const partial = `${file}.${process.pid}`;
    await writeFile(partial, JSON.stringify(compiled));
    await rename(partial, file); // whole or not at all, also with two processes at work
  } catch {
    // A read-only file system: every start compiles.
  }
}

import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { PackedElm } from '../elm/whole.ts';
import type { FoundProblem } from './problem.ts';
import { TRANSLATOR_OPTIONS, type IncludedLibrary } from './translation.ts';

/** What is kept of a faultless library. */
export interface KeptLibrary {
  readonly elm: PackedElm;
  /** Warnings only. */
  readonly problems: readonly FoundProblem[];
  readonly interface: string;
}

/**
 * Compiled libraries by key, a file each; without a folder that can be written they stay in
 * memory. A file that cannot be read costs a translation, never an error.
 */
export class ElmCache {
  readonly #directory: string | undefined;
  readonly #inMemory = new Map<string, KeptLibrary>();
  readonly #used = new Set<string>();
  #hasWritten = false;

  constructor(directory: string | undefined) {
    this.#directory = directory;
  }

  /** What was written under the key; undefined where there is nothing, or nothing whole. */
  async read(key: string): Promise<KeptLibrary | undefined> {
    this.#used.add(key);
    if (this.#directory === undefined) return this.#inMemory.get(key);
    try {
      return parseKept(await readFile(join(this.#directory, fileOf(key)), 'utf8'));
    } catch {
      return this.#inMemory.get(key);
    }
  }

  async write(key: string, library: KeptLibrary): Promise<void> {
    try {
      if (this.#directory === undefined) throw new Error('no folder');
      await mkdir(this.#directory, { recursive: true });
      const partial = join(this.#directory, `${fileOf(key)}.${process.pid}`);
      await writeFile(partial, writeKept(library));
      await rename(partial, join(this.#directory, fileOf(key))); // whole or not at all, also with two processes at work
      this.#hasWritten = true;
    } catch {
      this.#inMemory.set(key, library);
    }
  }

  /** Ends a compile: of what it did not ask for only the newest is left. */
  async prune(): Promise<void> {
    const used = new Set(this.#used);
    this.#used.clear();
    for (const key of this.#inMemory.keys()) if (!used.has(key)) this.#inMemory.delete(key);
    if (this.#hasWritten && this.#directory !== undefined) {
      this.#hasWritten = false;
      await removeUnused(this.#directory, new Set([...used].map(fileOf)));
    }
  }
}

function writeKept({ elm: { library, whole }, problems, interface: shown }: KeptLibrary): string {
  const text = Buffer.from(whole).toString('base64');
  return JSON.stringify({ interface: shown, problems, library, whole: text });
}

/** Throws where it is no JSON; undefined where it is not what writeKept() wrote. */
function parseKept(text: string): KeptLibrary | undefined {
  const kept = JSON.parse(text) as Partial<PackedElm & KeptLibrary> & { whole?: string }; // unless damaged
  const { interface: shown, problems, library, whole } = kept;
  if (!library?.identifier || typeof whole !== 'string') return undefined;
  if (!Array.isArray(problems) || typeof shown !== 'string') return undefined;
  return { elm: { library, whole: Buffer.from(whole, 'base64') }, problems, interface: shown };
}

async function removeUnused(directory: string, used: ReadonlySet<string>): Promise<void> {
  try {
    const names = (await readdir(directory)).filter(
      (name) => name.startsWith('elm-') && !used.has(name),
    );
    const files = await Promise.all(
      names.map(async (name) => {
        const { size, mtimeMs } = await stat(join(directory, name));
        return { name, size, mtimeMs };
      }),
    );
    let bytes = 0;
    for (const { name, size } of files.toSorted((one, other) => other.mtimeMs - one.mtimeMs)) {
      bytes += size;
      if (bytes > KEPT_UNUSED_BYTES) await rm(join(directory, name), { force: true });
    }
  } catch {
    // Another process was quicker; the next compile tries again.
  }
}

/** So much is left of other contents and of earlier texts, the newest: a thousand libraries or so. */
export const KEPT_UNUSED_BYTES = 64_000_000;

/** Raised when what is kept, or how an interface is written, changes. */
const FORMAT = 1;

/** Tells under which key a library is kept, by its text and what it is translated against. */
export function keysOf(
  modelXml: string,
): (text: string, included: readonly IncludedLibrary[]) => string {
  const version = `${FORMAT} ${translatorVersion()} ${TRANSLATOR_OPTIONS.join()}`;
  const common = digestOf([version, modelXml]);
  return (text, included) =>
    digestOf([common, text, ...included.map((one) => one.text).toSorted()]);
}

function digestOf(parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}\n${part}\n`);
  return hash.digest('hex').slice(0, 32);
}

function translatorVersion(): string {
  // The package does not export its package.json, so it is found beside a module it does export.
  const entry = createRequire(import.meta.url).resolve('@cqframework/cql/cql-to-elm');
  const { version } = createRequire(entry)('./package.json') as { version: string }; // npm guarantees it
  return version;
}

function fileOf(key: string): string {
  return `elm-${key}.json`;
}

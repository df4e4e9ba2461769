import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { NerverootError } from '../errors.ts';

/** A file of the content folder; `file` is relative to it, with forward slashes. */
export interface ContentFile {
  readonly file: string;
  readonly text: string;
}

/** Where content lives below its root. */
const FOLDERS = [
  { folder: 'cql', ending: /\.cql$/ },
  { folder: 'cql/valuesets', ending: /\.json$/ },
  { folder: 'cql/terminology', ending: /\.(json|csv)$/ },
  { folder: 'hooks', ending: /\.ya?ml$/ },
  { folder: 'hooks/services', ending: /\.ya?ml$/ },
  { folder: 'hooks/cards', ending: /\.ya?ml$/ },
  { folder: 'hooks/questionnaires', ending: /\.json$/ },
] as const;

export type ContentFolder = (typeof FOLDERS)[number]['folder'];

/**
 * All content files by folder, each folder in the order of names. Throws
 * InvalidInput when there is no such root: no faults would be found in it.
 */
export async function readContentFiles(
  root: string,
): Promise<ReadonlyMap<ContentFolder, readonly ContentFile[]>> {
  const isFolder = await stat(root).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) throw new NerverootError('InvalidInput', `There is no content folder ${root}`);
  const folders = FOLDERS.map(async ({ folder }) => {
    const paths = await listFolder(root, folder);
    const files = paths.map(async (path) => {
      const text = await ifThere(readFile(path, 'utf8'));
      return text === undefined ? [] : [{ file: relative(root, path).replaceAll('\\', '/'), text }];
    });
    return [folder, (await Promise.all(files)).flat()] as const;
  });
  return new Map(await Promise.all(folders));
}

/** Changes when a content file, or one beside it, is saved, added or removed; cheap enough to ask at every call. */
export async function contentStamp(root: string, beside: readonly string[]): Promise<string> {
  const folders = await Promise.all(FOLDERS.map(({ folder }) => listFolder(root, folder)));
  const stamps = [...folders.flat(), ...beside].map(async (path) => {
    const found = await ifThere(stat(path));
    return found ? `${path} ${found.mtimeMs} ${found.size}` : `${path} gone`;
  });
  return (await Promise.all(stamps)).join('\n');
}

async function listFolder(root: string, folder: ContentFolder): Promise<string[]> {
  const ending = FOLDERS.find((entry) => entry.folder === folder)?.ending ?? /$^/;
  const path = join(root, folder);
  const names = (await ifThere(readdir(path))) ?? [];
  return names
    .filter((name) => ending.test(name) && !name.startsWith('.'))
    .toSorted()
    .map((name) => join(path, name));
}

/** Undefined for what is not there, or has gone since it was listed. */
async function ifThere<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

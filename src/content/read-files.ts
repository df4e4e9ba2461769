import { readdirSync, statSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { NerverootError } from '../errors.ts';
import type { SiteFiles } from '../site.ts';
import { FolderWatch } from './folder-watch.ts';

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
  { folder: 'cql/reading', ending: /\.csv$/ },
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

/** Tells what a content folder is made of now, and whether it is worth asking. */
export interface Look {
  /** False when nothing was saved since this was asked the last time. */
  readonly mayHaveChanged: () => Promise<boolean>;
  /** Changes when something was saved. */
  readonly stamp: () => string;
}

/** Looks at the content files of a folder, and at those of a site. */
export function lookAt(root: string, { codeMaps = [], clients }: SiteFiles = {}): Look {
  const beside = clients === undefined ? codeMaps : [...codeMaps, clients];
  const folders = [
    root,
    ...FOLDERS.map(({ folder }) => join(root, folder)),
    ...beside.map(dirname),
  ];
  const watch = new FolderWatch(folders);
  return {
    mayHaveChanged: () => watch.mayHaveChanged(),
    stamp: () => stampOf(root, beside),
  };
}

/**
 * Changes when a content file, or one beside it, is saved, added or removed. The system is asked at
 * once and not by way of promises, which cost four times as much.
 */
function stampOf(root: string, beside: readonly string[]): string {
  const files = FOLDERS.flatMap(({ folder, ending }) =>
    namesIn(join(root, folder), ending).map((name) => join(root, folder, name)),
  );
  const stamps = [...files, ...beside].map((path) => {
    const found = statSync(path, { throwIfNoEntry: false });
    return found ? `${path} ${found.mtimeMs} ${found.size}` : `${path} gone`;
  });
  return stamps.join('\n');
}

function namesIn(folder: string, ending: RegExp): string[] {
  try {
    return chosen(readdirSync(folder), ending);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

function chosen(names: readonly string[], ending: RegExp): string[] {
  return names.filter((name) => ending.test(name) && !name.startsWith('.')).toSorted();
}

async function listFolder(root: string, folder: ContentFolder): Promise<string[]> {
  const ending = FOLDERS.find((entry) => entry.folder === folder)?.ending ?? /$^/;
  const path = join(root, folder);
  const names = (await ifThere(readdir(path))) ?? [];
  return chosen(names, ending).map((name) => join(path, name));
}

/** Undefined for what is not there, or has gone since it was listed. */
async function ifThere<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

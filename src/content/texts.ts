import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ContentFault } from './fault.ts';
import type { SiteFiles } from '../site.ts';
import { readContentFiles, type ContentFile, type ContentFolder } from './read-files.ts';

/**
 * The texts of a content folder, and of the files with codes of sites, as they were at
 * one moment. Plain data, so that every thread can load the same content.
 */
export interface ContentTexts {
  /** Changes with any change of a text. */
  readonly version: string;
  readonly files: ReadonlyMap<ContentFolder, readonly ContentFile[]>;
  readonly codeMapFiles: readonly ContentFile[];
  /** The file of NERVEROOT_CLIENTS, of which the content checks what sites set. */
  readonly clientsFile: ContentFile | undefined;
  /** Files of sites that could not be read. */
  readonly faults: readonly ContentFault[];
}

const CODES = 'The file with the codes of a site';
const CLIENTS = 'The file of NERVEROOT_CLIENTS';

/** Reads the texts. Throws InvalidInput when there is no such folder. */
export async function readTexts(
  root: string,
  { codeMaps = [], clients }: SiteFiles = {},
): Promise<ContentTexts> {
  const files = await readContentFiles(root);
  const faults: ContentFault[] = [];
  const codeMapFiles = await readBeside(codeMaps, CODES, faults);
  const [clientsFile] = await readBeside(clients === undefined ? [] : [clients], CLIENTS, faults);
  const beside = [...codeMapFiles, ...(clientsFile ? [clientsFile] : [])];
  const version = versionOf([
    ...[...files.values()].flat(),
    ...beside.map(({ file, text }) => ({ file: basename(file), text })),
  ]);
  return { version, files, codeMapFiles, clientsFile, faults };
}

/** Reads the files of sites, which stand outside the content folder. */
async function readBeside(
  paths: readonly string[],
  what: string,
  faults: ContentFault[],
): Promise<ContentFile[]> {
  const files = paths.map(async (file) => {
    try {
      return [{ file, text: await readFile(file, 'utf8') }];
    } catch {
      const message = `${what} cannot be read`;
      faults.push({ file, line: 1, column: 1, severity: 'error', message });
      return [];
    }
  });
  return (await Promise.all(files)).flat();
}

function versionOf(files: readonly ContentFile[]): string {
  const hash = createHash('sha256');
  for (const { file, text } of files) hash.update(`${file}\n${text}\n`);
  return hash.digest('hex').slice(0, 12);
}

import type { ContentFault } from './fault.ts';
import type { ContentFile } from './read-files.ts';
import { sourcesFile, type SourceFile } from './schema.ts';
import { readYaml } from './yaml-file.ts';

export const SOURCES_FILE = 'hooks/sources.yaml';

/** Something that rules rest on and that comments and cards cite by its key. */
export interface CitedSource extends SourceFile {
  readonly key: string;
  /** As cards name it. */
  readonly label: string;
  /** Where it can be read: its address, or that of its DOI or PMID. */
  readonly link: string | undefined;
}

/** The sources by key, and a way to say what is wrong with one, where it stands. */
export interface SourceTable {
  readonly sources: ReadonlyMap<string, CitedSource>;
  readonly fault: (
    key: string,
    message: string,
    severity: ContentFault['severity'],
  ) => ContentFault;
}

/** Reads `hooks/sources.yaml`; content without that file has no sources. */
export function readSources(files: readonly ContentFile[], faults: ContentFault[]): SourceTable {
  const file = files.find(({ file: name }) => name === SOURCES_FILE);
  const read = file && readYaml(file.file, file.text, sourcesFile);
  faults.push(...(read?.faults ?? []));
  const entries = Object.entries(read?.value ?? {});
  return {
    sources: new Map(entries.map(([key, source]) => [key, describe(key, source)])),
    fault: (key, message, severity) =>
      read?.value === undefined
        ? { file: SOURCES_FILE, line: 1, column: 1, severity, message }
        : read.yaml.fault([key], message, severity),
  };
}

function describe(key: string, source: SourceFile): CitedSource {
  const { label = source.title, url, doi, pmid } = source;
  const byId =
    doi === undefined
      ? pmid && `https://pubmed.ncbi.nlm.nih.gov/${pmid}/`
      : `https://doi.org/${doi}`;
  return { ...source, key, label, link: url ?? byId };
}

/** Whether a day that may be no more than a year or a month has gone by on another day. */
export function isPast(partial: string, today: string): boolean {
  return partial < today.slice(0, partial.length);
}

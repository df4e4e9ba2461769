import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { sortFaults, type ContentFault } from '../content/fault.ts';
import { readYaml, type YamlFile, type YamlPath } from '../content/yaml-file.ts';
import { caseFile, casesFile, patientFile, type CaseFile, type WrittenCase } from './case-file.ts';
import { expandEntries } from './short-form/entry.ts';
import { loadVocabulary, SHORT_NAMES_FILE, type Vocabulary } from './short-form/vocabulary.ts';
import { findUnknownNames, type KnownNames } from './unknown-names.ts';

/** A case in FHIR, with the shared patient's resources in front. */
export interface RuleCase {
  readonly file: string;
  readonly written: CaseFile;
  readonly resources: readonly { readonly resourceType: string }[];
}

export interface LoadedCases {
  readonly cases: readonly RuleCase[];
  readonly faults: readonly ContentFault[];
}

/**
 * Reads every case at or below the paths (files or folders). Folders named
 * `patients` hold shared patients and no cases. A faulty file never hides another. With
 * what is known of the content, names that are not there are faults too. Short entries become
 * FHIR in the words of the content below the root.
 */
export async function loadCases(
  root: string,
  paths: readonly string[],
  known?: KnownNames,
): Promise<LoadedCases> {
  const files = (
    await Promise.all(paths.map((path) => listYaml(root, resolve(root, path))))
  ).flat();
  const { vocabulary, faults: inNames } = await loadVocabulary(root);
  const faults: ContentFault[] = [...inNames];
  const cases: RuleCase[] = [];
  for (const path of [...new Set(files)].toSorted()) {
    const file = relative(root, path).replaceAll('\\', '/');
    const text = await readText(path);
    if (text === undefined) {
      const message = 'The file cannot be read';
      faults.push({ file, line: 1, column: 1, severity: 'error', message });
      continue;
    }
    for (const { value, at, yaml } of readCases(file, text, faults)) {
      for (const unknown of known ? findUnknownNames(value, known) : []) {
        faults.push(yaml.fault([...at, ...unknown.path], unknown.message));
      }
      const base = await readBase(root, path, value.base, vocabulary, faults);
      if (base === undefined) {
        const message = `There is no patient file ${value.base ?? ''}, or it has faults`;
        faults.push(yaml.fault([...at, 'base'], message));
      }
      const written = expandCase({ value, at, yaml }, vocabulary, faults);
      if (base === undefined || written === undefined) continue;
      cases.push({ file, written, resources: [...base, ...(written.patient ?? [])] });
    }
  }
  return { cases, faults: sortFaults(faults) }; // a shared patient's faults come with every case
}

/** A case as it is written, and where. */
interface PlacedCase {
  readonly value: WrittenCase;
  readonly at: YamlPath;
  readonly yaml: YamlFile;
}

/** The case of a file, or the cases that it lists, each with what they have in common. */
function readCases(file: string, text: string, faults: ContentFault[]): readonly PlacedCase[] {
  if (!/^cases:/m.test(text)) {
    const read = readYaml(file, text, caseFile);
    faults.push(...read.faults);
    return read.value === undefined ? [] : [{ value: read.value, at: [], yaml: read.yaml }];
  }
  const read = readYaml(file, text, casesFile);
  faults.push(...read.faults);
  if (read.value === undefined) return [];
  const { cases, ...common } = read.value;
  return cases.map((own, i) => ({
    value: { ...common, ...own, expect: own.expect ?? common.expect },
    at: ['cases', i],
    yaml: read.yaml,
  }));
}

/** The case with its short entries as resources; undefined when one of them cannot be read. */
function expandCase(
  { value: written, at, yaml }: PlacedCase,
  vocabulary: Vocabulary,
  faults: ContentFault[],
): CaseFile | undefined {
  const { patient = [], context } = written;
  const drafts = context?.draftOrders ?? [];
  const record = expandEntries(patient, [...at, 'patient'], yaml, vocabulary);
  const orders = expandEntries(drafts, [...at, 'context', 'draftOrders'], yaml, vocabulary);
  const found = [...record.faults, ...orders.faults];
  faults.push(...found);
  if (found.length > 0) return undefined;
  return {
    ...written,
    patient: record.resources,
    context: context && {
      ...context,
      draftOrders: context.draftOrders && orders.resources,
    },
  };
}

async function readBase(
  root: string,
  casePath: string,
  base: string | undefined,
  vocabulary: Vocabulary,
  faults: ContentFault[],
): Promise<readonly { resourceType: string }[] | undefined> {
  if (base === undefined) return [];
  const path = resolve(dirname(casePath), base);
  const text = await readText(path);
  if (text === undefined) return undefined;
  const read = readYaml(relative(root, path).replaceAll('\\', '/'), text, patientFile);
  faults.push(...read.faults);
  if (read.value === undefined) return undefined;
  const expanded = expandEntries(read.value.patient, ['patient'], read.yaml, vocabulary);
  faults.push(...expanded.faults);
  return expanded.faults.length > 0 ? undefined : expanded.resources;
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return undefined;
  }
}

async function listYaml(root: string, path: string): Promise<string[]> {
  if ((await stat(path)).isFile()) return [path];
  const entries = await readdir(path, { withFileTypes: true });
  const nested = entries.map(async (entry) => {
    const below = join(path, entry.name);
    if (entry.isDirectory()) return entry.name === 'patients' ? [] : listYaml(root, below);
    return /\.ya?ml$/.test(entry.name) && below !== join(root, SHORT_NAMES_FILE) ? [below] : [];
  });
  return (await Promise.all(nested)).flat();
}

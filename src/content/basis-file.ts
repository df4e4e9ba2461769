import type { ContentFault } from './fault.ts';
import { readContentFiles } from './read-files.ts';
import { basisFile, type BasisFile } from './schema.ts';
import { readYaml } from './yaml-file.ts';

const BASIS_FILE = 'hooks/basis.yaml';

/** What the content says of all its rules; undefined where it has no such file, or one with faults. */
export async function loadBasisFile(
  root: string,
): Promise<{ readonly value: BasisFile | undefined; readonly faults: readonly ContentFault[] }> {
  const files = (await readContentFiles(root)).get('hooks') ?? [];
  const file = files.find(({ file: name }) => name === BASIS_FILE);
  if (!file) return { value: undefined, faults: [] };
  const { value, faults } = readYaml(file.file, file.text, basisFile);
  return { value, faults };
}

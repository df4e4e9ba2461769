import type { ContentFault } from './fault.ts';
import type { ContentFile } from './read-files.ts';
import { basisFile, type BasisFile } from './schema.ts';
import { readYaml } from './yaml-file.ts';

const BASIS_FILE = 'hooks/basis.yaml';

/** What the content says of all its rules; undefined where it has no such file, or one with faults. */
export function readBasisFile(
  files: readonly ContentFile[],
  faults: ContentFault[],
): BasisFile | undefined {
  const file = files.find(({ file: name }) => name === BASIS_FILE);
  if (!file) return undefined;
  const read = readYaml(file.file, file.text, basisFile);
  faults.push(...read.faults);
  return read.value;
}

import type { ContentFault } from './fault.ts';
import type { ContentFile } from './read-files.ts';
import { budgetFile, type BudgetFile } from './schema.ts';
import { readYaml } from './yaml-file.ts';

const BUDGET_FILE = 'hooks/budget.yaml';

/** How many cards the content calls too many; undefined where it has no such file, or one with faults. */
export function readBudgetFile(
  files: readonly ContentFile[],
  faults: ContentFault[],
): BudgetFile | undefined {
  const file = files.find(({ file: name }) => name === BUDGET_FILE);
  if (!file) return undefined;
  const read = readYaml(file.file, file.text, budgetFile);
  faults.push(...read.faults);
  return read.value;
}

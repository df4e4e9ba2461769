import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** How many cases each rule has in the folder of its name; undefined where the content brings none. */
export async function countCases(root: string): Promise<ReadonlyMap<string, number> | undefined> {
  const folder = join(root, 'test', 'rules');
  const rules = await readdir(folder, { withFileTypes: true }).catch(() => undefined);
  const counts = rules
    ?.filter((entry) => entry.isDirectory())
    .map(async ({ name: rule }) => {
      const names = await readdir(join(folder, rule));
      return [rule, names.filter((name) => /\.ya?ml$/.test(name)).length] as const;
    });
  return counts && new Map(await Promise.all(counts));
}

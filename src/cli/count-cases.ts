import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** How many cases each rule has in the folder of its name; undefined where the content brings none. */
export async function countCases(root: string): Promise<ReadonlyMap<string, number> | undefined> {
  const folder = join(root, 'test', 'rules');
  const rules = await readdir(folder, { withFileTypes: true }).catch(() => undefined);
  const counts = rules
    ?.filter((entry) => entry.isDirectory())
    .map(async ({ name: rule }) => {
      const names = await readdir(join(folder, rule));
      const files = names.filter((name) => /\.ya?ml$/.test(name));
      const texts = await Promise.all(
        files.map((name) => readFile(join(folder, rule, name), 'utf8')),
      );
      return [rule, texts.map(casesIn).reduce((sum, one) => sum + one, 0)] as const;
    });
  return counts && new Map(await Promise.all(counts));
}

/** Pages ask for it, and need no more of a file than how many it lists: a file is one case, or has some under `cases`. */
function casesIn(text: string): number {
  const [, listed] = /^cases:[^\n]*\n((?:[ \n#][^\n]*(?:\n|$)|\n)*)/m.exec(text) ?? [];
  return listed === undefined ? 1 : (listed.match(/^ {2}- /gm) ?? []).length;
}

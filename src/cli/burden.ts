import { existsSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { countCards, excessOf, runsOf } from '../burden/count.ts';
import { plotBurden } from '../burden/plot.ts';
import { burdenJson, writeBurden } from '../burden/report.ts';
import { formatFault } from '../content/fault.ts';
import { NerverootError } from '../errors.ts';
import { loadCases, type RuleCase } from '../rule-tests/load-cases.ts';
import { loadContentOrExplain } from './load-content.ts';
import { EXIT, type World } from './world.ts';

interface BurdenOptions {
  readonly content?: string;
  readonly json?: true;
  readonly svg?: string;
}

/** `nerveroot burden`: how many cards the cases of a folder come to, beside the budget. */
export function addBurden(program: Command, world: World): void {
  program
    .command('burden')
    .summary('count the cards of many cases, and hold them against the budget')
    .description(
      'Decides the cases of a folder as calls are decided, and counts the cards for 100 cases by hook, ' +
        'kind and rule. Each folder within it is counted by itself; hooks/budget.yaml says by its name ' +
        'how many cards are not too many, and at which hooks its cases are run. ' +
        'Exit code 1 past the budget, or when a case was refused.',
    )
    .argument('<folders...>', 'folders of cases, relative to the content folder')
    .option(
      '--content <folder>',
      'the folder with cql/, hooks/ and the cases (default: the built-in content)',
    )
    .option('--json', 'print the figures as JSON')
    .option('--svg <file>', 'also draw the figures')
    .action(async (folders: string[], options: BurdenOptions) => {
      const root = resolve(options.content ?? world.config().content);
      process.exitCode = await run(world, root, folders, options);
    });
}

async function run(
  world: World,
  root: string,
  folders: readonly string[],
  options: BurdenOptions,
): Promise<number> {
  const content = await loadContentOrExplain(world, root);
  const { budget } = content;
  const limits = budget?.limits ?? [];
  const cases = await casesByFolder(world, root, folders);
  const runs = world.progress.through('running cases', runsOf(cases, limits));
  const { burdens, refused } = await countCards(content, runs, limits);
  if (options.svg !== undefined) await writeFile(resolve(options.svg), plotBurden(burdens));
  if (options.json) world.out(JSON.stringify(burdenJson(burdens, budget, refused), undefined, 2));
  else world.out(writeBurden(burdens, budget));
  for (const what of refused) world.err(`Refused, and not counted: ${what}`);
  return refused.length > 0 || excessOf(burdens).length > 0 ? EXIT.found : EXIT.ok;
}

/** The cases of each folder within the folders, by its name; those that lie in none, by the folder itself. */
async function casesByFolder(
  world: World,
  root: string,
  folders: readonly string[],
): Promise<ReadonlyMap<string, readonly RuleCase[]>> {
  const found = new Map<string, readonly RuleCase[]>();
  for (const folder of folders) {
    if (!existsSync(resolve(root, folder)))
      throw new NerverootError('InvalidInput', `There is no folder ${folder} in ${root}`);
    const entries = await readdir(resolve(root, folder), { withFileTypes: true });
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      if (!entry.isDirectory() && !/\.ya?ml$/.test(entry.name)) continue;
      const { cases, faults } = await loadCases(root, [join(folder, entry.name)]);
      for (const fault of faults) world.err(formatFault(fault));
      if (faults.length > 0)
        throw new NerverootError('InvalidContent', 'Cases have faults; nothing was counted');
      const name = entry.isDirectory() ? entry.name : folder;
      if (cases.length > 0) found.set(name, [...(found.get(name) ?? []), ...cases]);
    }
  }
  if (found.size === 0)
    throw new NerverootError('InvalidInput', `There are no cases in ${folders.join(', ')}`);
  return found;
}

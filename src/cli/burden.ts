import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, relative, resolve, sep } from 'node:path';
import type { Command } from 'commander';
import { countCards, excessOf, runsOf, type CasesByFolder } from '../burden/count.ts';
import { plotBurden } from '../burden/plot.ts';
import { burdenJson, writeBurden } from '../burden/report.ts';
import { formatFault } from '../content/fault.ts';
import { NerverootError } from '../errors.ts';
import { loadCases } from '../rule-tests/load-cases.ts';
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
        'kind and rule. hooks/budget.yaml says by the name of a folder within how many cards are not too many, ' +
        'and at which hooks its cases are run; all others are counted together, without a limit. ' +
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
  const cases = await casesByFolder(
    world,
    root,
    folders,
    new Set(limits.map(({ cases: name }) => name)),
  );
  const runs = world.progress.through('running cases', runsOf(cases, limits));
  const { burdens, refused } = await countCards(content, runs, limits);
  if (options.svg !== undefined) await writeFile(resolve(options.svg), plotBurden(burdens));
  if (options.json) world.out(JSON.stringify(burdenJson(burdens, budget, refused), undefined, 2));
  else world.out(writeBurden(burdens, budget));
  for (const what of refused) world.err(`Refused, and not counted: ${what}`);
  return refused.length > 0 || excessOf(burdens).length > 0 ? EXIT.found : EXIT.ok;
}

/** The cases by the name of the folder within that the budget limits; all others by that of the folder itself. */
async function casesByFolder(
  world: World,
  root: string,
  folders: readonly string[],
  limited: ReadonlySet<string>,
): Promise<CasesByFolder> {
  const missing = folders.find((folder) => !existsSync(resolve(root, folder)));
  if (missing !== undefined)
    throw new NerverootError('InvalidInput', `There is no folder ${missing} in ${root}`);
  const { cases, faults } = await loadCases(root, folders);
  for (const fault of faults) world.err(formatFault(fault));
  if (faults.length > 0)
    throw new NerverootError('InvalidContent', 'Cases have faults; nothing was counted');
  if (cases.length === 0)
    throw new NerverootError('InvalidInput', `There are no cases in ${folders.join(', ')}`);
  return Map.groupBy(cases, ({ file }) => {
    const folder = folders.find((one) => !pathWithin(root, one, file).startsWith('..')) ?? '';
    const [first = ''] = pathWithin(root, folder, file).split(sep);
    return limited.has(first) ? first : basename(folder);
  });
}

function pathWithin(root: string, folder: string, file: string): string {
  return relative(resolve(root, folder), resolve(root, file));
}

import { basename, resolve } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import type { Content } from '../content/content.ts';
import { formatFault } from '../content/fault.ts';
import { NerverootError } from '../errors.ts';
import { loadAccepted, type AcceptedChange } from '../mutation/accepted.ts';
import { mutantsOfCard, sample } from '../mutation/choose.ts';
import { mutantsOf, type Mutant } from '../mutation/mutants.ts';
import { nameMutants, type MutantName } from '../mutation/names.ts';
import { runBaseline, runMutants, type MutantResult } from '../mutation/run.ts';
import { loadCases } from '../rule-tests/load-cases.ts';
import { readPercent, readCqlTexts } from './coverage.ts';
import { filesChanged } from './files-changed.ts';
import { loadContentOrExplain } from './load-content.ts';
import { Tally } from './mutation-tally.ts';
import { EXIT, type World } from './world.ts';

interface MutateOptions {
  readonly content?: string;
  readonly changed?: string;
  readonly rule?: string;
  readonly sample?: number;
  readonly seed: number;
  readonly threshold?: number;
}

/** `nerveroot mutate`: small changes of the logic that no case notices. */
export function addMutate(program: Command, world: World): void {
  program
    .command('mutate')
    .summary('change the logic in small ways, and list the changes that no case notices')
    .description(
      'Changes the compiled CQL in one small way at a time (a comparison turned, a boundary moved, ' +
        'and/or swapped, a value set swapped, a check for absence or a filter by status dropped), runs ' +
        'the cases that evaluate it, and lists as file:line:column what no case noticed. Some changes ' +
        'make no difference that a case could notice; test/mutants.yaml accepts them, with the reason. ' +
        'All of it takes an hour: name files, a rule or a sample.',
    )
    .argument(
      '[files...]',
      'the CQL files to change, relative to the content folder (default: all)',
    )
    .option(
      '--content <folder>',
      'the folder with cql/, hooks/ and test/rules (default: the built-in content)',
    )
    .option('--changed <commit>', 'change only the files that are not as they were in that commit')
    .option('--rule <id>', 'change only what decides whether this rule shows its card')
    .option('--sample <count>', 'try only so many changes, drawn by chance', readCount)
    .option('--seed <number>', 'draw others', readCount, 1)
    .option(
      '--threshold <percent>',
      'exit code 1 when fewer changes were noticed or accepted',
      readPercent,
    )
    .action(async (files: string[], options: MutateOptions) => {
      const root = resolve(options.content ?? world.config().content);
      process.exitCode = await run(world, root, files, options);
    });
}

async function run(
  world: World,
  root: string,
  files: readonly string[],
  options: MutateOptions,
): Promise<number> {
  const content = await loadContentOrExplain(world, root);
  const texts = await readCqlTexts(root, content.program);
  const { cases, faults } = await loadCases(root, ['test/rules']);
  for (const fault of faults) world.err(formatFault(fault));
  const all = mutantsOf(content.program, [...texts.keys()]);
  const names = nameMutants(all, texts);
  const accepted = await loadAccepted(root, names);
  for (const fault of accepted.faults) world.err(formatFault(fault));
  if (accepted.faults.some(({ severity }) => severity === 'error')) return EXIT.found;
  const libraries = await librariesOf(files, texts, root, options);
  const mutants = choose(content, all, libraries, options);
  if (mutants.length === 0) {
    world.out('Nothing to change');
    return EXIT.ok;
  }
  const baseline = await runBaseline(content, world.progress.through('running cases', cases));
  for (const { file } of baseline.failing) {
    world.err(`${file}: fails as it is, and is left out`);
  }
  const tally = new Tally();
  const needed = new Set<AcceptedChange>();
  const trying = world.progress.through('trying changes', mutants);
  for await (const result of runMutants(baseline, trying)) {
    const entry = result.fate === 'noticed' ? undefined : accepted.accepting(result.mutant);
    if (entry) needed.add(entry);
    tally.add(result.mutant.library, entry ? 'accepted' : result.fate);
    if (result.fate !== 'noticed') world.out(describe(result, names, entry));
  }
  const whole = options.rule === undefined && options.sample === undefined;
  const stale = accepted.changes.filter(
    (entry) => whole && libraries.includes(entry.library) && !needed.has(entry),
  );
  for (const { fault } of stale) world.err(formatFault(fault(STALE)));
  if (whole && libraries.length > 1) world.out(tally.byLibrary().join('\n'));
  world.out(tally.summary());
  const { threshold } = options;
  const wanting = threshold !== undefined && (tally.share < threshold || stale.length > 0);
  return wanting ? EXIT.found : EXIT.ok;
}

const STALE = 'A case notices this change now; take the entry out';

function choose(
  content: Content,
  all: readonly Mutant[],
  libraries: readonly string[],
  options: MutateOptions,
): readonly Mutant[] {
  let mutants = all.filter(({ library }) => libraries.includes(library));
  if (options.rule !== undefined) {
    const card = content.cards.get(options.rule);
    if (!card) throw new NerverootError('InvalidInput', `There is no card of rule ${options.rule}`);
    mutants = mutantsOfCard(mutants, card, content.program);
  }
  return options.sample === undefined ? mutants : sample(mutants, options.sample, options.seed);
}

/** The libraries of the files named, or of those that changed; all that stand in files when neither is given. */
async function librariesOf(
  files: readonly string[],
  texts: ReadonlyMap<string, string>,
  root: string,
  { changed }: MutateOptions,
): Promise<readonly string[]> {
  const named = files.map((file) => {
    const library = libraryIn(file);
    if (texts.has(library)) return library;
    throw new NerverootError('InvalidInput', `There is no CQL library in ${file}`);
  });
  const among = named.length > 0 ? named : [...texts.keys()];
  if (changed === undefined) return among;
  const there = new Set((await filesChanged(root, 'cql', changed)).map(libraryIn));
  return among.filter((library) => there.has(library));
}

function libraryIn(file: string): string {
  return basename(file, '.cql');
}

function describe(
  { mutant, fate }: MutantResult,
  names: ReadonlyMap<Mutant, MutantName>,
  accepted: AcceptedChange | undefined,
): string {
  const { library, within, span, what } = mutant;
  const { text = '', nth = 1, count = 1 } = names.get(mutant) ?? {};
  const place = `cql/${library}.cql:${span.line}:${span.column}`;
  const which = count > 1 ? ` (${nth} of ${count})` : '';
  const lack = fate === 'not reached' ? ' (reached by no case)' : '';
  const reason = accepted ? `\n  accepted: ${accepted.reason.trim()}` : '';
  return `${place}: ${within}: ${what}${which}${lack}: ${text}${reason}`;
}

function readCount(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number.');
}

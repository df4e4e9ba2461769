import { existsSync, watch } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { formatFault } from '../content/fault.ts';
import { loadContent } from '../content/load.ts';
import { loadCases } from '../rule-tests/load-cases.ts';
import { writeJUnit } from '../rule-tests/junit.ts';
import { inQuestion } from '../rule-tests/in-question.ts';
import { runCase, type CaseResult } from '../rule-tests/run-case.ts';
import { explain } from '../explanation/explain.ts';
import { NerverootError } from '../errors.ts';
import { painter } from './paint.ts';
import { printSubjects } from './print-explanation.ts';
import { addCoverageOptions, openRecord, reportRun, type CoverageOptions } from './coverage.ts';
import { EXIT, type World } from './world.ts';

interface TestOptions extends CoverageOptions {
  readonly content?: string;
  readonly watch?: true;
  readonly junit?: string;
}

/** `nerveroot test`: run the rule cases. */
export function addTest(program: Command, world: World): void {
  const command = program
    .command('test')
    .summary('run the rule cases')
    .description(
      'Runs the YAML cases under test/rules of the content folder, each through the same pipeline ' +
        'as a call. A failing case prints what was expected, what came, and why. Exit code 1 when ' +
        'a case fails, a file has faults, or coverage is below its threshold.',
    )
    .argument('[paths...]', 'cases or folders of cases, relative to the content folder', [
      'test/rules',
    ])
    .option(
      '--content <folder>',
      'the folder with cql/, hooks/ and test/rules (default: the built-in content)',
    )
    .option('--junit <file>', 'also write a JUnit XML report')
    .option('--watch', 'run again whenever a file of the content folder is saved');
  addCoverageOptions(command).action(async (paths: string[], options: TestOptions) => {
    const root = resolve(options.content ?? world.config().content);
    process.exitCode = await runOnce(world, root, paths, options);
    if (options.watch) await watchAndRun(world, root, paths, options);
  });
}

async function runOnce(
  world: World,
  root: string,
  paths: readonly string[],
  options: TestOptions,
): Promise<number> {
  const { content, faults } = await loadContent(root, world.compiler());
  const missing = paths.filter((path) => !existsSync(resolve(root, path)));
  for (const path of missing) world.err(`There is no ${path} in ${root}`);
  const found = paths.filter((path) => !missing.includes(path));
  const loaded = await loadCases(root, found);
  for (const fault of [...faults, ...loaded.faults]) world.err(formatFault(fault));
  if (!content) {
    world.err('The content has errors, listed above; no case was run');
    return EXIT.found;
  }
  const record = openRecord(options);
  const results: CaseResult[] = [];
  for (const ruleCase of world.progress.through('running cases', loaded.cases)) {
    const result = await runCase(ruleCase, content, record?.observe);
    // A call leaves out what it need not decide; coverage asks what cases show of all of it.
    if (record) await evaluateAll(result);
    results.push(result);
    if (result.differences.length > 0) world.out(await describeFailure(result, world.colour));
  }
  if (options.junit !== undefined) await writeReport(options.junit, writeJUnit(results));
  const failed = results.filter(({ differences }) => differences.length > 0).length;
  const faulty = [...new Set(loaded.faults.map(({ file }) => file))];
  const notRead = faulty.length === 0 ? '' : `, not read for their faults: ${faulty.join(', ')}`;
  world.out(`${results.length - failed} passed, ${failed} failed${notRead}`);
  if (missing.length > 0 || results.length + faulty.length === 0) return EXIT.usage;
  const enough =
    !record || (await reportRun(world, { root, content, cases: results.length }, record, options));
  return failed > 0 || !enough || loaded.faults.length > 0 ? EXIT.found : EXIT.ok;
}

async function evaluateAll({ decision }: CaseResult): Promise<void> {
  await decision?.evaluation.facts(decision.service.expressions);
}

async function writeReport(file: string, report: string): Promise<void> {
  try {
    await writeFile(file, report);
  } catch (cause) {
    throw new NerverootError('InvalidInput', `Cannot write the report to ${file}`, { cause });
  }
}

async function describeFailure(result: CaseResult, colour: boolean): Promise<string> {
  const paint = painter(colour);
  const lines = [
    `${paint('red', '✗')} ${paint('bold', result.case.written.title)}`,
    paint('dim', `  ${result.case.file}`),
  ];
  for (const { what, expected, got } of result.differences) {
    lines.push(
      `  ${what}`,
      `    expected: ${paint('green', expected)}`,
      `    got:      ${paint('red', got)}`,
    );
  }
  const why = await describeWhy(result, colour);
  if (why.length > 0) lines.push('  why', ...why.map((line) => `    ${line}`));
  return `${lines.join('\n')}\n`;
}

/** The clauses that decide what the case is about; what would change them costs too much here. */
async function describeWhy(result: CaseResult, colour: boolean): Promise<string[]> {
  const about = inQuestion(result);
  if (!result.decision || about.length === 0) return [];
  return printSubjects(await explain(result.decision, { about }), colour);
}

/** Runs again after each burst of saves, until the process is ended. */
async function watchAndRun(
  world: World,
  root: string,
  paths: readonly string[],
  options: TestOptions,
): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let running = Promise.resolve();
  const again = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      running = running.then(async () => {
        try {
          process.exitCode = await runOnce(world, root, paths, options);
        } catch (error) {
          // Editors may take a file away for a moment; the next save runs again.
          world.err(error instanceof Error ? error.message : String(error));
        }
      });
    }, 100);
  };
  for (const folder of ['cql', 'hooks', 'test/rules']) {
    const path = resolve(root, folder);
    if (existsSync(path)) watch(path, { recursive: true }, again);
  }
  world.out('Watching for changes; end with Ctrl-C.');
  await new Promise(() => {});
}

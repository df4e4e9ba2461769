import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import type { Content } from '../content/content.ts';
import { CoverageRecord } from '../coverage/record.ts';
import { percent, reportCoverage, type CoverageReport } from '../coverage/report.ts';
import { summarise } from '../coverage/summary.ts';
import { writeJson } from '../coverage/json.ts';
import { writePages } from '../coverage/html.ts';
import type { ElmLibraries } from '../elm/elm.ts';
import { NerverootError } from '../errors.ts';
import type { World } from './world.ts';

export interface CoverageOptions {
  readonly coverage?: true;
  readonly coverageAll?: true;
  readonly coverageDir?: string;
  readonly coverageJson?: true;
  readonly coverageThreshold?: number;
}

/** The options of `nerveroot test` about coverage; any of them turns it on. */
export function addCoverageOptions(command: Command): Command {
  return command
    .option('--coverage', 'say which parts of the CQL no case ever made true, false or unknown')
    .option('--coverage-all', 'name everything that no case showed, not only the worst')
    .option('--coverage-dir <folder>', 'where to write the pages (default: coverage)')
    .option('--coverage-json', 'also write coverage.json there')
    .option(
      '--coverage-threshold <percent>',
      'exit code 1 when fewer clauses were seen whole',
      readPercent,
    );
}

/** The record for a run, when coverage is asked for. */
export function openRecord(options: CoverageOptions): CoverageRecord | undefined {
  const { coverage, coverageAll, coverageDir, coverageJson, coverageThreshold } = options;
  const asked = [coverage, coverageAll, coverageDir, coverageJson, coverageThreshold];
  return asked.some((option) => option !== undefined) ? new CoverageRecord() : undefined;
}

/** Prints the summary and writes the pages; false when less was seen than the threshold asks. */
export async function reportRun(
  world: World,
  { root, content, cases }: { root: string; content: Content; cases: number },
  record: CoverageRecord,
  options: CoverageOptions,
): Promise<boolean> {
  const texts = await readCqlTexts(root, content.program);
  const report = reportCoverage(content.program, record, texts, cases);
  world.out(summarise(report, options.coverageAll === true));
  const folder = options.coverageDir ?? 'coverage';
  await writeReport(resolve(folder), report, options.coverageJson === true);
  world.out(`The CQL in colour: ${join(folder, 'index.html')}`);
  const { coverageThreshold = 0 } = options;
  const share = percent(report.whole, report.all);
  if (share >= coverageThreshold) return true;
  world.err(`Coverage is ${share.toFixed(1)} %, and the threshold is ${coverageThreshold} %`);
  return false;
}

/** The CQL of each library that stands in a file; what the engine writes itself is not covered. */
export async function readCqlTexts(
  root: string,
  program: ElmLibraries,
): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  for (const library of program.elms.keys()) {
    try {
      texts.set(library, await readFile(join(root, 'cql', `${library}.cql`), 'utf8'));
    } catch {
      // Generated, like FHIRHelpers: nobody writes cases for it.
    }
  }
  return texts;
}

async function writeReport(folder: string, report: CoverageReport, json: boolean): Promise<void> {
  const files = new Map(writePages(report));
  if (json) files.set('coverage.json', writeJson(report));
  try {
    await mkdir(folder, { recursive: true });
    for (const [name, text] of files) await writeFile(join(folder, name), text);
  } catch (cause) {
    throw new NerverootError('InvalidInput', `Cannot write the coverage to ${folder}`, { cause });
  }
}

/** Reads a percentage from the command line. */
export function readPercent(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 100)) {
    throw new InvalidArgumentError('It must be a number from 0 to 100.');
  }
  return value;
}

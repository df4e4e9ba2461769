/**
 * Measures this build and, where it is told of one, another checkout in the same run. Machines
 * differ and are noisy: the figures to compare are the ratios of one run. docs/performance.md says
 * how it is done and read.
 *
 *   npm run bench -- --against ../older-checkout
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { measureBeside } from './beside.ts';
import { openBuild, type Build } from './build.ts';
import { measureDecide, measureRecords } from './decide.ts';
import { Decider, type Service } from './decider.ts';
import { measureEdit } from './edit.ts';
import { measureHttp } from './http.ts';
import type { Lab } from './lab.ts';
import { measureMemory } from './memory.ts';
import { draw } from './plot.ts';
import type { Pair, Report, Section } from './report.ts';
import { measureStart } from './start.ts';
import { toMarkdown, writeInto } from './table.ts';
import { measureVisits } from './visits.ts';

const SECTIONS: Readonly<Record<string, (lab: Lab) => Promise<Section>>> = {
  decide: measureDecide,
  http: measureHttp,
  visits: measureVisits,
  beside: measureBeside,
  start: measureStart,
  edit: measureEdit,
  memory: measureMemory,
  records: measureRecords,
};

const HELP = `npm run bench -- [options]

  --against <checkout>  race this build against that one, both with the content of that one
  --content <checkout>  race the content of this build against that one's, both in this build
  --only <names>        some of ${Object.keys(SECTIONS).join(',')}
  --rounds <number>     how often each of what is raced is measured, in turn (default: 5)
  --records <folder>    measure the Bundles (.json, .json.gz) of that folder as well
  --json <file>         write the figures as JSON
  --markdown <file>     write the tables into that page, between its two marks
  --plot <file>         draw cost against size of the record, as SVG
`;

const { values: options } = parseArgs({
  options: {
    against: { type: 'string' },
    content: { type: 'string' },
    only: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    records: { type: 'string' },
    json: { type: 'string' },
    markdown: { type: 'string' },
    plot: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (options.help) process.stdout.write(HELP);
else await run();

async function run(): Promise<void> {
  const names = chooseSections();
  const temporary = await mkdtemp(join(tmpdir(), 'nerveroot-bench-'));
  try {
    const measured = new Date();
    const [loadBefore = 0] = loadavg();
    if (loadBefore > 0.5)
      say(`The machine is at work (load ${loadBefore.toFixed(2)}): no figures to keep`);
    const lab = await openLab(temporary, measured);
    const sections: Section[] = [];
    for (const name of names) sections.push(await measure(name, lab));
    const { old, new: one } = lab.builds;
    await write({
      measured: measured.toISOString(),
      node: process.version,
      machine: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}`,
      loadBefore,
      old: old?.commit,
      new: one.commit,
      sections,
    });
  } finally {
    await rm(temporary, { recursive: true });
  }
}

function chooseSections(): string[] {
  const { only, records } = options;
  const names =
    only?.split(',') ?? Object.keys(SECTIONS).filter((name) => name !== 'records' || records);
  const unknown = names.find((name) => !Object.hasOwn(SECTIONS, name));
  if (unknown === undefined) return names;
  throw new Error(`There is no section ${unknown}; there are ${Object.keys(SECTIONS).join(', ')}`);
}

async function openLab(temporary: string, now: Date): Promise<Lab> {
  const here = fileURLToPath(new URL('..', import.meta.url));
  const { rounds, records } = options;
  const builds = buildsOf(here, temporary);
  say(`new ${builds.new.commit}${builds.old === undefined ? '' : `, old ${builds.old.commit}`}`);
  const source = { folder: builds.new.content, services: await servicesOf(builds.new), now };
  return { builds, source, temporary, rounds: Number(rounds), records, say };
}

/** Two builds with the content of the older one, or one build with two contents, or one alone. */
function buildsOf(here: string, temporary: string): Pair<Build> {
  const { against, content } = options;
  if (against !== undefined && content !== undefined) {
    throw new Error('Race two builds (--against) or two contents (--content), one at a time');
  }
  if (against !== undefined) {
    return {
      old: openBuild('old', against, against, temporary),
      new: openBuild('new', here, against, temporary),
    };
  }
  const one = openBuild('new', here, here, temporary);
  return content === undefined
    ? { new: one }
    : { old: openBuild('old', here, content, temporary), new: one };
}

async function servicesOf({ root, content, cache }: Build): Promise<readonly Service[]> {
  const decider = new Decider(root);
  try {
    return (await decider.load(content, cache)).services;
  } finally {
    decider.stop();
  }
}

/** A section that fails is reported as that, and takes no other along. */
async function measure(name: string, lab: Lab): Promise<Section> {
  try {
    const section = await SECTIONS[name]?.(lab);
    if (section !== undefined) return section;
    throw new Error('there is no such section');
  } catch (error) {
    say(`${name} failed: ${String(error)}`);
    process.exitCode = 1;
    return { title: name, rows: [], notes: [`Failed: ${String(error)}`] };
  }
}

async function write(report: Report): Promise<void> {
  const { json, markdown, plot } = options;
  const points = report.sections.flatMap((section) => section.points ?? []);
  const drawing = points.length > 0 ? plot : undefined;
  if (drawing !== undefined) await writeFile(drawing, draw(points));
  if (json !== undefined) await writeFile(json, `${JSON.stringify(report, undefined, 2)}\n`);
  if (markdown !== undefined) {
    const link = drawing && relative(dirname(resolve(markdown)), resolve(drawing));
    await writeInto(markdown, toMarkdown(report, link));
  }
  process.stdout.write(`${toMarkdown(report)}\n`);
}

function say(text: string): void {
  process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${text}\n`);
}

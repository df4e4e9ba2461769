/**
 * Holds compiled CQL to cql-execution over patient records: every Bundle of a folder, for
 * every service, with a lumbar MRI drafted where a hook carries orders. Ends with 1 when
 * any value differs.
 *
 *   npm run bench:equality -- <folder>
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Content } from '../src/content/content.ts';
import { Progress } from '../src/cli/progress.ts';
import { NerverootError } from '../src/errors.ts';
import { isResource, type Resource } from '../src/fhir/resource.ts';
import { resourcesOfBundle } from '../src/patient-data/compose-request.ts';
import { aCompiler, theContent } from '../test/support/content.ts';
import { compareEngines } from '../test/support/engines.ts';
import { callOf, inputOf } from '../test/support/service-calls.ts';

const MOMENT = { now: new Date('2026-03-10T14:00:00Z'), timeZone: 'Europe/Zurich' };

interface Figures {
  calls: number;
  values: number;
  spared: number;
  readonly differences: string[];
  readonly passedOver: string[];
}

/** The Bundles of a folder and of those in it, by their paths below it. */
async function bundleFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  return names.filter((name) => /\.json(?:\.gz)?$/.test(name)).toSorted();
}

/** The resources of a Bundle; undefined for JSON that is none. */
async function readBundle(path: string): Promise<readonly Resource[] | undefined> {
  const bytes = await readFile(path);
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  const bundle: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
  const isBundle = isResource(bundle) && bundle.resourceType === 'Bundle';
  return isBundle ? resourcesOfBundle(bundle) : undefined;
}

/** Compares what the rules of every service make of one record. */
async function compare(
  file: string,
  resources: readonly Resource[],
  content: Content,
  figures: Figures,
): Promise<void> {
  for (const service of content.services) {
    const body = callOf(service, resources);
    const input = await inputOf(content, service.id, body, MOMENT);
    if (!input) continue;
    const { compared, differences, spared } = await compareEngines(content.program, input);
    figures.calls += 1;
    figures.values += compared;
    figures.spared += spared.length;
    for (const { define, compiled, interpreted } of differences) {
      const where = `${file}, ${service.id}, ${define}`;
      figures.differences.push(`${where}: ${compiled}, and not ${interpreted}`);
    }
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('Name a folder: npm run bench:equality -- <folder>');
const compiler = aCompiler();
const content = await theContent(compiler);
await compiler.translator.close();
const files = await bundleFiles(folder);
const figures: Figures = { calls: 0, values: 0, spared: 0, differences: [], passedOver: [] };
const progress = new Progress({
  write: (text) => process.stderr.write(text),
  rewrites: process.stderr.isTTY,
  clock: () => new Date(),
});
for (const file of progress.through('comparing bundles', files)) {
  try {
    const resources = await readBundle(join(folder, file));
    if (resources) await compare(file, resources, content, figures);
    else figures.passedOver.push(`${file}: no Bundle`);
  } catch (error) {
    if (!(error instanceof NerverootError)) throw error;
    figures.passedOver.push(`${file}: ${error.message}`);
  }
}
for (const text of figures.passedOver) print(`Passed over ${text}`);
for (const text of figures.differences) print(`Differs ${text}`);
const { calls, values, spared, differences } = figures;
print(
  `${files.length} files, ${calls} calls, ${values} values compared: ` +
    `${differences.length} differences, ${spared} spared`,
);
process.exitCode = differences.length > 0 ? 1 : 0;

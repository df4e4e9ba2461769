import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { includedLibraries } from '../src/translate/cql-text.ts';
import { Decider } from './decider.ts';
import type { Build } from './build.ts';
import type { Lab } from './lab.ts';
import { map, type Pair, type Section } from './report.ts';
import { Server } from './server.ts';
import { median } from './stats.ts';

const EDITS = 3;

/** What it costs to put one saved library in force, that no other includes, against compiling all. */
export async function measureEdit(lab: Lab): Promise<Section> {
  const costs = await eachInTurn(lab, (build) => measureOne(lab, build));
  const what = 'one library saved';
  return {
    title: 'One edited library',
    rows: [
      {
        what: 'all libraries compiled',
        measure: 'processor time, ms',
        ...map(costs, ({ whole }) => whole),
      },
      {
        what: `${what}, the first time`,
        measure: 'processor time, ms',
        ...map(costs, ({ edits }) => edits[0]?.processor ?? Number.NaN),
      },
      {
        what: `${what}, later`,
        measure: 'processor time, ms',
        ...map(costs, ({ edits }) => median(edits.slice(1).map(({ processor }) => processor))),
      },
      {
        what: `${what}, later`,
        measure: 'wait for the next GET, ms',
        ...map(costs, ({ edits }) => median(edits.slice(1).map(({ waited }) => waited))),
      },
    ],
    notes: ['From the next GET of the services until the server does nothing any more.'],
  };
}

interface Costs {
  readonly whole: number;
  readonly edits: readonly { readonly processor: number; readonly waited: number }[];
}

async function eachInTurn<T>({ builds }: Lab, f: (build: Build) => Promise<T>): Promise<Pair<T>> {
  const old = builds.old === undefined ? undefined : await f(builds.old);
  return { old, new: await f(builds.new) };
}

async function measureOne(lab: Lab, build: Build): Promise<Costs> {
  const folder = join(lab.temporary, `edited-${build.name}`);
  await cp(join(build.content, 'cql'), join(folder, 'cql'), { recursive: true });
  await cp(join(build.content, 'hooks'), join(folder, 'hooks'), { recursive: true });
  lab.say(`edit: all of it, ${build.name} build`);
  const whole = await costOfLoading(build, folder, undefined);
  const server = await Server.start(build, { content: folder, cache: build.cache });
  try {
    await server.discover();
    const file = await findLeaf(join(folder, 'cql'));
    const text = await readFile(file, 'utf8');
    const edits = [];
    for (let i = 1; i <= EDITS; i += 1) {
      lab.say(`edit: ${i} of ${EDITS}, ${build.name} build`);
      const before = (await server.settle()).processor;
      await writeFile(file, `${text}\ndefine "Edited ${i}": ${i}\n`);
      const waited = await server.discover();
      edits.push({ processor: (await server.settle()).processor - before, waited });
    }
    // Throws where the edits were at fault: the server would have gone on with what it had.
    await costOfLoading(build, folder, build.cache);
    return { whole, edits };
  } finally {
    await server.stop();
  }
}

async function costOfLoading(
  { root }: Build,
  folder: string,
  cache: string | undefined,
): Promise<number> {
  const decider = new Decider(root);
  try {
    const { processor } = await decider.load(folder, cache);
    return processor;
  } finally {
    decider.stop();
  }
}

/** The first library, by name, that no other includes. */
async function findLeaf(folder: string): Promise<string> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.cql')).toSorted();
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  const included = new Set(texts.flatMap((text) => includedLibraries(text)));
  const leaf = names.find((name) => !included.has(name.replace(/\.cql$/, '')));
  if (leaf === undefined) throw new Error(`Every library in ${folder} is included by another`);
  return join(folder, leaf);
}

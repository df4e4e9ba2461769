import { mkdir, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { writeClinicalBasis } from '../basis/clinical-basis.ts';
import { writeSources } from '../basis/sources-page.ts';
import { tellBasis } from '../basis/told.ts';
import { countCases } from './count-cases.ts';
import { loadContentOrExplain } from './load-content.ts';
import type { World } from './world.ts';

/** `nerveroot basis`: what each rule rests on, and the sources that are cited, as pages. */
export function addBasis(program: Command, world: World): void {
  program
    .command('basis')
    .summary('write what each rule rests on, and the sources')
    .description(
      'Writes clinical-basis.md, which tells of each rule what it decides, for whom, by which sources, ' +
        'parameters and data, and sources.md, which resolves every key that rules cite.',
    )
    .option('--content <folder>', 'the folder with cql/ and hooks/ (default: the built-in content)')
    .option('--out <folder>', 'where to write', 'docs')
    .action(async (options: { content?: string; out: string }) => {
      const root = resolve(options.content ?? world.config().content);
      const content = await loadContentOrExplain(world, root);
      const target = resolve(options.out);
      const linkTo = (folder: string): string =>
        relative(target, join(root, folder)).replaceAll('\\', '/');
      const links = { cql: linkTo('cql'), cases: linkTo('test/rules') };
      const basis = tellBasis(content);
      const cases = (await countCases(root)) ?? new Map<string, number>();
      await mkdir(target, { recursive: true });
      const pages = {
        'clinical-basis.md': writeClinicalBasis(basis, cases, links),
        'sources.md': writeSources(basis),
      };
      for (const [file, text] of Object.entries(pages)) {
        await writeFile(join(target, file), text);
        world.out(`wrote ${join(options.out, file)}`);
      }
    });
}

import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { readDictionary } from '../dictionary/dictionary.ts';
import { writeDictionary } from '../dictionary/markdown.ts';
import { loadContentOrExplain } from './load-content.ts';
import type { World } from './world.ts';

/** `nerveroot dictionary`: what a record must hold, from the compiled rules. */
export function addDictionary(program: Command, world: World): void {
  program
    .command('dictionary')
    .summary('write what a record must hold so that the rules see it')
    .description(
      'Writes the data dictionary as Markdown: for each fact the FHIR resources, codes, values and ' +
        'windows by which the compiled rules see it.',
    )
    .option('--content <folder>', 'the folder with cql/ and hooks/ (default: the built-in content)')
    .option('--out <file>', 'where to write', 'docs/data-dictionary.md')
    .action(async (options: { content?: string; out: string }) => {
      const root = resolve(options.content ?? world.config().content);
      const content = await loadContentOrExplain(world, root);
      const target = resolve(options.out);
      const linkTo = (folder: string): string =>
        relative(dirname(target), join(root, folder)).replaceAll('\\', '/');
      const links = { cql: linkTo('cql'), hooks: linkTo('hooks') };
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, writeDictionary(readDictionary(content), links));
      world.out(`wrote ${options.out}`);
    });
}

import type { Command } from 'commander';
import type { ServeOptions } from './open-service.ts';
import type { World } from './world.ts';

/** `nerveroot serve`: the service itself. */
export function addServe(program: Command, world: World): void {
  program
    .command('serve')
    .summary('serve the CDS services over HTTP')
    .description(
      'Serves discovery and the CDS services on port 3000 (PORT changes it). A saved CQL or YAML ' +
        'file is in force at the next call; with NODE_ENV=production content is read once.',
    )
    .option('--content <folder>', 'the folder with cql/ and hooks/ (default: the built-in content)')
    .option(
      '--sandbox-patients <folder>',
      'patients of your own for the sandbox: FHIR Bundles (.json, .json.gz) or YAML stories',
    )
    .option(
      '--workers <n>',
      'threads that decide; 0 decides in the main thread (default: one a processor)',
    )
    .action(async ({ workers, ...options }: ServeOptions & { readonly workers?: string }) => {
      const config = world.config(workers === undefined ? {} : { NERVEROOT_WORKERS: workers });
      // A setting that is refused needs nothing of what serves.
      const { serve } = await import('./open-service.ts');
      await serve(config, options, world);
    });
}

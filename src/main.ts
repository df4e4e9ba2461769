import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { runCli } from './cli/program.ts';
import type { World } from './cli/world.ts';
import { readConfig } from './config.ts';
import type { Compiler } from './content/cql-libraries.ts';
import { CqlTranslatorThread } from './translate/compile.ts';
import { readModelInfo } from './engine/model-info.ts';

/**
 * The door: builds what reaches outside (time, ids, files, terminal) and hands it
 * to the command that was asked for.
 */

// A reader that has seen enough (`| head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  throw error;
});

const packageRoot = fileURLToPath(new URL('..', import.meta.url));
const translator = new CqlTranslatorThread();
let compiler: Compiler | undefined;

const world: World = {
  config: (said) => readConfig({ ...process.env, ...said }, packageRoot),
  compiler: () => {
    const directory = world.config().cacheDirectory;
    compiler ??= { model: readModelInfo(), translator, cache: { directory } };
    return compiler;
  },
  translator,
  clock: () => new Date(),
  newId: () => randomUUID(),
  out: (text) => process.stdout.write(`${text}\n`),
  err: (text) => process.stderr.write(`${text}\n`),
  colour: process.stdout.isTTY && !process.env['NO_COLOR'],
  packageRoot,
  // Sources run as TypeScript in development and as JavaScript in the published package.
  workerFile: new URL(
    import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js',
    import.meta.url,
  ),
  secret: (name) => process.env[name],
  close: () => translator.close(),
};

await runCli(process.argv.slice(2), world);
// The translator's thread would keep the process alive; a later reload starts a new one.
await world.close();

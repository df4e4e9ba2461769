import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { runCli } from './cli/program.ts';
import { Progress } from './cli/progress.ts';
import type { World } from './cli/world.ts';
import { readConfig } from './config.ts';
import type { Compiler } from './content/cql-libraries.ts';
import { compileCql, type CompileTools } from './translate/compile.ts';
import { ElmCache } from './translate/elm-cache.ts';
import { CqlTranslatorProcess } from './translate/translator-process.ts';
import { useOneFetch } from './fhir/one-fetch.ts';
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

await useOneFetch();
const packageRoot = fileURLToPath(new URL('..', import.meta.url));
const translator = new CqlTranslatorProcess();
let compiler: Compiler | undefined;
let tools: CompileTools | undefined;
const progress = new Progress({
  write: (text) => process.stderr.write(text),
  rewrites: process.stderr.isTTY,
  clock: () => new Date(),
});

const world: World = {
  config: (said) => readConfig({ ...process.env, ...said }, packageRoot),
  compile(sources, modelXml) {
    tools ??= {
      translator,
      cache: new ElmCache(world.config().cacheDirectory),
      onProgress: (step) => progress.showCompile(step),
    };
    return compileCql(sources, modelXml, tools);
  },
  compiler: () => {
    compiler ??= { model: readModelInfo(), compile: world.compile };
    return compiler;
  },
  clock: () => new Date(),
  newId: () => randomUUID(),
  out: (text) => {
    progress.clear();
    process.stdout.write(`${text}\n`);
  },
  err: (text) => {
    progress.clear();
    process.stderr.write(`${text}\n`);
  },
  progress,
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
// Frees what the translator holds; a later reload starts a new one.
await world.close();

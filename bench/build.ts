import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** A checkout of this repository that is measured. */
export interface Build {
  readonly name: 'old' | 'new';
  readonly root: string;
  /** The folder of the content that it serves; that of another checkout where contents are compared. */
  readonly content: string;
  /** The commit of what is raced, with `-dirty` where files were changed since. */
  readonly commit: string;
  /** Whether its server can be told how many workers to use. */
  readonly hasWorkers: boolean;
  /** Where what it compiles is kept during a run. */
  readonly cache: string;
}

/** Looks at a checkout and at the content that it is to serve; throws where it cannot be run. */
export function openBuild(
  name: Build['name'],
  folder: string,
  contentFolder: string,
  temporary: string,
): Build {
  const root = resolve(folder);
  const content = resolve(contentFolder);
  if (!existsSync(join(content, 'cql'))) {
    throw new Error(`${content} holds no content: it has no folder cql`);
  }
  if (!existsSync(join(root, 'src', 'decision', 'decide.ts'))) {
    throw new Error(`${root} is no checkout of nerveroot: it has no src/decision/decide.ts`);
  }
  if (!existsSync(join(root, 'node_modules'))) {
    throw new Error(`${root} has no node_modules; run npm ci there`);
  }
  const help = run(root, process.execPath, ['bin/nerveroot.js', 'serve', '--help']);
  return {
    name,
    root,
    content,
    commit: commitOf(name === 'old' ? content : root),
    hasWorkers: help.includes('--workers'),
    cache: join(temporary, `cache-${name}`),
  };
}

function commitOf(root: string): string {
  try {
    return run(root, 'git', ['describe', '--always', '--dirty']).trim();
  } catch {
    return 'unknown'; // a package, or no git here
  }
}

function run(cwd: string, command: string, args: readonly string[]): string {
  return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

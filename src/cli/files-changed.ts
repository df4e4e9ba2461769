import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { NerverootError } from '../errors.ts';

/**
 * The files of a folder below the root that are not as they were in a commit, by their path relative
 * to the root: what was committed since, what was not committed yet, and new files.
 */
export async function filesChanged(
  root: string,
  folder: string,
  commit: string,
): Promise<readonly string[]> {
  try {
    return [
      ...(await git(
        root,
        ['diff', '--name-only', '--relative', '--end-of-options', commit],
        folder,
      )),
      ...(await git(root, ['ls-files', '--others', '--exclude-standard'], folder)),
    ];
  } catch (cause) {
    const message = `git cannot tell what changed in ${root} since ${commit}`;
    throw new NerverootError('InvalidInput', message, { cause });
  }
}

async function git(root: string, args: readonly string[], folder: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)('git', ['-C', root, ...args, '--', folder]);
  return stdout.split('\n').filter((line) => line !== '');
}

import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { ROOT } from './content.ts';

/** What a command said, and how it ended. */
export interface CommandRun {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

export type Settings = Readonly<Record<string, string>>;

/** A running command, whose output can be waited for. It is ended with the test. */
export interface OpenCommand {
  /** Resolves when the output so far, both kinds together, fulfils the test. */
  readonly waitFor: (isThere: (output: string) => boolean) => Promise<string>;
  readonly ended: Promise<CommandRun>;
}

/** Runs `nerveroot` as a process of its own, as a user does, until it ends. */
export function nerveroot(args: readonly string[], settings: Settings = {}): Promise<CommandRun> {
  return openNerveroot(args, settings).ended;
}

export function openNerveroot(
  args: readonly string[],
  settings: Settings = {},
  node: string = process.execPath,
): OpenCommand {
  const child = spawn(node, [join(ROOT, 'bin/nerveroot.js'), ...args], {
    env: { ...ownSettingsRemoved(), ...settings },
  });
  onTestFinished(() => {
    child.kill();
  });
  return follow(child);
}

function ownSettingsRemoved(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(NERVEROOT_|PORT$)/.test(name));
  return { ...Object.fromEntries(kept), NO_COLOR: '1' };
}

/** What takes long enough to be shown depends on the machine, and on what was compiled before. */
function withoutProgress(err: string): string {
  return err.replaceAll(/^(compiling CQL|running cases|trying changes), \d+ of \d+\n/gm, '');
}

function follow(child: ChildProcess): OpenCommand {
  const said = { out: '', err: '' };
  const waiting = new Set<() => void>();
  const listen = (name: 'out' | 'err') => (text: string) => {
    said[name] += text;
    for (const look of waiting) look();
  };
  child.stdout?.setEncoding('utf8').on('data', listen('out'));
  child.stderr?.setEncoding('utf8').on('data', listen('err'));
  const ended = new Promise<CommandRun>((done) => {
    child.on('close', (status) => done({ status, out: said.out, err: withoutProgress(said.err) }));
  });
  const waitFor = (isThere: (output: string) => boolean): Promise<string> =>
    new Promise((done, fail) => {
      const look = (): void => {
        if (isThere(said.out + said.err)) done(said.out + said.err);
      };
      waiting.add(look);
      look();
      void ended.then(() => fail(new Error(`The command ended: ${said.out}${said.err}`)));
    });
  return { waitFor, ended };
}

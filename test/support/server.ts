import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { ROOT } from './content.ts';

/** The small rule set that the HTTP tests serve beside the real one. */
export const TRIAL_CONTENT = join(ROOT, 'test', 'http', 'content');

export interface ServerOptions {
  /** Content folder; the product's own when left out. */
  readonly content?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A started `nerveroot serve`, on a port of the system's choice. */
export interface RunningServer {
  readonly scheme: string;
  readonly port: number;
  /** Everything the process has written so far. */
  readonly output: () => string;
  readonly stop: () => Promise<void>;
}

/** An answer as it came over the wire. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface Client {
  readonly url: (path: string) => string;
  readonly get: (path: string) => Promise<Answer>;
  /** POSTs the value as JSON to a service. */
  readonly call: (service: string, body: unknown) => Promise<Answer>;
  readonly send: (path: string, init: RequestInit) => Promise<Answer>;
}

/** Decisions are made in the main thread, unless the tests themselves are run with NERVEROOT_WORKERS. */
const ENVIRONMENT = {
  PATH: process.env['PATH'],
  PORT: '0',
  NO_COLOR: '1',
  NERVEROOT_WORKERS: process.env['NERVEROOT_WORKERS'] ?? '0',
};

// A process that never says where it listens must not outlive its test.
const START_MILLISECONDS = 600_000;
const STOP_MILLISECONDS = 600_000;

/** Starts the real process; fails with what it wrote when it does not come up. */
export async function aServer({ content, env = {} }: ServerOptions = {}): Promise<RunningServer> {
  const child = spawn(
    join(ROOT, 'node_modules', '.bin', 'node'),
    [join(ROOT, 'bin', 'nerveroot.js'), 'serve', ...(content ? ['--content', content] : [])],
    { env: { ...ENVIRONMENT, ...env }, cwd: ROOT },
  );
  let written = '';
  const impatience = setTimeout(() => child.kill('SIGKILL'), START_MILLISECONDS);
  const { scheme, port } = await new Promise<{ scheme: string; port: number }>((done, fail) => {
    const read = (chunk: Buffer): void => {
      written += chunk.toString('utf8');
      const [, protocol, digits] = /(https?):\/\/localhost:(\d+)\//.exec(written) ?? [];
      if (protocol !== undefined) done({ scheme: protocol, port: Number(digits) });
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('error', fail);
    child.once('exit', (code) => fail(new Error(`serve ended with ${String(code)}:\n${written}`)));
  });
  clearTimeout(impatience);
  return { scheme, port, output: () => written, stop: () => end(child) };
}

/** Ends the process; once it has, all it wrote has been read. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((done) => child.once('close', done));
  child.kill('SIGTERM');
  const impatience = setTimeout(() => child.kill('SIGKILL'), STOP_MILLISECONDS);
  await ended;
  clearTimeout(impatience);
}

/** A client of an address on this machine. */
export function aClient(base: () => string): Client {
  const send = async (path: string, init: RequestInit): Promise<Answer> => {
    const response = await fetch(base() + path, init);
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  return {
    url: (path) => base() + path,
    send,
    get: (path) => send(path, {}),
    call: (service, body) =>
      send(`/cds-services/${service}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      }),
  };
}

/** Runs the real process for the tests of one file (or describe). */
export function useServer(options: ServerOptions = {}): Client & { output: () => string } {
  let server: RunningServer | undefined;
  const running = (): RunningServer => {
    if (!server) throw new Error('The server is not running yet');
    return server;
  };
  beforeAll(async () => {
    server = await aServer(options);
  });
  afterAll(() => server?.stop());
  return {
    ...aClient(() => `${running().scheme}://127.0.0.1:${running().port}`),
    output: () => running().output(),
  };
}

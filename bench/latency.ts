/**
 * How fast the service answers: the real process over HTTP on loopback. Machines
 * differ and are noisy, so the figures to compare are the ratios within one run.
 *
 *   npm run bench
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SERVICE = 'lumbar-radiculopathy-order';
const CALLS = 200;

interface Served {
  readonly base: string;
  readonly process: ChildProcess;
  readonly milliseconds: number;
}

async function serve(cache: string): Promise<Served> {
  const started = performance.now();
  const child = spawn(process.execPath, ['bin/nerveroot.js', 'serve'], {
    cwd: ROOT,
    env: { ...process.env, PORT: '0', NERVEROOT_CACHE: cache, NERVEROOT_LOG_LEVEL: 'silent' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  for await (const chunk of child.stdout) {
    output += String(chunk);
    const base = /Open (http:\/\/localhost:\d+)\/cds-services/.exec(output)?.[1];
    if (base === undefined) continue;
    await call(base, await request(1));
    return { base, process: child, milliseconds: performance.now() - started };
  }
  throw new Error(`The service did not start:\n${output}`);
}

async function stop({ process: child }: Served): Promise<void> {
  child.kill();
  await once(child, 'exit');
}

/** The example request with so many conditions, most of them about something else. */
async function request(conditions: number): Promise<string> {
  const text = await readFile(join(ROOT, 'docs', 'examples', `${SERVICE}.json`), 'utf8');
  const body = JSON.parse(text) as {
    prefetch: { conditions: { entry: { resource: Record<string, unknown> }[] } };
  };
  const { entry } = body.prefetch.conditions;
  for (let i = 1; i < conditions; i += 1) {
    entry.push({
      resource: {
        ...entry[0]?.resource,
        id: `other-${i}`,
        code: { coding: [{ system: 'http://snomed.info/sct', code: String(100_000 + i) }] },
      },
    });
  }
  return JSON.stringify(body);
}

async function call(base: string, body: string): Promise<void> {
  const response = await fetch(`${base}/cds-services/${SERVICE}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  if (response.status !== 200) throw new Error(`The service answered ${response.status}`);
  await response.arrayBuffer();
}

async function measure(base: string, body: string): Promise<{ median: number; p95: number }> {
  for (let i = 0; i < 20; i += 1) await call(base, body);
  const times: number[] = [];
  for (let i = 0; i < CALLS; i += 1) {
    const started = performance.now();
    await call(base, body);
    times.push(performance.now() - started);
  }
  times.sort((a, b) => a - b);
  return { median: at(times, 0.5), p95: at(times, 0.95) };
}

function at(sorted: readonly number[], share: number): number {
  return sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

const cache = await mkdtemp(join(tmpdir(), 'nerveroot-bench-'));
const first = await serve(cache);
await stop(first);
const later = await serve(cache);
say(`first start to first answer, compiling: ${first.milliseconds.toFixed(0)} ms`);
say(`later start to first answer, from the cache: ${later.milliseconds.toFixed(0)} ms`);
say(`ratio first : later = ${(first.milliseconds / later.milliseconds).toFixed(1)}`);
let small: number | undefined;
for (const conditions of [1, 50, 200]) {
  const { median, p95 } = await measure(later.base, await request(conditions));
  small ??= median;
  const ratio = (median / small).toFixed(1);
  say(
    `${conditions} conditions, ${CALLS} calls: median ${median.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms, ` +
      `median ${ratio} times that of 1 condition`,
  );
}
await stop(later);
await rm(cache, { recursive: true });

import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readConfig } from '../src/config.ts';
import { readPlainHttpFrom } from '../src/http/transport.ts';
import { ROOT } from './support/content.ts';
import {
  buildImageFolder,
  copiedFrom,
  readDockerfile,
  textsOf,
  type ImageFolder,
} from './support/image.ts';

interface Service {
  readonly image: string;
  readonly build?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly network_mode?: string;
  readonly read_only?: boolean;
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly command?: readonly string[];
  readonly volumes?: readonly string[];
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: { readonly default: { ipam: { config: readonly { subnet: string }[] } } };
  readonly volumes: Readonly<Record<string, unknown>>;
}

// Compiles everything, and copies thousands of files.
const BUILD_TIMEOUT = 600_000;

const PINNED = /^[a-z/]+:v?\d+\.\d+[\w.-]*$/;
const stages = readDockerfile();
const [build = [], image = []] = stages;
const compose = parse(readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8')) as Compose;
const services = Object.entries(compose.services);

function service(name: string): Service {
  const found = compose.services[name];
  if (!found) throw new Error(`There is no service ${name}`);
  return found;
}

describe('the Dockerfile', () => {
  it('builds in one stage and serves from another, both on one version of Node', () => {
    expect(stages).toHaveLength(2);
    expect(textsOf(build, 'FROM')).toEqual([expect.stringMatching(/ AS build$/)]);
    const [from = ''] = textsOf(image, 'FROM');
    expect(from).toMatch(PINNED);
    expect(textsOf(build, 'FROM')).toEqual([`${from} AS build`]);
  });

  it('copies files that are there, and lets no others into the build', () => {
    const copied = new Set(stages.flatMap(copiedFrom));
    expect([...copied].filter((name) => !existsSync(join(ROOT, name)))).toEqual([]);
    const lines = readFileSync(join(ROOT, '.dockerignore'), 'utf8').split('\n').filter(Boolean);
    const [all, ...letIn] = lines.filter((line) => !line.startsWith('#'));
    expect(all).toBe('*');
    expect(new Set(letIn)).toEqual(new Set([...copied].map((name) => `!${name}`)));
  });

  it('serves as a user who is not root, in production, with a health check', () => {
    expect(textsOf(image, 'USER')).toEqual(['node']);
    expect(textsOf(image, 'ENV').join(' ')).toContain('NODE_ENV=production');
    expect(textsOf(image, 'HEALTHCHECK')).toHaveLength(1);
    expect(textsOf(image, 'COPY').join(' ')).not.toContain('src');
  });
});

describe('what the Dockerfile makes, with nothing to write to', () => {
  let folder: ImageFolder;
  let server: ChildProcess | undefined;
  let written = '';
  let port = 0;

  beforeAll(async () => {
    folder = buildImageFolder();
    // The CQL was compiled when the image was built: without the translator it starts as well.
    rmSync(join(folder.path, 'dist', 'translate', 'translate-child.js')); // fails where it is not
    const [entry, command] = ['ENTRYPOINT', 'CMD'].map(
      (name) => JSON.parse(textsOf(image, name)[0] ?? '') as string[],
    );
    server = spawn(folder.node, [...(entry ?? []).slice(1), ...(command ?? [])], {
      cwd: folder.path,
      env: { ...folder.env, PORT: '0', NERVEROOT_HOST: '127.0.0.1' },
      ...asNobody(),
    });
    port = await new Promise<number>((done, fail) => {
      const read = (chunk: Buffer): void => {
        written += chunk.toString('utf8');
        const [, digits] = /localhost:(\d+)/.exec(written) ?? [];
        if (digits !== undefined) done(Number(digits));
      };
      server?.stdout?.on('data', read);
      server?.stderr?.on('data', read);
      server?.once('exit', (code) => fail(new Error(`It ended with ${String(code)}: ${written}`)));
    });
  }, BUILD_TIMEOUT);

  afterAll(() => {
    server?.removeAllListeners('exit').kill();
    folder.remove();
  });

  it('lists the services and answers a call', async () => {
    const base = `http://127.0.0.1:${port}/cds-services`;
    const listed = (await (await fetch(base)).json()) as { services: unknown[] };
    expect(listed.services).toHaveLength(4);
    const id = 'lumbar-radiculopathy-order';
    const body = readFileSync(join(ROOT, 'docs', 'examples', `${id}.json`), 'utf8');
    const headers = { 'Content-Type': 'application/json' };
    const answer = await fetch(`${base}/${id}`, { method: 'POST', headers, body });
    expect(answer.status).toBe(200);
    expect(((await answer.json()) as { cards: unknown[] }).cards.length).toBeGreaterThan(0);
  });

  it('serves no sandbox', async () => {
    expect((await fetch(`http://127.0.0.1:${port}/sandbox/fhir/metadata`)).status).toBe(404);
  });

  it('is found healthy while it serves, and not when it does not', () => {
    const [text = ''] = textsOf(image, 'HEALTHCHECK');
    const [, ...args] = JSON.parse(text.slice(text.indexOf('['))) as string[];
    const check = (at: number) =>
      spawnSync(folder.node, args, { env: { PORT: String(at) }, ...asNobody() }).status;
    expect([check(port), check(1)]).toEqual([0, 1]);
  });

  it('prints the demo patients', () => {
    const args = ['bin/nerveroot.js', 'demo-patients'];
    const options = { cwd: folder.path, env: folder.env, maxBuffer: 2 ** 24, ...asNobody() };
    const { status, stdout } = spawnSync(folder.node, args, { ...options, encoding: 'utf8' });
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ resourceType: 'Bundle', type: 'transaction' });
  });

  it('holds compiled CQL, and no TypeScript but declarations', () => {
    const libraries = readdirSync(join(folder.path, 'cql')).filter((name) => name.endsWith('.cql'));
    // One file a library, and one for the helpers that are written for the FHIR model.
    expect(readdirSync(join(folder.path, 'cache'))).toEqual(
      Array.from({ length: libraries.length + 1 }, () =>
        expect.stringMatching(/^elm-[0-9a-f]+\.json$/),
      ),
    );
    const own = ['bin', 'dist', 'cql', 'hooks', 'web'].flatMap((name) =>
      readdirSync(join(folder.path, name), { recursive: true, encoding: 'utf8' }),
    );
    expect(own.filter((name) => /(?<!\.d)\.ts$/.test(name))).toEqual([]);
    expect(existsSync(join(folder.path, 'node_modules', 'vitest'))).toBe(false);
    expect(statSync(join(folder.path, 'cache')).mode & 0o222).toBe(0);
  });
});

describe('docker-compose.yml', () => {
  it('runs nerveroot, HAPI FHIR and PostgreSQL, each at a pinned version or built here', () => {
    expect(services.map(([name]) => name)).toEqual(
      expect.arrayContaining(['nerveroot', 'hapi', 'postgres', 'load-demo-patients']),
    );
    const [built, pulled] = [true, false].map((own) =>
      services.filter(([, { build: context }]) => (context !== undefined) === own),
    );
    expect(pulled?.map(([, { image: tag }]) => tag)).toEqual([
      expect.stringMatching(PINNED),
      expect.stringMatching(PINNED),
    ]);
    const tags = built?.map(([, { image: tag, build: context }]) => `${tag} of ${context}`);
    expect(new Set(tags)).toEqual(new Set(['nerveroot:local of .']));
  });

  it('runs the HAPI FHIR that the tests run against', () => {
    const pom = readFileSync(join(ROOT, 'test', 'other-server', 'pom.xml'), 'utf8');
    const [, version = ''] = /<hapi\.version>(.+)<\/hapi\.version>/.exec(pom) ?? [];
    expect(service('hapi').image).toMatch(`:v${version}`);
  });

  it('publishes ports on the loopback address only, and no database', () => {
    expect(services.flatMap(([, { ports = [] }]) => ports)).toEqual([
      '127.0.0.1:3000:3000',
      '127.0.0.1:8080:8080',
    ]);
  });

  it('lets HAPI FHIR and nerveroot share one loopback address', () => {
    for (const name of ['nerveroot', 'hapi', 'load-demo-patients']) {
      expect([name, service(name).network_mode]).toEqual([name, 'service:pod']);
    }
  });

  it('waits for what it needs to be healthy', () => {
    const conditions = services.flatMap(([name, { depends_on = {} }]) =>
      Object.entries(depends_on).map(([on, { condition }]) => `${name}: ${on} ${condition}`),
    );
    expect(conditions).toEqual([
      'hapi: postgres service_healthy',
      'hapi: pod service_started',
      'nerveroot: pod service_started',
      'load-demo-patients: hapi service_started',
      'load-demo-patients: pod service_healthy',
    ]);
    expect(conditions.map((text) => text.split(' ')[1]).filter((on) => !service(on ?? ''))).toEqual(
      [],
    );
    expect(service('postgres').healthcheck?.test?.[1]).toBe('pg_isready');
    expect(service('pod').healthcheck?.test?.at(-1)).toContain(
      'http://localhost:8080/fhir/metadata',
    );
    expect(service('nerveroot').healthcheck).toBeUndefined(); // the image's own
  });

  it('runs what is built here on a read-only file system', () => {
    const built = services.filter(([, { build: context }]) => context !== undefined);
    expect(built.map(([name]) => name)).toEqual(['pod', 'nerveroot', 'load-demo-patients']);
    expect(built.filter(([, { read_only }]) => read_only !== true)).toEqual([]);
  });

  it('gives nerveroot settings that it takes, for its own network and no other', () => {
    const { environment = {} } = service('nerveroot');
    const config = readConfig({ ...environment, NERVEROOT_TIME_ZONE: 'UTC' }, ROOT);
    expect(config.fhirServers).toEqual(['http://localhost:8080/fhir']);
    const [{ subnet } = { subnet: '' }] = compose.networks.default.ipam.config;
    expect(config.plainHttpFrom).toBe(subnet);
    expect(readPlainHttpFrom(subnet).check('172.30.57.1')).toBe(true);
  });

  it('keeps the database in a named volume, and loads the demo patients by a command', () => {
    expect(service('postgres').volumes).toEqual(['fhir-data:/var/lib/postgresql/data']);
    expect(Object.keys(compose.volumes)).toEqual(['fhir-data']);
    expect(service('load-demo-patients').command).toEqual([
      'demo-patients',
      '--fhir-server',
      'http://localhost:8080/fhir',
    ]);
  });
});

/** Root may write anywhere; somebody else takes over from it. */
function asNobody(): { uid?: number; gid?: number } {
  return process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
}

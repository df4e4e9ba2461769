import { existsSync, readFileSync } from 'node:fs';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, relative, resolve } from 'node:path';
import { pino } from 'pino';
import { FORMS, RULES } from '../cards/page-links.ts';
import type { Config } from '../config.ts';
import type { Offer } from '../decision/discover.ts';
import { NerverootError } from '../errors.ts';
import { createApp } from '../http/app.ts';
import { readPlainHttpFrom } from '../http/transport.ts';
import { createForms } from '../web/forms.ts';
import { createRules } from '../web/rules.ts';
import { giveBackLater } from '../workers/give-back.ts';
import { countCases } from './count-cases.ts';
import { openDecider } from './open-decider.ts';
import type { Sandbox } from './sandbox.ts';
import type { World } from './world.ts';

/** How often connections without a call are closed while the service stops. */
const IDLE_MILLISECONDS = 250;

/** What the command line says beside the settings. */
export interface ServeOptions {
  readonly content?: string;
  readonly sandboxPatients?: string;
}

/** Opens the service, which answers until it is stopped. */
export async function serve(config: Config, options: ServeOptions, world: World): Promise<void> {
  const plainHttpFrom = readPlainHttpFrom(config.plainHttpFrom);
  const root = resolve(options.content ?? config.content);
  const log = pino({ level: config.logLevel });
  const own: string[] = [];
  // The sandbox of this very server may be used too, once its port is known.
  const fhirServers = (): string[] => [...own, ...config.fhirServers];
  const decider = await openDecider(world, config, { root, fhirServers, log });
  try {
    const folder = options.sandboxPatients;
    const sandbox =
      config.sandbox || folder !== undefined
        ? await (await import('./sandbox.ts')).openSandbox(world, config, { root, folder })
        : undefined;
    const pages = join(world.packageRoot, 'web');
    const rules = createRules({
      basis: decider.basis,
      cases: async () => countCases(root),
      pages,
    });
    const forms = createForms({
      questionnaires: async () => (await decider.offer()).questionnaires,
      fhirServers,
      newId: world.newId,
      bodyLimitBytes: config.bodyLimitBytes,
      pages,
    });
    const app = createApp({
      decider,
      log,
      bodyLimitBytes: config.bodyLimitBytes,
      trustProxy: config.trustProxy,
      plainHttpFrom,
      hasClients: config.clients.length > 0,
      origins: { listed: config.origins, loopback: config.loopbackOrigins },
      mounts: { ...sandbox?.mounts, [FORMS]: forms, [RULES]: rules },
    });
    const server = createServer(app, config);
    const port = await listen(server, config);
    const base = `${config.tls ? 'https' : 'http'}://localhost:${port}`;
    if (sandbox) own.push(base + sandbox.fhirAt, `http://127.0.0.1:${port}${sandbox.fhirAt}`);
    world.out(greeting(base, root, { offer: await decider.offer(), sandbox }));
    giveBackLater();
    stopOnSignal(server, async () => {
      await Promise.all([decider.close(), world.close()]);
    });
  } catch (error) {
    await decider.close();
    throw error;
  }
}

/**
 * Node's own modules are asked for by name: an `import` of `node:http` reads all that it exports, and
 * so loads Node's client of WebSockets and fetch, which takes 16 MB.
 */
function createServer(app: RequestListener, { tls }: Config): Server {
  if (!tls) return process.getBuiltinModule('node:http').createServer(app);
  const pem = { cert: readPem(tls.cert), key: readPem(tls.key) };
  return process.getBuiltinModule('node:https').createServer(pem, app);
}

function listen(server: Server, { port, host }: Config): Promise<number> {
  return new Promise((done, fail) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const message =
        cause.code === 'EADDRINUSE'
          ? `Port ${port} is taken; choose another with PORT=<number>`
          : `Cannot listen on ${host}, port ${port} (${cause.code ?? 'unknown reason'})`;
      fail(new NerverootError('InvalidConfiguration', message, { cause }));
    });
    server.listen(port, host, () => done((server.address() as AddressInfo).port)); // a TCP server's address
  });
}

function readPem(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new NerverootError('InvalidConfiguration', `Cannot read the TLS file ${file}`, { cause });
  }
}

/** What to open, and a call that shows a card. */
function greeting(
  base: string,
  root: string,
  { offer, sandbox }: { offer: Offer; sandbox: Sandbox | undefined },
): string {
  const { services, questionnaires } = offer;
  const list = services.map(({ id, hook, title }) => `  ${id} (${hook}): ${title}`);
  const example = services.find(({ id }) => existsSync(exampleOf(root, id)));
  const call =
    example === undefined
      ? `  curl ${base}/cds-services`
      : `  curl ${base}/cds-services/${example.id} -H 'Content-Type: application/json' -d @${relative(process.cwd(), exampleOf(root, example.id))}`;
  return [
    '',
    `nerveroot is ready. Open ${base}/cds-services to see its ${services.length} CDS services:`,
    ...list,
    ...(sandbox
      ? [
          '',
          `A demo FHIR server with ${sandbox.patients} patients is at ${base}${sandbox.fhirAt}`,
          `  ${base}${sandbox.storiesAt} tells their stories`,
          ...(sandbox.example === undefined
            ? []
            : [
                `  npx nerveroot call patient-view --fhir-server ${base}${sandbox.fhirAt} --patient ${sandbox.example}`,
              ]),
        ]
      : []),
    ...(questionnaires.length > 0 ? ['', 'Forms that record what a chart does not hold:'] : []),
    ...questionnaires.map(({ name, title }) => `  ${base}${FORMS}/${name}: ${title}`),
    '',
    'Try it, in another terminal:',
    call,
    '',
    'Not a medical device. Clinical sign-off is the adopting site’s.',
    '',
  ].join('\n');
}

/** A request to try a service with, which content may bring along. */
function exampleOf(root: string, serviceId: string): string {
  return join(root, 'docs', 'examples', `${serviceId}.json`);
}

/** Answers the open calls before leaving; a second signal leaves at once. */
function stopOnSignal(server: Server, close: () => Promise<void>): void {
  const stop = (): void => {
    // Callers keep their connections open after their answer; these must not hold the service up.
    const idle = setInterval(() => server.closeIdleConnections(), IDLE_MILLISECONDS);
    server.close(() => {
      clearInterval(idle);
      void close();
    });
    server.closeIdleConnections();
  };
  process.once('SIGTERM', stop).once('SIGINT', stop);
}

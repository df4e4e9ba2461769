import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parse, YAMLParseError } from 'yaml';
import { z } from 'zod';
import { NerverootError } from './errors.ts';
import { plainSite, serverAddress, type Site, type SiteFiles } from './site.ts';

/** One client (an EHR site), known by the origin and path of its FHIR server. */
export interface ClientConfig extends Site {
  readonly fhirServer: string;
}

/** What the operator can set. `docs/configuration.md` lists the variables. */
export interface Config {
  readonly port: number;
  readonly host: string;
  readonly content: string;
  readonly cacheDirectory: string | undefined;
  /** Where requests come from that no client is known for; clients take from it what they leave out. */
  readonly site: Site;
  readonly clients: readonly ClientConfig[];
  /** The file that has them, and what each site sets of the content. */
  readonly clientsFile: string | undefined;
  /** FHIR servers that may be read: those of the clients, and those named beside. */
  readonly fhirServers: readonly string[];
  /** Time for all reads of one request, in milliseconds. */
  readonly fhirBudgetMs: number;
  readonly bodyLimitBytes: number;
  /** Threads that decide; with none, the main thread does. */
  readonly workers: number;
  /** Calls that may wait for a worker. */
  readonly queue: number;
  /** Time for one decision, reads included, in milliseconds; a worker that takes longer is ended. */
  readonly watchdogMs: number;
  /** How many steps the evaluation of one call may take. */
  readonly mostSteps: number;
  /** Heap of one worker, in megabytes; as much as Node takes by itself when undefined. */
  readonly workerMemoryMb: number | undefined;
  readonly trustProxy: string | undefined;
  /** Ranges of private addresses from which plain HTTP is answered, with commas between. */
  readonly plainHttpFrom: string | undefined;
  /** Origins of web pages that may call the CDS services. */
  readonly origins: readonly string[];
  /** Pages of this machine itself may call too, whatever their port. */
  readonly loopbackOrigins: boolean;
  /** Where people's browsers reach this service, without a slash at the end. */
  readonly publicUrl: string | undefined;
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
  readonly logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** Development: saved content is in force at the next call. */
  readonly reload: boolean;
  /** The demo FHIR server is served as well. */
  readonly sandbox: boolean;
}

const list = z
  .string()
  .optional()
  .transform((text) => (text ?? '').split(/[\s,]+/).filter(Boolean));
const timeZone = z.string().refine(isTimeZone, 'must be an IANA time zone, like Europe/Zurich');
const origin = z
  .string()
  .transform((text) => text.replace(/\/$/, ''))
  .refine(
    (text) => /^https?:[^*]+$/.test(text) && URL.parse(text)?.origin === text,
    'must be origins like https://ehr.example (scheme and host, no path), with commas between',
  );
const port = z.coerce.number().int().min(0).max(65_535);

const WORKERS = 'must be a whole number, 0 to 256; --workers says the same';
const workers = z.coerce
  .number({ error: WORKERS })
  .int({ error: WORKERS })
  .min(0, { error: WORKERS })
  .max(256, { error: WORKERS });

/** A longer time would be none: timers take no more milliseconds. */
const MAX_TIMER = 2 ** 31 - 1;

const resourceType = z
  .string()
  .regex(/^[A-Z][A-Za-z]+$/, 'must be a FHIR resource type, like MedicationStatement');

const totals = z.enum(['accurate', 'estimate']);

const environment = z.object({
  PORT: port.default(3000),
  NERVEROOT_HOST: z.string().min(1).default('127.0.0.1'),
  NERVEROOT_CONTENT: z.string().min(1).optional(),
  NERVEROOT_CACHE: z.string().optional(),
  NERVEROOT_TIME_ZONE: timeZone.default('UTC'),
  NERVEROOT_CLIENTS: z.string().min(1).optional(),
  NERVEROOT_CODES: z.string().min(1).optional(),
  NERVEROOT_WITHOUT: list.pipe(z.array(resourceType)),
  NERVEROOT_REQUIRED: list.pipe(z.array(resourceType)),
  NERVEROOT_TOTALS: totals.default('accurate'),
  NERVEROOT_FHIR_SERVERS: list.pipe(
    z.array(z.url({ protocol: /^https?$/, error: 'must be http(s) URLs, with commas between' })),
  ),
  NERVEROOT_ORIGINS: list.pipe(z.array(origin)),
  NERVEROOT_FHIR_BUDGET: z.coerce.number().int().min(1).max(60_000).default(2000),
  NERVEROOT_BODY_LIMIT: z.coerce
    .number()
    .int()
    .min(1024)
    .default(20 * 1024 * 1024),
  NERVEROOT_WORKERS: workers.default(availableParallelism()),
  NERVEROOT_QUEUE: z.coerce.number().int().min(0).optional(),
  NERVEROOT_WATCHDOG_MS: z.coerce.number().int().min(1).max(MAX_TIMER).optional(),
  NERVEROOT_STEPS: z.coerce.number().int().min(1).default(10_000_000),
  NERVEROOT_WORKER_MEMORY: z.coerce.number().int().min(1).optional(),
  NERVEROOT_TRUST_PROXY: z.string().min(1).optional(),
  NERVEROOT_PLAIN_HTTP_FROM: z.string().min(1).optional(),
  NERVEROOT_PUBLIC_URL: z
    .url({ protocol: /^https$/, error: 'must be an https:// address' })
    .refine(
      (text) => !/[?#]/.test(text) && URL.parse(text)?.username === '',
      'must be an address without query, fragment and credentials',
    )
    .transform((text) => text.replace(/\/+$/, ''))
    .optional(),
  NERVEROOT_TLS_CERT: z.string().min(1).optional(),
  NERVEROOT_TLS_KEY: z.string().min(1).optional(),
  NERVEROOT_LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'])
    .default('info'),
  NERVEROOT_SANDBOX: z.enum(['on', 'off']).optional(),
  NODE_ENV: z.string().optional(),
});

/** What a site sets of the content, which is checked against the content when that is loaded. */
const settings = { parameters: z.unknown().optional(), rules: z.unknown().optional() };

const clientsFile = z.strictObject({
  site: z.strictObject(settings, { error: 'takes parameters and rules' }).optional(),
  clients: z
    .array(
      z.strictObject({
        fhirServer: z
          .url()
          .refine(
            (text) => serverAddress(text) !== undefined,
            'must be an address without credentials',
          ),
        timeZone: timeZone.optional(),
        codes: z.string().min(1).optional(),
        without: z.array(resourceType).optional(),
        required: z.array(resourceType).optional(),
        totals: totals.optional(),
        systemActions: z
          .union([z.boolean(), z.literal('extension')], {
            error: 'must be true, false or extension',
          })
          .default(false),
        evidence: z.boolean({ error: 'must be true or false' }).default(true),
        ...settings,
      }),
    )
    .default([]),
});

const WAITING_PER_WORKER = 16;

/** Far more than any decision takes, beside its reads. */
const DECISION_MILLISECONDS = 30_000;

/**
 * Reads the configuration from the environment; the only place that does. Throws
 * InvalidConfiguration naming the variable and what it must be.
 */
export function readConfig(env: NodeJS.ProcessEnv, packageRoot: string): Config {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const result = environment.safeParse(set);
  if (!result.success) {
    const faults = result.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`);
    throw new NerverootError('InvalidConfiguration', faults.join('; '));
  }
  const e = result.data;
  if ((e.NERVEROOT_TLS_CERT === undefined) !== (e.NERVEROOT_TLS_KEY === undefined)) {
    throw new NerverootError(
      'InvalidConfiguration',
      'NERVEROOT_TLS_CERT and NERVEROOT_TLS_KEY go together',
    );
  }
  const site: Site = {
    ...plainSite(e.NERVEROOT_TIME_ZONE),
    codes: e.NERVEROOT_CODES === undefined ? undefined : resolve(e.NERVEROOT_CODES),
    without: e.NERVEROOT_WITHOUT,
    required: e.NERVEROOT_REQUIRED,
    totals: e.NERVEROOT_TOTALS,
  };
  const clients = e.NERVEROOT_CLIENTS === undefined ? [] : readClients(e.NERVEROOT_CLIENTS, site);
  return {
    port: e.PORT,
    host: e.NERVEROOT_HOST,
    content: resolve(e.NERVEROOT_CONTENT ?? packageRoot),
    cacheDirectory: e.NERVEROOT_CACHE ?? join(packageRoot, 'node_modules', '.cache', 'nerveroot'),
    site,
    clients,
    clientsFile: e.NERVEROOT_CLIENTS,
    fhirServers: [...e.NERVEROOT_FHIR_SERVERS, ...clients.map(({ fhirServer }) => fhirServer)],
    fhirBudgetMs: e.NERVEROOT_FHIR_BUDGET,
    bodyLimitBytes: e.NERVEROOT_BODY_LIMIT,
    workers: e.NERVEROOT_WORKERS,
    queue: e.NERVEROOT_QUEUE ?? WAITING_PER_WORKER * e.NERVEROOT_WORKERS,
    watchdogMs: e.NERVEROOT_WATCHDOG_MS ?? e.NERVEROOT_FHIR_BUDGET + DECISION_MILLISECONDS,
    mostSteps: e.NERVEROOT_STEPS,
    workerMemoryMb: e.NERVEROOT_WORKER_MEMORY,
    trustProxy: e.NERVEROOT_TRUST_PROXY,
    plainHttpFrom: e.NERVEROOT_PLAIN_HTTP_FROM,
    origins: e.NERVEROOT_ORIGINS,
    loopbackOrigins: e.NODE_ENV !== 'production',
    publicUrl: e.NERVEROOT_PUBLIC_URL,
    tls:
      e.NERVEROOT_TLS_CERT && e.NERVEROOT_TLS_KEY
        ? { cert: e.NERVEROOT_TLS_CERT, key: e.NERVEROOT_TLS_KEY }
        : undefined,
    logLevel: e.NERVEROOT_LOG_LEVEL,
    reload: e.NODE_ENV !== 'production',
    sandbox: (e.NERVEROOT_SANDBOX ?? (e.NODE_ENV === 'production' ? 'off' : 'on')) === 'on',
  };
}

/** The client whose FHIR server a request names, however it is spelled; else what holds for everybody. */
export function siteOf({ clients, site }: Config, fhirServer: string | undefined): Site {
  const wanted = serverAddress(fhirServer);
  return clients.find(({ client }) => client !== undefined && client === wanted) ?? site;
}

/** Every file with what sites have of their own. */
export function siteFiles({ clients, site, clientsFile: file }: Config): SiteFiles {
  const paths = [...clients, site].map(({ codes }) => codes);
  return { codeMaps: [...new Set(paths)].filter((path) => path !== undefined), clients: file };
}

function readClients(file: string, site: Site): ClientConfig[] {
  let json: unknown;
  try {
    json = parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    const at = cause instanceof YAMLParseError ? placeOf(cause) : '';
    const message = `NERVEROOT_CLIENTS: cannot read ${file}${at}`;
    throw new NerverootError('InvalidConfiguration', message, { cause });
  }
  const result = clientsFile.safeParse(json);
  if (result.success) {
    refuseTwice(
      result.data.clients.map(({ fhirServer }) => fhirServer),
      file,
    );
    return result.data.clients.map((client) => ({
      fhirServer: client.fhirServer,
      client: serverAddress(client.fhirServer),
      timeZone: client.timeZone ?? site.timeZone,
      codes: client.codes === undefined ? site.codes : resolve(dirname(file), client.codes),
      without: client.without ?? site.without,
      required: client.required ?? site.required,
      totals: client.totals ?? site.totals,
      systemActions: client.systemActions,
      evidence: client.evidence,
    }));
  }
  const faults = result.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`);
  throw new NerverootError('InvalidConfiguration', `${file}: ${faults.join('; ')}`);
}

/** Line, column and the first line of what is wrong there. */
function placeOf({ linePos, message }: YAMLParseError): string {
  const [{ line, col } = { line: 1, col: 1 }] = linePos ?? [];
  return `:${line}:${col}: ${message.split(' at line ')[0] ?? ''}`;
}

/** Of two entries for one server, one would never hold. */
function refuseTwice(fhirServers: readonly string[], file: string): void {
  const addresses = fhirServers.map(serverAddress);
  const twice = addresses.findIndex((address, i) => addresses.indexOf(address) !== i);
  if (twice === -1) return;
  throw new NerverootError(
    'InvalidConfiguration',
    `${file}: clients.${twice}.fhirServer is the server of clients.${addresses.indexOf(addresses[twice])}; keep one of them`,
  );
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).format(0) !== '';
  } catch {
    return false;
  }
}

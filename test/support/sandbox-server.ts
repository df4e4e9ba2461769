import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { afterAll, beforeAll } from 'vitest';
import { decideHere } from '../../src/decision/answer.ts';
import { createApp } from '../../src/http/app.ts';
import { createSandbox } from '../../src/sandbox/router.ts';
import { FhirServer } from '../../src/sandbox/server.ts';
import type { Json } from './fhir-data.ts';
import { aSite } from './site.ts';

/** What a FHIR server answered. */
export interface FhirReply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Json;
}

export interface SandboxClient {
  readonly base: () => string;
  readonly get: (path: string) => Promise<FhirReply>;
  readonly send: (
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<FhirReply>;
}

const clock = (): Date => new Date('2026-03-10T08:00:00Z');
const noContent = (): never => {
  throw new Error('The sandbox asks for no content');
};

/** An empty sandbox over HTTP, with a clock that stands still and ids that count up. */
export function useSandbox(
  options: { bodyLimitBytes?: number; limit?: number } = {},
): SandboxClient {
  let port = 0;
  let lastId = 0;
  const bodyLimitBytes = options.bodyLimitBytes ?? 1024 * 1024;
  const newId = (): string => `new-${(lastId += 1)}`;
  const fhir = new FhirServer({ clock, newId, zone: 'Europe/Zurich', ...options });
  const sandbox = createSandbox({ open: async () => fhir, bodyLimitBytes });
  const app = createApp({
    decider: decideHere({ content: { current: noContent }, clock, newId, siteOf: () => aSite() }),
    log: pino({ level: 'silent' }),
    bodyLimitBytes,
    trustProxy: undefined,
    mounts: { '/sandbox/fhir': sandbox },
  });
  const server = createServer(app);
  beforeAll(async () => {
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    ({ port } = server.address() as AddressInfo); // a TCP server's address
  });
  afterAll(() => {
    server.close();
    server.closeAllConnections();
  });
  return aFhirClient(() => `http://127.0.0.1:${port}/sandbox/fhir`);
}

/** A client of the FHIR server at an address; a path may also be a whole link. */
export function aFhirClient(base: () => string): SandboxClient {
  const send: SandboxClient['send'] = async (method, path, body, headers = {}) => {
    const url = path.startsWith('http') ? path : `${base()}${path}`;
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const response = await fetch(url, {
      method,
      headers: { 'Content-Type': 'application/fhir+json', ...headers },
      ...(body === undefined ? {} : { body: text }),
    });
    const answer = await response.text();
    const json: Json = answer === '' ? {} : (JSON.parse(answer) as Json); // FHIR answers in JSON
    return { status: response.status, headers: response.headers, body: json };
  };
  return { base, send, get: (path) => send('GET', path) };
}

/** The ids in a search result, in its order. */
export function idsOf({ body }: FhirReply): unknown[] {
  return entriesOf(body).map(({ resource }) => (resource as Json)['id']);
}

export function entriesOf(body: Json): Json[] {
  return (body['entry'] ?? []) as Json[]; // a Bundle's entries
}

/** `code: text` of an OperationOutcome's first issue. */
export function issueOf({ body }: FhirReply): string {
  const [issue] = (body['issue'] ?? []) as Json[]; // an OperationOutcome's issues
  const { text } = (issue?.['details'] ?? {}) as Json; // a CodeableConcept
  return `${String(issue?.['code'])}: ${String(text ?? issue?.['diagnostics'])}`;
}

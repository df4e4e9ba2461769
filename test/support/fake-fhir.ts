import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach } from 'vitest';

/** One request as a FHIR server saw it. */
export interface SeenRequest {
  readonly path: string;
  readonly authorization: string | undefined;
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** Somebody else's FHIR server: answers what a test tells it to, and remembers what it was asked. */
export interface FakeFhir {
  readonly base: () => string;
  readonly seen: () => readonly SeenRequest[];
  /** Answers a path (with query, but for `_count` and `code`) with JSON. */
  readonly json: (path: string, body: unknown, status?: number) => void;
  /** Answers a path in any other way. */
  readonly on: (path: string, answer: Answer) => void;
}

/** Runs a FHIR server for each test of a file; what it was not told about is 404. */
export function useFakeFhir(): FakeFhir {
  let base = '';
  let seen: SeenRequest[] = [];
  const answers = new Map<string, Answer>();
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    seen.push({ path, authorization: request.headers.authorization });
    const paths = [path, path.replace(/&_count=\d+/, ''), bare(path)];
    const answer = paths.map((known) => answers.get(known)).find(Boolean);
    if (answer) answer(request, response);
    else send(response, 404, { resourceType: 'OperationOutcome', issue: [{ severity: 'error' }] });
  });
  beforeEach(async () => {
    seen = [];
    answers.clear();
    await new Promise<void>((done) => {
      server.listen(0, '127.0.0.1', done);
    });
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/fhir`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });
  return {
    base: () => base,
    seen: () => seen,
    json: (path, body, status = 200) =>
      answers.set(keyOf(path), (_request, response) => send(response, status, body)),
    on: (path, answer) => answers.set(keyOf(path), answer),
  };
}

/** A path below the base; '' is the base itself. */
function keyOf(path: string): string {
  return path === '' ? '/fhir' : `/fhir/${path}`;
}

/** The path without how a search is narrowed and paged. */
export function bare(path: string): string {
  return path.replaceAll(/&(?:_count|code)=[^&]*/g, '');
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/fhir+json' });
  response.end(JSON.stringify(body));
}

/** A searchset of resources, with a next link where there is one. */
export function aSearchset(resources: readonly unknown[], next?: string): unknown {
  return {
    resourceType: 'Bundle',
    type: 'searchset',
    entry: resources.map((resource) => ({ resource })),
    ...(next === undefined ? {} : { link: [{ relation: 'next', url: next }] }),
  };
}

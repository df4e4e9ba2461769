import express, { type Request, type RequestHandler, type Response, type Router } from 'express';
import { describeError } from '../decision/error-response.ts';
import { NerverootError } from '../errors.ts';
import { isObject, isResource, type Resource } from '../fhir/resource.ts';
import { jsonBody } from '../http/body.ts';
import { processBundle, type DescribeFailure } from './bundle.ts';
import { capabilityStatement } from './capability-statement.ts';
import { allowAnyOrigin } from './cors.ts';
import { interact, type FhirAnswer, type SandboxWorld } from './interactions.ts';
import type { ResourceStore } from './store.ts';

export interface SandboxOptions {
  /** Asked at every call; it may take its time to fill the store at the first. */
  readonly open: () => Promise<ResourceStore>;
  readonly clock: () => Date;
  readonly newId: () => string;
  readonly zone: string;
  readonly bodyLimitBytes: number;
}

/**
 * The sandbox over HTTP, to be mounted at its base path. What it throws is answered
 * by the app as an OperationOutcome.
 *
 * @see https://hl7.org/fhir/R4/http.html
 */
export function createSandbox(options: SandboxOptions): Router {
  const router = express.Router();
  router.use(allowAnyOrigin, speakFhir);
  router.use(readBody(options.bodyLimitBytes));
  router.get('/metadata', answerMetadata(options.clock()));
  router.post('/', answerBundle(options));
  router.use(answerInteraction(options));
  return router;
}

function answerMetadata(started: Date): RequestHandler {
  return (request, response) => {
    send(response, { status: 200, body: capabilityStatement(baseOf(request), started) });
  };
}

function answerBundle(options: SandboxOptions): RequestHandler {
  return async (request, response) => {
    const world = await worldOf(request, options);
    send(response, { status: 200, body: processBundle(request.body, world, describeFailure) });
  };
}

function answerInteraction(options: SandboxOptions): RequestHandler {
  return async (request, response) => {
    const path = request.path.replace(/^\/|\/$/g, '');
    if (path === '') throw new NerverootError('MethodNotAllowed', BASE_MESSAGE);
    const call = {
      method: request.method === 'HEAD' ? 'GET' : request.method,
      path,
      query: queryOf(request),
      body: request.body as unknown, // express types it as any
      ifMatch: request.get('If-Match'),
      ifNoneExist: request.get('If-None-Exist'),
    };
    send(response, interact(call, await worldOf(request, options)));
  };
}

async function worldOf(request: Request, options: SandboxOptions): Promise<SandboxWorld> {
  const { open, clock, newId, zone } = options;
  return { store: await open(), clock, newId, zone, base: baseOf(request) };
}

const BASE_MESSAGE =
  'POST a batch or a transaction here; GET metadata below it says what the server can do';

const FORM_MESSAGE =
  'A search is posted as a form: Content-Type: application/x-www-form-urlencoded';

function baseOf(request: Request): string {
  return `${request.protocol}://${request.get('Host') ?? 'localhost'}${request.baseUrl}`;
}

function send(response: Response, { status, body, stored, location }: FhirAnswer): void {
  const meta = stored?.['meta'];
  const { versionId, lastUpdated } = isObject(meta) ? meta : {};
  if (location !== undefined) response.set('Location', location);
  if (typeof versionId === 'string') response.set('ETag', `W/"${versionId}"`);
  if (typeof lastUpdated === 'string') {
    response.set('Last-Modified', new Date(lastUpdated).toUTCString());
  }
  if (body) response.status(status).json(body);
  else response.status(status).end();
}

/** Parameters of the address, and of the form where a search is posted. */
function queryOf(request: Request): [string, string][] {
  const { searchParams } = new URL(request.url, 'http://localhost');
  const isForm = request.is('application/x-www-form-urlencoded') !== false;
  const form = isForm && typeof request.body === 'string' ? request.body : '';
  return [...searchParams, ...new URLSearchParams(form)];
}

const speakFhir: RequestHandler = (_request, response, next) => {
  response.type('application/fhir+json');
  next();
};

/** JSON where a resource is written; a form where a search is posted. */
function readBody(limitBytes: number): RequestHandler {
  const form = express.text({ limit: limitBytes, type: 'application/x-www-form-urlencoded' });
  const [checkType, parse, makeSafe] = jsonBody(limitBytes);
  const json = express.Router();
  for (const step of [checkType, parse, makeSafe]) if (step) json.use(step);
  return (request, response, next) => {
    if (request.path.endsWith('/_search')) {
      // A body that is no form would be ignored in silence.
      const isForm = request.is('application/x-www-form-urlencoded');
      if (isForm === false) next(new NerverootError('UnsupportedMediaType', FORM_MESSAGE));
      else form(request, response, next);
    } else if (request.method === 'POST' || request.method === 'PUT') json(request, response, next);
    else next();
  };
}

const describeFailure: DescribeFailure = (error) => {
  const known =
    error instanceof NerverootError
      ? error
      : new NerverootError('InternalError', 'The sandbox failed', { cause: error });
  const { status, body } = describeError(known);
  return { status, body: asResource(body) };
};

function asResource(outcome: unknown): Resource {
  if (isResource(outcome)) return outcome;
  throw new TypeError('An outcome is a resource');
}

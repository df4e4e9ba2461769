import express, { type Request, type RequestHandler, type Response, type Router } from 'express';
import { NerverootError } from '../errors.ts';
import { jsonBody } from '../http/body.ts';
import { allowAnyOrigin } from './cors.ts';
import type { FhirAnswer, FhirCall, FhirServer } from './server.ts';

export interface SandboxOptions {
  /** Asked at every call; it may take its time to load and fill the server at the first. */
  readonly open: () => Promise<FhirServer>;
  readonly bodyLimitBytes: number;
}

/**
 * The sandbox over HTTP, to be mounted at its base path. What it throws is answered
 * by the app as an OperationOutcome.
 *
 * @see https://hl7.org/fhir/R4/http.html
 */
export function createSandbox({ open, bodyLimitBytes }: SandboxOptions): Router {
  const router = express.Router();
  router.use(allowAnyOrigin, readBody(bodyLimitBytes), answerWith(open));
  return router;
}

function answerWith(open: () => Promise<FhirServer>): RequestHandler {
  return async (request, response) => {
    const server = await open();
    send(response, await server.answer(callOf(request)), baseOf(request));
  };
}

function callOf(request: Request): FhirCall {
  const path = request.path.replaceAll(/^\/+|\/$/g, '');
  const isSearch = request.method === 'POST' && path.endsWith('/_search');
  const query = queryOf(request).toString();
  const headers = {
    'if-match': request.get('If-Match'),
    'if-none-exist': request.get('If-None-Exist'),
  };
  return {
    method: isSearch || request.method === 'HEAD' ? 'GET' : request.method,
    url: (isSearch ? path.replace(/\/_search$/, '') : path) + (query === '' ? '' : `?${query}`),
    body: request.body as unknown, // express types it as any
    headers,
    base: baseOf(request),
  };
}

const FORM_MESSAGE =
  'A search is posted as a form: Content-Type: application/x-www-form-urlencoded';

function baseOf(request: Request): string {
  return `${request.protocol}://${request.get('Host') ?? 'localhost'}${request.baseUrl}`;
}

function send(response: Response, { status, resource }: FhirAnswer, base: string): void {
  const { resourceType, id, meta } = resource ?? {};
  response.status(status).type('application/fhir+json');
  if (status === 201) response.set('Location', `${base}/${resourceType}/${id}`);
  if (meta?.versionId !== undefined) response.set('ETag', `W/"${meta.versionId}"`);
  if (meta?.lastUpdated !== undefined) {
    response.set('Last-Modified', new Date(meta.lastUpdated).toUTCString());
  }
  if (resource) response.json(resource);
  else response.end();
}

/** Parameters of the address, and of the form where a search is posted. */
function queryOf(request: Request): URLSearchParams {
  const { searchParams } = new URL(request.url, 'http://localhost');
  const isForm = request.is('application/x-www-form-urlencoded') !== false;
  const form = isForm && typeof request.body === 'string' ? request.body : '';
  return new URLSearchParams([...searchParams, ...new URLSearchParams(form)]);
}

/** JSON where a resource is written; a form where a search is posted. */
function readBody(limitBytes: number): RequestHandler {
  const form = express.text({ limit: limitBytes, type: 'application/x-www-form-urlencoded' });
  const json = express.Router().use(jsonBody(limitBytes));
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

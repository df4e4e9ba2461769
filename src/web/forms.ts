import { join } from 'node:path';
import express, { type RequestHandler, type Response, type Router } from 'express';
import { NerverootError } from '../errors.ts';
import { allowedServer } from '../fhir/allow-list.ts';
import { jsonBody } from '../http/body.ts';
import type { Questionnaire } from '../reading/questionnaire.ts';

export interface FormsOptions {
  /** The forms of the content in force. */
  readonly questionnaires: () => Promise<readonly Questionnaire[]>;
  /** FHIR servers that a page may read and write; the first is taken where none is named. */
  readonly fhirServers: () => readonly string[];
  readonly newId: () => string;
  readonly bodyLimitBytes: number;
  /** The folder with the page, its script and its style. */
  readonly pages: string;
}

/**
 * The forms: a page for each questionnaire of the content, to be mounted at its base
 * path. The page itself reads and writes the FHIR server; what passes through here is
 * the response, which comes back as the transaction to write.
 */
export function createForms(options: FormsOptions): Router {
  const router = express.Router();
  router.use((_request, response, next) => {
    response.set(SAFE_HEADERS);
    next();
  });
  router.use('/page', express.static(options.pages, { index: false, redirect: false }));
  router.get('/:name', answerPage(options));
  router.get('/:name/questionnaire', answerQuestionnaire(options));
  router.post('/:name/$extract', jsonBody(options.bodyLimitBytes), answerExtract(options));
  return router;
}

type Handler = RequestHandler<{ name: string }>;

/** The page; where no FHIR server is named, the address of the page for the first one. */
function answerPage(options: FormsOptions): Handler {
  return async (request, response) => {
    await find(options, request.params.name);
    const server = serverOf(request.query['fhirServer'], options.fhirServers());
    if (request.query['fhirServer'] !== undefined) {
      sendPage(response, join(options.pages, 'form.html'), server);
      return;
    }
    const query = new URLSearchParams({ fhirServer: server }).toString();
    // Relative, since a proxy may serve this below a path of its own.
    response.redirect(`${request.params.name}?${query}`);
  };
}

function answerQuestionnaire(options: FormsOptions): Handler {
  return async (request, response) => {
    const { resource } = await find(options, request.params.name);
    response.type('application/fhir+json').json(resource);
  };
}

function answerExtract(options: FormsOptions): Handler {
  return async (request, response) => {
    const questionnaire = await find(options, request.params.name);
    const { extract } = await import('./extract.ts'); // what it checks units with is large
    const transaction = extract(request.body, questionnaire, options.newId);
    response.type('application/fhir+json').json(transaction);
  };
}

/** No page of another origin shows these, and no address of them leaves. */
const SAFE_HEADERS = {
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

async function find(options: FormsOptions, name: string): Promise<Questionnaire> {
  const all = await options.questionnaires();
  const found = all.find((one) => one.name === name);
  if (found) return found;
  const names = all.map((one) => one.name).join(', ');
  throw new NerverootError('NotFound', `There is no such form; there are: ${names || 'none'}`);
}

/** The FHIR server that the page is for; only those that the operator listed. */
function serverOf(asked: unknown, allowed: readonly string[]): string {
  const named = asked === undefined ? allowed[0] : asked;
  const server = typeof named === 'string' ? allowedServer(named, allowed) : undefined;
  if (server !== undefined) return server;
  throw new NerverootError(
    'InvalidRequest',
    'The address must name a FHIR server that is listed in NERVEROOT_FHIR_SERVERS, as ?fhirServer=https://…',
    { path: 'fhirServer' },
  );
}

/** The page may speak with this service and that FHIR server, and with nobody else. */
function sendPage(response: Response, file: string, fhirServer: string): void {
  response.set(
    'Content-Security-Policy',
    [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      'img-src data:',
      `connect-src 'self' ${new URL(fhirServer).origin}`,
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
  );
  response.sendFile(file, { cacheControl: false });
}

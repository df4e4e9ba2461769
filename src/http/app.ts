import { BlockList } from 'node:net';
import express, {
  type ErrorRequestHandler,
  type Express,
  type RequestHandler,
  type Router,
} from 'express';
import type { Logger } from 'pino';
import { decide, type DecisionDeps } from '../decision/decide.ts';
import { discover } from '../decision/discover.ts';
import { NerverootError } from '../errors.ts';
import { allowOrigins, type AllowedOrigins } from './cors.ts';
import { bodyError, jsonBody } from './body.ts';
import { describeError } from '../decision/error-response.ts';
import { requireSafeTransport } from './transport.ts';

export interface HttpOptions {
  readonly deps: DecisionDeps;
  readonly log: Logger;
  readonly bodyLimitBytes: number;
  /** Express's `trust proxy` value; undefined when no proxy stands in front. */
  readonly trustProxy: string | undefined;
  /** Where plain HTTP may come from beside this machine's loopback address; nowhere when left out. */
  readonly plainHttpFrom?: BlockList;
  /** Web pages that may call the services; none when left out. */
  readonly origins?: AllowedOrigins;
  /** What else is served, by base path: the sandbox. */
  readonly mounts?: Readonly<Record<string, Router>>;
}

/**
 * The HTTP door: discovery and calls. Every answer is JSON, every failure an
 * OperationOutcome.
 *
 * @see https://cds-hooks.hl7.org/STU2/
 */
export function createApp(options: HttpOptions): Express {
  const { deps, log, bodyLimitBytes, trustProxy } = options;
  const app = express();
  app.disable('x-powered-by').disable('etag');
  app.set('query parser', 'simple');
  if (trustProxy !== undefined) app.set('trust proxy', trustProxy);
  // First, so that a page can read a refusal too.
  app.use('/cds-services', allowOrigins(options.origins));
  app.use(requireSafeTransport(trustProxy !== undefined, options.plainHttpFrom ?? new BlockList()));

  app
    .route('/cds-services')
    .get(async (_request, response) => {
      response.json(discover(await deps.content.current()));
    })
    .all(methodNotAllowed('GET'));

  app
    .route('/cds-services/:id')
    .post(jsonBody(bodyLimitBytes), callService(deps, log))
    .all(methodNotAllowed('POST'));

  for (const [path, router] of Object.entries(options.mounts ?? {})) app.use(path, router);

  app.use(() => {
    throw new NerverootError(
      'NotFound',
      'There is nothing here; GET /cds-services lists the services',
    );
  });
  app.use(answerError(log));
  return app;
}

function callService(deps: DecisionDeps, log: Logger): RequestHandler<{ id: string }> {
  return async (request, response) => {
    const started = performance.now();
    const result = await decide(request.params.id, request.body, deps);
    response.json(result.response);
    log.info(
      {
        service: result.service.id,
        hook: result.request.hook,
        hookInstance: result.request.hookInstance,
        content: result.content.version,
        rules: result.rules,
        milliseconds: Math.round(performance.now() - started),
      },
      'answered',
    );
  };
}

function methodNotAllowed(allowed: string): RequestHandler {
  return (request, response, next) => {
    if (request.method === 'OPTIONS') {
      response.set('Allow', `${allowed}, OPTIONS`).status(204).end();
      return;
    }
    response.set('Allow', allowed);
    next(new NerverootError('MethodNotAllowed', `Use ${allowed} here`));
  };
}

/** Failures of ours are said as they are; anything else is a 500 that tells nothing of the data. */
function answerError(log: Logger): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    const known = toNerverootError(error);
    const { status, body } = describeError(known);
    const cause = known.cause instanceof Error ? known.cause : undefined;
    const entry = { code: known.code, path: known.path, status, where: placeOf(cause) };
    if (status >= 500) log.error(entry, known.message);
    else log.warn(entry, known.message);
    if (response.headersSent) {
      next(error);
      return;
    }
    response.status(status).json(body);
  };
}

/** The lines of our code a failure came through; the message itself may hold data. */
function placeOf(cause: Error | undefined): string[] | undefined {
  return cause?.stack
    ?.replace(cause.message, '')
    .split('\n')
    .filter((line) => /^ +at .+:\d+:\d+\)?$/.test(line))
    .slice(0, 6)
    .map((line) => line.trim());
}

function toNerverootError(error: unknown): NerverootError {
  if (error instanceof NerverootError) return error;
  if (error instanceof URIError) {
    return new NerverootError('NotFound', 'The address holds a malformed escape sequence');
  }
  return (
    bodyError(error) ??
    new NerverootError('InternalError', 'The service failed; its log says where', { cause: error })
  );
}

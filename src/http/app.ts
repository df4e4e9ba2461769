import { BlockList } from 'node:net';
import express, {
  type ErrorRequestHandler,
  type Express,
  type RequestHandler,
  type Response,
  type Router,
} from 'express';
import type { Logger } from 'pino';
import type { CallerRecord, Decider } from '../decision/answer.ts';
import { describeFailure, failureOf, type Failure } from '../decision/error-response.ts';
import { NerverootError } from '../errors.ts';
import { allowOrigins, type AllowedOrigins } from './cors.ts';
import { bodyBytes, bodyError, bytesOf } from './body.ts';
import { Metrics, showMetrics } from './metrics.ts';
import { createNotices } from './notices.ts';
import { isOwnMachine, requireSafeTransport } from './transport.ts';

export interface HttpOptions {
  readonly decider: Decider;
  readonly log: Logger;
  readonly bodyLimitBytes: number;
  /** Express's `trust proxy` value; undefined when no proxy stands in front. */
  readonly trustProxy: string | undefined;
  /** Where plain HTTP may come from beside this machine's loopback address; nowhere when left out. */
  readonly plainHttpFrom?: BlockList;
  /** Web pages that may call the services; none when left out. */
  readonly origins?: AllowedOrigins;
  /** Clients are configured, so that others are worth a line in the log. */
  readonly hasClients?: boolean;
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
  const { decider, log, bodyLimitBytes, trustProxy } = options;
  const app = express();
  app.disable('x-powered-by').disable('etag');
  app.set('query parser', 'simple');
  if (trustProxy !== undefined) app.set('trust proxy', trustProxy);
  // First, so that a page can read a refusal too.
  app.use('/cds-services', allowOrigins(options.origins));
  const plainHttpFrom = options.plainHttpFrom ?? new BlockList();
  app.use(requireSafeTransport(trustProxy !== undefined, plainHttpFrom));

  app
    .route('/cds-services')
    .get(async (_request, response) => {
      const { services } = await decider.offer();
      response.json({ services });
    })
    .all(methodNotAllowed('GET'));

  const metrics = new Metrics();
  const notice = createNotices(log, options.hasClients ?? false);
  const told = (caller: CallerRecord): void => {
    metrics.count(caller);
    notice(caller);
  };
  app
    .route('/cds-services/:id')
    .post(bodyBytes(bodyLimitBytes), callService(decider, log, told))
    .all(methodNotAllowed('POST'));

  const isOwn = (address: string | undefined): boolean => isOwnMachine(address, plainHttpFrom);
  app
    .route('/metrics')
    .get(showMetrics(metrics, isOwn, trustProxy !== undefined))
    .all(methodNotAllowed('GET'));

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

function callService(
  decider: Decider,
  log: Logger,
  tell: (caller: CallerRecord) => void,
): RequestHandler<{ id: string }> {
  return async (request, response) => {
    const started = performance.now();
    const outcome = await decider.answer({
      serviceId: request.params.id,
      body: bytesOf(request.body),
      hungUp: hangUpOf(response),
    });
    if ('failure' in outcome) {
      answerFailure(outcome.failure, response, log);
      return;
    }
    response.type('json').send(outcome.response);
    const milliseconds = Math.round(performance.now() - started);
    log.info({ ...outcome.record, milliseconds }, 'answered');
    tell(outcome.caller);
  };
}

/** Aborted when the connection closes before the answer is written. */
function hangUpOf(response: Response): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) controller.abort();
  });
  return controller.signal;
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
    if (response.headersSent) next(error);
    else answerFailure(failureOf(ownError(error)), response, log);
  };
}

function answerFailure(failure: Failure, response: Response, log: Logger): void {
  const { code, message, path, where } = failure;
  const { status, body } = describeFailure(failure);
  log[status >= 500 ? 'error' : 'warn']({ code, path, status, where }, message);
  if (code === 'Overloaded') response.set('Retry-After', RETRY_SECONDS);
  response.status(status).json(body);
}

/** Calls take far less; whoever asks again then finds room, or is told so again. */
const RETRY_SECONDS = '1';

/** What Express and its body parser throw is the caller's fault, and told as such. */
function ownError(error: unknown): unknown {
  if (error instanceof URIError) {
    return new NerverootError('NotFound', 'The address holds a malformed escape sequence');
  }
  return bodyError(error) ?? error;
}

import express, { type RequestHandler } from 'express';
import { NerverootError } from '../errors.ts';
import { DEPTH_LIMIT, makeSafe } from '../fhir/json-depth.ts';

/** Reads a JSON body, or passes on the error that says why it cannot be read. */
export function jsonBody(limitBytes: number): RequestHandler[] {
  return [
    (request, _response, next) => {
      const isJson = request.is(['application/json', 'application/fhir+json']);
      next(isJson ? undefined : new NerverootError('UnsupportedMediaType', MEDIA_TYPE_MESSAGE));
    },
    express.json({ limit: limitBytes, type: () => true, strict: false }),
    (request, _response, next) => {
      if (makeSafe(request.body)) next();
      else next(new NerverootError('InvalidJson', TOO_DEEP_MESSAGE));
    },
  ];
}

const MEDIA_TYPE_MESSAGE = 'The body must be JSON; send it with Content-Type: application/json';

const TOO_DEEP_MESSAGE = `The body is nested deeper than ${DEPTH_LIMIT} levels`;

/** Turns what the body parser throws into our own error; undefined when it is something else. */
export function bodyError(error: unknown): NerverootError | undefined {
  if (!(error instanceof Error)) return undefined;
  const { type, status } = error as Error & { type?: unknown; status?: unknown }; // http-errors carry both
  switch (type) {
    case 'entity.parse.failed':
      return new NerverootError('InvalidJson', 'The body is not valid JSON');
    case 'entity.too.large':
      return new NerverootError('BodyTooLarge', 'The body is larger than this service accepts');
    case 'encoding.unsupported':
    case 'charset.unsupported':
      return new NerverootError('UnsupportedMediaType', MEDIA_TYPE_MESSAGE);
    case 'request.aborted':
    case 'request.size.invalid':
      return new NerverootError('InvalidRequest', 'The body did not arrive whole');
    default:
      // A stream's own error, like zlib's, comes without a type.
      return status === 400
        ? new NerverootError('InvalidRequest', 'The body could not be unpacked')
        : undefined;
  }
}

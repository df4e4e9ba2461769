import express, { type RequestHandler } from 'express';
import { NerverootError } from '../errors.ts';
import { readJson } from '../fhir/read-json.ts';

/**
 * Takes in a body that says it is JSON as the bytes it is, unpacked, or passes on the
 * error that says why it cannot be taken in.
 */
export function bodyBytes(limitBytes: number): RequestHandler {
  const take = express.raw({ limit: limitBytes, type: () => true });
  return (request, response, next) => {
    const isJson = request.is(['application/json', 'application/fhir+json']) !== false;
    if (isJson && isUtf8(request.get('Content-Type'))) take(request, response, next);
    else next(new NerverootError('UnsupportedMediaType', MEDIA_TYPE_MESSAGE));
  };
}

/** Reads a JSON body, or passes on the error that says why it cannot be read. */
export function jsonBody(limitBytes: number): RequestHandler[] {
  return [
    bodyBytes(limitBytes),
    (request, _response, next) => {
      request.body = readJson(bytesOf(request.body));
      next();
    },
  ];
}

/** What `bodyBytes` took in, where every thread can read it; no bytes where the request has no body at all. */
export function bytesOf(body: unknown): Uint8Array<SharedArrayBuffer> {
  const taken = body instanceof Uint8Array ? body : new Uint8Array();
  const bytes = new Uint8Array(new SharedArrayBuffer(taken.length));
  bytes.set(taken);
  return bytes;
}

/** JSON is UTF-8. @see https://www.rfc-editor.org/rfc/rfc8259#section-8.1 */
function isUtf8(contentType = ''): boolean {
  const [, charset = 'utf-8'] = /;\s*charset\s*=\s*"?([^\s;"]*)/i.exec(contentType) ?? [];
  return charset.toLowerCase() === 'utf-8';
}

const MEDIA_TYPE_MESSAGE =
  'The body must be JSON in UTF-8; send it with Content-Type: application/json';

/** Turns what the body parser throws into our own error; undefined when it is something else. */
export function bodyError(error: unknown): NerverootError | undefined {
  if (!(error instanceof Error)) return undefined;
  const { type, status } = error as Error & { type?: unknown; status?: unknown }; // http-errors carry both
  switch (type) {
    case 'entity.too.large':
      return new NerverootError('BodyTooLarge', 'The body is larger than this service accepts');
    case 'encoding.unsupported':
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

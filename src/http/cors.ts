import cors from 'cors';
import type { RequestHandler } from 'express';

/** Which web pages may read the answers of the services. */
export interface AllowedOrigins {
  readonly listed: readonly string[];
  /** Pages of this machine itself as well, whatever their port. */
  readonly loopback: boolean;
}

const LOOPBACK = /^https?:\/\/(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/;
const PREFLIGHT_SECONDS = 600;

/**
 * Lets pages of these origins call, and marks every answer as depending on the origin.
 * Tokens travel in a header that the page sets itself, so credentials of the browser
 * are never allowed. A preflight gets its headers here and its answer from the route.
 *
 * @see https://cds-hooks.hl7.org/STU2/#cross-origin-resource-sharing
 */
export function allowOrigins(
  { listed, loopback }: AllowedOrigins = { listed: [], loopback: false },
): RequestHandler {
  return cors({
    origin: [...listed, ...(loopback ? [LOOPBACK] : [])],
    methods: ['GET', 'POST'],
    maxAge: PREFLIGHT_SECONDS,
    preflightContinue: true,
  });
}

import type { RequestHandler } from 'express';
import { NerverootError } from '../errors.ts';

/** Where a request came from and how. */
export interface Arrival {
  readonly remoteAddress: string | undefined;
  /** HTTPS here, or at the declared proxy. */
  readonly secure: boolean;
  readonly proxyDeclared: boolean;
}

/**
 * Whether a request may be answered: over HTTPS always; in the clear only on this
 * machine itself, and not even so where a proxy is declared to end HTTPS.
 *
 * @see https://cds-hooks.hl7.org/STU2/#security-and-safety
 */
export function isAllowedTransport({ remoteAddress, secure, proxyDeclared }: Arrival): boolean {
  if (secure) return true;
  return !proxyDeclared && isLoopback(remoteAddress);
}

function isLoopback(address: string | undefined): boolean {
  return address !== undefined && /^(::ffff:)?127\.|^::1$/.test(address);
}

/** Refuses clear text beyond this machine. */
export function requireSafeTransport(proxyDeclared: boolean): RequestHandler {
  return (request, _response, next) => {
    const { remoteAddress } = request.socket;
    if (isAllowedTransport({ remoteAddress, secure: request.secure, proxyDeclared })) {
      next();
      return;
    }
    const message =
      'Patient data travels over HTTPS only. Call the https:// address, or put a proxy in front and declare it (NERVEROOT_TRUST_PROXY)';
    next(new NerverootError('InsecureTransport', message));
  };
}

import { BlockList, isIP } from 'node:net';
import type { RequestHandler } from 'express';
import { NerverootError } from '../errors.ts';

/** Where a request came from and how. */
export interface Arrival {
  readonly remoteAddress: string | undefined;
  /** HTTPS here, or at the declared proxy. */
  readonly secure: boolean;
  readonly proxyDeclared: boolean;
  /** Addresses that are as good as this machine's own. */
  readonly plainHttpFrom: BlockList;
}

/**
 * Whether a request may be answered: over HTTPS always; in the clear only on this
 * machine itself or from where the operator said, and not even so where a proxy is
 * declared to end HTTPS.
 *
 * @see https://cds-hooks.hl7.org/STU2/#security-and-safety
 */
export function isAllowedTransport(arrival: Arrival): boolean {
  const { remoteAddress, secure, proxyDeclared, plainHttpFrom } = arrival;
  if (secure) return true;
  if (proxyDeclared || remoteAddress === undefined) return false;
  return isOwnMachine(remoteAddress, plainHttpFrom);
}

/** Whether an address is of this machine, or of a network that is as good. */
export function isOwnMachine(address: string | undefined, asGood: BlockList): boolean {
  return address !== undefined && (isLoopback(address) || isListed(address, asGood));
}

function isLoopback(address: string): boolean {
  return /^(::ffff:)?127\.|^::1$/.test(address);
}

function isListed(address: string, list: BlockList): boolean {
  const version = isIP(address);
  return version !== 0 && list.check(address, `ipv${version === 4 ? 4 : 6}`);
}

/** Only what lies within one of these can be a network inside this machine. */
const PRIVATE_RANGES = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fd00::/8'];

/**
 * Reads the ranges (`172.30.57.0/24`, with commas between) from which plain HTTP is
 * answered like from this machine: where a container engine publishes a port on the
 * machine's loopback address, calls arrive from the engine's own network. Throws
 * InvalidConfiguration for what is no range of private addresses.
 */
export function readPlainHttpFrom(text: string | undefined): BlockList {
  const list = new BlockList();
  for (const range of (text ?? '').split(/[\s,]+/).filter(Boolean)) {
    const { address, prefix, family } = partsOf(range);
    if (family === undefined || !PRIVATE_RANGES.some((whole) => isWithinRange(range, whole))) {
      throw new NerverootError(
        'InvalidConfiguration',
        `NERVEROOT_PLAIN_HTTP_FROM must be ranges of private addresses, like 172.30.57.0/24; ${range} is none`,
      );
    }
    list.addSubnet(address, prefix, family);
  }
  return list;
}

interface Range {
  readonly address: string;
  readonly prefix: number;
  /** Undefined where the text is no range. */
  readonly family: 'ipv4' | 'ipv6' | undefined;
}

function partsOf(text: string): Range {
  const [, address = '', digits = ''] = /^([\d.a-f:]+)\/(\d{1,3})$/i.exec(text) ?? [];
  const version = isIP(address);
  const prefix = Number(digits);
  const known = version !== 0 && prefix <= (version === 4 ? 32 : 128);
  return { address, prefix, family: known ? `ipv${version === 4 ? 4 : 6}` : undefined };
}

function isWithinRange(text: string, wholeText: string): boolean {
  const range = partsOf(text);
  const whole = partsOf(wholeText);
  if (range.family === undefined || range.family !== whole.family) return false;
  const list = new BlockList();
  list.addSubnet(whole.address, whole.prefix, range.family);
  return range.prefix >= whole.prefix && list.check(range.address, range.family);
}

/** Refuses clear text beyond this machine. */
export function requireSafeTransport(
  proxyDeclared: boolean,
  plainHttpFrom: BlockList,
): RequestHandler {
  return (request, _response, next) => {
    const { remoteAddress } = request.socket;
    const { secure } = request;
    if (isAllowedTransport({ remoteAddress, secure, proxyDeclared, plainHttpFrom })) {
      next();
      return;
    }
    const message =
      'Patient data travels over HTTPS only. Call the https:// address, or put a proxy in front and declare it (NERVEROOT_TRUST_PROXY)';
    next(new NerverootError('InsecureTransport', message));
  };
}

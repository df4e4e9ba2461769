import type { Logger } from 'pino';
import type { CallerRecord } from '../decision/answer.ts';

/** Lines that one process writes at most; addresses come from outside. */
const MOST_NOTICES = 200;
const LONGEST_ADDRESS = 200;

/**
 * Tells the log what the operator of a client can set right, each thing once while the
 * process lives: a client that none of those configured is, keys that a client does not send
 * and that cannot be read, and fields that it sends in no form that can be used.
 */
export function createNotices(log: Logger, hasClients: boolean): (caller: CallerRecord) => void {
  const told = new Set<string>();
  const tell = (fields: Readonly<Record<string, string>>, message: string): void => {
    const notice = JSON.stringify([fields, message]);
    if (told.has(notice) || told.size >= MOST_NOTICES) return;
    told.add(notice);
    log.warn(fields, message);
  };
  return ({ address, isKnown, service, notSent, leftAside }) => {
    const client = (address ?? 'names no fhirServer').slice(0, LONGEST_ADDRESS);
    if (hasClients && !isKnown) tell({ client }, UNKNOWN);
    for (const key of notSent) tell({ client, service, key }, NOT_SENT);
    for (const field of leftAside) tell({ client, service, field }, LEFT_ASIDE);
  };
}

const UNKNOWN =
  'No entry of NERVEROOT_CLIENTS has this fhirServer: what holds for everybody holds for its calls';
const NOT_SENT =
  'The client did not send this key and it was not read: decisions that need it stay open (docs/connecting-an-ehr.md#prefetch)';
const LEFT_ASIDE =
  'The client sends this field in a form that CDS Hooks does not have: it is not used (docs/connecting-an-ehr.md#what-is-odd-in-a-call)';

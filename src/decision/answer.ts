import { hungUpError } from '../errors.ts';
import { readJson } from '../fhir/read-json.ts';
import { notLookedAt } from '../patient-data/gather.ts';
import { serverAddress } from '../site.ts';
import { decide, type DecisionDeps, type DecisionResult } from './decide.ts';
import { discover, type Offer } from './discover.ts';
import { failureOf, type Failure } from './error-response.ts';

/** A call as it came. */
export interface Call {
  readonly serviceId: string;
  /** In memory that threads share, so that it need not be copied again. */
  readonly body: Uint8Array<SharedArrayBuffer>;
  /** Aborted when nobody waits for the answer any more. */
  readonly hungUp: AbortSignal;
}

/** What the log holds of a call that was answered. */
export interface CallRecord {
  readonly service: string;
  readonly hook: string;
  readonly hookInstance: string;
  /** The version of the content that decided. */
  readonly content: string;
  readonly rules: readonly string[];
  /** Rules whose card would have been shown, did the site not want them silent. */
  readonly silent: readonly string[];
}

/** What the operator may have to know of who called. */
export interface CallerRecord {
  readonly service: string;
  /** The FHIR server that the call names, as addresses are compared. */
  readonly address: string | undefined;
  /** It is one of the clients configured. */
  readonly isKnown: boolean;
  /** Keys that did not come and were not read. */
  readonly notSent: readonly string[];
  /** Fields that came in no form that can be used. */
  readonly leftAside: readonly string[];
}

/** How a call ended: with the bytes of a response and what to log of it, or with a failure. */
export type CallOutcome =
  | {
      readonly response: Uint8Array<ArrayBuffer>;
      readonly record: CallRecord;
      readonly caller: CallerRecord;
    }
  | { readonly failure: Failure };

/** Whoever answers calls: this thread, or others. */
export interface Decider {
  /** What the content in force offers. Throws NerverootError. */
  offer(): Promise<Offer>;
  /** Answers a call. Never rejects. */
  answer(call: Call): Promise<CallOutcome>;
}

/** Answers calls in the thread that asks. */
export function decideHere(deps: DecisionDeps): Decider {
  return {
    offer: async () => discover(await deps.content.current()),
    answer: (call) => answerCall(call, deps),
  };
}

/** From the bytes of a call to the bytes of its answer. Never rejects. */
export async function answerCall(
  { serviceId, body, hungUp }: Call,
  deps: DecisionDeps,
): Promise<CallOutcome> {
  const aborted = deps.aborted ?? ((): boolean => hungUp.aborted);
  if (aborted()) return { failure: failureOf(hungUpError()) };
  try {
    const decided = await decide(serviceId, readJson(body), {
      ...deps,
      aborted,
      readerFor: (read) => deps.readerFor?.(read, hungUp),
    });
    const { response, service, request, content, rules, silent } = decided;
    if (aborted()) throw hungUpError();
    return {
      response: new TextEncoder().encode(JSON.stringify(response)),
      record: {
        service: service.id,
        hook: request.hook,
        hookInstance: request.hookInstance,
        content: content.version,
        rules,
        silent,
      },
      caller: callerOf(decided),
    };
  } catch (error) {
    return { failure: failureOf(aborted() ? hungUpError() : error) };
  }
}

function callerOf({ service, request, site, data }: DecisionResult): CallerRecord {
  const notSent = notLookedAt(data).filter(({ key }) => !request.prefetch.has(key));
  return {
    service: service.id,
    address: serverAddress(request.fhirServer),
    isKnown: site.client !== undefined,
    notSent: notSent.map(({ key }) => key),
    leftAside: [...request.leftAside],
  };
}

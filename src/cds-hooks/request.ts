import { z } from 'zod';
import { NerverootError } from '../errors.ts';
import {
  HOOK_CONTEXTS,
  HOOK_NAMES,
  lenient,
  required,
  type HookContext,
  type HookName,
} from './hooks.ts';

const fhirAuthorization = z.object({
  access_token: required(z.string().min(1)),
  token_type: required(z.literal('Bearer')),
  expires_in: required(z.int()),
  scope: required(z.unknown()),
  subject: required(z.unknown()),
});

// hookInstance: any 8-4-4-4-12 hex string; real EHRs send ones that RFC 9562 refuses.
const envelope = z.object({
  hook: z.string().min(1),
  hookInstance: z.guid('must be a UUID'),
  context: z.looseObject({}),
  fhirServer: lenient(z.url({ protocol: /^https?$/ })),
  fhirAuthorization: lenient(z.looseObject({})).pipe(fhirAuthorization.optional()),
  prefetch: lenient(z.record(z.string(), z.unknown())),
});

/** A token, and for how many seconds it may be used. */
interface FhirToken {
  readonly access_token: string;
  readonly expires_in: number;
}

/**
 * One call of a CDS Client, checked. Unknown properties have been dropped.
 *
 * @see https://cds-hooks.hl7.org/STU2/#calling-a-cds-service
 */
export interface CdsRequest {
  readonly hook: HookName;
  readonly hookInstance: string;
  readonly context: HookContext;
  readonly fhirServer?: string;
  readonly fhirAuthorization?: FhirToken;
  /** Values as sent: resources, Bundles, OperationOutcomes, null, or what is none of these. */
  readonly prefetch: ReadonlyMap<string, unknown>;
  /** Fields that were sent in no form that can be used, and count as not sent. */
  readonly leftAside: ReadonlySet<string>;
}

/**
 * Reads a request body; throws InvalidRequest with the path of the first fault, and names all:
 * what the specification demands and is not there, and what nobody can be advised without.
 */
export function parseCdsRequest(body: unknown): CdsRequest {
  const request = check(envelope, body, '');
  if (!isHookName(request.hook)) {
    const known = HOOK_NAMES.join(', ');
    throw invalid('hook', `"hook" must be one of ${known}`);
  }
  const sent = body as Readonly<Record<string, unknown>>; // an object: it has been checked
  const hasToken = isSent(sent['fhirAuthorization']);
  if (hasToken && sent['fhirServer'] === undefined) {
    throw invalid('fhirServer', '"fhirServer" is required when "fhirAuthorization" is sent');
  }
  const context: HookContext = check(HOOK_CONTEXTS[request.hook], request.context, 'context');
  // A token opens the server of its own call, and is for nothing where that is null.
  const isForNothing = hasToken && sent['fhirServer'] === null;
  const token = isForNothing ? undefined : tokenOf(request.fhirAuthorization);
  return {
    hook: request.hook,
    hookInstance: request.hookInstance,
    context,
    prefetch: new Map(Object.entries(request.prefetch ?? {})),
    ...(request.fhirServer === undefined ? {} : { fhirServer: request.fhirServer }),
    ...(token ? { fhirAuthorization: token } : {}),
    leftAside: new Set([
      ...(isForNothing ? ['fhirServer'] : []),
      ...unused(sent, { ...request, fhirAuthorization: token }, ''),
      ...unused(request.context, context, 'context.'),
    ]),
  };
}

/** Scope and subject are not interpreted: the server decides by its own rules. */
function tokenOf(sent: z.infer<typeof envelope>['fhirAuthorization']): FhirToken | undefined {
  const { access_token, token_type, expires_in } = sent ?? {};
  if (access_token === undefined || token_type === undefined || expires_in === undefined) {
    return undefined;
  }
  return { access_token, expires_in };
}

/** Paths of the fields that were sent and of which nothing was read. */
function unused(sent: object, read: object, base: string): string[] {
  const values = new Map<string, unknown>(Object.entries(sent));
  return Object.entries(read).flatMap(([name, value]) =>
    value === undefined && isSent(values.get(name)) ? `${base}${name}` : [],
  );
}

function isSent(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function isHookName(name: string): name is HookName {
  return Object.hasOwn(HOOK_CONTEXTS, name);
}

function check<T>(schema: z.ZodType<T>, value: unknown, base: string): T {
  const result = schema.safeParse(value, {
    error: ({ input }) => (input === undefined ? 'is missing' : undefined),
  });
  if (result.success) return result.data;
  // Paths and rules only: a message never repeats what was sent.
  const faults = result.error.issues.map(({ path, message }) => {
    const place = [base, ...path.map(String)].filter(Boolean).join('.') || 'the request body';
    return { place, text: `"${place}" ${message}` };
  });
  throw invalid(faults[0]?.place ?? base, faults.map(({ text }) => text).join('; '));
}

function invalid(path: string, message: string): NerverootError {
  return new NerverootError('InvalidRequest', message, { path });
}

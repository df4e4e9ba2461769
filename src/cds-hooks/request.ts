import { z } from 'zod';
import { NerverootError } from '../errors.ts';
import { HOOK_CONTEXTS, HOOK_NAMES, optional, type HookContext, type HookName } from './hooks.ts';

const fhirAuthorization = z.object({
  access_token: z.string().min(1),
  token_type: z.literal('Bearer'),
  expires_in: z.int(),
  scope: z.string(),
  subject: z.string().min(1),
  patient: optional(z.string().min(1)),
});

// hookInstance: any 8-4-4-4-12 hex string; real EHRs send ones that RFC 9562 refuses.
const envelope = z.object({
  hook: z.string().min(1),
  hookInstance: z.guid('must be a UUID'),
  context: z.looseObject({}),
  fhirServer: optional(z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' })),
  fhirAuthorization: optional(fhirAuthorization),
  prefetch: optional(z.record(z.string(), z.unknown())),
});

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
  readonly fhirAuthorization?: z.infer<typeof fhirAuthorization>;
  /** Values as sent: resources, Bundles, OperationOutcomes, null. */
  readonly prefetch: ReadonlyMap<string, unknown>;
}

/** Reads a request body; throws InvalidRequest with the path of the first fault, and names all. */
export function parseCdsRequest(body: unknown): CdsRequest {
  const request = check(envelope, body, '');
  if (!isHookName(request.hook)) {
    const known = HOOK_NAMES.join(', ');
    throw invalid('hook', `"hook" must be one of ${known}`);
  }
  if (request.fhirAuthorization && request.fhirServer === undefined) {
    throw invalid('fhirServer', '"fhirServer" is required when "fhirAuthorization" is sent');
  }
  const context: HookContext = check(HOOK_CONTEXTS[request.hook], request.context, 'context');
  return {
    hook: request.hook,
    hookInstance: request.hookInstance,
    context,
    prefetch: new Map(Object.entries(request.prefetch ?? {})),
    ...(request.fhirServer === undefined ? {} : { fhirServer: request.fhirServer }),
    ...(request.fhirAuthorization ? { fhirAuthorization: request.fhirAuthorization } : {}),
  };
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

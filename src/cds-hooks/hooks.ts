import { z } from 'zod';

const id = z.string().regex(/^[A-Za-z0-9\-.]{1,64}$/, 'must be a FHIR id, without a type prefix');

/**
 * A field that is used where it is as the specification has it, and else left aside: one that is
 * odd must not refuse the call. Clients also write null for what they have not.
 */
export function lenient<T extends z.ZodType>(schema: T) {
  return schema.optional().catch(undefined);
}

/** The same for a field that must be there, whatever it holds. */
export function required<T extends z.ZodType>(schema: T) {
  return z
    .unknown()
    .refine((value): boolean => value !== undefined, 'is missing')
    .pipe(lenient(schema));
}

function userId(...types: readonly string[]) {
  return z.string().regex(new RegExp(`^(${types.join('|')})/[A-Za-z0-9\\-.]{1,64}$`));
}

const clinician = userId('Practitioner', 'PractitionerRole');
const anyUser = userId('Practitioner', 'PractitionerRole', 'Patient', 'RelatedPerson');

const selections = z.array(z.string().regex(/^[A-Za-z]+\/[A-Za-z0-9\-.]{1,64}$/));

/**
 * The hooks this service can be called by, each with the context its definition
 * asks for. A new hook is one entry here. Unknown context fields are ignored,
 * since a hook may add optional fields in a minor version.
 *
 * @see https://cds-hooks.hl7.org/hooks/STU1/
 */
export const HOOK_CONTEXTS = {
  'patient-view': z.object({
    userId: required(anyUser),
    patientId: id,
    encounterId: lenient(id),
  }),
  'order-select': z.object({
    userId: required(clinician),
    patientId: id,
    encounterId: lenient(id),
    selections: required(selections),
    draftOrders: required(z.unknown()),
  }),
  'order-sign': z.object({
    userId: required(clinician),
    patientId: id,
    encounterId: lenient(id),
    draftOrders: required(z.unknown()),
  }),
  'encounter-start': z.object({
    userId: required(clinician),
    patientId: id,
    encounterId: required(id),
  }),
} as const;

export type HookName = keyof typeof HOOK_CONTEXTS;
export const HOOK_NAMES = Object.keys(HOOK_CONTEXTS) as [HookName, ...HookName[]]; // keys() widens to string

/** Context fields that a prefetch template may name as `{{context.<field>}}`, by hook. */
export const PREFETCH_TOKENS: Readonly<Record<HookName, readonly string[]>> = {
  'patient-view': ['userId', 'patientId', 'encounterId'],
  'order-select': ['userId', 'patientId', 'encounterId'],
  'order-sign': ['userId', 'patientId', 'encounterId'],
  'encounter-start': ['userId', 'patientId', 'encounterId'],
};

/** True for hooks whose context holds unsigned orders. */
export function carriesOrders(hook: HookName): boolean {
  return 'draftOrders' in HOOK_CONTEXTS[hook].shape;
}

/** The context of any hook, as the pipeline reads it; what is undefined was not sent, or left aside. */
export interface HookContext {
  readonly userId?: string | undefined;
  readonly patientId: string;
  readonly encounterId?: string | undefined;
  readonly selections?: readonly string[] | undefined;
  /** As it came: a Bundle, if it is as the specification has it. */
  readonly draftOrders?: unknown;
}

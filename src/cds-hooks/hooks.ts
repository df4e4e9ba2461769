import { z } from 'zod';

const id = z.string().regex(/^[A-Za-z0-9\-.]{1,64}$/, 'must be a FHIR id, without a type prefix');
const resource = z.looseObject({ resourceType: z.string().min(1) });

/** A field that may be left out. Clients also write null for what they have not, against the specification. */
export function optional<T extends z.ZodType>(schema: T) {
  return schema.nullish().transform((value) => value ?? undefined);
}

/** A Bundle in a hook's context. Clients leave out `type` and `fullUrl`, so neither is asked for. */
const ordersBundle = z.looseObject({
  resourceType: z.literal('Bundle'),
  entry: optional(z.array(z.looseObject({ resource }))),
});

function userId(...types: readonly string[]) {
  const pattern = new RegExp(`^(${types.join('|')})/[A-Za-z0-9\\-.]{1,64}$`);
  return z
    .string()
    .regex(pattern, `must be one of ${types.map((type) => `${type}/<id>`).join(', ')}`);
}

const clinician = userId('Practitioner', 'PractitionerRole');
const anyUser = userId('Practitioner', 'PractitionerRole', 'Patient', 'RelatedPerson');

/**
 * The hooks this service can be called by, each with the context its definition
 * asks for. A new hook is one entry here. Unknown context fields are ignored,
 * since a hook may add optional fields in a minor version.
 *
 * @see https://cds-hooks.hl7.org/hooks/STU1/
 */
export const HOOK_CONTEXTS = {
  'patient-view': z.object({
    userId: anyUser,
    patientId: id,
    encounterId: optional(id),
  }),
  'order-select': z.object({
    userId: clinician,
    patientId: id,
    encounterId: optional(id),
    selections: z.array(
      z.string().regex(/^[A-Za-z]+\/[A-Za-z0-9\-.]{1,64}$/, 'must be <Type>/<id>'),
    ),
    draftOrders: ordersBundle,
  }),
  'order-sign': z.object({
    userId: clinician,
    patientId: id,
    encounterId: optional(id),
    draftOrders: ordersBundle,
  }),
  'encounter-start': z.object({
    userId: clinician,
    patientId: id,
    encounterId: id,
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

/** The context of any hook, as the pipeline reads it. */
export interface HookContext {
  readonly userId: string;
  readonly patientId: string;
  readonly encounterId?: string | undefined;
  readonly selections?: readonly string[];
  readonly draftOrders?: z.infer<typeof ordersBundle>;
}

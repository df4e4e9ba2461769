import { z } from 'zod';

const text = z.string().min(1);

/** @see https://cds-hooks.hl7.org/STU2/#coding */
export const coding = z.strictObject({ code: text, system: text, display: text.optional() });

/** @see https://cds-hooks.hl7.org/STU2/#reasons-for-rejecting-a-card */
export const overrideReason = z.strictObject({ code: text, system: text, display: text });

/** @see https://cds-hooks.hl7.org/STU2/#action */
export const action = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('create'),
    description: text,
    resource: z.looseObject({ resourceType: text }),
  }),
  z.strictObject({ type: z.literal('delete'), description: text, resourceId: text }),
]);

/** @see https://cds-hooks.hl7.org/STU2/#suggestion */
export const suggestion = z.strictObject({
  label: text,
  uuid: z.guid(),
  isRecommended: z.boolean().optional(),
  actions: z.array(action).min(1),
});

/** @see https://cds-hooks.hl7.org/STU2/#link */
export const link = z
  .strictObject({
    label: text,
    url: z.url({ protocol: /^https$/, error: 'must be an https:// address' }),
    type: z.enum(['absolute', 'smart']),
    appContext: text.optional(),
  })
  .refine(({ type, appContext }) => type === 'smart' || appContext === undefined, {
    path: ['appContext'],
    message: 'is for links to apps (type: smart) only',
  })
  .refine(({ type, url }) => type !== 'smart' || !/[?&](?:launch|iss)=/.test(url), {
    path: ['url'],
    message: 'must be the bare launch address; the client adds launch and iss',
  });

export type Link = z.infer<typeof link>;

export const indicator = z.enum(['info', 'warning', 'critical']);
export type Indicator = z.infer<typeof indicator>;

/** Fewer than 140 characters: 139 UTF-16 units satisfies every way of counting. */
export const SUMMARY_LIMIT = 139;

/**
 * What a card rests on, for machines and for who looks closer: each fact with its day and its
 * resource, and all that is not known. A client's entry can switch it off.
 *
 * @see https://cds-hooks.hl7.org/STU2/#extensions
 */
export const cardExtension = z.strictObject({
  'org.nerveroot.evidence': z.strictObject({
    facts: z
      .array(z.strictObject({ fact: text, date: text.optional(), source: text.optional() }))
      .min(1)
      .optional(),
    unknown: z.array(text).min(1).optional(),
  }),
});
export type CardExtension = z.infer<typeof cardExtension>;

/** @see https://cds-hooks.hl7.org/STU2/#card-attributes */
export const card = z.strictObject({
  uuid: z.guid(),
  summary: text.max(SUMMARY_LIMIT),
  detail: text,
  indicator,
  source: z.strictObject({ label: text, url: z.url().optional(), topic: coding }),
  suggestions: z.array(suggestion).min(1).optional(),
  selectionBehavior: z.enum(['at-most-one', 'any']).optional(),
  overrideReasons: z.array(overrideReason).min(1).optional(),
  links: z.array(link).min(1).optional(),
  extension: cardExtension.optional(),
});

/** @see https://cds-hooks.hl7.org/STU2/#system-action */
export const systemAction = z.strictObject({
  type: z.literal('update'),
  description: text,
  resource: z.looseObject({ resourceType: text }),
});

/** @see https://cds-hooks.hl7.org/STU2/#cds-service-response */
export const cdsResponse = z.strictObject({
  cards: z.array(card),
  systemActions: z.array(systemAction).min(1).optional(),
  /** Where some clients look for system actions, as drafts of the specification had them. */
  extension: z.strictObject({ systemActions: z.array(systemAction).min(1) }).optional(),
});

export type Card = z.infer<typeof card>;
export type Suggestion = z.infer<typeof suggestion>;
export type Action = z.infer<typeof action>;
export type SystemAction = z.infer<typeof systemAction>;
export type CdsResponse = z.infer<typeof cdsResponse>;

/** @see https://cds-hooks.hl7.org/STU2/#discovery */
export const cdsServiceEntry = z.strictObject({
  hook: text,
  title: text,
  description: text,
  id: z.string().regex(/^[A-Za-z0-9\-._~]+$/),
  prefetch: z.record(text, text).optional(),
  usageRequirements: text.optional(),
});
export type CdsServiceEntry = z.infer<typeof cdsServiceEntry>;

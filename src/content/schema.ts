import { z } from 'zod';
import { HOOK_NAMES } from '../cds-hooks/hooks.ts';
import { indicator, link, overrideReason } from '../cds-hooks/response.ts';

/** A text that says something. */
export const text = z.string().min(1);
/** How rules are named: RF-01, RF-02b. */
export const RULE_ID = /^[A-Z][A-Z0-9]*-[0-9]+[a-z]?$/;
const ruleId = z.string().regex(RULE_ID, 'must look like RF-01 or RF-02b');
const expression = text.describe('A define of the library, or Library.Define of another');

const https = z.url({ protocol: /^https$/ });

const actionFile = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('create'),
    description: text.describe('Some EHRs show this text instead of the label'),
    resource: z.looseObject({ resourceType: text }).describe('FHIR R4; strings may hold {{tags}}'),
  }),
  z.strictObject({
    type: z.literal('delete'),
    description: text,
    resourceId: text.describe(
      'Relative reference of an order in the request, usually {{item.reference}}',
    ),
  }),
]);

const annotation = z
  .strictObject({
    when: expression.optional().describe('Boolean; the orders are annotated only when true'),
    description: text.describe('What is written on the order, in a few words'),
    extension: z
      .looseObject({ url: z.url() })
      .refine(
        (extension) => Object.keys(extension).filter((key) => /^value[A-Z]/.test(key)).length === 1,
        'needs "url" and one value, like valueCodeableConcept',
      )
      .describe('The FHIR extension to write; the same for every patient'),
  })
  .describe('Written on each order the card is about, for clients that take system actions');

/** One rule's card: `hooks/cards/<rule>.yaml`. */
export const cardFile = z.strictObject({
  rule: ruleId,
  title: text,
  library: text.optional().describe('CQL library of the expressions below'),
  show: expression.optional().describe('Boolean; true shows the card'),
  forEach: expression
    .optional()
    .describe('List of tuples; one card for each, named {{item.field}}'),
  indicator: z.union([indicator, z.strictObject({ expression })], {
    error: 'must be info, warning, critical or { expression: <a String define> }',
  }),
  toldWhere: z
    .record(text, expression)
    .optional()
    .describe(
      'Of a notChecked card: a resource type, Patient.birthDate or a rule, whose lack alone is told only where the define is true',
    ),
  summary: text.describe('One plain sentence, at most 139 characters when filled'),
  detail: text.describe('GitHub-flavoured Markdown with {{Define}} tags'),
  facts: expression.optional().describe('List of {fact, date, source}'),
  unknown: expression.optional().describe('List of strings'),
  guidance: z.strictObject({ text, strength: text, toConfirm: text.optional() }),
  more: z
    .array(text)
    .min(1)
    .optional()
    .describe("What is too long for the card and stands on its rule's page: plain sentences"),
  source: z
    .strictObject({
      key: text.optional().describe('A key of hooks/sources.yaml, which has its label and address'),
      label: text.optional().describe('Where no source of the table says it'),
      url: https.optional().describe('Only of a page that says what the card says'),
    })
    .refine(
      ({ key, label, url }) =>
        key === undefined ? label !== undefined : label === undefined && url === undefined,
      'needs "key", or "label" with or without "url"',
    ),
  suggestions: z
    .array(
      z.strictObject({
        label: text,
        recommended: z.boolean().optional(),
        when: expression.optional().describe('Boolean; the suggestion is made only when true'),
        action: actionFile,
      }),
    )
    .min(1)
    .optional(),
  annotate: annotation.optional(),
  overrideReasons: z.array(text).min(1).optional().describe('Keys of hooks/override-reasons.yaml'),
  links: z.array(link).min(1).optional(),
  form: text
    .optional()
    .describe(
      'Name of a file in hooks/questionnaires: the form that records what the card asks for',
    ),
});
export type CardFile = z.infer<typeof cardFile>;

/** One CDS service: `hooks/services/<id>.yaml`. */
export const serviceFile = z.strictObject({
  id: z.string().regex(/^[A-Za-z0-9\-._~]+$/, 'must be one URL path segment'),
  hook: z.enum(HOOK_NAMES),
  title: text,
  description: text,
  usageRequirements: text.optional(),
  gate: expression.describe('Library.Define; Boolean: is this patient any of our business'),
  required: z.array(text).describe('FHIR resource types without which the answer is 412'),
  cards: z.array(ruleId).describe('Rule ids, most important first'),
  always: z
    .array(ruleId)
    .optional()
    .describe('Those of the rules that are decided for every patient, whatever the gate says'),
  besideCritical: z
    .int()
    .min(0)
    .optional()
    .describe('At most so many other cards while a critical one is shown'),
  silences: z
    .record(ruleId, z.array(ruleId).min(1))
    .optional()
    .describe('Rules that are not shown while the card of the key is'),
  notChecked: ruleId.describe('The card that says what could not be decided for want of data'),
  prefetch: z
    .record(text, text)
    .optional()
    .describe('Overrides of derived prefetch templates, by key'),
});
export type ServiceFile = z.infer<typeof serviceFile>;

/** A FHIR resource, of which only the type is read here. */
export const resource = z.looseObject({ resourceType: text });

/** One demo patient: `hooks/demo-patients/<id>.yaml`. Dates may be written `today - 6 weeks`. */
export const demoPatientFile = z.strictObject({
  title: text.describe('A few words, for a list to choose from'),
  story: text.describe('What happened, in sentences for a clinician'),
  try: z
    .strictObject({
      hook: z.enum(HOOK_NAMES),
      order: resource.optional().describe('The draft order that the hook is about'),
    })
    .describe('The call that the story is made for'),
  patient: z.array(resource).min(1).describe('FHIR R4 resources, one of them the Patient'),
});

/** `hooks/override-reasons.yaml`: the reasons cards may offer, by key. */
export const overrideReasonsFile = z.record(text, overrideReason);
export type OverrideReasonsFile = z.infer<typeof overrideReasonsFile>;

/** `hooks/parameters.yaml`: what a site may set of the CQL's parameters, by name. */
export const parametersFile = z.record(
  text,
  z
    .strictObject({
      unit: text.optional().describe('As people write it: days, mL, °C'),
      of: text.optional().describe('What a number without a unit counts: points, grade'),
      min: z.number().optional().describe('A lower value needs the name of who approved it'),
      max: z.number().optional().describe('A higher value needs the name of who approved it'),
    })
    .refine((one) => (one.unit === undefined) !== (one.of === undefined), 'needs unit, or of'),
);

/** Who answers for a setting that lowers a floor. */
const approval = {
  approvedBy: text.optional(),
  approvedOn: z.iso.date({ error: 'must be a day, like 2026-03-08' }).optional(),
  reason: text.optional(),
};

/** What is written short stands for its longer form. */
function shortFor<T extends z.ZodType>(key: string, long: T) {
  const lengthen = (written: unknown): unknown =>
    typeof written === 'object' && written !== null ? written : { [key]: written };
  return z.preprocess(lengthen, long);
}

const parameterSetting = shortFor(
  'value',
  z.strictObject({
    value: z.union([z.number(), text], { error: 'must be a value, like 28 days' }),
    ...approval,
  }),
);

const ruleSetting = shortFor(
  'show',
  z.strictObject({
    show: z.enum(['on', 'off', 'silent'], { error: 'must be on, off or silent' }),
    ...approval,
  }),
);

const siteSettings = {
  parameters: z.record(text, parameterSetting).optional(),
  rules: z.record(text, ruleSetting).optional(),
};

/** What the content reads of the file of NERVEROOT_CLIENTS; the configuration reads the rest. */
export const clientSettingsFile = z.looseObject({
  site: z.strictObject(siteSettings).optional(),
  clients: z.array(z.looseObject({ fhirServer: text, ...siteSettings })).optional(),
});
const settings = z.strictObject(siteSettings);
export type SiteSettingsFile = z.infer<typeof settings>;
export type Approval = { readonly [K in keyof typeof approval]?: string | undefined };

const someDay = z
  .string({ error: 'must be a year, month or day in quotation marks: "2021", "2021-03-08"' })
  .regex(/^\d{4}(-\d\d(-\d\d)?)?$/, 'must look like 2021, 2021-03 or 2021-03-08');

const source = z.strictObject({
  title: text,
  label: text.optional().describe('How cards name it; the title where left out'),
  publisher: text,
  issued: someDay.optional().describe('Left out where it is not known'),
  url: https.optional(),
  doi: z
    .string()
    .regex(/^10\.\S+$/, 'must begin with 10.')
    .optional(),
  pmid: z.string().regex(/^\d+$/, 'must be digits in quotation marks').optional(),
  supersededBy: text.optional(),
  expires: someDay.optional().describe('The last day on which it stands; check warns afterwards'),
  checked: someDay.optional().describe('When somebody last looked whether it still stands'),
  read: z
    .enum(['original', 'summary', 'second-hand', 'not read'])
    .describe('What was read of it; what is second-hand or not read is never cited as read'),
  where: text.describe('What was read, and where'),
});
export type SourceFile = z.infer<typeof source>;

/** `hooks/sources.yaml`: what rules rest on, by key. */
export const sourcesFile = z.record(
  z.string().regex(/^[A-Z][A-Z0-9]+$/, 'must be capitals and digits, like ABC21'),
  source,
);

/** `hooks/basis.yaml`: what is the same for all rules, for those who decide on using them. */
export const basisFile = z.strictObject({
  about: text.describe('The opening of the page, in Markdown'),
  ofAllRules: z
    .array(
      z.strictObject({
        attribute: text.describe('What somebody may ask'),
        regulation: text.optional().describe('The paragraph that asks it, where one does'),
        says: text,
      }),
    )
    .min(1),
  notInForce: z
    .array(
      z.strictObject({
        rule: ruleId.describe('It has no card yet'),
        title: text,
        says: text.describe('What it will decide, in Markdown'),
        until: text.describe('What has to be there first'),
      }),
    )
    .optional()
    .describe('Rules that are stated and decide nothing yet'),
});
export type BasisFile = z.infer<typeof basisFile>;

const atMost = z.number().nonnegative();

const share = z.int().min(1).max(100);

/** `hooks/budget.yaml`: how many cards are not too many. */
export const budgetFile = z.strictObject({
  evidence: z.enum(['P', 'R', 'S', 'G']).describe('How the limits are known'),
  toConfirm: text.describe('What of it is to be confirmed, and by whom'),
  limits: z
    .array(
      z.strictObject({
        cases: text.describe('The folder of the cases that it holds for'),
        hook: z.enum(HOOK_NAMES).describe('The hook at which these cases are run'),
        cards: atMost.optional().describe('Cards for 100 cases, at most'),
        critical: atMost.optional().describe('Critical cards for 100 cases, at most'),
        infoEach: atMost.optional().describe('Cards of kind info in any one case, at most'),
      }),
    )
    .min(1),
  overrides: z
    .strictObject({ info: share, warning: share })
    .optional()
    .describe('Of 100 cards of a kind, how many overridden are reason to make the rule silent'),
  expected: z
    .record(ruleId, z.partialRecord(z.enum(HOOK_NAMES), z.number().positive()))
    .optional()
    .describe(
      'Cards of a rule for 100 cases at a hook, as they were counted; none where it is left out',
    ),
});
export type BudgetFile = z.infer<typeof budgetFile>;

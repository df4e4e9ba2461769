import { IANAZone } from 'luxon';
import { z } from 'zod';
import { HOOK_NAMES } from '../cds-hooks/hooks.ts';
import { indicator } from '../cds-hooks/response.ts';
import { resource, text } from '../content/schema.ts';

const expectedCard = z.union([
  text,
  z.strictObject({
    rule: text,
    indicator: indicator.optional(),
    summary: text.optional(),
    detail: z.array(text).min(1).optional().describe('Parts that the detail holds'),
    suggestions: z.array(text).optional().describe('Labels, all of them, in order'),
  }),
]);

/** One case: `test/rules/<rule>/<case>.yaml`. Dates may be written `today - 6 weeks`. */
export const caseFile = z.strictObject({
  title: text.describe('A sentence about behaviour'),
  hook: z.enum(HOOK_NAMES),
  service: text.optional().describe('Service id, where several answer the hook'),
  now: z.iso.datetime({ offset: true }).optional(),
  timeZone: text
    .refine((zone) => IANAZone.isValidZone(zone), 'must be an IANA time zone, like Europe/Zurich')
    .optional()
    .describe('IANA zone of the site; default: the offset of `now`'),
  base: text.optional().describe('A patient file, relative to this one'),
  patient: z.array(resource).optional().describe('FHIR R4 resources'),
  context: z
    .looseObject({
      draftOrders: z.array(resource).optional(),
      selections: z.array(text).optional(),
    })
    .optional(),
  withhold: z.array(text).min(1).optional().describe('Resource types the EHR does not send'),
  expect: z
    .strictObject({
      status: z.int().optional(),
      cards: z.array(expectedCard).optional().describe('All cards, in order'),
      shown: z.array(text).optional().describe('At least these rules'),
      absent: z.array(text).optional().describe('None of these rules'),
      facts: z.record(text, z.json()).optional().describe('Library.Define: value, or unknown'),
    })
    .refine((expect) => Object.keys(expect).length > 0, 'must expect something'),
});
export type CaseFile = z.infer<typeof caseFile>;
export type ExpectedCard = z.infer<typeof expectedCard>;

/** Resources that several cases share. */
export const patientFile = z.strictObject({ patient: z.array(resource).min(1) });

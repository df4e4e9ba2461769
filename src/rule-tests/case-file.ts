import { IANAZone } from 'luxon';
import { z } from 'zod';
import { HOOK_NAMES } from '../cds-hooks/hooks.ts';
import { indicator } from '../cds-hooks/response.ts';
import { resource, text } from '../content/schema.ts';
import { entry } from './short-form/entry.ts';

const expectedCard = z.union([
  text,
  z.strictObject({
    rule: text,
    indicator: indicator.optional(),
    summary: text.optional(),
    detail: z.array(text).min(1).optional().describe('Parts that the detail holds'),
    evidence: z
      .array(text)
      .min(1)
      .optional()
      .describe('Parts of lines of the evidence: `date: fact (resource)`, or what is unknown'),
    suggestions: z.array(text).optional().describe('Labels, all of them, in order'),
  }),
]);

/** What a case holds, whichever way the resources in it are written. */
const caseOf = <Entry extends z.ZodType>(written: Entry) =>
  z.strictObject({
    title: text.describe('A sentence about behaviour'),
    hook: z.enum(HOOK_NAMES),
    service: text.optional().describe('Service id, where several answer the hook'),
    now: z.iso.datetime({ offset: true }).optional(),
    timeZone: text
      .refine((zone) => IANAZone.isValidZone(zone), 'must be an IANA time zone, like Europe/Zurich')
      .optional()
      .describe('IANA zone of the site; default: the offset of `now`'),
    base: text.optional().describe('A patient file, relative to this one'),
    patient: z.array(written).optional().describe('FHIR R4 resources, or their short form'),
    context: z
      .looseObject({
        draftOrders: z.array(written).optional(),
        selections: z.array(text).optional(),
      })
      .optional(),
    parameters: z
      .record(text, z.number())
      .optional()
      .describe('Parameters of cql/Parameters.cql that the site sets otherwise'),
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

/** One case: `test/rules/<rule>/<case>.yaml`. Dates may be written `today - 6 weeks`. */
export const caseFile = caseOf(entry);
export type WrittenCase = z.infer<typeof caseFile>;

/** Several cases in one file: what they have in common, and what each has of its own. */
export const casesFile = caseFile
  .pick({ hook: true, now: true, timeZone: true, expect: true })
  .extend({ cases: z.array(caseFile.omit({ hook: true }).partial({ expect: true })).min(1) });

/** A case with every resource in FHIR. */
export type CaseFile = z.infer<ReturnType<typeof caseOf<typeof resource>>>;
export type ExpectedCard = z.infer<typeof expectedCard>;

/** Resources that several cases share. */
export const patientFile = z.strictObject({ patient: z.array(entry).min(1) });

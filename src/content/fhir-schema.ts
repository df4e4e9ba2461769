import { z } from 'zod';
import { UCUM } from '../engine/units.ts';
import {
  ANSWER_TYPES,
  type QuestionnaireItem,
  type QuestionType,
} from '../reading/questionnaire.ts';
import { text } from './schema.ts';

const valueSetPart = z
  .looseObject({
    system: text.optional(),
    concept: z
      .array(z.looseObject({ code: text, display: text }))
      .min(1)
      .optional(),
    // FHIR wants all filters of one include to hold, so each family is an include of its own.
    filter: z
      .array(
        z.discriminatedUnion('op', [
          z.strictObject({
            property: z.literal('concept'),
            op: z.literal('is-a'),
            value: text.describe('Head of the family: it and all codes below it'),
          }),
          z.strictObject({
            property: z.literal('code'),
            op: z.literal('regex'),
            value: text.describe('Regular expression that the whole code matches'),
          }),
        ]),
      )
      .length(1, 'holds one filter; write each family as an include of its own')
      .optional(),
    valueSet: z.array(text).min(1).optional().describe('Other value sets to take in whole'),
  })
  .refine(
    ({ system, concept, filter, valueSet }) =>
      valueSet === undefined
        ? system !== undefined && (concept === undefined) !== (filter === undefined)
        : system === undefined,
    { message: 'needs "system" with "concept" or "filter" (families), or "valueSet" alone' },
  );

/** What is read of a FHIR R4 ValueSet in `cql/valuesets/`. */
export const valueSetFile = z.looseObject({
  resourceType: z.literal('ValueSet'),
  url: text,
  title: text.optional(),
  extension: z
    .array(
      z.looseObject({
        url: text,
        valueString: text.optional(),
        valueCoding: z
          .looseObject({ system: text, code: text, display: text.optional() })
          .optional(),
      }),
    )
    .optional()
    .describe(
      'urn:nerveroot:extension:list-group: a group of the verified list to be held whole; ' +
        'urn:nerveroot:extension:filled-from: a code, from which terminology refresh fills the set',
    ),
  compose: z.looseObject({
    include: z.array(valueSetPart).min(1),
    exclude: z.array(valueSetPart).min(1).optional(),
  }),
});
export type ValueSetPart = z.infer<typeof valueSetPart>;

/** What is read of a FHIR R4 CodeSystem in `cql/terminology/`. */
export const codeSystemFile = z.looseObject({
  resourceType: z.literal('CodeSystem'),
  url: text,
  concept: z.array(z.looseObject({ code: text, display: text, definition: text })).min(1),
});

/** A FHIR R4 ConceptMap whose targets are like that; `source` and `target` are code systems. */
function conceptMap<T extends z.ZodType>(target: T) {
  const element = z.looseObject({ code: text, target: z.array(target).min(1) });
  const group = z.looseObject({ source: text, target: text, element: z.array(element).min(1) });
  return z.looseObject({
    resourceType: z.literal('ConceptMap'),
    group: z.array(group).min(1),
  });
}

/**
 * What is read of a FHIR R4 ConceptMap in `cql/terminology/`: standard codes beside the
 * project's own.
 */
export const standardMapFile = conceptMap(
  z
    .looseObject({
      code: text,
      display: text,
      // https://hl7.org/fhir/R4/valueset-concept-map-equivalence.html
      equivalence: z.enum(['equivalent', 'equal', 'wider', 'narrower', 'inexact']),
      comment: text.optional().describe('What differs, or why it is left out'),
    })
    .refine(
      ({ equivalence, comment }) =>
        comment !== undefined || !/^(narrower|inexact)$/.test(equivalence),
      { message: 'needs a "comment" that says what differs (FHIR rule cmd-1)' },
    ),
);

export type StandardMap = z.infer<typeof standardMapFile>;

/** A JSON file in `cql/terminology/`. */
export const terminologyFile = z.discriminatedUnion('resourceType', [
  codeSystemFile,
  standardMapFile,
]);

/** What is read of a FHIR R4 ConceptMap: a site's own codes. */
export const conceptMapFile = conceptMap(
  z.looseObject({
    code: text,
    display: text.optional(),
    equivalence: z.enum(
      ['equivalent', 'equal', 'wider', 'subsumes'],
      'must be equivalent, equal, wider or subsumes: a local code stands only for what it certainly means',
    ),
  }),
);

const coding = z.strictObject({ system: text, code: text, display: text.optional() });

const quantity = z.strictObject({
  value: z.number(),
  unit: text.optional().describe('As people read it'),
  system: z.literal(UCUM),
  code: text,
});

const questionExtension = z.looseObject({
  url: text,
  valueCoding: coding.optional(),
  valueInteger: z.int().optional(),
  valueQuantity: quantity.optional(),
});

const enableWhen = z
  .strictObject({
    question: text.describe('linkId of a question that is asked before'),
    operator: z.enum(['exists', '=', '!=', '>', '<', '>=', '<=']),
    answerBoolean: z.boolean().optional(),
    answerInteger: z.int().optional(),
    answerDate: z.iso.date().optional(),
    answerCoding: coding.optional(),
    answerQuantity: quantity.optional(),
  })
  .refine(
    (condition) => Object.keys(condition).length === 3,
    'needs "question", "operator" and one answer, like answerBoolean',
  );

/** Kinds of questions whose answer an Observation can hold, and that the form can ask. */
const ANSWERED = Object.keys(ANSWER_TYPES) as QuestionType[]; // the keys of a literal

const questionnaireItem: z.ZodType<QuestionnaireItem> = z
  .strictObject({
    linkId: text,
    type: z.enum(['group', 'display', ...ANSWERED]),
    text,
    code: z.array(coding).length(1, 'holds the one code of the Observation').optional(),
    answerOption: z
      .array(z.strictObject({ valueCoding: coding }))
      .min(1)
      .optional(),
    extension: z.array(questionExtension).min(1).optional(),
    enableWhen: z.array(enableWhen).min(1).optional(),
    enableBehavior: z.enum(['all', 'any']).optional(),
    item: z.lazy(() => z.array(questionnaireItem).min(1)).optional(),
  })
  .refine(({ type, code }) => (code === undefined) === (type === 'group' || type === 'display'), {
    path: ['code'],
    message: 'stands where a question is asked, and only there',
  })
  .refine(({ type, answerOption }) => (answerOption !== undefined) === (type === 'choice'), {
    path: ['answerOption'],
    message: 'stands where there is a choice, and only there',
  })
  .refine(({ type, item }) => (item !== undefined) === (type === 'group'), {
    path: ['item'],
    message:
      'stands in a group, and only there; a follow-up question stands after its question, with enableWhen',
  })
  .refine(
    ({ enableWhen: conditions = [], enableBehavior }) =>
      conditions.length < 2 || enableBehavior !== undefined,
    {
      path: ['enableBehavior'],
      message: 'says whether all or any of several conditions must hold',
    },
  );

/** What the form can show of a FHIR R4 Questionnaire in `hooks/questionnaires/`. */
export const questionnaireFile = z.looseObject({
  resourceType: z.literal('Questionnaire'),
  url: text,
  version: text.optional(),
  title: text,
  status: z.enum(['draft', 'active', 'retired', 'unknown']),
  subjectType: z.tuple([z.literal('Patient')]),
  item: z.array(questionnaireItem).min(1),
});

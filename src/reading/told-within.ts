import { isObject, objectsIn, referenceTo, type Resource } from '../fhir/resource.ts';
import { listed } from './answers.ts';
import { conceptOf } from './concept.ts';
import type { KnownCodes } from './known.ts';
import { beyond, bothOf, wordsIn, type MayBe } from './may-be.ts';

/** The type of what is told: the rules' words for diagnoses are looked for. */
export const DIAGNOSIS = 'Condition';

/** Why something was done or given, and what came of it. */
const REASONS: Readonly<Record<string, readonly string[]>> = {
  MedicationRequest: ['reasonCode'],
  MedicationStatement: ['reasonCode'],
  Procedure: ['reasonCode', 'complication'],
};

/** When: the first of these elements that is there. */
const WHEN = [
  'performedDateTime',
  'performedPeriod',
  'authoredOn',
  'effectiveDateTime',
  'effectivePeriod',
  'dateAsserted',
];

/**
 * The diagnoses that a resource tells of beside what it is, each as a Condition: what a diagnosis is shown by, and how
 * it began in words; why something was done or given, what came of it, and what its name says that it was for.
 *
 * @see https://hl7.org/fhir/R4/condition-definitions.html#Condition.evidence.code
 * @see https://hl7.org/fhir/R4/procedure-definitions.html#Procedure.complication
 */
export function diagnosesWithin(resource: Resource): readonly Resource[] {
  if (resource.resourceType === DIAGNOSIS) return shownBy(resource);
  const elements = REASONS[resource.resourceType];
  if (elements === undefined) return NONE;
  const concepts: unknown[] = [];
  for (const element of elements) {
    if (resource[element] !== undefined) concepts.push(...listed(resource[element]));
  }
  if (resource.resourceType === 'Procedure') concepts.push(...aimsOf(resource['code']));
  if (concepts.length === 0) return NONE;
  const detail = { reference: referenceTo(resource) ?? `${resource.resourceType}/without id` };
  const recordedDate = whenOf(resource);
  return concepts.map((code) => ({
    resourceType: DIAGNOSIS,
    subject: resource['subject'],
    code,
    ...(recordedDate === undefined ? {} : { recordedDate }),
    evidence: [{ detail: [detail] }],
  }));
}

const NONE: readonly Resource[] = [];

function shownBy(condition: Resource): readonly Resource[] {
  // Of most there is nothing, and a copy of each would cost.
  if (condition['evidence'] === undefined && condition['onsetString'] === undefined) return NONE;
  const { evidence, onsetString, ...others } = condition;
  const concepts = [
    ...objectsIn(evidence).flatMap(({ code }) => listed(code)),
    ...(typeof onsetString === 'string' ? [{ text: onsetString }] : []),
  ];
  return concepts.map((code) => ({ ...others, code, resourceType: DIAGNOSIS }));
}

/** What names say behind a "for" or the like: "dressing for a burn". */
export function aimsOf(concept: unknown): { readonly text: string }[] {
  return wordsIn(concept).flatMap((words) => {
    const [, text] =
      /(?<![\p{L}\d])(?:for|due to|because of|secondary to)\s+(.+)$/isu.exec(words) ?? [];
    return text === undefined ? [] : [{ text }];
  });
}

/** When something was done, given or found. */
export function whenOf(resource: Resource): unknown {
  const when = WHEN.map((element) => resource[element]).find((one) => one !== undefined);
  return isObject(when) ? (when['start'] ?? when['end']) : when;
}

/** What a diagnosis that is told of may be, beyond what is held already. */
export function maybeTold(
  told: Resource,
  held: readonly string[],
  known: KnownCodes,
): MayBe | undefined {
  const { valueSets, word, more } = conceptOf(told, known);
  const possible = bothOf({ valueSets, word: word ?? wordsIn(told['code'])[0] }, more);
  return beyond(
    held,
    possible.valueSets.map((valueSet) => ({ valueSet, word: possible.word })),
  );
}

import { codeKey, type Coding } from '../engine/codes.ts';
import { isObject, objectsIn, type JsonObject, type Resource } from '../fhir/resource.ts';
import type { Question, Questionnaire } from './questionnaire.ts';

/**
 * Answers to a questionnaire are facts: each counts as the Observation that an
 * extraction would write. One function makes these, for rules that meet a response
 * and for whoever stores them.
 *
 * @see https://hl7.org/fhir/uv/sdc/STU3/extraction.html#observation-based-extraction
 */

/** Answers that count, by the status of their response; the others are unfinished or withdrawn. */
const OBSERVATION_STATUS: Readonly<Record<string, string>> = {
  completed: 'final',
  amended: 'amended',
};

/** @see https://hl7.org/fhir/R4/valueset-observation-category.html */
const SURVEY = {
  system: 'http://terminology.hl7.org/CodeSystem/observation-category',
  code: 'survey',
};

/** How an answer of each type that questions take is written in an Observation. */
const VALUES: Readonly<Record<string, (value: unknown) => JsonObject>> = {
  valueBoolean: (value) => ({ valueBoolean: value }),
  valueInteger: (value) => ({ valueInteger: value }),
  valueDate: (value) => ({ valueDateTime: value }),
  valueCoding: (value) => ({ valueCodeableConcept: { coding: [value] } }),
  valueQuantity: (value) => ({ valueQuantity: value }),
};

/**
 * The resources, with the answers of their responses beside them as Observations. What
 * has been extracted from a response already, and is there, is not made again: the
 * stored Observation is what people see and correct.
 */
export function withAnswers(
  resources: readonly Resource[],
  questionnaires: readonly Questionnaire[],
): readonly Resource[] {
  const responses = resources.filter(
    ({ resourceType }) => resourceType === 'QuestionnaireResponse',
  );
  if (responses.length === 0) return resources;
  const extracted = new Set(resources.flatMap(extractedKeys));
  const answers = responses
    .flatMap((response) => observationsOf(response, questionnaires))
    .filter((observation) => !extractedKeys(observation).some((key) => extracted.has(key)));
  return [...resources, ...answers];
}

/**
 * The Observations that the answers of a response stand for, without ids, derived from
 * the response as `source` names it; none when the questionnaire is not one of these, or
 * while the response does not count.
 */
export function observationsOf(
  response: Resource,
  questionnaires: readonly Questionnaire[],
  source = `QuestionnaireResponse/${response.id ?? 'without id'}`,
): Resource[] {
  const canonical = String(response['questionnaire']).split('|')[0];
  const questionnaire = questionnaires.find(({ url }) => url === canonical);
  const status = OBSERVATION_STATUS[String(response['status'])];
  if (questionnaire === undefined || status === undefined) return [];
  const questions = new Map(questionnaire.questions.map((one) => [one.linkId, one]));
  const shared = {
    category: [{ coding: [SURVEY] }],
    ...copy(response, {
      subject: 'subject',
      encounter: 'encounter',
      authored: 'effectiveDateTime',
    }),
    derivedFrom: [{ reference: source }],
  };
  return itemsOf(response).flatMap((item) => {
    const question = questions.get(String(item['linkId']));
    if (question === undefined) return [];
    return objectsIn(item['answer']).flatMap((answer) => {
      const value = valueOf(answer);
      if (value === undefined) return [];
      return { resourceType: 'Observation', status, ...asked(question), ...shared, ...value };
    });
  });
}

function asked({ code, bodySite }: Question): JsonObject {
  return {
    code: { coding: [code] },
    ...(bodySite ? { bodySite: { coding: [bodySite] } } : {}),
  };
}

/** All items of a response, those inside groups and answers too. */
export function itemsOf(holder: JsonObject): JsonObject[] {
  return objectsIn(holder['item']).flatMap((item) => [
    item,
    ...itemsOf(item),
    ...objectsIn(item['answer']).flatMap(itemsOf),
  ]);
}

function valueOf(answer: JsonObject) {
  const name = Object.keys(VALUES).find((candidate) => answer[candidate] !== undefined);
  return name === undefined ? undefined : VALUES[name]?.(answer[name]);
}

function copy(resource: Resource, names: Readonly<Record<string, string>>): JsonObject {
  const there = Object.entries(names).filter(([from]) => resource[from] !== undefined);
  return Object.fromEntries(there.map(([from, to]) => [to, resource[from]]));
}

/** What an Observation says of which answer it is: the response, its own codes and its body site. */
function extractedKeys(resource: Resource): string[] {
  if (resource.resourceType !== 'Observation') return [];
  const bodySite = codingsOf(resource['bodySite']).map(codeKey).toSorted().join(' ');
  return objectsIn(resource['derivedFrom']).flatMap(({ reference }) => {
    const [, id] = /(?:^|\/)QuestionnaireResponse\/([^/]+)/.exec(String(reference)) ?? [];
    if (id === undefined) return [];
    return codingsOf(resource['code']).map((coding) => `${id} ${codeKey(coding)} ${bodySite}`);
  });
}

function codingsOf(concept: unknown): Coding[] {
  return (isObject(concept) ? objectsIn(concept['coding']) : []).map(({ system, code }) => ({
    system: String(system),
    code: String(code),
  }));
}

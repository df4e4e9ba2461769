import { enabledItems } from '../../web/enabled.js';
import { codeKey } from '../engine/codes.ts';
import { isObject, objectsIn, type JsonObject, type Resource } from '../fhir/resource.ts';
import { codingsOf } from './known.ts';
import type { Question, Questionnaire, QuestionnaireItem } from './questionnaire.ts';

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

/** What the answers of the responses come to. */
export interface Answers {
  /** An Observation for each answer that counts. */
  readonly answers: readonly Resource[];
  /** Answers of no kind that their question takes, or to none that is known, as Observations with the value as it came. */
  readonly unreadable: readonly Resource[];
  /** Extracted Observations that an answer stands in for, since they hold none themselves. */
  readonly replaced: ReadonlySet<Resource>;
}

/**
 * The answers of the responses among the resources. What has been extracted from a response
 * already, and is there with its value, is not made again: the stored Observation is what people
 * see and correct. One without a value of the kind that was asked for hides nothing.
 */
export function answersIn(
  resources: readonly Resource[],
  questionnaires: readonly Questionnaire[],
): Answers {
  const responses = resources.filter(
    ({ resourceType }) => resourceType === 'QuestionnaireResponse',
  );
  if (responses.length === 0) return NONE;
  const extracted = Map.groupBy(
    resources.flatMap((resource) => extractedKeys(resource).map((key) => ({ key, resource }))),
    ({ key }) => key,
  );
  const storedAs = (key: string): Resource[] =>
    (extracted.get(key) ?? []).map(({ resource }) => resource);
  const replaced = new Set<Resource>();
  const isNew = (observation: Resource): boolean => {
    const stored = extractedKeys(observation).flatMap(storedAs);
    const kind = kindOfValue(observation);
    if (stored.some((one) => kindOfValue(one) === kind)) return false;
    // Some extractions leave out where on the body was asked; what nobody corrected says no more.
    const bare = extractedKeys({ ...observation, bodySite: undefined }).flatMap(storedAs);
    for (const one of [...stored, ...bare.filter(isUncorrected)]) replaced.add(one);
    return true;
  };
  const found = responses.map((response) => readResponse(response, questionnaires));
  return {
    answers: found.flatMap(({ answers }) => answers).filter(isNew),
    unreadable: found.flatMap(({ unreadable }) => unreadable),
    replaced,
  };
}

const NONE: Answers = { answers: [], unreadable: [], replaced: new Set() };

/**
 * The Observations that the answers of a response stand for, without ids, derived from
 * the response as `source` names it; none when the questionnaire is not one of these, or
 * while the response does not count.
 */
export function observationsOf(
  response: Resource,
  questionnaires: readonly Questionnaire[],
  source?: string,
): readonly Resource[] {
  return readResponse(response, questionnaires, source).answers;
}

function readResponse(
  response: Resource,
  questionnaires: readonly Questionnaire[],
  source?: string,
): Pick<Answers, 'answers' | 'unreadable'> {
  const questionnaire = questionnaireOf(response, questionnaires);
  const status = OBSERVATION_STATUS[String(response['status'])];
  if (questionnaire === undefined || status === undefined) return NONE;
  return observed(response, questionnaire, status, source);
}

/** The questionnaire that a response names, whichever version of it. */
export function questionnaireOf(
  response: Resource,
  questionnaires: readonly Questionnaire[],
): Questionnaire | undefined {
  const canonical = String(response['questionnaire']).split('|')[0];
  return questionnaires.find(({ url }) => url === canonical);
}

/** Whether an item that was answered has one of the linkIds; most responses are to other forms. */
function answersOneOf(holder: JsonObject, linkIds: ReadonlySet<string>): boolean {
  const items: unknown = holder['item'];
  if (!Array.isArray(items)) return false;
  return items.some((item: unknown) => {
    if (!isObject(item)) return false;
    const { linkId, answer } = item;
    if (Array.isArray(answer)) {
      if (answer.length > 0 && typeof linkId === 'string' && linkIds.has(linkId)) return true;
      if (answer.some((one) => isObject(one) && answersOneOf(one, linkIds))) return true;
    }
    return answersOneOf(item, linkIds);
  });
}

const LINK_IDS = new WeakMap<readonly Questionnaire[], ReadonlySet<string>>();

function linkIdsOf(questionnaires: readonly Questionnaire[]): ReadonlySet<string> {
  let all = LINK_IDS.get(questionnaires);
  if (!all) {
    all = new Set(questionnaires.flatMap(({ questions }) => questions.map(({ linkId }) => linkId)));
    LINK_IDS.set(questionnaires, all);
  }
  return all;
}

/** Of the questionnaires, the one most of whose questions a response of another name answers. */
export function questionnaireLike(
  response: Resource,
  questionnaires: readonly Questionnaire[],
): Questionnaire | undefined {
  if (!answersOneOf(response, linkIdsOf(questionnaires))) return undefined;
  const answered = new Set(answeredItems(response).map(({ linkId }) => linkId));
  let most: { readonly like: Questionnaire; readonly shared: number } | undefined;
  for (const like of questionnaires) {
    const shared = like.questions.filter(({ linkId }) => answered.has(linkId)).length;
    if (shared > (most?.shared ?? 0)) most = { like, shared };
  }
  return most?.like;
}

/** The questions that a response to a questionnaire answers, each as an Observation that gives no answer. */
export function questionsAnswered(response: Resource, questionnaire: Questionnaire): Resource[] {
  const { answers, unreadable } = observed(response, questionnaire, 'final');
  return [...answers, ...unreadable].map((observation) => {
    const entries = Object.entries(observation).filter(([name]) => !name.startsWith('value'));
    return { ...Object.fromEntries(entries), resourceType: 'Observation' };
  });
}

function observed(
  response: Resource,
  questionnaire: Questionnaire,
  status: string,
  source = `QuestionnaireResponse/${response.id ?? 'without id'}`,
): Pick<Answers, 'answers' | 'unreadable'> {
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
  const items = answeredItems(response);
  const ruledOut = itemsRuledOut(questionnaire.resource.item, items);
  const answers: Resource[] = [];
  const unreadable: Resource[] = [];
  for (const { linkId, text, answer: given } of items) {
    const question = questions.get(String(linkId));
    if (question !== undefined && ruledOut.has(question.linkId)) continue;
    if (question === undefined && typeof text !== 'string') continue;
    // A question that this version does not have is told by its words.
    const what = question === undefined ? { code: { text } } : asked(question);
    for (const answer of objectsIn(given)) {
      const about = { resourceType: 'Observation', status, ...what, ...shared };
      const value = valueOf(answer);
      if (value && question) answers.push({ ...about, ...value });
      else unreadable.push({ ...about, ...answer });
    }
  }
  return { answers, unreadable };
}

function answeredItems(response: Resource): JsonObject[] {
  return itemsOf(response).filter(({ answer }) => objectsIn(answer).length > 0);
}

/**
 * The items that an answer rules out: "no" to a question beats what follows a "yes", which some
 * forms keep when they hide it. A follow-up whose question was not answered is not ruled out, and
 * what somebody measured never is.
 */
function itemsRuledOut(
  items: readonly QuestionnaireItem[],
  answered: readonly JsonObject[],
): ReadonlySet<string> {
  const answersTo = (linkId: string): JsonObject[] =>
    answered.filter((item) => item['linkId'] === linkId).flatMap(({ answer }) => objectsIn(answer));
  const enabled = enabledItems(items, answersTo);
  const ruledOut = new Set<string>();
  const add = (some: readonly QuestionnaireItem[], isAnswered: boolean): void => {
    for (const { linkId, type, enableWhen = [], item = [] } of some) {
      const decided =
        isAnswered || enableWhen.some(({ question }) => answersTo(question).length > 0);
      const isMeasured = type === 'quantity' || type === 'integer';
      if (decided && !isMeasured && !enabled.has(linkId)) ruledOut.add(linkId);
      add(item, decided);
    }
  };
  add(items, false);
  return ruledOut;
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

function isUncorrected({ status }: Resource): boolean {
  return status === 'final' || status === 'preliminary' || status === 'registered';
}

/** The element of the value, and how JSON has what is in it: some extractions write numbers as texts. */
function kindOfValue(observation: Resource): string {
  const element = Object.keys(observation).find((name) => /^value[A-Z]/.test(name));
  if (element === undefined) return '';
  const value = observation[element];
  return `${element} ${typeof value} ${isObject(value) ? typeof value['value'] : ''}`;
}

function copy(resource: Resource, names: Readonly<Record<string, string>>): JsonObject {
  const there = Object.entries(names).filter(([from]) => resource[from] !== undefined);
  return Object.fromEntries(there.map(([from, to]) => [to, resource[from]]));
}

/** What an Observation says of which answer it is: the response, its own codes and its body site. */
function extractedKeys(resource: Resource): string[] {
  if (resource.resourceType !== 'Observation') return [];
  const derivedFrom = objectsIn(resource['derivedFrom']);
  if (derivedFrom.length === 0) return [];
  const bodySite = codingsOf(resource['bodySite']).map(codeKey).toSorted().join(' ');
  return derivedFrom.flatMap(({ reference }) => {
    const [, id] = /(?:^|\/)QuestionnaireResponse\/([^/]+)/.exec(String(reference)) ?? [];
    if (id === undefined) return [];
    return codingsOf(resource['code']).map((coding) => `${id} ${codeKey(coding)} ${bodySite}`);
  });
}

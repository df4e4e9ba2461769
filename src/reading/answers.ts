import { enabledItems } from '../../web/enabled.js';
import { isObject, type JsonObject, type Resource } from '../fhir/resource.ts';
import { Extracted } from './extracted.ts';
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
 * already, and says the same or was corrected since, is not made again: the stored Observation is
 * what people see and correct.
 */
export function answersIn(
  resources: readonly Resource[],
  questionnaires: readonly Questionnaire[],
): Answers {
  const responses = resources.filter(
    ({ resourceType }) => resourceType === 'QuestionnaireResponse',
  );
  if (responses.length === 0) return NONE;
  const extracted = new Extracted(resources);
  const found = responses.map((response) => ({
    response,
    ...readResponse(response, questionnaires),
  }));
  return {
    answers: found.flatMap(({ response, answers }) =>
      answers.filter((answer) => extracted.isNew(answer, response)),
    ),
    unreadable: found.flatMap(({ unreadable }) => unreadable),
    replaced: extracted.replaced,
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
  if (holder['item'] === undefined) return false;
  return listed(holder['item']).some((item) => {
    if (!isObject(item)) return false;
    const { linkId } = item;
    const answers = listed(item['answer']);
    if (answers.length > 0 && typeof linkId === 'string' && linkIds.has(linkId)) return true;
    if (answers.some((one) => isObject(one) && answersOneOf(one, linkIds))) return true;
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
  const shared = { ...aboutAnswers(response), derivedFrom: [{ reference: source }] };
  const items = answeredItems(response);
  const ruledOut = itemsRuledOut(questionnaire.resource.item, items);
  const answers: Resource[] = [];
  const unreadable: Resource[] = [];
  for (const { linkId, text, answer: given } of items) {
    const question = questions.get(String(linkId));
    if (question !== undefined && ruledOut.has(question.linkId)) continue;
    // A question that this version does not have is told by its words.
    const words = typeof text === 'string' ? text : wordsOfLinkId(String(linkId));
    const what = question === undefined ? { code: { text: words } } : asked(question);
    for (const answer of listed(given)) {
      const about = { resourceType: 'Observation', status, ...what, ...shared };
      const value = isObject(answer) ? valueOf(answer) : undefined;
      if (value && question) answers.push({ ...about, ...value });
      else
        unreadable.push({
          ...about,
          ...(isObject(answer) ? answer : { valueString: String(answer) }),
        });
    }
  }
  return { answers, unreadable };
}

/** What the answers of a response have from it: of which kind they are, whose, and when. */
export function aboutAnswers(response: Resource): JsonObject {
  return {
    category: [{ coding: [SURVEY] }],
    ...copy(response, {
      subject: 'subject',
      encounter: 'encounter',
      authored: 'effectiveDateTime',
    }),
  };
}

/** The words that a linkId is made of, where it is: `night-cough`, `/chest/painAtNight`. */
export function wordsOfLinkId(linkId: string): string {
  return (linkId.replaceAll(/(?<=\p{Ll})(?=\p{Lu})/gu, ' ').match(/\p{L}{2,}/gu) ?? []).join(' ');
}

function answeredItems(response: Resource): JsonObject[] {
  return itemsOf(response).filter(({ answer }) => listed(answer).length > 0);
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
    answered
      .filter((item) => item['linkId'] === linkId)
      .flatMap(({ answer }) => listed(answer).filter(isObject));
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
  return listed(holder['item'])
    .filter(isObject)
    .flatMap((item) => [
      item,
      ...itemsOf(item),
      ...listed(item['answer']).filter(isObject).flatMap(itemsOf),
    ]);
}

/** What is in a list; what stands alone is one of one, as XML is often turned into JSON. */
export function listed(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) return value === undefined || value === null ? NOTHING : [value];
  const all: readonly unknown[] = value;
  return all.every(isThere) ? all : all.filter(isThere);
}

const NOTHING: readonly unknown[] = [];

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function valueOf(answer: JsonObject) {
  const name = Object.keys(VALUES).find((candidate) => answer[candidate] !== undefined);
  return name === undefined ? undefined : VALUES[name]?.(answer[name]);
}

function copy(resource: Resource, names: Readonly<Record<string, string>>): JsonObject {
  const there = Object.entries(names).filter(([from]) => resource[from] !== undefined);
  return Object.fromEntries(there.map(([from, to]) => [to, resource[from]]));
}

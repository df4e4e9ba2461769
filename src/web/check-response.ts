import { enabledItems } from '../../web/enabled.js';
import { UCUM } from '../engine/units.ts';
import { isObject, objectsIn, type JsonObject, type Resource } from '../fhir/resource.ts';
import { itemsOf } from '../reading/answers.ts';
import {
  ANSWER_TYPES,
  limitsOf,
  unitsOf,
  type Questionnaire,
  type QuestionnaireItem,
} from '../reading/questionnaire.ts';

/**
 * What is wrong with the answers of a response, as a sentence that names a question and
 * no answer; undefined when nothing is. An answer to what is not asked is refused, not
 * dropped: whoever sent it would take it to be recorded.
 *
 * @see https://hl7.org/fhir/R4/questionnaireresponse.html
 */
export function objectionToResponse(
  response: Resource,
  { resource }: Questionnaire,
): string | undefined {
  const answered = itemsOf(response).filter(({ answer }) => objectsIn(answer).length > 0);
  const answersTo = (linkId: string) =>
    answered.filter((item) => item['linkId'] === linkId).flatMap(({ answer }) => objectsIn(answer));
  const known = new Map(allItems(resource.item).map((item) => [item.linkId, item]));
  const enabled = enabledItems(resource.item, answersTo);
  for (const { linkId, answer } of answered) {
    const item = known.get(String(linkId));
    if (item === undefined) return 'The response answers a question that is not of this form';
    if (!enabled.has(item.linkId)) {
      return `The response answers ${item.linkId}, which is not asked beside its other answers: leave it out`;
    }
    for (const one of objectsIn(answer)) {
      const objection = objectionToAnswer(item, one);
      if (objection !== undefined) return `The answer to ${item.linkId} ${objection}`;
    }
  }
  return undefined;
}

function objectionToAnswer(item: QuestionnaireItem, answer: JsonObject): string | undefined {
  const { type } = item;
  if (type === 'group' || type === 'display') return `cannot be: it is a ${type}`;
  const name = `value${ANSWER_TYPES[type]}`;
  const value = answer[name];
  if (value === undefined) return `must be a ${name}`;
  if (type === 'integer') return objectionToNumber(item, value, undefined);
  if (type !== 'quantity') return undefined;
  const { value: number, system, code } = isObject(value) ? value : {};
  const units = unitsOf(item);
  if (system !== UCUM || !units.includes(String(code))) {
    return `must have one of its units, by system and code of UCUM: ${units.join(', ')}`;
  }
  return objectionToNumber(item, number, String(code));
}

function objectionToNumber(
  item: QuestionnaireItem,
  value: unknown,
  unit: string | undefined,
): string | undefined {
  if (typeof value !== 'number') return 'must be a number';
  const { min, max } = limitsOf(item, unit);
  return value < min || value > max ? 'is out of range' : undefined;
}

function allItems(items: readonly QuestionnaireItem[]): QuestionnaireItem[] {
  return items.flatMap((item) => [item, ...allItems(item.item ?? [])]);
}

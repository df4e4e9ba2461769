import {
  ANSWER_TYPES,
  unitsOf,
  type EnableWhen,
  type QuestionnaireItem,
} from '../reading/questionnaire.ts';
import type { Objection } from './check-numbers.ts';

/** Operators that need answers with an order. */
const ORDERED: ReadonlySet<string> = new Set(['>', '<', '>=', '<=']);

/**
 * What is wrong with the conditions under which an item is asked. They rest on what is
 * asked before it: so none depends on itself, and nothing appears above where one reads.
 *
 * @see https://hl7.org/fhir/R4/questionnaire-definitions.html#Questionnaire.item.enableWhen
 */
export function objectionsToConditions(
  { enableWhen = [] }: QuestionnaireItem,
  before: readonly QuestionnaireItem[],
): Objection[] {
  return enableWhen.flatMap((condition, i) => {
    const found = objectionTo(
      condition,
      before.find(({ linkId }) => linkId === condition.question),
    );
    return found ? [{ at: ['enableWhen', i, found.key], message: found.message }] : [];
  });
}

function objectionTo(condition: EnableWhen, asked: QuestionnaireItem | undefined) {
  const { question, operator, answerCoding, answerQuantity } = condition;
  if (asked === undefined) {
    const message = `No question ${question} stands before this item; only what is asked before can decide whether it is asked`;
    return { key: 'question', message };
  }
  if (asked.type === 'group' || asked.type === 'display') {
    return { key: 'question', message: `${question} is a ${asked.type}, which has no answer` };
  }
  const type = operator === 'exists' ? 'boolean' : asked.type;
  const needed = `answer${ANSWER_TYPES[type]}` as const;
  if (condition[needed] === undefined) {
    const why = operator === 'exists' ? '' : ` with ${question}, whose type is ${type},`;
    return { key: 'operator', message: `The operator ${operator}${why} takes ${needed}` };
  }
  if (ORDERED.has(operator) && (type === 'boolean' || type === 'choice')) {
    const message = `The operator ${operator} does not fit ${question}, whose type is ${type}: use =, != or exists`;
    return { key: 'operator', message };
  }
  const isOption = ({
    valueCoding: { system, code },
  }: {
    valueCoding: { system: string; code: string };
  }) => system === answerCoding?.system && code === answerCoding.code;
  if (answerCoding && asked.answerOption?.some(isOption) !== true) {
    const message = `${answerCoding.code} of ${answerCoding.system} is no option of ${question}`;
    return { key: needed, message };
  }
  if (answerQuantity && !unitsOf(asked).includes(answerQuantity.code)) {
    return { key: needed, message: `${answerQuantity.code} is no unit of ${question}` };
  }
  return undefined;
}

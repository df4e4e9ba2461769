// Which items of a Questionnaire are asked, by the answers so far: enableWhen of FHIR R4. The
// page shows by it what to ask, and the service holds by it what a response may answer.
// https://hl7.org/fhir/R4/questionnaire-definitions.html#Questionnaire.item.enableWhen

/** @typedef {import('./types.d.ts').Item} Item */
/** @typedef {import('./types.d.ts').Condition} Condition */
/** @typedef {Record<string, any>} Answer `{ valueBoolean: true }` and the like */

/** The linkIds of the items that are asked. An item inside one that is not asked is not asked
 * either, and answers to what is not asked count as none.
 * @param {readonly Item[]} items @param {(linkId: string) => Answer[]} answersTo
 * @returns {Set<string>} */
export function enabledItems(items, answersTo) {
  /** @type {Set<string>} */
  const enabled = new Set();
  // Conditions rest on earlier questions only (nerveroot check), so one pass from the top is enough.
  const add = (/** @type {readonly Item[]} */ some) => {
    for (const { linkId, enableWhen = [], enableBehavior, item = [] } of some) {
      const met = (/** @type {Condition} */ condition) =>
        holds(condition, enabled.has(condition.question) ? answersTo(condition.question) : []);
      const asked = enableBehavior === 'any' ? enableWhen.some(met) : enableWhen.every(met);
      if (!asked) continue;
      enabled.add(linkId);
      add(item);
    }
  };
  add(items);
  return enabled;
}

/** What cannot be compared counts as met: FHIR wants an item in doubt to be asked.
 * @param {Condition} condition @param {Answer[]} answers */
function holds(condition, answers) {
  const { operator } = condition;
  if (operator === 'exists') return answers.length > 0 === condition.answerBoolean;
  const found = new Set(
    answers.map((answer) => compare(operator === '!=' ? '=' : operator, answer, condition)),
  );
  return found.has(undefined) || found.has(true) === (operator !== '!=');
}

/** Undefined when the two cannot be compared.
 * @param {string} operator @param {Answer} answer @param {Condition} condition */
function compare(operator, answer, condition) {
  const { answerBoolean, answerCoding, answerDate, answerInteger, answerQuantity } = condition;
  const { valueBoolean, valueCoding, valueDate, valueInteger, valueQuantity } = answer;
  if (answerCoding) {
    return valueCoding?.system === answerCoding.system && valueCoding?.code === answerCoding.code;
  }
  if (answerQuantity) {
    const { value, system, code } = valueQuantity ?? {};
    if (system !== answerQuantity.system || code !== answerQuantity.code) return undefined;
    return isSo(operator, value, answerQuantity.value);
  }
  if (answerDate !== undefined && valueDate?.length !== answerDate.length) return undefined;
  return isSo(
    operator,
    valueBoolean ?? valueInteger ?? valueDate,
    answerBoolean ?? answerInteger ?? answerDate,
  );
}

/** @param {string} operator @param {any} one @param {any} other */
function isSo(operator, one, other) {
  if (operator === '=') return one === other;
  if (operator === '>') return one > other;
  if (operator === '<') return one < other;
  return operator === '>=' ? one >= other : one <= other;
}

// What can be written in the fields for days and numbers, and what is wrong with what is written.

/** @typedef {import('./types.d.ts').Item} Item */
/** @typedef {import('./types.d.ts').Coding} Coding */

const CORE = 'http://hl7.org/fhir/StructureDefinition/';
const SDC = 'http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-';

/** The field of a question, unless it is one to choose an answer.
 * @param {Item} item @param {HTMLFormElement} form */
export function inputOf(item, form) {
  const input = form.querySelector(`#question-${CSS.escape(item.linkId)}`);
  return input instanceof HTMLInputElement ? input : undefined;
}

/** The units that a number may be in. @param {Item} item @returns {Coding[]} */
export function unitsOf({ extension = [] }) {
  return extension.flatMap(({ url, valueCoding }) =>
    url === `${CORE}questionnaire-unitOption` && valueCoding ? [valueCoding] : [],
  );
}

/** The unit that is chosen, or the only one. @param {Item} item @param {HTMLFormElement} form */
export function unitIn(item, form) {
  const units = unitsOf(item);
  const select = selectOf(item, form);
  return select ? units.find(({ code }) => code === select.value) : units[0];
}

/** @param {Item} item @param {HTMLFormElement} form */
function selectOf(item, form) {
  const select = form.querySelector(`#question-${CSS.escape(item.linkId)}-units`);
  return select instanceof HTMLSelectElement ? select : undefined;
}

/** The number of a text. A comma is a decimal sign, as in many countries; with at most two
 * places, since "1,500" and "1.500" may mean one thousand and five hundred.
 * @param {Item} item @param {string} text */
export function numberIn(item, text) {
  const isNumber = item.type === 'integer' ? /^\d+$/ : /^\d+([.,]\d{1,2})?$/;
  return isNumber.test(text) ? Number(text.replace(',', '.')) : undefined;
}

/** @param {Item} item @param {Coding} [unit] */
function limitsOf({ extension = [] }, unit) {
  const find = (/** @type {string} */ end) =>
    extension.find(({ url, valueQuantity }) =>
      unit
        ? url === `${SDC}${end}Quantity` && valueQuantity?.code === unit.code
        : url === `${CORE}${end}Value`,
    );
  const [least, greatest] = [find('min'), find('max')];
  return {
    min: least?.valueQuantity?.value ?? least?.valueInteger ?? 0,
    max: greatest?.valueQuantity?.value ?? greatest?.valueInteger ?? Infinity,
  };
}

/** The numbers that can be written, in words. @param {Item} item @param {Coding} [unit] */
export function limitsIn(item, unit) {
  const { min, max } = limitsOf(item, unit);
  const words = unit ? ` ${unit.display ?? unit.code}` : '';
  return max === Infinity ? `${min}${words} upwards` : `${min} to ${max}${words}`;
}

/** What is wrong with a field, and where to mend it.
 * @param {Item} item @param {HTMLInputElement} input @param {HTMLFormElement} form
 * @returns {{ message: string, at: HTMLElement } | undefined} */
export function faultOf(item, input, form) {
  const text = input.value.trim();
  if (item.type === 'date') {
    const message = faultOfDate(input);
    return message ? { message, at: input } : undefined;
  }
  if (text === '') return undefined;
  const number = numberIn(item, text);
  const select = selectOf(item, form);
  const unit = unitIn(item, form);
  if (number === undefined && item.type === 'quantity') {
    return { message: 'Write a number, like 12 or 12.5.', at: input };
  }
  if (select && !unit) return { message: 'Choose the unit of the number.', at: select };
  const { min, max } = limitsOf(item, unit);
  if (number !== undefined && number >= min && number <= max) return undefined;
  const kind = item.type === 'integer' ? 'a whole number' : 'a number';
  return { message: `Write ${kind} from ${limitsIn(item, unit)}.`, at: input };
}

/** @param {HTMLInputElement} input */
function faultOfDate(input) {
  if (input.validity.badInput) return 'Write a whole date, or leave it empty.';
  return input.value > today() ? 'The day cannot be in the future.' : '';
}

/** The day here, as FHIR writes it. */
export function today() {
  return localTime().slice(0, 10);
}

/** @param {number} number */
const two = (number) => String(number).padStart(2, '0');

/** This moment with the offset of this place, so that the day is the day here. */
export function localTime() {
  const now = new Date();
  const offset = -now.getTimezoneOffset();
  const local = new Date(now.getTime() + offset * 60_000).toISOString().slice(0, 19);
  const [hours, minutes] = [Math.trunc(Math.abs(offset) / 60), Math.abs(offset) % 60];
  return `${local}${offset < 0 ? '-' : '+'}${two(hours)}:${two(minutes)}`;
}

// The questions of a FHIR Questionnaire as a form, and its answers as items of a response.
// "Not asked" is where every question begins, and it writes nothing.

import { enabledItems } from './enabled.js';
import { faultOf, inputOf, limitsIn, numberIn, today, unitIn, unitsOf } from './fields.js';

/** @typedef {import('./types.d.ts').Item} Item */

/** An element with attributes and children; text is never read as HTML.
 * @param {string} name @param {Record<string, string>} attributes @param {(Node | string)[]} children */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.append(...children);
  return made;
}

/** Items as fields. @param {Item[]} items @returns {HTMLElement[]} */
export function showItems(items) {
  return items.map((item) => {
    const shown = showItem(item);
    shown.dataset['linkId'] = item.linkId;
    return shown;
  });
}

/** @param {Item} item */
function showItem(item) {
  if (item.type === 'group') {
    const legend = element('legend', {}, item.text);
    return element('fieldset', {}, legend, ...showItems(item.item ?? []));
  }
  if (item.type === 'display') return element('p', { class: 'note' }, item.text);
  return choicesOf(item) ? showChoice(item) : showField(item);
}

/** What can be chosen, by what stands in the form. @param {Item} item */
function choicesOf(item) {
  if (item.type === 'boolean') {
    return [
      { label: 'Yes', answer: { valueBoolean: true } },
      { label: 'No', answer: { valueBoolean: false } },
    ];
  }
  return item.answerOption?.map(({ valueCoding }) => ({
    label: valueCoding.display ?? valueCoding.code,
    answer: { valueCoding },
  }));
}

/** @param {Item} item */
function showChoice(item) {
  const labels = [...(choicesOf(item) ?? []).map(({ label }) => label), 'Not asked'];
  const radios = labels.map((label, i) => {
    const value = i === labels.length - 1 ? '' : String(i);
    const radio = element('input', { type: 'radio', name: item.linkId, value });
    if (value === '') radio.setAttribute('checked', '');
    return element('label', {}, radio, label);
  });
  const legend = element('legend', {}, item.text);
  const choices = element('div', { class: 'choices' }, ...radios);
  return element('fieldset', { class: 'question' }, legend, choices);
}

/** @param {Item} item */
function showField(item) {
  const id = `question-${item.linkId}`;
  const units = showUnits(item, id);
  const input = element('input', {
    id,
    name: item.linkId,
    'aria-describedby': units.length > 0 ? `${id}-unit ${id}-error` : `${id}-error`,
    autocomplete: 'off',
    ...(item.type === 'date'
      ? { type: 'date', max: today() }
      : { inputmode: item.type === 'quantity' ? 'decimal' : 'numeric', size: '5' }),
  });
  return element(
    'div',
    { class: 'question' },
    element('label', { for: id }, item.text),
    element('div', { class: 'choices' }, input, ...units),
    element('p', { id: `${id}-error`, class: 'error' }),
  );
}

/** The units to choose from, and what numbers they take. @param {Item} item @param {string} id */
function showUnits(item, id) {
  const units = unitsOf(item);
  if (units.length === 0) return [];
  const limits = units.map((unit) => limitsIn(item, unit)).join(', ');
  const words = element('span', { id: `${id}-unit`, class: 'note' }, limits);
  if (units.length === 1) return [words];
  const options = units.map(({ code, display }) =>
    element('option', { value: code }, display ?? code),
  );
  const select = element(
    'select',
    { id: `${id}-units`, 'aria-label': `Unit: ${item.text}`, 'aria-describedby': `${id}-error` },
    element('option', { value: '' }, 'Unit …'),
    ...options,
  );
  return [select, words];
}

/** Shows what is asked beside the answers so far, and hides the rest with what is written there.
 * @param {Item[]} items @param {HTMLFormElement} form @param {Set<string>} [asked]
 * @returns {{ text: string, hidden: boolean }[]} what changed; of a group, not what it holds */
export function showAsked(items, form, asked = findAsked(items, form)) {
  return items.flatMap(({ linkId, text, item = [] }) => {
    const shown = form.querySelector(`[data-link-id="${CSS.escape(linkId)}"]`);
    const inside = showAsked(item, form, asked);
    if (!(shown instanceof HTMLElement) || shown.hidden !== asked.has(linkId)) return inside;
    shown.hidden = !asked.has(linkId);
    return [{ text, hidden: shown.hidden }];
  });
}

/** @param {Item[]} items @param {HTMLFormElement} form */
function findAsked(items, form) {
  const answers = new Map(allItems(items).map((item) => [item.linkId, answerOf(item, form)]));
  return enabledItems(items, (linkId) => [answers.get(linkId) ?? []].flat());
}

/** The items that are asked and answered, in their groups. @param {Item[]} items
 * @param {HTMLFormElement} form @param {Set<string>} asked @returns {object[]} */
export function readItems(items, form, asked = findAsked(items, form)) {
  return items.flatMap((item) => {
    const { linkId, text } = item;
    if (!asked.has(linkId)) return [];
    const inside = item.type === 'group' ? readItems(item.item ?? [], form, asked) : [];
    const answer = item.type === 'group' ? undefined : answerOf(item, form);
    /** @type {object[]} */
    const answered = inside.length > 0 ? [{ linkId, text, item: inside }] : [];
    return answer ? [{ linkId, text, answer: [answer] }] : answered;
  });
}

/** What is written or chosen; undefined while it is nothing, or cannot be read.
 * @param {Item} item @param {HTMLFormElement} form */
function answerOf(item, form) {
  const written = new FormData(form).get(item.linkId);
  const value = typeof written === 'string' ? written.trim() : '';
  if (value === '') return undefined;
  const choices = choicesOf(item);
  if (choices) return choices[Number(value)]?.answer;
  if (item.type === 'date') return { valueDate: value };
  const number = numberIn(item, value);
  if (number === undefined) return undefined;
  if (item.type === 'integer') return { valueInteger: number };
  const { system, code, display } = unitIn(item, form) ?? {};
  if (code === undefined) return undefined;
  return { valueQuantity: { value: number, unit: display ?? code, system, code } };
}

/** Says beside each field that is asked what is wrong with it; the first such field, if any.
 * @param {Item[]} items @param {HTMLFormElement} form @returns {HTMLElement | undefined} */
export function checkFields(items, form) {
  const asked = findAsked(items, form);
  /** @type {HTMLElement | undefined} */
  let first;
  for (const item of allItems(items).filter(({ linkId }) => asked.has(linkId))) {
    const input = inputOf(item, form);
    const error = form.querySelector(`#question-${CSS.escape(item.linkId)}-error`);
    if (!input || !error) continue;
    const fault = faultOf(item, input, form);
    for (const field of error.parentElement?.querySelectorAll('input, select') ?? []) {
      field.setAttribute('aria-invalid', String(field === fault?.at));
    }
    error.textContent = fault?.message ?? '';
    first ??= fault?.at;
  }
  return first;
}

/** Those inside groups as well. @param {Item[]} items @returns {Item[]} */
function allItems(items) {
  return items.flatMap((item) => [item, ...allItems(item.item ?? [])]);
}

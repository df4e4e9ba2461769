// The questions of a FHIR Questionnaire as a form, and its answers as items of a response.
// "Not asked" is where every question begins, and it writes nothing.

/** @typedef {import('./types.d.ts').Item} Item */

const LIMITS = {
  min: 'http://hl7.org/fhir/StructureDefinition/minValue',
  max: 'http://hl7.org/fhir/StructureDefinition/maxValue',
};

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
    if (item.type === 'group') {
      const legend = element('legend', {}, item.text);
      return element('fieldset', {}, legend, ...showItems(item.item ?? []));
    }
    if (item.type === 'display') return element('p', { class: 'note' }, item.text);
    return choicesOf(item) ? showChoice(item) : showField(item);
  });
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
  const input = element('input', {
    id,
    name: item.linkId,
    'aria-describedby': `${id}-error`,
    autocomplete: 'off',
    ...(item.type === 'date'
      ? { type: 'date', max: today() }
      : { inputmode: 'numeric', size: '4' }),
  });
  return element(
    'div',
    { class: 'question' },
    element('label', { for: id }, item.text),
    element('div', { class: 'choices' }, input),
    element('p', { id: `${id}-error`, class: 'error' }),
  );
}

/** The answered items, in their groups. @param {Item[]} items @param {HTMLFormElement} form
 * @returns {object[]} */
export function readItems(items, form) {
  return items.flatMap((item) => {
    const { linkId, text } = item;
    const inside = item.type === 'group' ? readItems(item.item ?? [], form) : [];
    const answer = item.type === 'group' ? undefined : answerOf(item, form);
    /** @type {object[]} */
    const answered = inside.length > 0 ? [{ linkId, text, item: inside }] : [];
    return answer ? [{ linkId, text, answer: [answer] }] : answered;
  });
}

/** @param {Item} item @param {HTMLFormElement} form */
function answerOf(item, form) {
  const written = new FormData(form).get(item.linkId);
  const value = typeof written === 'string' ? written.trim() : '';
  if (value === '') return undefined;
  const choices = choicesOf(item);
  if (choices) return choices[Number(value)]?.answer;
  return item.type === 'date' ? { valueDate: value } : { valueInteger: Number(value) };
}

/** Says beside each field what is wrong with it; the first such field, if any.
 * @param {Item[]} items @param {HTMLFormElement} form @returns {HTMLInputElement | undefined} */
export function checkFields(items, form) {
  /** @type {HTMLInputElement | undefined} */
  let first;
  for (const item of allItems(items)) {
    const input = form.querySelector(`#question-${CSS.escape(item.linkId)}`);
    if (!(input instanceof HTMLInputElement)) continue;
    const message = faultOf(item, input);
    input.setAttribute('aria-invalid', String(message !== ''));
    const error = form.querySelector(`#question-${CSS.escape(item.linkId)}-error`);
    if (error) error.textContent = message;
    if (message !== '') first ??= input;
  }
  return first;
}

/** Those inside groups as well. @param {Item[]} items @returns {Item[]} */
function allItems(items) {
  return items.flatMap((item) => [item, ...allItems(item.item ?? [])]);
}

/** @param {Item} item @param {HTMLInputElement} input */
function faultOf(item, input) {
  if (item.type === 'date') {
    if (input.validity.badInput) return 'Write a whole date, or leave it empty.';
    return input.value > today() ? 'The day cannot be in the future.' : '';
  }
  const value = input.value.trim();
  const [min, max] = [limitOf(item, LIMITS.min) ?? 0, limitOf(item, LIMITS.max) ?? Infinity];
  if (value === '' || (/^\d+$/.test(value) && Number(value) >= min && Number(value) <= max))
    return '';
  return max === Infinity
    ? `Write a whole number from ${min} on.`
    : `Write a whole number from ${min} to ${max}.`;
}

/** @param {Item} item @param {string} url */
function limitOf(item, url) {
  return item.extension?.find((extension) => extension.url === url)?.valueInteger;
}

/** The day here, as FHIR writes it. */
function today() {
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

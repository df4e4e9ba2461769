// The form of one questionnaire for one patient: reads and writes the FHIR server that the
// address names, and asks the CDS services before and after. The patient's id stands behind
// the "#", which browsers send to no server.

import { showCards } from './cards.js';
import { localTime } from './fields.js';
import { checkFields, element, readItems, showAsked, showItems } from './questions.js';

/** @typedef {import('./types.d.ts').Card} Card */
/** @typedef {Record<string, any>} Json FHIR and CDS Hooks as they come */

const name = location.pathname.split('/').at(-1) ?? '';
const forms = location.pathname.slice(0, location.pathname.lastIndexOf('/'));
/** Where the CDS services are: a proxy may serve all of it below a path of its own. */
const root = forms.slice(0, forms.lastIndexOf('/'));
const fhirServer = new URLSearchParams(location.search).get('fhirServer') ?? '';
const isSandbox = fhirServer.endsWith('/sandbox/fhir');
const FHIR = { Accept: 'application/fhir+json', 'Content-Type': 'application/fhir+json' };

/** @param {string} id */
const at = (id) => /** @type {HTMLElement} */ (document.getElementById(id)); // the page has them
const patientInput = /** @type {HTMLInputElement} */ (at('patient'));
const questions = /** @type {HTMLFormElement} */ (at('questions'));
const save = /** @type {HTMLButtonElement} */ (at('save'));

/** @type {Json} */
let questionnaire = {};
let patientId = '';
/** Stories of demo patients, with the order that each is about. @type {Json[]} */
let stories = [];

/** Fetches JSON; what is refused becomes an error with a sentence.
 * @param {string} what @param {string} url @param {RequestInit} [init] @returns {Promise<Json>} */
async function ask(what, url, init) {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(30_000) }).catch(() => {
    throw new Error(`${what}: no answer. Try again.`);
  });
  const body = await response.json().catch(() => ({}));
  if (response.ok) return body;
  const issue = body.issue?.[0];
  const words = issue?.details?.text ?? issue?.diagnostics ?? 'no reason was given';
  throw new Error(`${what}: refused (${response.status}): ${words}`);
}

/** @param {object} body */
const post = (body) => ({ method: 'POST', headers: FHIR, body: JSON.stringify(body) });

/** What the services say now: on opening the chart, and on signing the orders in hand. */
async function askServices() {
  const { services } = await ask('The list of services', `${root}/cds-services`);
  const drafts = await findDrafts();
  const hooks = drafts.length > 0 ? ['patient-view', 'order-sign'] : ['patient-view'];
  const answers = services
    .filter((/** @type {Json} */ { hook }) => hooks.includes(hook))
    .map(async (/** @type {Json} */ { id, hook, title }) => {
      const body = {
        hook,
        hookInstance: crypto.randomUUID(),
        fhirServer,
        context: contextOf(hook, drafts),
      };
      const headers = { 'Content-Type': 'application/json' };
      const init = { method: 'POST', headers, body: JSON.stringify(body) };
      const { cards } = await ask(title, `${root}/cds-services/${encodeURIComponent(id)}`, init);
      return cards;
    });
  /** @type {Card[]} */
  const cards = (await Promise.all(answers)).flat();
  // Two services may say the same.
  return [...new Map(cards.map((card) => [card.summary, card])).values()];
}

/** @param {string} hook @param {Json[]} drafts */
function contextOf(hook, drafts) {
  const context = { userId: 'Practitioner/nerveroot', patientId };
  if (hook === 'patient-view') return context;
  const entry = drafts.map((resource) => ({ resource }));
  return { ...context, draftOrders: { resourceType: 'Bundle', type: 'collection', entry } };
}

/** Draft orders on the FHIR server and, for a demo patient, the order of the story. */
async function findDrafts() {
  const query = new URLSearchParams({ patient: patientId, status: 'draft' });
  const { entry = [] } = await ask('Draft orders', `${fhirServer}/ServiceRequest?${query}`, {
    headers: FHIR,
  });
  const order = stories.find(({ id }) => id === patientId)?.try.order;
  const subject = { reference: `Patient/${patientId}` };
  return [
    ...entry
      .map((/** @type {Json} */ { resource }) => resource)
      .filter((/** @type {Json} */ { resourceType }) => resourceType === 'ServiceRequest'),
    ...(order ? [{ id: 'draft-order', subject, ...order }] : []),
  ];
}

/** Opens the patient named in the field. */
async function open() {
  patientId = patientInput.value.trim();
  if (!/^[A-Za-z0-9.-]{1,64}$/.test(patientId)) {
    patientInput.focus();
    throw new Error('Write the id of the patient: letters, digits, "-" and "." only.');
  }
  const patient = await ask('The patient', `${fhirServer}/Patient/${patientId}`, { headers: FHIR });
  history.replaceState(undefined, '', `#patient=${patientId}`);
  at('who').textContent = describe(patient);
  at('before').replaceChildren(...showCards(await askServices()));
  at('items').replaceChildren(...showItems(questionnaire.item));
  showAsked(questionnaire.item, questions);
  at('result').hidden = true;
  at('record').hidden = false;
  at('who').focus();
}

/** @param {Json} patient */
function describe({ name: names = [], gender, birthDate, id }) {
  const { given = [], family = '', text } = names[0] ?? {};
  const called = text ?? [...given, family].filter(Boolean).join(' ');
  return [called || id, gender, birthDate && `born ${birthDate}`].filter(Boolean).join(', ');
}

/** Writes the answers, and asks the services again. */
async function submit() {
  const faulty = checkFields(questionnaire.item, questions);
  if (faulty) {
    faulty.focus();
    throw new Error('An answer cannot be read; it is marked. Nothing was saved.');
  }
  const item = readItems(questionnaire.item, questions);
  if (item.length === 0) throw new Error('No question is answered. Nothing was saved.');
  const response = {
    resourceType: 'QuestionnaireResponse',
    questionnaire: `${questionnaire.url}|${questionnaire.version}`,
    status: 'completed',
    subject: { reference: `Patient/${patientId}` },
    authored: localTime(),
    item,
  };
  const transaction = await ask('The answers', `${forms}/${name}/$extract`, post(response));
  await ask('The FHIR server', fhirServer, post(transaction));
  const count = transaction['entry'].length - 1;
  at('saved').textContent = `Saved: ${count} ${count === 1 ? 'answer' : 'answers'}.`;
  questions.reset();
  showAsked(questionnaire.item, questions);
  at('after').replaceChildren();
  at('result').hidden = false;
  at('after').replaceChildren(...showCards(await askServices()));
  at('after-title').focus();
}

/** Follows an answer: shows what is asked now, and tells those who do not see it. */
function follow() {
  const words = showAsked(questionnaire.item, questions).map(
    ({ text, hidden }) => `${hidden ? 'No longer asked' : 'Now asked below'}: ${text}.`,
  );
  if (words.length > 0) at('changes').textContent = words.join(' ');
}

/** Runs a step; says that it runs and, at the end of the form it is about, what went wrong.
 * @param {string} status @param {HTMLElement} form @param {() => Promise<void>} step */
async function run(status, form, step) {
  const trouble = at('trouble');
  trouble.hidden = true;
  form.append(trouble);
  at('status').textContent = status;
  save.disabled = true;
  try {
    await step();
  } catch (error) {
    trouble.textContent = error instanceof Error ? error.message : 'Something failed.';
    trouble.hidden = false;
  } finally {
    save.disabled = false;
    at('status').textContent = '';
  }
}

at('whose').addEventListener('submit', (event) => {
  event.preventDefault();
  void run('Opening …', at('whose'), open);
});
questions.addEventListener('submit', (event) => {
  event.preventDefault();
  void run('Saving …', questions, submit);
});

questions.addEventListener('input', follow);

void run('Loading …', at('whose'), async () => {
  at('server').textContent = fhirServer;
  questionnaire = await ask('The form', `${forms}/${name}/questionnaire`);
  document.title = `${questionnaire['title']} · nerveroot`;
  at('title').textContent = questionnaire['title'];
  at('description').textContent = questionnaire['description'] ?? '';
  at('purpose').textContent = questionnaire['purpose'] ?? '';
  if (isSandbox) {
    ({ patients: stories = [] } = await ask(
      'The demo patients',
      fhirServer.replace(/\/fhir$/, '/patients'),
    ));
    at('patients').append(
      ...stories.map(({ id, title }) => element('option', { value: id, label: title })),
    );
  }
  const named = new URLSearchParams(location.hash.slice(1)).get('patient');
  if (named === null) return;
  patientInput.value = named;
  await open();
});

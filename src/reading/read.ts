import { referenceTo, type Resource } from '../fhir/resource.ts';
import { answersIn, questionnaireLike, questionnaireOf, questionsAnswered } from './answers.ts';
import { withItsNarrative } from './beside-code.ts';
import type { CodeMap } from './code-map.ts';
import { Collected } from './collected.ts';
import { conceptOf, moreOf } from './concept.ts';
import { Days } from './days.ts';
import type { KnownCodes } from './known.ts';
import { medicationsOf, withMedicineCode } from './medications.ts';
import { isImplausible, isOfTwoMinds } from './observations.ts';
import { isReadIn, readOrders, type OrdersRead, type UnseenOrder } from './orders.ts';
import { answersToOtherForm } from './other-forms.ts';
import { partsOf } from './parts.ts';
import { birthDateIn, readPatient, readTornPatient } from './patient.ts';
import type { Questionnaire } from './questionnaire.ts';
import type { Lack, Left, Unread, Why } from './reading.ts';
import { isWithdrawn, readStatus } from './status.ts';
import { toldBy } from './notes.ts';
import { readTrusted } from './trust.ts';
import { unreadReasonsOf } from './reasons.ts';
import { newestVersions } from './versions.ts';
import { whoseIs, type PatientNames } from './whose.ts';

/** What was gathered of a patient. */
export interface Chart {
  /** As they came, the Patient among them. */
  readonly resources: readonly Resource[];
  /** Unsigned orders of the request's context. */
  readonly draftOrders: readonly Resource[];
  /** The drafts the call is about: those selected, or all where the hook has no selection. */
  readonly selectedOrders: readonly Resource[];
  readonly unseenOrders: readonly UnseenOrder[];
  readonly patient: PatientNames;
}

/** What reading has to know beside the chart. */
export interface ReadingRules {
  /** The resource types that rules retrieve. */
  readonly types: ReadonlySet<string>;
  readonly known: KnownCodes;
  readonly questionnaires: readonly Questionnaire[];
  /** The site's own codes. */
  readonly codeMap: CodeMap | undefined;
  /** The day at the site, as `2026-03-10`. */
  readonly today: string;
}

/** The chart as rules are to see it. */
export interface Reading extends OrdersRead {
  readonly resources: readonly Resource[];
  readonly unread: readonly Unread[];
  /** Why orders were placed, where it cannot be read: an order for each such reason, as of the selected ones. */
  readonly placedReasons: readonly Unread[];
  /** What became of each resource that came, in no order. */
  readonly left: readonly Left[];
  /** What is not known of whole types. */
  readonly lacks: readonly Lack[];
  /** A resource of the chart as rules see it; the chart itself stays as it came. */
  readonly asRead: (resource: Resource) => Resource;
}

/**
 * The one step between gathering and evaluating that decides what rules may trust. Its law: every
 * resource that came leaves with one outcome; none is left out in silence, and what is unread is
 * handed on with its words, with why, and with what it may be.
 */
export function readChart(chart: Chart, rules: ReadingRules): Reading {
  const { known } = rules;
  const medications = medicationsOf(chart.resources);
  const days = new Days(birthDateIn(chart.resources, rules.today), rules.today);
  const toRules = (resource: Resource): Resource => {
    const coded = days.read(withMedicineCode(withItsNarrative(resource), medications));
    return rules.codeMap?.translate(coded) ?? coded;
  };
  const call = { ...rules, patient: chart.patient, days };
  const collected = new Collected(known);
  const drafts = new Set(chart.draftOrders.flatMap((order) => referenceTo(order) ?? []));
  const isDraft = (one: Resource): boolean => drafts.size > 0 && drafts.has(referenceTo(one) ?? '');
  const { newest, superseded, contradicting } = newestVersions(chart.resources);
  for (const resource of superseded) collected.leave(resource, 'superseded');
  const torn = new Map(contradicting.map((versions) => [versions[0], versions]));
  // Only a response that is read has answers.
  const hasAnswers = (one: Resource): boolean =>
    !isResponse(one) ||
    (!torn.has(one) &&
      whoseIs(one, chart.patient) === 'the patient' &&
      whyResponseIsUnread(one, questionnaireOf(one, rules.questionnaires), known) === undefined);
  const { answers, unreadable, replaced } = answersIn(
    // What an answer says it takes from its response; nothing is looked up by a response as an object.
    newest.filter(hasAnswers).map((one) => (isResponse(one) ? days.read(one) : one)),
    rules.questionnaires,
  );
  for (const given of newest) {
    const versions = torn.get(given);
    if (versions && given.resourceType === 'Patient') {
      readTornPatient(given, versions, call, collected);
    } else if (versions) {
      for (const one of versions) readTorn(one, toRules, call, collected);
    } else if (isDraft(given) || replaced.has(given)) {
      // An order in hand is read from the context alone, a stored copy of it is out of date.
      collected.leave(given, 'superseded');
    } else {
      readOne(given, toRules, call, collected);
    }
  }
  for (const answer of answers) readCoded(undefined, toRules(answer), call, collected);
  for (const answer of unreadable) {
    const isWords = conceptOf(answer, known).why === 'no code';
    collected.unread(undefined, toRules(answer), isWords ? 'no code' : 'value');
  }
  collected.readTold();
  const isRead = isReadIn(collected.reading.left, rules.types);
  // Of one that was placed, the chart may hold what it was for already: that tells how urgent it was all the same.
  const placedReasons = collected.reading.left.flatMap(({ given, outcome }) =>
    given.resourceType === 'ServiceRequest' && (outcome === 'read' || outcome === 'unread')
      ? unreadReasonsOf(toRules(given), known, isRead)
      : [],
  );
  return {
    ...collected.reading,
    ...readOrders(chart, toRules, known, isRead, () => collected.diagnoses()),
    placedReasons,
    asRead: asReadWith(toRules, known),
  };
}

function isResponse({ resourceType }: Resource): boolean {
  return resourceType === 'QuestionnaireResponse';
}

function readTorn(
  given: Resource,
  toRules: (resource: Resource) => Resource,
  rules: RulesOfCall,
  collected: Collected,
): void {
  if (isResponse(given)) {
    readResponse(given, toRules, rules, collected, 'two versions');
  } else {
    collected.unread(given, toRules(given), 'two versions');
  }
}

/** What reading has to know in a call. */
interface RulesOfCall extends ReadingRules {
  readonly patient: PatientNames;
  readonly days: Days;
}

function readOne(
  given: Resource,
  toRules: (resource: Resource) => Resource,
  rules: RulesOfCall,
  collected: Collected,
): void {
  const whose = whoseIs(given, rules.patient);
  if (given.resourceType === 'Patient') {
    readPatient(given, rules, collected);
  } else if (whose === 'another patient' || whose === 'no patient') {
    collected.leave(given, 'of somebody else');
  } else if (!rules.types.has(given.resourceType)) {
    collected.leave(given, 'not asked for', given);
  } else if (isResponse(given)) {
    const doubt = whose === 'not clear' ? 'not clear whose' : undefined;
    readResponse(given, toRules, rules, collected, doubt);
  } else if (whose === 'not clear') {
    collected.unread(given, toRules(given), 'not clear whose');
  } else {
    readCoded(given, toRules(given), rules, collected);
  }
}

/** Answers stand for a response: what keeps it from being read leaves each of its questions open. */
function readResponse(
  given: Resource,
  toRules: (resource: Resource) => Resource,
  rules: RulesOfCall,
  collected: Collected,
  doubt: Why | undefined,
): void {
  const { known, questionnaires } = rules;
  if (isWithdrawn(given)) return collected.leave(given, 'withdrawn', given);
  const own = questionnaireOf(given, questionnaires);
  const like = own ?? questionnaireLike(given, questionnaires);
  if (own === undefined) {
    const others = readOtherForm(given, like, toRules, rules, collected, doubt);
    if (like === undefined) {
      const outcome = others === 0 ? 'not asked for' : doubt === undefined ? 'read' : 'unread';
      return collected.leave(given, outcome, given);
    }
  }
  if (like === undefined) return;
  const why = doubt ?? whyResponseIsUnread(given, own, known);
  if (why === undefined) return collected.leave(given, 'read', given);
  collected.unread(given, given, why);
  // What it asked is asked all the same: no older answer stands for it.
  for (const question of questionsAnswered(given, like)) {
    if (conceptOf(question, known).valueSets.length > 0) collected.resources.push(question);
    else collected.unread(undefined, toRules(question), why);
  }
}

/**
 * The answers to a form that is not known, each as an Observation in words or by the code of its
 * question: as many as may be of something that rules look for. All others are not asked for.
 */
function readOtherForm(
  given: Resource,
  like: Questionnaire | undefined,
  toRules: (resource: Resource) => Resource,
  rules: RulesOfCall,
  collected: Collected,
  doubt: Why | undefined,
): number {
  const { known } = rules;
  if (!rules.types.has('Observation')) return 0;
  const asked = new Set(like?.questions.map(({ linkId }) => linkId));
  const why = doubt ?? (readTrusted(given, known).isModified ? 'modified' : undefined);
  const answers = answersToOtherForm(given, asked, known)
    .map(toRules)
    .filter((answer) => conceptOf(answer, known).valueSets.length > 0);
  for (const answer of answers) {
    if (why === undefined) readCoded(undefined, answer, rules, collected);
    else collected.unread(undefined, answer, why);
  }
  return answers.length;
}

function whyResponseIsUnread(
  given: Resource,
  own: Questionnaire | undefined,
  known: KnownCodes,
): Why | undefined {
  if (own === undefined) return 'form not known';
  if (readTrusted(given, known).isModified) return 'modified';
  const status = String(given['status']);
  return status === 'completed' || status === 'amended' ? undefined : 'not finished';
}

/** What has a code of its own; `given` is undefined for what was taken from inside another resource. */
function readCoded(
  given: Resource | undefined,
  coded: Resource,
  rules: RulesOfCall,
  collected: Collected,
): void {
  const { known } = rules;
  const trusted = readTrusted(coded, known);
  const status = readStatus(trusted.resource);
  const { resource } = status;
  if (trusted.isModified) return collected.unread(given, coded, 'modified');
  if (trusted.isDoubtful) {
    collected.lacks.push(distrustOf(coded));
    return collected.unread(given, coded, 'contradicted', resource);
  }
  if (isWithdrawn(resource)) return collected.leave(given, 'withdrawn', resource);
  for (const part of partsOf(resource)) {
    if (conceptOf(part, known).valueSets.length === 0) continue;
    // What is contained may name another subject than the whole.
    const whose = whoseIs(part, rules.patient);
    if (whose === 'the patient') readCoded(undefined, part, rules, collected);
    if (whose === 'not clear') collected.unread(undefined, part, 'not clear whose');
  }
  const read = conceptOf(resource, known);
  const { why, valueSets, word } = read;
  if (why !== undefined) return collected.unread(given, coded, why, resource, { valueSets, word });
  if (status.isUnread) return collected.unread(given, coded, 'status', resource);
  const isNoDay = rules.days.isNone(resource['valueDateTime']);
  if (isNoDay || isImplausible(resource, valueSets, known) || isOfTwoMinds(resource)) {
    return collected.unread(given, coded, 'value');
  }
  const more = moreOf(read, coded, trusted, known);
  // What is unread tells by itself.
  if (more === undefined) collected.told.push(...toldBy(resource));
  const isRead = valueSets.length > 0;
  if (isRead || more === undefined) {
    // Where rules ask by codes alone, what has none of these is not shown to them.
    const isSeen = isRead || known.askedOf(resource.resourceType) === undefined;
    collected.leave(given, isRead ? 'read' : 'not asked for', isSeen ? resource : undefined);
  }
  if (more) collected.unread(isRead ? undefined : given, coded, 'says more', undefined, more);
}

/** What such a resource says is not known, so nothing of its type is certainly absent. */
export function distrustOf(resource: Resource): Lack {
  const { resourceType } = resource;
  return {
    key: referenceTo(resource) ?? `a ${resourceType} without id`,
    resourceType,
    reason: 'a code and its display contradict each other; correct one of them',
  };
}

function asReadWith(toRules: (resource: Resource) => Resource, known: KnownCodes) {
  return (resource: Resource): Resource =>
    readStatus(readTrusted(toRules(resource), known).resource).resource;
}

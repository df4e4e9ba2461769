import { evidenceLines } from '../../src/cards/evidence.ts';
import type { DecisionResult } from '../../src/decision/decide.ts';
import { readFact, type FactValue } from '../../src/facts.ts';
import { isObject, objectsIn, type Resource } from '../../src/fhir/resource.ts';
import type { Meaning } from './unread-kinds.ts';

/** What a change of one resource must not do, and did. */
export interface Offence {
  readonly law: 'all-clear' | 'appropriate' | 'false' | 'read otherwise';
  readonly what: string;
}

/** Red flags, and what stops an injection. */
const ALARM = /^(?:RF-|EI-07|EI-08|EI-09|EI-11)/;
const OF_ORDERS = /^(?:IM|EI|ME|DX-01)/;
const MET = { library: 'InjectionEligibility', expression: 'Met' };

/** What a change of the resource did to the answer that the laws forbid. */
export async function offences(
  before: DecisionResult,
  after: DecisionResult,
  { resource, meaning }: { readonly resource: Resource; readonly meaning: Meaning },
): Promise<Offence[]> {
  if (meaning === 'the same') return readOtherwise(before, after);
  const isNobodys = meaning === 'not of the patient';
  // What is nobody's is left out; where it said no, its going may not reassure.
  if (isNobodys && (!isNo(resource) || wasUnread(before, resource))) return [];
  return [
    ...allClears(before, after, resource),
    ...(await moreAppropriate(before, after)),
    ...turnedFalse(before, after),
  ];
}

function readOtherwise(before: DecisionResult, after: DecisionResult): Offence[] {
  const was = decisionsOf(before);
  const differing = [...decisionsOf(after)].filter(([rule, value]) => was.get(rule) !== value);
  return differing.map(([rule, value]): Offence => ({
    law: 'read otherwise',
    what: `${rule} is ${inWords(was.get(rule))}, then ${inWords(value)}`,
  }));
}

/** A red flag that was shown is still shown, or a graver one is; or it is unknown, and a card names the entry. */
function allClears(before: DecisionResult, after: DecisionResult, resource: Resource): Offence[] {
  const decisions = decisionsOf(after);
  const alarms = alarmsOf(after);
  if (isGraver(alarmsOf(before), alarms) || speaksOf(after, resource)) return [];
  return [...alarmsOf(before).keys()]
    .filter((rule) => !alarms.has(rule) && decisions.get(rule) !== true)
    .filter((rule) => !isToldOfOrder(rule, after))
    .map((rule) => ({
      law: 'all-clear',
      what: `${rule} is ${inWords(decisions.get(rule))}, and no card speaks of it`,
    }));
}

/** An order that cannot be read is none to rules about orders; NC-02 tells of it, or whether it does is unknown. */
function isToldOfOrder(rule: string, after: DecisionResult): boolean {
  const isUnread = after.reading.unreadOrders.length > 0;
  return OF_ORDERS.test(rule) && isUnread && decisionsOf(after).get('NC-02') !== false;
}

/** The red flags that are shown, and how gravely: more may be silent beside a graver one. */
function alarmsOf({ rules, response }: DecisionResult): Map<string, number> {
  const shown = rules.map((rule, i) => [rule, gravity(response.cards[i]?.indicator)] as const);
  return new Map(shown.filter(([rule]) => ALARM.test(rule)));
}

function gravity(indicator: string | undefined): number {
  return ['info', 'warning', 'critical'].indexOf(indicator ?? '');
}

function isGraver(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
): boolean {
  return [...after].some(([rule, grave]) => grave > (before.get(rule) ?? -1));
}

function speaksOf({ response, rules, service }: DecisionResult, resource: Resource): boolean {
  if (rules.includes(service.notChecked.rule)) return true;
  const text = response.cards
    .flatMap(({ summary, detail, extension }) => [summary, detail, ...evidenceLines(extension)])
    .join(' ');
  const reference = `${resource.resourceType}/${resource.id}`;
  return [reference, ...wordsOf(resource)].some((words) => text.includes(words));
}

function wordsOf(resource: Resource): string[] {
  const concept = resource['code'] ?? resource['medicationCodeableConcept'];
  if (!isObject(concept)) return [];
  const displays = objectsIn(concept['coding']).map(({ display }) => display);
  return [concept['text'], ...displays].filter((words) => typeof words === 'string');
}

/** Nothing is found appropriate, mild or to be waited for that was not so before. */
async function moreAppropriate(before: DecisionResult, after: DecisionResult): Promise<Offence[]> {
  const was = reassurances(before);
  const found = [...reassurances(after)]
    .filter((one) => !was.has(one))
    .map((what): Offence => ({ law: 'appropriate', what }));
  if (!after.rules.includes('EI-01')) return found;
  const [met, metBefore] = [await criteriaMet(after), await criteriaMet(before)];
  const more = met.filter((one) => !metBefore.includes(one));
  return [
    ...found,
    ...more.map((what): Offence => ({ law: 'appropriate', what: `EI-01: ${what}` })),
  ];
}

async function criteriaMet({ evaluation }: DecisionResult): Promise<readonly string[]> {
  const met = readFact(await evaluation.facts([MET]), MET);
  return Array.isArray(met) ? met.map(String) : [];
}

function reassurances({ rules, response }: DecisionResult): Set<string> {
  const found = rules.flatMap((rule, i) => {
    const { indicator = '', summary = '' } = response.cards[i] ?? {};
    if (['IM-01', 'IM-03', 'IM-09'].includes(rule) && indicator === 'warning') {
      return `${rule} as a warning`;
    }
    if (rule === 'IM-04' && summary.includes('is appropriate')) return ['IM-04', 'IM-04 in full'];
    if (['IM-04', 'IM-05', 'CC-01'].includes(rule)) return rule;
    if (rule === 'RF-02b' && summary.includes('no emergency imaging')) return 'RF-02b, no imaging';
    return [];
  });
  return new Set(found);
}

/** What was true or unknown is not false, unless a red flag, or a graver one, silences it. */
function turnedFalse(before: DecisionResult, after: DecisionResult): Offence[] {
  if (isGraver(alarmsOf(before), alarmsOf(after))) return [];
  const was = decisionsOf(before);
  return [...decisionsOf(after)]
    .filter(([rule, value]) => value === false && was.get(rule) !== false)
    .filter(([rule]) => !isToldOfOrder(rule, after))
    .map(([rule]) => ({ law: 'false', what: `${rule} was ${inWords(was.get(rule))}` }));
}

/** What each rule of the service came to. */
function decisionsOf({ service, facts }: DecisionResult): Map<string, FactValue> {
  return new Map(
    service.decisions.flatMap(({ rule, expression }) =>
      rule === undefined ? [] : [[rule, readFact(facts, expression)]],
    ),
  );
}

function inWords(value: FactValue | undefined): string {
  return JSON.stringify(value ?? 'unknown');
}

function wasUnread({ reading }: DecisionResult, resource: Resource): boolean {
  return reading.left.some(({ given, outcome }) => given === resource && outcome === 'unread');
}

/** An answer "no"; that the patient cannot rise on one heel is a finding. */
function isNo({ valueBoolean, code }: Resource): boolean {
  return valueBoolean === false && !JSON.stringify(code ?? '').includes('heel-rise');
}

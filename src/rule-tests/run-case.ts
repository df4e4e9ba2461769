import { isDeepStrictEqual } from 'node:util';
import { DateTime } from 'luxon';
import { evidenceLines } from '../cards/evidence.ts';
import { carriesOrders } from '../cds-hooks/hooks.ts';
import type { Card } from '../cds-hooks/response.ts';
import type { CdsService, Content } from '../content/content.ts';
import { decide, type DecisionResult } from '../decision/decide.ts';
import { NerverootError } from '../errors.ts';
import { plainSite } from '../site.ts';
import { parseExpressionName, readFact } from '../facts.ts';
import { completeResource } from '../fhir/complete-resource.ts';
import type { Resource } from '../fhir/resource.ts';
import { describeFailure, failureOf } from '../decision/error-response.ts';
import { composeRequest } from '../patient-data/compose-request.ts';
import type { Observe } from '../engine/run.ts';
import { findDefinition } from '../elm/definitions.ts';
import type { ExpectedCard } from './case-file.ts';
import { resolveDates } from '../fhir/relative-dates.ts';
import type { RuleCase } from './load-cases.ts';
import { findUnknownNames, noService, serviceOf } from './unknown-names.ts';

/** What differs from what a case expects, for a person to read. */
export interface Difference {
  readonly what: string;
  readonly expected: string;
  readonly got: string;
}

export interface CaseResult {
  readonly case: RuleCase;
  readonly differences: readonly Difference[];
  readonly milliseconds: number;
  /** The decision, when there was one. */
  readonly decision: DecisionResult | undefined;
}

/** The evaluation time of a case that does not say. */
const DEFAULT_NOW = '2026-03-10T09:00:00-05:00';

/**
 * Runs one case through the same `decide` as a call of an EHR. `observe` is told what every
 * node of the CQL comes to on the way.
 */
export async function runCase(
  ruleCase: RuleCase,
  content: Content,
  observe?: Observe,
): Promise<CaseResult> {
  const started = performance.now();
  const isAnswered = serviceOf(ruleCase.written, content.services) !== undefined;
  const outcome = isAnswered ? await attempt(ruleCase, content, observe) : undefined;
  const decision = outcome && 'response' in outcome ? outcome : undefined;
  const differences = [
    ...compareNames(ruleCase, content),
    ...(outcome instanceof NerverootError ? compareError(ruleCase, outcome) : []),
    ...(decision ? await compareDecision(ruleCase, decision) : []),
  ];
  return { case: ruleCase, differences, decision, milliseconds: performance.now() - started };
}

async function attempt(
  ruleCase: RuleCase,
  content: Content,
  observe: Observe | undefined,
): Promise<DecisionResult | NerverootError> {
  try {
    const { serviceId, body, now, timeZone } = composeCase(ruleCase, content);
    let serial = 0;
    return await decide(serviceId, body, {
      content: { current: async () => atSite(ruleCase, content) },
      clock: () => now,
      newId: () => `00000000-0000-4000-8000-${String((serial += 1)).padStart(12, '0')}`,
      siteOf: () => plainSite(timeZone),
      observe,
    });
  } catch (error) {
    if (error instanceof NerverootError) return error;
    throw error;
  }
}

/** The content as the site of a case sets it. */
function atSite({ written: { parameters } }: RuleCase, content: Content): Content {
  if (parameters === undefined) return content;
  const settings = { parameters, services: new Map(), changed: [] };
  return { ...content, sites: new Map([['', settings]]) };
}

/** The request of a case, with its moment. */
export function composeCase(ruleCase: RuleCase, content: Content) {
  const { written } = ruleCase;
  const moment = DateTime.fromISO(written.now ?? DEFAULT_NOW, { setZone: true });
  const timeZone = written.timeZone ?? moment.zoneName ?? 'UTC';
  const now = moment.setZone(timeZone);
  const service = openService(ruleCase, content);
  const patient = resolveDates(ruleCase.resources, now) as Resource[]; // checked by the case schema
  const id = patient.find(({ resourceType }) => resourceType === 'Patient')?.id ?? 'patient';
  const { draftOrders, selections, ...context } = resolveDates(written.context ?? {}, now) as {
    draftOrders?: Resource[];
    selections?: string[];
  }; // checked by the case schema
  const body = composeRequest({
    hook: written.hook,
    hookInstance: '11111111-1111-4111-8111-111111111111',
    requirements: service.requirements,
    resources: patient.map((resource, i) =>
      completeResource(resource, id, `${resource.resourceType.toLowerCase()}-${i}`),
    ),
    draftOrders: carriesOrders(written.hook) ? (draftOrders ?? []) : undefined,
    selections,
    context,
    withhold: written.withhold,
  });
  return { serviceId: service.id, body, now: now.toJSDate(), timeZone };
}

function openService({ file, written }: RuleCase, content: Content): CdsService {
  const service = serviceOf(written, content.services);
  if (service) return service;
  throw new NerverootError('InvalidInput', `${file}: ${noService(written, content.services)}`);
}

function compareNames({ written }: RuleCase, content: Content): Difference[] {
  const { program, services } = content;
  const rules = new Set(content.cards.keys());
  const known = { rules, program, services, brokenLibraries: new Set<string>() };
  return findUnknownNames(written, known).map(({ name, message }) => ({
    what: name,
    expected: 'a name that is there',
    got: message,
  }));
}

function compareError({ written }: RuleCase, error: NerverootError): Difference[] {
  const { status } = describeFailure(failureOf(error));
  if (written.expect.status === status) return [];
  const expected = String(written.expect.status ?? 200);
  return [{ what: 'status', expected, got: `${status}: ${error.message}` }];
}

async function compareDecision(
  { written }: RuleCase,
  decision: DecisionResult,
): Promise<Difference[]> {
  const { status, cards, shown = [], absent = [], facts = {} } = written.expect;
  const differences: Difference[] = [];
  const got = listRules(decision.rules);
  if (status !== undefined && status !== 200) {
    differences.push({ what: 'status', expected: String(status), got: '200' });
  }
  if (cards) differences.push(...compareCards(cards, decision));
  for (const rule of shown) {
    if (!decision.rules.includes(rule)) differences.push({ what: 'shown', expected: rule, got });
  }
  for (const rule of absent) {
    if (decision.rules.includes(rule)) {
      differences.push({ what: 'absent', expected: `not ${rule}`, got });
    }
  }
  for (const [name, expected] of Object.entries(facts)) {
    differences.push(...(await compareFact(name, expected, decision)));
  }
  return differences;
}

function compareCards(expected: readonly ExpectedCard[], decision: DecisionResult): Difference[] {
  const rules = expected.map((card) => (typeof card === 'string' ? card : card.rule));
  if (rules.join() !== decision.rules.join()) {
    return [{ what: 'cards', expected: listRules(rules), got: listRules(decision.rules) }];
  }
  return expected.flatMap((card, i) => {
    const got = decision.response.cards[i];
    return typeof card === 'string' || !got ? [] : compareCard(card, got);
  });
}

function listRules(rules: readonly string[]): string {
  return rules.join(', ') || 'no card';
}

function compareCard(expected: Exclude<ExpectedCard, string>, got: Card): Difference[] {
  const differences: Difference[] = [];
  const compare = (what: string, want: string | undefined, have: string): void => {
    if (want !== undefined && want !== have) {
      differences.push({ what: `${expected.rule} ${what}`, expected: want, got: have });
    }
  };
  compare('indicator', expected.indicator, got.indicator);
  compare('summary', expected.summary, got.summary);
  const labels = (got.suggestions ?? []).map(({ label }) => label).join(' | ');
  compare('suggestions', expected.suggestions?.join(' | '), labels);
  for (const part of expected.detail ?? []) {
    if (got.detail.includes(part)) continue;
    differences.push({ what: `${expected.rule} detail`, expected: `… ${part} …`, got: got.detail });
  }
  const evidence = evidenceLines(got.extension).map((line) => `- ${line}`);
  for (const part of expected.evidence ?? []) {
    if (evidence.some((line) => line.includes(part))) continue;
    const what = `${expected.rule} evidence`;
    differences.push({ what, expected: `… ${part} …`, got: evidence.join('\n') });
  }
  return differences;
}

async function compareFact(
  text: string,
  expected: unknown,
  decision: DecisionResult,
): Promise<Difference[]> {
  const name = parseExpressionName(text, '');
  if (!findDefinition(decision.content.program, name)) return []; // which has been said
  const got = readFact(await decision.evaluation.facts([name]), name);
  const want = expected === 'unknown' ? null : expected;
  if (isDeepStrictEqual(want, got)) return [];
  return [{ what: text, expected: printValue(want), got: printValue(got) }];
}

function printValue(value: unknown): string {
  return value === null ? 'unknown' : JSON.stringify(value);
}

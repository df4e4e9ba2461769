import type { DecisionResult } from '../decision/decide.ts';
import { NerverootError } from '../errors.ts';
import { readFact, type ExpressionName, type FactValue } from '../facts.ts';
import { isObject, referenceTo, type Resource } from '../fhir/resource.ts';
import { notLookedAt, type PatientData } from '../patient-data/gather.ts';
import { reachableRetrieves, type Retrieve } from '../cql/references.ts';
import { describeResource, displaysOf, type Wording } from './evidence.ts';
import type { Change, Edit } from './explanation.ts';

/** How much may be tried. */
export interface Limits {
  readonly changes: number;
  readonly milliseconds: number;
}

/** What is asked to turn, with what it is now and what its tree names already. */
export interface Asked {
  readonly name: ExpressionName;
  readonly value: FactValue;
  /** References and value sets; changes of these are tried first. */
  readonly named: ReadonlySet<string>;
}

export interface FoundChanges {
  /** In the order of what was asked. */
  readonly changes: readonly (readonly Change[])[];
  readonly tried: number;
  readonly untried: number;
}

interface Candidate {
  readonly text: string;
  readonly edit: Edit;
  /** The reference or value set that it is about. */
  readonly about: string;
  /** The questions that it answers, and how, where it is an answer. */
  readonly answers: readonly string[];
  readonly concerns: (retrieve: Retrieve) => boolean;
}

/**
 * Single changes of the data that turn what is asked: between true and not true, or to
 * another value where it has no truth. Each is found by evaluating again, never by guessing.
 */
export async function findChanges(
  decision: DecisionResult,
  asked: readonly Asked[],
  limits: Limits,
): Promise<FoundChanges> {
  const { program } = decision.content;
  const reach = asked.map(({ name }) => reachableRetrieves(program, [name]));
  const named = new Set(asked.flatMap((each) => [...each.named]));
  const all = candidatesFor(decision, reach.flat()).toSorted(
    (a, b) => Number(named.has(b.about)) - Number(named.has(a.about)),
  );
  const changes: Change[][] = asked.map(() => []);
  const answered = asked.map(() => new Set<string>());
  const started = performance.now();
  let tried = 0;
  for (const { text, edit, answers, concerns } of all) {
    if (tried >= limits.changes || performance.now() - started >= limits.milliseconds) break;
    tried += 1;
    const evaluation = decision.evaluationOf(applyEdit(decision.data, edit));
    for (const [i, { name, value }] of asked.entries()) {
      if (!reach[i]?.some(concerns)) continue;
      const becomes = await valueOf(() => evaluation.facts([name]), name);
      if (becomes === undefined || !isTurned(value, becomes)) continue;
      // An answer that is on record, turned, says all that a new answer would.
      if ('add' in edit && answers.some((answer) => answered[i]?.has(answer))) continue;
      changes[i]?.push({ text, becomes, edit });
      for (const answer of answers) answered[i]?.add(answer);
    }
  }
  return { changes, tried, untried: all.length - tried };
}

/** The data after one edit. */
export function applyEdit(data: PatientData, edit: Edit): PatientData {
  const { resources, requirements } = data;
  if ('add' in edit) return { ...data, resources: [...resources, edit.add] };
  if ('remove' in edit) {
    return { ...data, resources: resources.filter((r) => referenceTo(r) !== edit.remove) };
  }
  if ('replace' in edit) {
    const { replace } = edit;
    const isIt = (resource: Resource): boolean => referenceTo(resource) === referenceTo(replace);
    return { ...data, resources: resources.map((r) => (isIt(r) ? replace : r)) };
  }
  const looked = requirements.map(({ key, resourceType, template, ...met }) =>
    key === edit.lookedAt
      ? { key, resourceType, template, state: 'absent' as const }
      : { key, resourceType, template, ...met },
  );
  return { ...data, requirements: looked };
}

/** A card is shown or not; between "no" and unknown it stays away. */
function isTurned(before: FactValue, after: FactValue): boolean {
  const hasTruth = before === null || typeof before === 'boolean';
  return hasTruth
    ? (before === true) !== (after === true)
    : JSON.stringify(before) !== JSON.stringify(after);
}

async function valueOf(
  facts: () => Promise<Parameters<typeof readFact>[0]>,
  name: ExpressionName,
): Promise<FactValue | undefined> {
  try {
    return readFact(await facts(), name);
  } catch (error) {
    if (error instanceof NerverootError && error.code === 'EvaluationFailed') return undefined;
    throw error;
  }
}

function candidatesFor(decision: DecisionResult, retrieves: readonly Retrieve[]): Candidate[] {
  const { timeZone, content } = decision;
  const wording = { timeZone, displays: displaysOf(content.program) };
  return [
    ...decision.data.resources.flatMap((resource) =>
      changesOf(resource, decision, wording, retrieves),
    ),
    ...notLookedAt(decision.data).map(({ key, resourceType, ...met }): Candidate => ({
      text: `if ${key} (${'reason' in met ? met.reason : met.state}) were looked at and nothing more found`,
      edit: { lookedAt: key },
      about: resourceType,
      answers: [],
      concerns: () => true,
    })),
    ...answersTo(decision, retrieves),
  ];
}

/** A resource taken away, and an answer turned. The Patient and the orders in hand are given. */
function changesOf(
  resource: Resource,
  { asRead, content }: DecisionResult,
  wording: Wording,
  retrieves: readonly Retrieve[],
): Candidate[] {
  const reference = referenceTo(resource);
  if (reference === undefined || resource.resourceType === 'Patient') return [];
  const read = asRead(resource);
  const concerns = ({ resourceType, valueSet, codeProperty = 'code' }: Retrieve): boolean =>
    resourceType === resource.resourceType &&
    (valueSet === undefined ||
      codingsOf(read, codeProperty).some((coding) => holds(content, valueSet, coding)));
  if (!retrieves.some(concerns)) return [];
  const { what, date, value } = describeResource(read, wording, true);
  const told = [what, value].filter((part) => part !== undefined).join(': ');
  const text = `without ${reference} (${told}${date === undefined ? '' : `, ${date}`})`;
  const turned = answersInstead(resource).map(({ answer, replace }): Candidate => ({
    text: `if ${reference} (${what}${date === undefined ? '' : `, ${date}`}) said ${answer}`,
    edit: { replace },
    about: reference,
    answers: retrieves.filter(concerns).map(({ valueSet }) => `${valueSet ?? ''} ${answer}`),
    concerns,
  }));
  const removed = { text, edit: { remove: reference }, about: reference, answers: [], concerns };
  return [removed, ...turned];
}

/** The observation with a yes and with a no, as far as it says something else now. */
function answersInstead(resource: Resource): { answer: string; replace: Resource }[] {
  const { valueBoolean, valueString, valueCodeableConcept, ...rest } = resource;
  const values = [valueBoolean, valueString, valueCodeableConcept];
  if (resource.resourceType !== 'Observation' || values.every((v) => v === undefined)) return [];
  return [true, false]
    .filter((value) => value !== valueBoolean)
    .map((value) => ({ answer: yesNo(value), replace: { ...rest, valueBoolean: value } }));
}

/** Observations that are retrieved by codes, answered with yes and with no at this moment. */
function answersTo(decision: DecisionResult, retrieves: readonly Retrieve[]): Candidate[] {
  const { program } = decision.content;
  const urls = retrieves.filter(({ resourceType, valueSet }) => {
    return resourceType === 'Observation' && valueSet !== undefined;
  });
  return [...new Set(urls.map(({ valueSet = '' }) => valueSet))].flatMap((url) => {
    const set = program.valueSets.find((each) => each.url === url);
    const coding = set?.codes[0] ?? program.codeService.enumerate(url)?.[0];
    if (!coding) return [];
    return [true, false].map((value): Candidate => ({
      text: `if "${set?.title ?? url}" were answered ${yesNo(value)} now`,
      edit: { add: anAnswer(decision, coding, value) },
      about: url,
      answers: [`${url} ${yesNo(value)}`],
      concerns: ({ valueSet }) => valueSet === url,
    }));
  });
}

function anAnswer({ request, evaluationTime }: DecisionResult, coding: object, value: boolean) {
  return {
    resourceType: 'Observation',
    id: 'what-if',
    status: 'final',
    code: { coding: [coding] },
    subject: { reference: `Patient/${request.context.patientId}` },
    effectiveDateTime: evaluationTime.toISOString(),
    valueBoolean: value,
  };
}

function yesNo(value: boolean): string {
  return value ? 'yes' : 'no';
}

/** The codings by which a resource is retrieved. */
function codingsOf(resource: Resource, property: string): unknown[] {
  const concept = resource[property] ?? resource[`${property}CodeableConcept`];
  return isObject(concept) && Array.isArray(concept['coding']) ? concept['coding'] : [];
}

function holds({ program }: DecisionResult['content'], url: string, coding: unknown): boolean {
  return program.codeService.findValueSet(url)?.hasMatch(coding) ?? false;
}

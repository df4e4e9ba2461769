import type { Retrieve } from '../elm/references.ts';
import type { DecisionResult } from '../decision/decide.ts';
import { isObject, referenceTo, type Resource } from '../fhir/resource.ts';
import { notLookedAt } from '../patient-data/gather.ts';
import { describeResource, displaysOf, movedTo, type Wording } from './evidence.ts';
import type { Edit } from './explanation.ts';

/** A single change of the data that may turn something. */
export interface Candidate {
  /** In words, as a condition. */
  readonly text: string;
  readonly edit: Edit;
  /** The reference or value set that it is about. */
  readonly about: string;
  /** The questions that it answers, and how, where it is an answer. */
  readonly answers: readonly string[];
  /** Whether a retrieve can bring it. */
  readonly concerns: (retrieve: Retrieve) => boolean;
}

/** The changes to try for what the retrieves can bring. */
export function candidatesFor(
  decision: DecisionResult,
  retrieves: readonly Retrieve[],
): Candidate[] {
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

/**
 * A resource taken away, moved to this moment, and an answer turned. The Patient and the
 * orders in hand are given.
 */
function changesOf(
  resource: Resource,
  { reading, content, evaluationTime }: DecisionResult,
  wording: Wording,
  retrieves: readonly Retrieve[],
): Candidate[] {
  const about = referenceTo(resource);
  if (about === undefined || resource.resourceType === 'Patient') return [];
  const read = reading.asRead(resource);
  const concerns = ({ resourceType, valueSet, codeProperty = 'code' }: Retrieve): boolean =>
    resourceType === resource.resourceType &&
    (valueSet === undefined ||
      codingsOf(read, codeProperty).some((coding) => holds(content, valueSet, coding)));
  const questions = retrieves.filter(concerns).map(({ valueSet = '' }) => valueSet);
  if (questions.length === 0) return [];
  const { what, date, value } = describeResource(read, wording, true);
  const day = date === undefined ? '' : `, ${date}`;
  const told = `${value === undefined ? what : `${what}: ${value}`}${day}`;
  const common = { about, concerns, answers: [] };
  const moved = movedTo(resource, evaluationTime);
  return [
    { ...common, text: `without ${about} (${told})`, edit: { remove: about } },
    ...answersInstead(resource).map(({ answer, replace }) => ({
      ...common,
      text: `if ${about} (${what}${day}) said ${answer}`,
      edit: { replace },
      answers: questions.map((question) => `${question} ${answer}`),
    })),
    ...(moved
      ? [{ ...common, text: `if ${about} (${told}) were of this moment`, edit: { replace: moved } }]
      : []),
  ];
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

import type { DecisionResult } from '../decision/decide.ts';
import { NerverootError } from '../errors.ts';
import { isTruth, readFact, type ExpressionName, type FactValue } from '../facts.ts';
import { referenceTo, type Resource } from '../fhir/resource.ts';
import type { PatientData } from '../patient-data/gather.ts';
import { reachableRetrieves } from '../elm/references.ts';
import { candidatesFor } from './candidates.ts';
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
  return isTruth(before)
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

import type { CdsService, Content } from '../content/content.ts';
import { MAX_PAGES } from '../decision/fhir-access.ts';
import { readBundle } from '../fhir/bundle.ts';
import type { Exchange, FhirAccess, OpenFhirReader } from '../fhir/client.ts';
import { isObject, referenceTo, type Resource } from '../fhir/resource.ts';
import { readMissing } from '../patient-data/read-missing.ts';
import type { DataRequirement } from '../patient-data/requirements.ts';
import { ResourcePool } from '../patient-data/resource-pool.ts';
import { takeCensus, type Census } from './census.ts';
import { issueCodes, outcomeOf, type Outcome } from './outcome.ts';

/** A read or search that services make, and which of them. */
export interface Need {
  readonly requirement: DataRequirement;
  readonly services: readonly CdsService[];
}

/** What a server did with a needed read or search. */
export interface TriedSearch {
  readonly need: Need;
  readonly outcome: Outcome;
  /** HTTP status of the last answer; null when none came. */
  readonly status: number | null;
  /** Issue codes of the OperationOutcomes it gave. */
  readonly issues: readonly string[];
  /** Answers read, pages included. */
  readonly pages: number;
  readonly ms: number;
  /** It took longer than a call has. */
  readonly slow: boolean;
  readonly census: Census;
  /** The first pages of the same search by patient alone, where that has been looked at. */
  readonly wider: WiderLook | null;
}

/** What the search by patient alone tells of a narrower one. */
export interface WiderLook {
  readonly answered: boolean;
  readonly census: Census;
  /** Resources with a code that was asked for, which the narrower search left out. */
  readonly leftOut: number;
}

export interface TryDeps {
  readonly content: Content;
  readonly open: OpenFhirReader;
  readonly now: () => Date;
  readonly budgetMs: number;
  readonly subject: FhirAccess & { readonly patientId: string | undefined };
  /** The patient, or an id that nobody has. */
  readonly patientId: string;
  /** Ends the attempt. */
  readonly signal: AbortSignal;
}

/** True for what a call could rely on, as far as has been seen. */
export function isGood({ outcome, slow }: TriedSearch): boolean {
  return (outcome === 'works' || outcome === 'untried') && !slow;
}

/** Makes a read or search as a call would, and says what became of it. */
export async function trySearch(need: Need, deps: TryDeps): Promise<TriedSearch> {
  const { requirement } = need;
  const { seen, lookedAt, ms } = await look(requirement, deps, MAX_PAGES);
  const census = censusOf(seen, requirement, deps);
  const first = isFilled(requirement.template)
    ? outcomeOf({
        template: requirement.template,
        exchanges: seen,
        census,
        lookedAt,
        timedOut: deps.signal.aborted,
        baseUrl: deps.subject.baseUrl,
      })
    : 'untried';
  const outcome =
    first === 'no-such-patient' && deps.subject.patientId === undefined ? 'untried' : first;
  const wider = await lookWider(requirement, { outcome, seen }, deps);
  return {
    need,
    outcome: wider !== null && wider.leftOut > 0 ? 'leaves-out' : outcome,
    status: seen.at(-1)?.status ?? null,
    issues: issueCodes(seen),
    pages: seen.filter(({ answer }) => answer !== undefined).length,
    ms,
    slow: ms > deps.budgetMs,
    census,
    wider,
  };
}

/** Only a call knows an encounter or a user. */
function isFilled(template: string): boolean {
  return !template.replaceAll('{{context.patientId}}', '').includes('{{');
}

interface Seen {
  readonly seen: readonly Exchange[];
  readonly lookedAt: boolean;
  readonly ms: number;
}

async function look(
  requirement: DataRequirement,
  { content, open, now, subject, patientId, signal }: TryDeps,
  maxPages: number,
): Promise<Seen> {
  const seen: Exchange[] = [];
  const reader = open(subject, { signal, maxPages }, (exchange) => seen.push(exchange));
  const { model } = content.program;
  const pool = new ResourcePool(patientId, (name) => model.isResourceType(name));
  const context = { userId: '', patientId };
  const start = now().getTime();
  const [met] = await readMissing(
    [{ ...requirement, state: 'missing', reason: 'not sent' }],
    context,
    reader,
    pool,
  );
  const lookedAt = met?.state === 'read' || met?.state === 'absent';
  return { seen, lookedAt, ms: now().getTime() - start };
}

const SAMPLE_PAGES = 5;

/**
 * A search that is narrowed beyond the patient hides what it leaves out: codes of
 * other systems, and resources that a server fails to find by the codes it is given.
 */
async function lookWider(
  { key, resourceType, template }: DataRequirement,
  { outcome, seen }: { outcome: Outcome; seen: readonly Exchange[] },
  deps: TryDeps,
): Promise<WiderLook | null> {
  const narrowing = parametersOf(template).filter(([name]) => !/^(patient|_.*)$/.test(name));
  const isWorthIt =
    outcome === 'rejected' || (outcome === 'works' && deps.subject.patientId !== undefined);
  if (narrowing.length === 0 || !isWorthIt) return null;
  const wide = { key, resourceType, template: `${resourceType}?patient={{context.patientId}}` };
  const { seen: wideSeen } = await look(wide, deps, SAMPLE_PAGES);
  const found = new Set(resourcesOf(seen).map(referenceTo));
  const codes = narrowing.flatMap(([name, value]) => (name === 'code' ? value.split(',') : []));
  const leftOut = resourcesOf(wideSeen).filter(
    (resource) => !found.has(referenceTo(resource)) && hasCode(resource, codes),
  );
  const onlyCode = narrowing.length === 1 && outcome === 'works';
  return {
    answered: wideSeen[0]?.answer?.resourceType === 'Bundle' && wideSeen[0].status === 200,
    census: censusOf(wideSeen, wide, deps),
    leftOut: onlyCode ? leftOut.length : 0,
  };
}

/** The parameters of a search; none for a read. */
export function parametersOf(template: string): [name: string, value: string][] {
  const query = template.split('?')[1] ?? '';
  return query
    .split('&')
    .filter(Boolean)
    .map((parameter) => {
      const [name = '', value = ''] = parameter.split('=');
      return [name.split(':')[0] ?? '', value];
    });
}

/** Codes of a search parameter are bare, or `system|code`. */
function hasCode({ code }: Resource, wanted: readonly string[]): boolean {
  const codings = isObject(code) && Array.isArray(code['coding']) ? code['coding'] : [];
  return codings.filter(isObject).some((coding) => {
    const { system, code: bare } = coding;
    return typeof bare === 'string' && wanted.some((w) => w === bare || w === `${String(system)}|${bare}`);
  });
}

function censusOf(
  exchanges: readonly Exchange[],
  { resourceType }: DataRequirement,
  { content, patientId }: TryDeps,
): Census {
  return takeCensus(resourcesOf(exchanges), { resourceType, patientId }, content.program);
}

/** What answers brought, error answers aside. */
function resourcesOf(exchanges: readonly Exchange[]): Resource[] {
  return exchanges.flatMap(({ status, answer }) => {
    if (answer === undefined || status === undefined || status >= 400) return [];
    if (answer.resourceType === 'OperationOutcome') return [];
    return answer.resourceType === 'Bundle' ? readBundle(answer).resources : [answer];
  });
}

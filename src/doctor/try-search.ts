import type { CdsService, Content } from '../content/content.ts';
import { MAX_PAGES } from '../decision/fhir-access.ts';
import { readBundle } from '../fhir/bundle.ts';
import type { Exchange, FhirAccess, OpenFhirReader } from '../fhir/client.ts';
import { isObject, objectsIn, referenceTo, type Resource } from '../fhir/resource.ts';
import { readMissing } from '../patient-data/read-missing.ts';
import type { DataRequirement } from '../patient-data/requirements.ts';
import { ResourcePool } from '../patient-data/resource-pool.ts';
import { takeCensus, type Census } from './census.ts';
import { hiddenFrom, issueCodes, searchOutcome, type Outcome } from './outcome.ts';
import type { Site } from '../site.ts';

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
  /** Why no answer came, as the network names it. */
  readonly trouble: string | null;
  /** Why a call would not rely on it, in the call's words. */
  readonly reason: string | null;
  /** Issue codes of the OperationOutcomes it gave. */
  readonly issues: readonly string[];
  /** Answers read, pages included. */
  readonly pages: number;
  /** How many more it counts in its total than it sent. */
  readonly hidden: number;
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
  readonly site: Site;
  readonly open: OpenFhirReader;
  readonly now: () => Date;
  readonly budgetMs: number;
  readonly server: FhirAccess & { readonly patientId: string | undefined };
  /** The patient, or an id that nobody has. */
  readonly patientId: string;
  /** Ends the attempt. */
  readonly signal: AbortSignal;
}

/** True for what a call could rely on, as far as has been seen. */
export function isGood({ outcome, slow }: TriedSearch): boolean {
  return (outcome === 'works' || outcome === 'untried') && !slow;
}

/** A tried search with what came, which no report shows. */
export interface Attempt {
  readonly search: TriedSearch;
  readonly exchanges: readonly Exchange[];
}

/** Makes a read or search as a call would, and says what became of it. */
export async function trySearch(need: Need, deps: TryDeps): Promise<Attempt> {
  const { template } = need.requirement;
  const { exchanges, reason, ms } = isFilled(template)
    ? await look(need.requirement, deps, MAX_PAGES)
    : NOT_TRIED;
  const census = censusOf(exchanges, need.requirement, deps);
  const lookedAt = reason === null;
  const timedOut = deps.signal.aborted;
  const { baseUrl, patientId } = deps.server;
  const outcome = searchOutcome({ template, exchanges, census, lookedAt, timedOut, baseUrl });
  const isUntried =
    exchanges.length === 0 || (outcome === 'no-such-patient' && patientId === undefined);
  const search: TriedSearch = {
    need,
    outcome: isUntried ? 'untried' : outcome,
    status: exchanges.at(-1)?.status ?? null,
    trouble: exchanges.at(-1)?.trouble ?? null,
    reason,
    issues: issueCodes(exchanges),
    pages: exchanges.filter(({ answer }) => answer !== undefined).length,
    hidden: hiddenFrom(exchanges),
    ms,
    slow: ms > deps.budgetMs,
    census,
    wider: null,
  };
  return { search, exchanges };
}

/** Only a call knows an encounter or a user. */
function isFilled(template: string): boolean {
  return !template.replaceAll('{{context.patientId}}', '').includes('{{');
}

interface Seen {
  readonly exchanges: readonly Exchange[];
  /** Why a call would not rely on it; null when it would. */
  readonly reason: string | null;
  readonly ms: number;
}

const NOT_TRIED: Seen = { exchanges: [], reason: null, ms: 0 };

async function look(
  requirement: DataRequirement,
  { content, site, open, now, server, patientId, signal }: TryDeps,
  maxPages: number,
): Promise<Seen> {
  const exchanges: Exchange[] = [];
  const { totals } = site;
  const access = { ...server, totals };
  const reader = open(access, { signal, maxPages }, (exchange) => exchanges.push(exchange));
  const { model } = content.program;
  const pool = new ResourcePool({ id: patientId, server: undefined }, (name) =>
    model.isRecordType(name),
  );
  const context = { userId: '', patientId };
  const start = now().getTime();
  const [met] = await readMissing(
    [{ ...requirement, state: 'missing', reason: 'not sent' }],
    context,
    reader,
    pool,
  );
  const isLooked = met?.state === 'read' || met?.state === 'absent';
  const reason = isLooked || met === undefined || !('reason' in met) ? null : met.reason;
  return { exchanges, reason, ms: now().getTime() - start };
}

const SAMPLE_PAGES = 5;

/**
 * A search that is narrowed beyond the patient hides what it leaves out: codes of
 * other systems, and resources that a server fails to find by the codes it is given.
 */
export async function lookWider(attempt: Attempt, deps: TryDeps): Promise<TriedSearch> {
  const { search } = attempt;
  const { key, resourceType, template } = search.need.requirement;
  const narrowing = searchParametersOf(template).filter(([name]) => !/^(patient|_.*)$/.test(name));
  const isPerson = deps.server.patientId !== undefined;
  const isWorthIt = search.outcome === 'rejected' || (search.outcome === 'works' && isPerson);
  if (narrowing.length === 0 || !isWorthIt) return search;
  const wide = { key, resourceType, template: `${resourceType}?patient={{context.patientId}}` };
  const { exchanges } = await look(wide, deps, SAMPLE_PAGES);
  const [first] = exchanges;
  const wider = {
    answered: first?.status === 200 && first.answer?.resourceType === 'Bundle',
    census: censusOf(exchanges, wide, deps),
    leftOut: narrowing.length === 1 ? leftOut(attempt, exchanges, narrowing[0]) : 0,
  };
  const outcome = search.outcome === 'works' && wider.leftOut > 0 ? 'leaves-out' : search.outcome;
  return { ...search, outcome, wider };
}

/** How many resources have a code that was asked for and were not found by it. */
function leftOut(
  { exchanges }: Attempt,
  wide: readonly Exchange[],
  [name, value]: readonly [string, string] = ['', ''],
): number {
  if (name !== 'code') return 0;
  const found = new Set(resourcesFrom(exchanges).map(referenceTo));
  const codes = value.split(',');
  return resourcesFrom(wide).filter((r) => !found.has(referenceTo(r)) && hasCode(r, codes)).length;
}

/** The parameters of a search; none for a read. */
export function searchParametersOf(template: string): [name: string, value: string][] {
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
  const codings = isObject(code) ? objectsIn(code['coding']) : [];
  return codings.some((coding) => {
    const { system, code: bare } = coding;
    return (
      typeof bare === 'string' &&
      wanted.some((w) => w === bare || w === `${String(system)}|${bare}`)
    );
  });
}

function censusOf(
  exchanges: readonly Exchange[],
  { resourceType }: DataRequirement,
  { content, site, patientId }: TryDeps,
): Census {
  const codeMap = content.codeMaps.get(site.codes ?? '');
  const resources = resourcesFrom(exchanges).map((one) => codeMap?.translate(one) ?? one);
  return takeCensus(resources, { resourceType, patientId }, content.program);
}

/** What answers brought, error answers aside. */
function resourcesFrom(exchanges: readonly Exchange[]): Resource[] {
  return exchanges.flatMap(({ status, answer }) => {
    if (answer === undefined || status === undefined || status >= 400) return [];
    if (answer.resourceType === 'OperationOutcome') return [];
    return answer.resourceType === 'Bundle' ? readBundle(answer, 'estimate').resources : [answer];
  });
}

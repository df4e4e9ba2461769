import { MAX_PAGES } from '../decision/fhir-access.ts';
import { nextLink, readPage } from '../fhir/bundle.ts';
import { isWithin, type Exchange } from '../fhir/client.ts';
import { isResource, objectsIn, type Resource } from '../fhir/resource.ts';
import type { Census } from './census.ts';

/** What became of a needed read or search. */
export type Outcome =
  | 'works'
  /** Not proven either way: there is no patient to try it with. */
  | 'untried'
  | 'unauthorized'
  | 'forbidden'
  | 'no-such-patient'
  /** Another 4xx: the server does not take the search. */
  | 'rejected'
  | 'broken'
  | 'no-fhir'
  | 'no-bundle'
  | 'outcome'
  | 'more-pages'
  | 'next-elsewhere'
  | 'too-slow'
  | 'too-large'
  | 'redirect'
  | 'unreachable'
  | 'other-patient'
  | 'other-version'
  /** It did not find what it holds, by codes that it was asked for. */
  | 'leaves-out'
  /** It sends fewer than it counts. */
  | 'below-total'
  /** For another reason, which a call would give. */
  | 'incomplete';

/** What has been seen of one read or search. */
export interface Sight {
  readonly template: string;
  readonly exchanges: readonly Exchange[];
  readonly census: Census;
  /** A call would take it as looked at. */
  readonly lookedAt: boolean;
  readonly timedOut: boolean;
  readonly baseUrl: string;
}

/** Why a call would, or would not, take the answer as looked at. */
export function searchOutcome(sight: Sight): Outcome {
  if (sight.census.strangers > 0) return 'other-patient';
  if (sight.census.foreign > 0) return 'other-version';
  if (sight.lookedAt) return 'works';
  const last = sight.exchanges.at(-1);
  if (last?.status === undefined) return sight.timedOut ? 'too-slow' : troubleOf(last?.trouble);
  if (last.status >= 400) return statusOf(last.status, sight.template);
  if (last.answer === undefined) return 'no-fhir';
  return answerOf(last.answer, sight);
}

function troubleOf(trouble: string | undefined): Outcome {
  if (trouble === 'unexpected redirect') return 'redirect';
  return trouble === 'UND_ERR_RES_EXCEEDED_MAX_SIZE' ? 'too-large' : 'unreachable';
}

function statusOf(status: number, template: string): Outcome {
  if (status === 401) return 'unauthorized';
  if (status === 403) return 'forbidden';
  const isPatientRead = template.startsWith('Patient/');
  if (isPatientRead && (status === 404 || status === 410)) return 'no-such-patient';
  return status >= 500 ? 'broken' : 'rejected';
}

function answerOf(answer: Resource, { template, baseUrl, exchanges }: Sight): Outcome {
  if (answer.resourceType === 'OperationOutcome') return 'outcome';
  if (answer.resourceType !== 'Bundle') return template.includes('?') ? 'no-bundle' : 'incomplete';
  const next = nextLink(answer);
  if (next !== undefined && !isWithin(next, baseUrl)) return 'next-elsewhere';
  if (next !== undefined && exchanges.length >= MAX_PAGES) return 'more-pages';
  if (outcomesIn(answer).length > 0) return 'outcome';
  return next === undefined && hiddenFrom(exchanges) > 0 ? 'below-total' : 'incomplete';
}

/** How many more matches the server counts than it sent over all pages. */
export function hiddenFrom(exchanges: readonly Exchange[]): number {
  const pages = exchanges.flatMap(({ answer }) =>
    answer?.resourceType === 'Bundle' ? [readPage(answer, 'estimate')] : [],
  );
  const matches = pages.reduce((sum, page) => sum + page.matches, 0);
  return Math.max(0, ...pages.map(({ total }) => (total ?? 0) - matches));
}

/** The OperationOutcomes of an answer: itself, or entries of its Bundle. */
function outcomesIn(answer: Resource): Resource[] {
  const entries = objectsIn(answer['entry']);
  return [answer, ...entries.map(({ resource }) => resource)]
    .filter(isResource)
    .filter(({ resourceType }) => resourceType === 'OperationOutcome');
}

/**
 * Codes of the issues that a server gave as reasons (`not-supported`); their words
 * are left out, since they may quote the address.
 *
 * @see https://hl7.org/fhir/R4/valueset-issue-type.html
 */
export function issueCodes(exchanges: readonly Exchange[]): string[] {
  const outcomes = exchanges.flatMap(({ answer }) => (answer ? outcomesIn(answer) : []));
  const codes = outcomes.flatMap(({ issue }) => objectsIn(issue).map(({ code }) => code));
  return [...new Set(codes.filter(isIssueCode))];
}

function isIssueCode(code: unknown): code is string {
  return typeof code === 'string' && /^[a-z-]{1,40}$/.test(code);
}

import type { Json } from './fhir-data.ts';
import type { Answer } from './server.ts';

/** A card as the client reads it; nothing here is checked, tests do that. */
export interface WireCard {
  readonly uuid: string;
  readonly summary: string;
  readonly detail: string;
  readonly indicator: string;
  readonly source: { label: string; url?: string; topic: { code: string; system: string } };
  readonly suggestions?: readonly WireSuggestion[];
  readonly selectionBehavior?: string;
  readonly overrideReasons?: readonly { code: string; system: string; display: string }[];
  readonly links?: readonly { label: string; url: string; type: string; appContext?: string }[];
  readonly extension?: Json;
}

export interface WireSuggestion {
  readonly label: string;
  readonly uuid: string;
  readonly isRecommended?: boolean;
  readonly actions: readonly WireAction[];
}

export interface WireAction {
  readonly type: string;
  readonly description: string;
  readonly resource?: Json;
  readonly resourceId?: string;
}

export interface WireIssue {
  readonly severity: string;
  readonly code: string;
  readonly diagnostics: string;
  readonly expression?: readonly string[];
}

/** What an answer asks the client to change without asking anybody; none where it asks nothing. */
export function systemActionsOf(answer: Answer): readonly WireAction[] {
  return (bodyOf(answer)['systemActions'] ?? []) as readonly WireAction[]; // Y-01 tests its shape
}

/** A service as discovery lists it. */
export interface WireService {
  readonly id: string;
  readonly hook: string;
  readonly title: string;
  readonly description: string;
  readonly prefetch?: Readonly<Record<string, string>>;
  readonly usageRequirements?: string;
}

export function bodyOf(answer: Answer): Json {
  return JSON.parse(answer.text) as Json; // every body under test is meant to be an object
}

/** The cards of an answer that must be a 200. */
export function cardsOf(answer: Answer): readonly WireCard[] {
  if (answer.status !== 200) throw new Error(`Not 200 but ${answer.status}: ${answer.text}`);
  return bodyOf(answer)['cards'] as readonly WireCard[]; // S-01 tests that it is there
}

export function summariesOf(answer: Answer): string[] {
  return cardsOf(answer).map(({ summary }) => summary);
}

export function servicesOf(answer: Answer): readonly WireService[] {
  return bodyOf(answer)['services'] as readonly WireService[]; // D-02 tests that it is there
}

/** The first issue of an error body. */
export function issueOf(answer: Answer): WireIssue {
  const issues = bodyOf(answer)['issue'] as readonly WireIssue[]; // S-06 tests that it is there
  const [first] = issues;
  if (!first) throw new Error('The OperationOutcome has no issue');
  return first;
}

/** Cards with everything that is new at each call left out. */
export function withoutIds(answer: Answer): unknown {
  return JSON.parse(answer.text, (key, value: unknown) => (key === 'uuid' ? undefined : value));
}

/** Paths of all values that the test holds true for. */
export function findPaths(
  value: unknown,
  isMeant: (value: unknown, key: string) => boolean,
  path = '$',
  key = '',
): string[] {
  const here = isMeant(value, key) ? [path] : [];
  if (typeof value !== 'object' || value === null) return here;
  const below = Object.entries(value).flatMap(([name, child]) =>
    findPaths(child, isMeant, `${path}.${name}`, name),
  );
  return [...here, ...below];
}

/** Paths of nulls; none is ever right here. */
export function findNulls(body: unknown): string[] {
  return findPaths(body, (value) => value === null);
}

/** Paths of empty texts, lists and objects; only `cards` and `services` may be empty. */
export function findEmpty(body: unknown): string[] {
  return findPaths(body, isEmpty).filter((path) => path !== '$.cards' && path !== '$.services');
}

function isEmpty(value: unknown): boolean {
  if (value === '') return true;
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

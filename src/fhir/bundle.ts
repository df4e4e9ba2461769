import type { Totals } from '../site.ts';
import { isFailure } from './operation-outcome.ts';
import { isObject, isResource, objectsIn, type Resource } from './resource.ts';

/** What a search brought, with the reason when it is not the whole answer. */
export interface SearchResult {
  readonly resources: readonly Resource[];
  /** Where one of them stands in the Bundle: `entry[0].resource`. */
  readonly placeOf: (resource: Resource) => string | undefined;
  /** Absolute URLs and urns under which Patients stand in the Bundle. */
  readonly patientUrls: ReadonlyMap<string, Resource>;
  readonly complete: boolean;
  /** Words for a person when it is not complete. */
  readonly reason?: string;
}

/** One page of a search: what it brought, and what speaks against its being whole. */
export interface Page extends Pick<SearchResult, 'resources' | 'placeOf' | 'patientUrls'> {
  /** Entries that the server counts in its total, whether or not the same resource came twice. */
  readonly matches: number;
  readonly total: number | undefined;
  readonly hasNext: boolean;
  /** Why not all of the page can be relied on. */
  readonly flaw: string | undefined;
}

/**
 * Reads a search result: a Bundle of any type, with or without `fullUrl`, `search`
 * and `entry`. What is not the whole answer is never taken for it: a next page that is
 * not here, fewer matches than the total, an error, an entry that was refused or holds
 * nothing, resources in part. OperationOutcome entries are no data.
 *
 * @see https://hl7.org/fhir/R4/http.html#search
 */
export function readBundle(bundle: Resource, totals: Totals): SearchResult {
  const page = readPage(bundle, totals);
  const { resources, placeOf, patientUrls } = page;
  const reason =
    page.flaw ??
    (page.hasNext ? 'only the first page was sent' : undefined) ??
    whyNotWhole([page], totals);
  const found = { resources, placeOf, patientUrls };
  return reason === undefined
    ? { ...found, complete: true }
    : { ...found, complete: false, reason };
}

/** Why all pages of a search together are not the whole answer; undefined when they are. */
export function whyNotWhole(pages: readonly Page[], totals: Totals): string | undefined {
  const flaw = pages.find((page) => page.flaw !== undefined)?.flaw;
  if (flaw !== undefined || totals === 'estimate') return flaw;
  return isBelowTotal(pages) ? 'fewer came than its total says' : undefined;
}

/** Whether pages hold fewer matches than the server counts. */
function isBelowTotal(pages: readonly Page[]): boolean {
  const matches = pages.reduce((sum, page) => sum + page.matches, 0);
  return pages.some(({ total }) => total !== undefined && total > matches);
}

/** Reads one page of a search, or a Bundle that stands in an entry of another. */
export function readPage(bundle: Resource, totals: Totals): Page {
  const resources: Resource[] = [];
  const entriesOfThem: number[] = [];
  const inside = new Map<number, Page>();
  const patientUrls = new Map<string, Resource>();
  let flaw = flawOfBundle(bundle);
  let matches = 0;
  const entries = entriesOf(bundle);
  for (let i = 0; i < entries.length; i += 1) {
    const entry = entries[i];
    flaw ??= flawOfEntry(entry);
    if (!isObject(entry) || !isResource(entry['resource'])) continue;
    const { resource, fullUrl } = entry;
    if (resource.resourceType === 'OperationOutcome') continue;
    if (resource.resourceType === 'Bundle') {
      const inner = readPage(resource, totals);
      inside.set(i, inner);
      for (const found of inner.resources) entriesOfThem[resources.push(found) - 1] = i;
      for (const [url, found] of inner.patientUrls) patientUrls.set(url, found);
      matches += inner.matches;
      flaw ??= inner.hasNext ? 'only the first page was sent' : whyNotWhole([inner], totals);
      continue;
    }
    const told = withModifiers(resource, bundle, entry, entry['search']);
    entriesOfThem[resources.push(told) - 1] = i;
    if (typeof fullUrl === 'string' && told.resourceType === 'Patient') {
      patientUrls.set(fullUrl, told);
    }
    if (isMatch(entry['search'])) matches += 1;
  }
  return {
    resources,
    // Asked of one that is refused, and of no other.
    placeOf(resource) {
      const entry = entriesOfThem[resources.indexOf(resource)];
      if (entry === undefined) return undefined;
      const below = inside.get(entry)?.placeOf(resource);
      return `entry[${entry}].resource${below === undefined ? '' : `.${below}`}`;
    },
    patientUrls,
    matches,
    total: totalOf(bundle),
    hasNext: nextOf(bundle) !== undefined,
    flaw,
  };
}

/**
 * The resource with what modifies the Bundle and the entry that hold it: whoever may not ignore it
 * there may not ignore it in the resource.
 *
 * @see https://hl7.org/fhir/R4/extensibility.html#modifierExtension
 */
export function withModifiers(resource: Resource, ...holders: readonly unknown[]): Resource {
  if (!holders.some(isModifying)) return resource;
  const modifiers = holders.flatMap((holder) => {
    if (!isObject(holder)) return [];
    const { modifierExtension, implicitRules } = holder;
    const rules = typeof implicitRules === 'string' ? [{ url: implicitRules }] : [];
    return [...objectsIn(modifierExtension), ...rules];
  });
  if (modifiers.length === 0) return resource;
  const modifierExtension = [...objectsIn(resource['modifierExtension']), ...modifiers];
  return { ...resource, modifierExtension };
}

function isModifying(holder: unknown): boolean {
  return (
    isObject(holder) &&
    (holder['modifierExtension'] !== undefined || holder['implicitRules'] !== undefined)
  );
}

/** The address of the next page, if there is one and it is told. */
export function nextLink(bundle: Resource): string | undefined {
  const url = nextOf(bundle)?.['url'];
  return typeof url === 'string' ? url : undefined;
}

/** Relations are lower case; some servers shout. */
function nextOf(bundle: Resource) {
  return objectsIn([bundle['link']].flat()).find(
    ({ relation }) => typeof relation === 'string' && relation.trim().toLowerCase() === 'next',
  );
}

function entriesOf(bundle: Resource): readonly unknown[] {
  const { entry } = bundle;
  return Array.isArray(entry) ? entry : [];
}

/** @see https://hl7.org/fhir/R4/bundle-definitions.html#Bundle.total */
function totalOf({ total }: Resource): number | undefined {
  const count = typeof total === 'string' && total.trim() !== '' ? Number(total) : total;
  return typeof count === 'number' && Number.isFinite(count) ? count : undefined;
}

/** Included resources and outcomes do not count; an entry that does not say what it is does. */
function isMatch(search: unknown): boolean {
  const mode = isObject(search) ? search['mode'] : undefined;
  return typeof mode !== 'string' || mode.toLowerCase() === 'match';
}

function flawOfBundle(bundle: Resource): string | undefined {
  const { entry } = bundle;
  // Lists that are empty are written as null by some; then the total has to say so.
  const isNone = entry === undefined || (entry === null && totalOf(bundle) === 0);
  if (!isNone && !Array.isArray(entry)) return 'its entries cannot be read';
  // A batch is answered entry by entry: without one, nothing was.
  if (bundle['type'] === 'batch-response' && entriesOf(bundle).length === 0) return NOTHING;
  return isInPart(bundle) ? IN_PART : undefined;
}

/** @see https://hl7.org/fhir/R4/bundle-definitions.html#Bundle.entry.response */
function flawOfEntry(entry: unknown): string | undefined {
  if (!isObject(entry)) return NOTHING;
  const { resource, response } = entry;
  if (isObject(response)) {
    const status = statusOf(response['status']);
    if (status !== undefined && !['200', '201'].includes(status)) {
      return `a part of it was answered with ${status}`;
    }
    if (isResource(response['outcome']) && isFailure(response['outcome'])) return ERROR;
  }
  if (!isResource(resource)) return NOTHING;
  if (resource.resourceType === 'OperationOutcome') {
    return isFailure(resource) ? ERROR : undefined;
  }
  return isInPart(resource) ? IN_PART : undefined;
}

const ERROR = 'the search reported an error';
const NOTHING = 'an entry holds no resource';
const NONE = 'no status';
const IN_PART = 'resources came in part only';

/** Status lines are `403 Forbidden`; what is none is told as such. */
function statusOf(status: unknown): string | undefined {
  if (status === undefined || status === null) return undefined;
  const text = typeof status === 'number' ? String(status) : status;
  return typeof text === 'string' ? (/^\s*(\d{3})\b/.exec(text)?.[1] ?? NONE) : NONE;
}

/** Codes of v3-ObservationValue for what does not hold all that the server has. */
const LEFT_OUT: ReadonlySet<string> = new Set(['SUBSETTED', 'REDACTED', 'MASKED']);

/**
 * Whether a server says that elements were left out, for brevity or for privacy.
 *
 * @see https://hl7.org/fhir/R4/search.html#summary
 * @see https://hl7.org/fhir/R4/security-labels.html
 */
export function isInPart({ meta }: Resource): boolean {
  if (!isObject(meta) || (meta['tag'] === undefined && meta['security'] === undefined))
    return false;
  return objectsIn([meta['tag'], meta['security']].flat()).some(
    ({ code }) => typeof code === 'string' && LEFT_OUT.has(code.toUpperCase()),
  );
}

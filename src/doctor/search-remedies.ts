import { MAX_PAGES } from '../decision/fhir-access.ts';
import type { Examination } from './examine.ts';
import type { Outcome } from './outcome.ts';
import type { TriedSearch } from './try-search.ts';
import { unclaimed } from './verdict.ts';

/** What to do about a redirect, wherever it was met. */
export const REDIRECT =
  'The server answers with a redirect: give the address that it leads to. nerveroot follows none, so that a token stays where it belongs.';

type Sentence = (keys: string, examination: Examination) => string;

/** One sentence an outcome, however many searches it befell. */
const SENTENCES: Partial<Record<Outcome, Sentence>> = {
  'no-such-patient': () =>
    'Check --patient: it is the id of the FHIR resource on this server, and no record number.',
  rejected: (keys) =>
    `Find a search for ${keys} that the server takes (some want category= beside patient=), and write it under prefetch: in the services' files in hooks/services/; or let the EHR send ${keys} by prefetch.`,
  broken: (keys) => `Look into the server's own log for ${keys}: it failed there.`,
  'no-fhir': (keys) =>
    `Look for what answers in place of the FHIR server (a login page, a proxy): the answer for ${keys} was no FHIR resource.`,
  'no-bundle': (keys) =>
    `Check the base address: a FHIR server answers a search with a Bundle, and did not for ${keys}.`,
  outcome: (keys) =>
    `Ask the server's team why it reports an error for ${keys}; until then let the EHR send ${keys} by prefetch.`,
  'more-pages': (keys) =>
    `Let the server send larger pages for ${keys}, or narrow the search under prefetch: in the services' files in hooks/services/: a call reads ${MAX_PAGES} pages at most.`,
  'next-elsewhere': (keys, { server }) =>
    `Set the public base address of the server, so that the next links of ${keys} begin with ${server.baseUrl}: nerveroot takes a token to no other address.`,
  'too-large': (keys) =>
    `Set NERVEROOT_BODY_LIMIT higher, or let the server send ${keys} in smaller pages.`,
  redirect: () => REDIRECT,
  unreachable: (keys) => `Ask again for ${keys}: the connection broke.`,
  'other-patient': (keys) =>
    `Ask the server's team why it sends data of other patients for ${keys}: such answers are not read. Until then let the EHR send ${keys} by prefetch.`,
  'other-version': (keys) =>
    `Give the address of the server's FHIR R4 interface: ${keys} came with resources of another version.`,
  'below-total': (keys, { server }) =>
    `Ask the server's team what the total (Bundle.total) of ${keys} counts that it does not send. If it hides entries from this service on purpose, as consent may ask for, say so once, as totals: estimate in the entry of ${server.baseUrl} in NERVEROOT_CLIENTS (docs/configuration.md), or for all clients:\nNERVEROOT_TOTALS=estimate`,
  incomplete: (keys) =>
    `Let the EHR send ${keys} by prefetch, or narrow the search under prefetch: in the services' files in hooks/services/: a call cannot take the answer whole.`,
};

/** What to do about single searches: outcomes, then slowness, then what the answers carry. */
export function searchRemedies(examination: Examination): string[] {
  const { searches } = examination;
  return [
    ...searches.flatMap(overrideRemedy),
    ...withoutRemedy(examination),
    ...outcomeRemedies(examination),
    ...slowRemedy(examination),
    ...searches.flatMap(codeRemedies),
  ];
}

/** Where the search by patient alone works better than the one that was derived. */
function overrideRemedy({ need, outcome, wider }: TriedSearch): string[] {
  if (wider?.answered !== true || (outcome !== 'leaves-out' && outcome !== 'rejected')) return [];
  const { key, resourceType } = need.requirement;
  const files = new Set(need.services.map(({ id }) => `hooks/services/${id}.yaml`));
  const why =
    outcome === 'rejected'
      ? `The server does take the search for ${key} by patient alone.`
      : `The server does not find ${key} by a list of codes without their systems, and does not say so; what it leaves out would be taken for absent.`;
  return [
    `${why} Write in ${[...files].join(', ')}\nprefetch: { ${key}: "${resourceType}?patient={{context.patientId}}" }`,
  ];
}

/** What a server does not have may be kept nowhere; only the site can tell. */
function withoutRemedy({ metadata, searches }: Examination): string[] {
  const lacking = searches.filter(
    (search) =>
      search.outcome === 'rejected' &&
      metadata.claims.size > 0 &&
      !metadata.claims.has(search.need.requirement.resourceType) &&
      search.need.services.every(
        ({ required }) => !required.includes(search.need.requirement.resourceType),
      ),
  );
  if (lacking.length === 0) return [];
  const types = [...new Set(lacking.map(({ need }) => need.requirement.resourceType))];
  return [
    `If this site keeps no ${types.join(' or ')} anywhere, say so once, and nothing is missed:\nNERVEROOT_WITHOUT=${types.join(',')}`,
  ];
}

function outcomeRemedies(examination: Examination): string[] {
  return Object.entries(SENTENCES).flatMap(([outcome, sentence]) => {
    const searches = examination.searches.filter(
      (search) => search.outcome === outcome && search.wider?.answered !== true,
    );
    if (searches.length === 0) return [];
    const lacking = searches.flatMap((search) => unclaimed(search, examination) ?? []);
    const hint =
      outcome === 'rejected' && lacking.length > 0
        ? ` Its /metadata does not list: ${lacking.join('; ')}.`
        : '';
    return [`${sentence(keysOf(searches), examination)}${hint}`];
  });
}

function slowRemedy({ searches, budgetMs }: Examination): string[] {
  const slow = searches.filter((search) => search.slow || search.outcome === 'too-slow');
  if (slow.length === 0) return [];
  const longest = Math.max(...slow.map(({ ms }) => ms));
  const keys = keysOf(slow);
  // Half as much again, in whole seconds, within what the setting takes.
  const wanted = Math.min(60_000, Math.ceil((longest * 1.5) / 1000) * 1000);
  return [
    `A call has ${budgetMs} ms for all its reads, and ${keys} took up to ${longest} ms: let the EHR send ${keys} by prefetch, or set NERVEROOT_FHIR_BUDGET=${wanted} if clinicians can wait that long.`,
  ];
}

function codeRemedies({ need, census, wider }: TriedSearch): string[] {
  const { key } = need.requirement;
  const { localOnly, systems, codes } = wider?.census ?? census;
  const local = systems
    .filter(({ known }) => !known)
    .map(({ system, examples }) =>
      examples.length === 0 ? system : `${system} (like ${examples.join(', ')})`,
    );
  return [
    ...(localOnly === 0
      ? []
      : [
          `${key} whose codes no rule knows: ${localOnly}, from ${local.join(', ')}. Say in a file of the site what those that matter stand for (NERVEROOT_CODES, docs/configuration.md), or let the EHR send standard codes beside them.`,
        ]),
    ...(codes === null || codes.reference === 0
      ? []
      : [
          `${key} whose code stands in another resource: ${codes.reference}. A call reads each Medication by its id, for which a token needs patient/Medication.rs (older servers: patient/Medication.read); sent by prefetch, the code must stand in the resource itself.`,
        ]),
  ];
}

function keysOf(searches: readonly TriedSearch[]): string {
  return [...new Set(searches.map(({ need }) => need.requirement.key))].join(', ');
}

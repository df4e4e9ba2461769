import { MAX_PAGES } from '../decision/fhir-access.ts';
import type { Examination } from './examine.ts';
import type { Outcome } from './outcome.ts';
import { isGood, type TriedSearch } from './try-search.ts';
import { unclaimed } from './verdict.ts';

/** What the service is set to, as far as remedies speak of it. */
export interface Settings {
  /** The server may be read in calls. */
  readonly isListed: boolean;
  readonly bodyLimitBytes: number;
  /** Milliseconds after which an attempt was given up. */
  readonly limitMs: number;
}

/** What to do about what was found, the first thing first; a sentence or two each. */
export function remediesOf(examination: Examination, settings: Settings): string[] {
  const { metadata, subject } = examination;
  if (metadata.state === 'unreachable') return [reachRemedy(examination, settings)];
  return [
    ...baseRemedies(examination),
    ...accessRemedies(examination),
    ...examination.searches.flatMap((search) => searchRemedy(search, settings)),
    ...sharedRemedies(examination),
    ...slowRemedy(examination),
    ...codeRemedies(examination),
    ...(settings.isListed || nothingTaken(examination)
      ? []
      : [
          `To let calls read this server, start nerveroot with NERVEROOT_FHIR_SERVERS=${subject.baseUrl}`,
        ]),
    ...(subject.patientId === undefined
      ? [
          'Name a test patient with --patient <id>: then this tells what each search brings, and in which codes.',
        ]
      : []),
  ];
}

const CERTIFICATE = /CERT|SELF_SIGNED|ISSUER|LEAF_SIGNATURE/;

function reachRemedy({ metadata: { trouble } }: Examination, { limitMs }: Settings): string {
  if (trouble === null) {
    return `The server gave no answer in ${limitMs} ms: look for a firewall or proxy between here and there.`;
  }
  if (trouble === 'unexpected redirect') return REDIRECT;
  if (trouble === 'ENOTFOUND' || trouble === 'EAI_AGAIN') {
    return 'Check the host name of --fhir-server: it is not known here.';
  }
  if (trouble === 'ECONNREFUSED') {
    return 'Check the port of --fhir-server, and that the server runs: nothing listens there.';
  }
  if (CERTIFICATE.test(trouble)) {
    return `The certificate of the server is not trusted here (${trouble}): name its authority with NODE_EXTRA_CA_CERTS=<file.pem>, here and for nerveroot serve.`;
  }
  return `Check the address, and the network between (${trouble}).`;
}

const REDIRECT =
  'The server answers with a redirect: give the address that it leads to. nerveroot follows none, so that a token stays where it belongs.';

function nothingTaken({ searches }: Examination): boolean {
  return searches.every((search) => !isGood(search));
}

function baseRemedies(examination: Examination): string[] {
  const { metadata, subject } = examination;
  const version = metadata.fhirVersion;
  if (metadata.state === 'missing' && nothingTaken(examination)) {
    return [
      `Check the base address: ${subject.baseUrl}/metadata is no CapabilityStatement (HTTP ${metadata.status ?? ''}). Bases often end in /fhir or /r4.`,
    ];
  }
  if (!isOtherVersion(version)) return [];
  return [
    `Give the address of the server's FHIR R4 interface: this one says that it speaks FHIR ${version}, and nerveroot reads R4 (4.0.1) only.`,
  ];
}

/** True for a FHIR version that is told, and is not R4. */
export function isOtherVersion(version: string | null): version is string {
  return version !== null && !/^4\.0\./.test(version);
}

function accessRemedies({ searches, subject, metadata }: Examination): string[] {
  const wanted = searches.filter(({ outcome }) => outcome === 'unauthorized');
  const forbidden = searches.filter(({ outcome }) => outcome === 'forbidden');
  const refused = [...wanted, ...forbidden];
  if (refused.length === 0) return [];
  const types = [...new Set(refused.map(({ need }) => need.requirement.resourceType))];
  const scopes = (suffix: string): string =>
    types.map((type) => `patient/${type}.${suffix}`).join(' ');
  const scopeWords = `the scopes ${scopes('rs')} (older servers: ${scopes('read')})`;
  const announced =
    metadata.security.length > 0 ? ` It announces ${metadata.security.join(', ')}.` : '';
  const token =
    subject.token === undefined
      ? `Get an access token with ${scopeWords}, and name the variable that holds it: --token-env <name>.${announced}`
      : wanted.length > 0
        ? `Get a new access token for this server and patient, with ${scopeWords}: this one has expired, or is for another server.`
        : `Give the token ${scopeWords}.`;
  const templates = refused.map(
    ({ need: { requirement } }) => `${requirement.key}: ${requirement.template}`,
  );
  return [
    token,
    'In calls the EHR sends such a token as fhirAuthorization; nerveroot keeps none of its own.',
    `Where access stays refused, let the EHR send these by prefetch instead; GET /cds-services lists the templates to type: ${templates.map(shorten).join('; ')}`,
  ];
}

/** A template without most of a long list of codes. */
export function shorten(template: string): string {
  return template.replace(/=([^&,]+,[^&,]+,[^&,]+),([^&]+)/, (_, first: string, rest: string) => {
    const count = rest.split(',').length;
    return count < 3 ? `=${first},${rest}` : `=${first},… (${count + 3} in all)`;
  });
}

function searchRemedy(search: TriedSearch, { bodyLimitBytes }: Settings): string[] {
  const { key } = search.need.requirement;
  switch (search.outcome) {
    case 'leaves-out':
      return [
        `The server does not find ${key} by a list of codes without their systems, and does not say so; what it leaves out would be taken for absent. ${override(search)}`,
      ];
    case 'rejected':
      return search.wider?.answered === true
        ? [`The server does take the search for ${key} by patient alone. ${override(search)}`]
        : [];
    case 'too-large':
      return [
        `Set NERVEROOT_BODY_LIMIT higher than ${bodyLimitBytes} bytes, or let the server send ${key} in smaller pages.`,
      ];
    case 'no-such-patient':
      return [
        'Check --patient: it is the id of the FHIR resource on this server, and no record number.',
      ];
    default:
      return [];
  }
}

function override({ need }: TriedSearch): string {
  const { key, resourceType } = need.requirement;
  const files = need.services.map(({ id }) => `hooks/services/${id}.yaml`);
  return `Write in ${[...new Set(files)].join(', ')}: prefetch: { ${key}: "${resourceType}?patient={{context.patientId}}" }`;
}

type Sentence = (keys: string, examination: Examination) => string;

/** What is told once, however many searches it befell. */
const SHARED: Partial<Record<Outcome, Sentence>> = {
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
    `Let the server send larger pages for ${keys}, or narrow the search under prefetch: in the services' files: a call reads ${MAX_PAGES} pages at most.`,
  'next-elsewhere': (keys, { subject }) =>
    `Set the public base address of the server, so that the next links of ${keys} begin with ${subject.baseUrl}: nerveroot takes a token to no other address.`,
  redirect: () => REDIRECT,
  unreachable: (keys) => `Ask again for ${keys}: the connection broke.`,
  'other-patient': (keys) =>
    `Ask the server's team why it sends data of other patients for ${keys}: such answers are not read. Until then let the EHR send ${keys} by prefetch.`,
  'other-version': (keys) =>
    `Give the address of the server's FHIR R4 interface: ${keys} came with resource types of another version.`,
  incomplete: (keys) => `Ask the server's team what is missing from the answer for ${keys}.`,
};

function sharedRemedies(examination: Examination): string[] {
  return Object.entries(SHARED).flatMap(([outcome, sentence]) => {
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

function codeRemedies({ searches }: Examination): string[] {
  return searches.flatMap(({ need, census, wider }) => {
    const { key } = need.requirement;
    const { localOnly, systems, codes } = wider?.census ?? census;
    const local = systems.filter(({ known }) => !known).map(describeSystem);
    return [
      ...(localOnly === 0
        ? []
        : [
            `${localOnly} of the ${key} carry only codes that no rule knows, of ${local.join(', ')}: let the EHR send standard codes beside them, or add those that matter to the value sets in cql/valuesets/ (docs/writing-rules.md).`,
          ]),
      ...(codes === null || codes.reference === 0
        ? []
        : [
            `${codes.reference} of the ${key} name their code in another resource, which nerveroot does not fetch; it counts as unknown. Let the EHR send the code in the resource itself.`,
          ]),
    ];
  });
}

function describeSystem({
  system,
  examples,
}: {
  system: string;
  examples: readonly string[];
}): string {
  return examples.length === 0 ? system : `${system} (like ${examples.join(', ')})`;
}

function keysOf(searches: readonly TriedSearch[]): string {
  return [...new Set(searches.map(({ need }) => need.requirement.key))].join(', ');
}

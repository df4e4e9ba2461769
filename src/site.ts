/**
 * Whether the total of a search counts what the server sends (`accurate`), or may count what
 * it hides from the caller as well (`estimate`). The words are those of FHIR's `_total`.
 *
 * @see https://hl7.org/fhir/R4/search.html#total
 */
export type Totals = 'accurate' | 'estimate';

/** What has to be known of the site that a request comes from. */
export interface Site {
  /** Address of the client's FHIR server; undefined for what holds where no client is known. */
  readonly client: string | undefined;
  /** IANA zone in which days are counted. */
  readonly timeZone: string;
  /** Path of the file with the site's own codes. */
  readonly codes: string | undefined;
  /** Resource types that the site does not keep: nothing is missed when they do not come. */
  readonly without: readonly string[];
  /** Resource types without which it wants no advice, beside those that a service cannot do without. */
  readonly required: readonly string[];
  readonly totals: Totals;
  /** Whether it takes changes to the order in hand that nobody confirms, and where in the answer it looks for them. */
  readonly systemActions: boolean | 'extension';
  /** Whether cards bring their evidence, with the ids of resources, in their extension. */
  readonly evidence: boolean;
}

/** Files of sites, which stand outside the content folder. */
export interface SiteFiles {
  /** Files with sites' own codes. */
  readonly codeMaps?: readonly string[];
  /** The file of NERVEROOT_CLIENTS. */
  readonly clients?: string | undefined;
}

/** A site that keeps everything, asks for nothing special and is changed in nothing. */
export function plainSite(timeZone: string): Site {
  return {
    client: undefined,
    timeZone,
    codes: undefined,
    without: [],
    required: [],
    totals: 'accurate',
    systemActions: false,
    evidence: true,
  };
}

/**
 * The address of a FHIR server in one spelling, so that addresses can be compared: scheme,
 * host and port as URLs have them, without query and final slash; undefined when it is no
 * address, or holds credentials.
 *
 * @see https://www.rfc-editor.org/rfc/rfc3986#section-6.2
 */
export function serverAddress(text: string | undefined): string | undefined {
  const url = text === undefined ? null : URL.parse(text);
  if (url === null || url.username !== '' || url.password !== '') return undefined;
  return `${url.protocol}//${url.host}${url.pathname.replace(/\/+$/, '')}`;
}

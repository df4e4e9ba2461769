import { carriesOrders } from '../cds-hooks/hooks.ts';
import type { Examination } from './examine.ts';
import { REDIRECT, searchRemedies } from './search-remedies.ts';
import { isGood, type TriedSearch } from './try-search.ts';
import { shortenTemplate } from './verdict.ts';

/** What the remedies have to know beside the findings. */
export interface Settings {
  /** The server may be read in calls. */
  readonly isListed: boolean;
  /** Milliseconds after which an attempt was given up. */
  readonly limitMs: number;
  /** The variable that holds the token. */
  readonly tokenEnv: string | undefined;
}

/**
 * What to do about what was found, the first thing first: a sentence or two each, and
 * what is to be typed on lines of its own.
 */
export function remediesOf(examination: Examination, settings: Settings): string[] {
  const { metadata, searches } = examination;
  if (metadata.state === 'unreachable') return [reachRemedy(examination, settings)];
  const isRefused = searches.some(isRefusal);
  if (metadata.state === 'missing' && !searches.some(isGood) && !isRefused) {
    return [baseRemedy(examination)];
  }
  return [
    ...versionRemedy(examination),
    ...accessRemedies(examination),
    ...searchRemedies(examination),
    ...nextSteps(examination, settings),
  ];
}

/** Findings that make a command end with 1. */
export function isFine({ metadata, searches }: Examination): boolean {
  const isReached = metadata.state !== 'unreachable';
  return isReached && !isOtherVersion(metadata.fhirVersion) && searches.every(isGood);
}

/** True for a FHIR version that is told, and is not R4. */
export function isOtherVersion(version: string | null): version is string {
  return version !== null && !version.startsWith('4.0.');
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

function baseRemedy({ metadata: { status }, server }: Examination): string {
  const instead =
    status === 200 ? ' A login page or a proxy may stand where the FHIR server was meant.' : '';
  return `Check the base address: ${server.baseUrl}/metadata is no CapabilityStatement (HTTP ${status ?? ''}). Base addresses often end in /fhir or /r4.${instead}`;
}

function versionRemedy({ metadata: { fhirVersion } }: Examination): string[] {
  if (!isOtherVersion(fhirVersion)) return [];
  return [
    `Give the address of the server's FHIR R4 interface: this one says that it speaks FHIR ${fhirVersion}, and nerveroot reads R4 (4.0.1) only.`,
  ];
}

function isRefusal({ outcome }: TriedSearch): boolean {
  return outcome === 'unauthorized' || outcome === 'forbidden';
}

/** @see https://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html */
function accessRemedies({ searches, server }: Examination): string[] {
  const refused = searches.filter(isRefusal);
  if (refused.length === 0) return [];
  const types = [...new Set(refused.map(({ need }) => need.requirement.resourceType))];
  const list = (suffix: string): string => types.map((t) => `patient/${t}.${suffix}`).join(' ');
  const scopes = `the scopes ${list('rs')} (older servers: ${list('read')})`;
  const isDead = refused.some(({ outcome }) => outcome === 'unauthorized');
  const templates = refused.map(
    ({ need: { requirement } }) => `${requirement.key}: ${shortenTemplate(requirement.template)}`,
  );
  const token =
    server.token === undefined
      ? `Get an access token with ${scopes}, and name the variable that holds it: --token-env <name>.`
      : isDead
        ? `Get a new access token for this server and patient, with ${scopes}: this one has expired, or is for another server.`
        : `Give the token ${scopes}.`;
  return [
    token,
    'In a call it is the EHR that sends such a token, as fhirAuthorization: have it granted for this service.',
    `Where access stays refused, let the EHR send these by prefetch; GET /cds-services holds the templates in full:\n${templates.join('\n')}`,
  ];
}

function nextSteps({ searches, server, outlooks }: Examination, settings: Settings): string[] {
  const { patientId, baseUrl } = server;
  if (!searches.some(isGood)) return [];
  const callable = outlooks
    .filter(({ answer, service: { hook } }) => answer !== '412' && !carriesOrders(hook))
    .map(({ service }) => service);
  const service = callable.find(({ hook }) => hook === 'patient-view') ?? callable[0];
  const token = settings.tokenEnv === undefined ? '' : ` --token-env ${settings.tokenEnv}`;
  return [
    ...(settings.isListed
      ? []
      : [`To let calls read this server, start nerveroot with\nNERVEROOT_FHIR_SERVERS=${baseUrl}`]),
    ...(patientId === undefined
      ? [
          'Name a test patient with --patient <id>: then this tells what each search brings, and in which codes.',
        ]
      : []),
    ...(patientId === undefined || service === undefined
      ? []
      : [
          `See the cards:\nnerveroot call ${service.id} --fhir-server ${baseUrl} --patient ${patientId}${token}`,
        ]),
  ];
}

import { NerverootError } from '../errors.ts';
import { allowedServer } from '../fhir/allow-list.ts';
import type { FhirAccess } from '../fhir/client.ts';
import type { World } from './world.ts';

/** Milliseconds that all reads may take: a person at a terminal waits longer than a clinician in a visit. */
export const PATIENT_BUDGET_MS = 20_000;

/** How commands name a FHIR server. */
export interface FhirServerOptions {
  readonly fhirServer: string;
  /** The environment variable that holds the bearer token for it. */
  readonly tokenEnv?: string;
}

/**
 * The server of `--fhir-server`, or of another option that names one, with the token of
 * `--token-env`; throws InvalidInput.
 */
export function readFhirServer(
  { fhirServer, tokenEnv }: FhirServerOptions,
  world: World,
  option = '--fhir-server',
): FhirAccess {
  const url = URL.parse(fhirServer);
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password) {
    throw new NerverootError('InvalidInput', `${option} must be an address, like https://…/fhir`);
  }
  const token = tokenEnv === undefined ? undefined : world.secret(tokenEnv);
  if (tokenEnv !== undefined && !token) {
    throw new NerverootError('InvalidInput', `The environment variable ${tokenEnv} is not set`);
  }
  if (token !== undefined && allowedServer(fhirServer, [fhirServer]) === undefined) {
    throw new NerverootError(
      'InvalidInput',
      'A token travels over HTTPS only; use the https:// address of the server',
    );
  }
  return { baseUrl: `${url.origin}${url.pathname.replace(/\/+$/, '')}`, token };
}

import { NerverootError } from '../errors.ts';
import { allowedServer } from '../fhir/allow-list.ts';
import type { FhirAccess } from '../fhir/client.ts';
import type { World } from './world.ts';

/**
 * The server that an option names, with the token of the environment variable that
 * another names. Throws InvalidInput when that is no address, or not safe for a token.
 */
export function readAccess(
  option: string,
  server: string,
  tokenEnv: string | undefined,
  world: World,
): FhirAccess {
  const url = URL.parse(server);
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password) {
    throw new NerverootError('InvalidInput', `${option} must be an address, like https://…/fhir`);
  }
  const token = tokenEnv === undefined ? undefined : world.secret(tokenEnv);
  if (tokenEnv !== undefined && !token) {
    throw new NerverootError('InvalidInput', `The environment variable ${tokenEnv} is not set`);
  }
  if (token !== undefined && allowedServer(server, [server]) === undefined) {
    throw new NerverootError(
      'InvalidInput',
      'A token travels over HTTPS only; use the https:// address of the server',
    );
  }
  return { baseUrl: `${url.origin}${url.pathname.replace(/\/+$/, '')}`, token };
}

import { serverAddress } from '../site.ts';

/**
 * The base address to read when a request names a FHIR server, or undefined when
 * that server is not one the operator listed. Tokens travel over HTTPS, or within
 * this machine.
 *
 * @see https://cds-hooks.hl7.org/STU2/#fhir-resource-access
 */
export function allowedServer(
  fhirServer: string | undefined,
  allowed: readonly string[],
): string | undefined {
  const wanted = serverAddress(fhirServer);
  if (wanted === undefined || !allowed.some((server) => serverAddress(server) === wanted)) {
    return undefined;
  }
  const { protocol, hostname } = new URL(wanted);
  const isLoopback =
    hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
  return protocol === 'https:' || isLoopback ? wanted : undefined;
}

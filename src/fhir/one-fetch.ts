/** The major version of undici that the Agent of `client.ts` is of. */
const MAJOR = '8';

/**
 * Gives the process the `fetch` of the undici package where Node's own is of another major
 * version: that takes no Agent of ours, and no FHIR server could be read. The doors of the
 * process and of its workers call it.
 */
export async function useOneFetch(nodes = process.versions['undici'] ?? ''): Promise<void> {
  if (nodes.split('.')[0] === MAJOR) return;
  const { install } = await import('undici');
  install();
}

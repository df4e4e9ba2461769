import type { FhirReader, OpenFhirReader } from './client.ts';

/**
 * As `connectFhir`, which is loaded at the first read: its libraries are large, and a thread whose
 * callers send everything along never needs them. `atOnce` loads it now, so that no first call waits.
 */
export function connectLater(maxBytes: number, { atOnce }: { atOnce: boolean }): OpenFhirReader {
  let connecting: Promise<OpenFhirReader> | undefined;
  const connect = (): Promise<OpenFhirReader> => (connecting ??= connectNow(maxBytes));
  if (atOnce) void connect();
  return (access, limits, observe) => {
    let opening: Promise<FhirReader> | undefined;
    const open = (): Promise<FhirReader> =>
      (opening ??= connect().then((openReader) => openReader(access, limits, observe)));
    return {
      read: async (path) => (await open()).read(path),
      search: async (query) => (await open()).search(query),
    };
  };
}

async function connectNow(maxBytes: number): Promise<OpenFhirReader> {
  const { connectFhir } = await import('./client.ts');
  return connectFhir(maxBytes);
}

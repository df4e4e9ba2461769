import type { Json } from '../support/fhir-data.ts';

/** The address of the second FHIR server; test/other-server/with-server.sh sets it. */
export const OTHER_SERVER = process.env['NERVEROOT_TEST_FHIR_SERVER'] ?? '';

/** True where there is none: what needs it is skipped, and says so. */
export const NO_OTHER_SERVER = OTHER_SERVER === '';

if (NO_OTHER_SERVER) {
  process.stderr.write(
    'Skipped: the tests against HAPI FHIR. With a JDK and Maven, ' +
      'test/other-server/with-server.sh npm test runs them; CI does.\n',
  );
}

/** Sends one request to the second server, which answers in JSON. */
export async function askOther(
  path: string,
  { method = 'GET', body }: { method?: string; body?: unknown } = {},
): Promise<{ status: number; body: Json }> {
  // A next link is a whole address. HAPI answers from its cache of searches unless told otherwise.
  const url = path.startsWith('http') ? path : `${OTHER_SERVER}/${path}`.replace(/\/$/, '');
  const response = await fetch(url, {
    method,
    headers: { 'Content-Type': 'application/fhir+json', 'Cache-Control': 'no-cache' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Json }; // FHIR answers in objects
}

/** The address of the next page of a search result. */
export function nextOf({ link }: Json): string | undefined {
  const links = (link ?? []) as { relation: string; url: string }[]; // a Bundle's links
  return links.find(({ relation }) => relation === 'next')?.url;
}

/** A prefetch template's answer as an EHR puts it together: all pages as one Bundle. */
export async function prefetchFromOther(template: string, patientId: string): Promise<Json> {
  const search = template.replaceAll('{{context.patientId}}', patientId);
  const first = await askOther(search);
  if (first.status !== 200) throw new Error(`${search}: ${first.status}`);
  if (first.body['resourceType'] !== 'Bundle') return first.body;
  const entry: unknown[] = [];
  let page: Json = first.body;
  for (;;) {
    entry.push(...((page['entry'] ?? []) as unknown[])); // a Bundle's entries
    const next = nextOf(page);
    if (next === undefined) return { resourceType: 'Bundle', type: 'searchset', entry };
    page = (await askOther(next)).body;
  }
}

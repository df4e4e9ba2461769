/** The ways in which data can fail to be looked at, as changes of one prefetch value. */
export const MANNERS: Readonly<Record<string, (value: unknown) => unknown>> = {
  missing: () => undefined,
  failed: () => ({
    resourceType: 'OperationOutcome',
    issue: [{ severity: 'error', code: 'exception' }],
  }),
  'no resource': () => ({}),
  'of another kind': () => ({ resourceType: 'Organization', id: 'o1' }),
  'cut off to one resource': (value) =>
    (value as { entry?: { resource: unknown }[] }).entry?.[0]?.resource ?? {},
  'cut off by an entry of no type': (value) => {
    const { total: _total, entry = [], ...bundle } = value as { total?: number; entry?: unknown[] };
    return { ...bundle, entry: [...entry, { resource: { id: 'x1' } }] };
  },
  'cut off after nothing': () => ({
    resourceType: 'Bundle',
    type: 'searchset',
    link: [{ relation: 'next', url: 'https://ehr.example/next' }],
  }),
  'cut off after one page': (value) => ({
    ...(value as object),
    link: [{ relation: 'next', url: 'https://ehr.example/next' }],
  }),
  'cut off by a refusal': () => ({
    resourceType: 'Bundle',
    type: 'batch-response',
    entry: [{ response: { status: '403 Forbidden' } }],
  }),
  'cut off below the total': (value) => ({ ...(value as object), total: 100_000 }),
};

/** The same call with one prefetch value less, for each value and each manner of lacking it. */
export function withheldFrom(body: Readonly<Record<string, unknown>>): Record<string, unknown>[] {
  const prefetch = body['prefetch'] as Readonly<Record<string, unknown>>; // what composeRequest makes
  return Object.entries(prefetch).flatMap(([key, value]) =>
    Object.values(MANNERS).map((withhold) => {
      const { [key]: _withheld, ...others } = prefetch;
      const left = withhold(value);
      return { ...body, prefetch: left === undefined ? others : { ...others, [key]: left } };
    }),
  );
}

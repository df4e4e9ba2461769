import { describe, expect, it } from 'vitest';
import { connectFhir, isWithin, type FhirReader } from '../../src/fhir/client.ts';
import { aSearchset, useFakeFhir } from '../support/fake-fhir.ts';

const fhir = useFakeFhir();
const elsewhere = useFakeFhir();
const open = connectFhir(100_000);
const PATIENT = { resourceType: 'Patient', id: 'p1' };
const [FIRST, SECOND] = ['c1', 'c2'].map((id) => ({ resourceType: 'Condition', id }));
const QUERY = 'Condition?patient=p1';

function aReader(
  changes: { token?: string; totals?: 'estimate'; signal?: AbortSignal; maxPages?: number } = {},
): FhirReader {
  const { token, totals, signal = AbortSignal.timeout(10_000), maxPages = 5 } = changes;
  return open({ baseUrl: fhir.base(), token, totals }, { signal, maxPages });
}

function failed(reason: string) {
  return { state: 'failed', resources: [], reason };
}

describe('reading', () => {
  it('brings one resource', async () => {
    fhir.json('Patient/p1', PATIENT);
    expect(await aReader().read('Patient/p1')).toEqual({ state: 'read', resources: [PATIENT] });
  });

  it('asks for what stands in the chart now, not for a cached answer', async () => {
    const asked: unknown[] = [];
    fhir.on(QUERY, ({ headers }, response) => {
      asked.push(headers['cache-control']);
      response.end(JSON.stringify(aSearchset([FIRST])));
    });
    await aReader().search(QUERY);
    expect(asked).toEqual(['no-cache']);
  });

  it('brings every page of a search', async () => {
    fhir.json('next', aSearchset([SECOND]));
    fhir.json(QUERY, aSearchset([FIRST], `${fhir.base()}/next`));
    expect(await aReader().search(QUERY)).toEqual({ state: 'read', resources: [FIRST, SECOND] });
  });

  it('asks for large pages, unless the search says how large', async () => {
    fhir.json(QUERY, aSearchset([]));
    await aReader().search(QUERY);
    await aReader().search(`${QUERY}&_count=5`);
    expect(fhir.seen().map(({ path }) => path)).toEqual([
      `/fhir/${QUERY}&_count=200`,
      `/fhir/${QUERY}&_count=5`,
    ]);
  });

  it('tells an empty search from a failed one', async () => {
    const hint = { resourceType: 'OperationOutcome', issue: [{ severity: 'warning' }] };
    fhir.json(QUERY, aSearchset([hint]));
    expect(await aReader().search(QUERY)).toEqual({ state: 'read', resources: [] });
    const error = { resourceType: 'OperationOutcome', issue: [{ severity: 'error' }] };
    fhir.json(QUERY, error);
    expect(await aReader().search(QUERY)).toEqual(failed('the FHIR server reported an error'));
  });

  it.each([
    [401, 'the FHIR server refused access (401)'],
    [403, 'the FHIR server refused access (403)'],
    [404, 'the FHIR server answered 404'],
    [500, 'the FHIR server answered 500'],
  ])('fails on %i, without the address', async (status, reason) => {
    fhir.json(QUERY, { resourceType: 'OperationOutcome' }, status);
    expect(await aReader().search(QUERY)).toEqual(failed(reason));
  });

  it('fails on what is no JSON, and on JSON that is no resource', async () => {
    fhir.on(QUERY, (_request, response) => response.end('<html>sign in</html>'));
    expect(await aReader().search(QUERY)).toEqual(failed('the FHIR server answered with no JSON'));
    fhir.json(QUERY, ['c1']);
    expect(await aReader().search(QUERY)).toEqual(
      failed('the FHIR server answered with no resource'),
    );
    fhir.json(QUERY, PATIENT);
    expect(await aReader().search(QUERY)).toEqual(
      failed('the FHIR server answered with no Bundle'),
    );
  });

  it('gives an answer beyond the limit up', async () => {
    fhir.json(QUERY, aSearchset([{ ...FIRST, note: 'x'.repeat(200_000) }]));
    expect(await aReader().search(QUERY)).toEqual(failed('the answer is too large'));
  });

  it('gives up when the pages of one request are too large together', async () => {
    const large = [{ ...FIRST, note: 'x'.repeat(40_000) }];
    fhir.json(QUERY, aSearchset(large, `${fhir.base()}/2`));
    fhir.json('2', aSearchset(large, `${fhir.base()}/3`));
    fhir.json('3', aSearchset(large));
    const looked = await aReader().search(QUERY);
    expect(looked).toMatchObject({ state: 'incomplete', reason: 'the answer is too large' });
    expect(looked.resources).toHaveLength(2);
    // The next request has a budget of its own.
    expect(await aReader().search('3')).toMatchObject({ state: 'read' });
  });

  it('refuses an answer nested deeper than any resource is', async () => {
    const deep = `${'{"a":'.repeat(200)}1${'}'.repeat(200)}`;
    fhir.on('Patient/p1', (_request, response) => {
      response.setHeader('content-type', 'application/fhir+json');
      response.end(`{"resourceType":"Patient","id":"p1","extension":${deep}}`);
    });
    expect(await aReader().read('Patient/p1')).toEqual(failed('the answer is nested too deep'));
  });

  it('keeps what came, and says so, when a later page is missing', async () => {
    fhir.json(QUERY, aSearchset([FIRST], `${fhir.base()}/gone`));
    expect(await aReader().search(QUERY)).toEqual({
      state: 'incomplete',
      resources: [FIRST],
      reason: 'the FHIR server answered 404',
    });
  });

  it.each([202, 206])('takes what comes with %i for a part of it', async (status) => {
    const reason = `the FHIR server answered ${status}`;
    fhir.json('Patient/p1', PATIENT, status);
    fhir.json(QUERY, aSearchset([FIRST]), status);
    const [read, searched] = [await aReader().read('Patient/p1'), await aReader().search(QUERY)];
    expect(read).toEqual({ state: 'incomplete', resources: [PATIENT], reason });
    expect(searched).toEqual({ state: 'incomplete', resources: [FIRST], reason });
  });

  it('takes a resource in part for a part of it', async () => {
    const inPart = { ...PATIENT, meta: { tag: [{ code: 'SUBSETTED' }] } };
    fhir.json('Patient/p1', inPart);
    const reason = 'the resource came in part only';
    expect(await aReader().read('Patient/p1')).toEqual({
      state: 'incomplete',
      resources: [inPart],
      reason,
    });
  });

  it('says so when one page, not only the last, is not whole', async () => {
    const error = { resourceType: 'OperationOutcome', issue: [{ severity: 'error' }] };
    fhir.json(QUERY, aSearchset([FIRST, error], `${fhir.base()}/next`));
    fhir.json('next', aSearchset([SECOND]));
    expect(await aReader().search(QUERY)).toEqual({
      state: 'incomplete',
      resources: [FIRST, SECOND],
      reason: 'the search reported an error',
    });
  });

  it('follows a link to the NEXT page, and misses one that has no address', async () => {
    const url = `${fhir.base()}/next`;
    const shouting = { ...Object(aSearchset([FIRST])), link: [{ relation: 'NEXT', url }] };
    fhir.json(QUERY, shouting);
    fhir.json('next', aSearchset([SECOND]));
    expect(await aReader().search(QUERY)).toEqual({ state: 'read', resources: [FIRST, SECOND] });
    fhir.json('next', { ...Object(aSearchset([SECOND])), link: [{ relation: 'next' }] });
    expect(await aReader().search(QUERY)).toMatchObject({
      state: 'incomplete',
      reason: 'the next page has no address',
    });
  });

  it('holds the total against all pages together', async () => {
    const counted = (total: number) => {
      fhir.json(QUERY, { ...Object(aSearchset([FIRST], `${fhir.base()}/next`)), total });
      fhir.json('next', { ...Object(aSearchset([FIRST])), total });
    };
    counted(2);
    expect(await aReader().search(QUERY)).toMatchObject({ state: 'read' });
    counted(3);
    expect(await aReader().search(QUERY)).toMatchObject({
      state: 'incomplete',
      reason: 'fewer came than its total says',
    });
    expect(await aReader({ totals: 'estimate' }).search(QUERY)).toMatchObject({ state: 'read' });
  });

  it('stops at the limit of pages when a server turns in a circle', async () => {
    fhir.json(QUERY, aSearchset([FIRST], `${fhir.base()}/${QUERY}`));
    const looked = await aReader({ maxPages: 3 }).search(QUERY);
    expect(looked).toMatchObject({ state: 'incomplete', reason: 'there are more than 3 pages' });
    expect(fhir.seen()).toHaveLength(3);
  });

  it('F-09: ends with the time of the request', async () => {
    fhir.on(QUERY, () => {});
    const looked = await aReader({ signal: AbortSignal.timeout(50) }).search(QUERY);
    expect(looked).toEqual(failed('the time for reading ran out'));
  });

  it('tells an observer of every exchange, failed ones too', async () => {
    const refusal = { resourceType: 'OperationOutcome', issue: [{ code: 'required' }] };
    fhir.json('Patient/p1', PATIENT);
    fhir.json(QUERY, refusal, 400);
    fhir.on('Patient/p2', (_request, response) => {
      response.writeHead(307, { location: elsewhere.base() }).end();
    });
    const seen: unknown[] = [];
    const limits = { signal: AbortSignal.timeout(10_000), maxPages: 1 };
    const reader = open({ baseUrl: fhir.base() }, limits, (exchange) => seen.push(exchange));
    await reader.read('Patient/p1');
    await reader.search(QUERY);
    await reader.read('Patient/p2');
    expect(seen).toEqual([
      { status: 200, answer: PATIENT, trouble: undefined },
      { status: 400, answer: refusal, trouble: undefined },
      { status: undefined, answer: undefined, trouble: 'unexpected redirect' },
    ]);
  });

  it('fails when nobody answers', async () => {
    const reader = open(
      { baseUrl: 'http://127.0.0.1:9' },
      { signal: AbortSignal.timeout(5000), maxPages: 1 },
    );
    const reason = 'the FHIR server could not be reached, or answered with a redirect';
    expect(await reader.search(QUERY)).toEqual(failed(reason));
  });
});

describe('the token', () => {
  it('F-02: goes along with every request, next pages too', async () => {
    fhir.json(QUERY, aSearchset([FIRST], `${fhir.base()}/next`));
    fhir.json('next', aSearchset([]));
    await aReader({ token: 'secret' }).search(QUERY);
    expect(fhir.seen().map(({ authorization }) => authorization)).toEqual([
      'Bearer secret',
      'Bearer secret',
    ]);
  });

  it('F-07: follows no redirect, not even without a token', async () => {
    elsewhere.json('Patient/p1', PATIENT);
    fhir.on('Patient/p1', (_request, response) => {
      response.writeHead(307, { location: `${elsewhere.base()}/Patient/p1` }).end();
    });
    const reason = 'the FHIR server could not be reached, or answered with a redirect';
    expect(await aReader({ token: 'secret' }).read('Patient/p1')).toEqual(failed(reason));
    expect(elsewhere.seen()).toEqual([]);
  });

  it('F-07: asks no other address for the next page', async () => {
    fhir.json(QUERY, aSearchset([FIRST], `${elsewhere.base()}/next`));
    const looked = await aReader({ token: 'secret' }).search(QUERY);
    expect(looked).toMatchObject({
      state: 'incomplete',
      reason: 'the next page is at another address',
    });
    expect(elsewhere.seen()).toEqual([]);
  });

  it('F-03: of one request is not known to the next', async () => {
    fhir.json('Patient/p1', PATIENT);
    await aReader({ token: 'secret' }).read('Patient/p1');
    await aReader().read('Patient/p1');
    expect(fhir.seen().map(({ authorization }) => authorization)).toEqual([
      'Bearer secret',
      undefined,
    ]);
  });
});

describe('isWithin', () => {
  const base = 'https://ehr.example/r4';
  it.each([
    ['https://ehr.example/r4?page=2', true],
    ['https://ehr.example/r4/Condition?page=2', true],
    ['Condition?page=2', true],
    ['/r4/Condition?page=2', true],
    ['https://ehr.example/r4-other/Condition', false],
    ['https://ehr.example/other', false],
    ['https://ehr.example:8443/r4/Condition', false],
    ['http://ehr.example/r4/Condition', false],
    ['https://user:word@ehr.example/r4/Condition', false],
    ['https://ehr.example/r4/../admin', false],
    ['//evil.example/r4/Condition', false],
    ['https://', false],
  ])('%s: %s', (url, expected) => {
    expect(isWithin(url, base)).toBe(expected);
  });
});

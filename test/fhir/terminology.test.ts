import { describe, expect, it } from 'vitest';
import { openTerminologyServer, type CodeQuestion } from '../../src/fhir/terminology.ts';
import { useFakeFhir } from '../support/fake-fhir.ts';
import { serveTerminology, type FakeTerminology } from '../support/fake-terminology.ts';

const server = useFakeFhir();
const LOINC = 'http://loinc.org';
const KNOWN: FakeTerminology = {
  codes: {
    [`${LOINC}|1-1`]: { display: 'One' },
    [`${LOINC}|2-2`]: { display: 'Two', inactive: true },
  },
};

function open(limits: { maxBytes?: number; signal?: AbortSignal } = {}) {
  const { maxBytes = 1_000_000, signal = AbortSignal.timeout(20_000) } = limits;
  const access = { baseUrl: server.base(), token: 'secret' };
  return openTerminologyServer(access, { signal, maxBytes });
}

const ONE: CodeQuestion = { system: LOINC, code: '1-1', display: 'One' };
const QUESTIONS: readonly CodeQuestion[] = [
  ONE,
  { ...ONE, display: 'Won' },
  { system: LOINC, code: '2-2' },
  { system: LOINC, code: '3-3' },
  { system: 'urn:other', code: 'a' },
];
const VERDICTS = [
  { state: 'right', display: 'One', inactive: false },
  { state: 'wrong', display: 'One', inactive: false },
  { state: 'right', display: 'Two', inactive: true },
  { state: 'wrong', display: undefined, inactive: undefined },
  { state: 'no-system' },
];

const outcome = (text: string) => ({
  resourceType: 'OperationOutcome',
  issue: [{ severity: 'error', code: 'not-supported', details: { text } }],
});

describe('asking about codes', () => {
  it('asks a hundred at a time', async () => {
    serveTerminology(server, KNOWN);
    expect(await open().validate(QUESTIONS)).toEqual(VERDICTS);
    expect(await open().validate(Array.from({ length: 201 }, () => ONE))).toHaveLength(201);
    expect(server.seen().map(({ path }) => path)).toEqual(['/fhir', '/fhir', '/fhir', '/fhir']);
    expect(server.seen()[0]?.authorization).toBe('Bearer secret');
  });

  it('asks one by one where the server takes no batches, and tries them once', async () => {
    serveTerminology(server, { ...KNOWN, takesBatches: false });
    const opened = open();
    expect(await opened.validate(QUESTIONS)).toEqual(VERDICTS);
    expect(await opened.validate([ONE])).toEqual(VERDICTS.slice(0, 1));
    const paths = server.seen().map(({ path }) => path);
    expect(paths.filter((path) => path === '/fhir')).toHaveLength(1);
    expect(paths).toHaveLength(7);
  });

  it('asks one by one where the server answers a batch with a redirect', async () => {
    serveTerminology(server, { ...KNOWN, takesBatches: 'redirects' });
    expect(await open().validate(QUESTIONS)).toEqual(VERDICTS);
  });

  it('asks several at once where each is asked alone, but for the first', async () => {
    const inFlight = { now: 0, most: 0, whenSecondCame: 0 };
    server.on('CodeSystem/$validate-code', (_request, response) => {
      inFlight.now += 1;
      inFlight.most = Math.max(inFlight.most, inFlight.now);
      if (server.seen().length === 3) inFlight.whenSecondCame = inFlight.now;
      setTimeout(() => {
        inFlight.now -= 1;
        response.writeHead(200, { 'content-type': 'application/fhir+json' });
        response.end(
          '{"resourceType":"Parameters","parameter":[{"name":"result","valueBoolean":true}]}',
        );
      }, 20);
    });
    const verdicts = await open().validate(Array.from({ length: 40 }, () => ONE));
    expect(verdicts.map(({ state }) => state)).toEqual(Array.from({ length: 40 }, () => 'right'));
    expect(inFlight.whenSecondCame).toBe(1);
    expect(inFlight.most).toBeGreaterThan(1);
    expect(inFlight.most).toBeLessThanOrEqual(8);
  });

  it('asks no more about a system that the server does not hold, where each is asked alone', async () => {
    serveTerminology(server, { ...KNOWN, takesBatches: false });
    const opened = open();
    const other = Array.from({ length: 120 }, (_, i) => ({ system: 'urn:other', code: `${i}` }));
    const verdicts = await opened.validate([...other, ONE]);
    expect(verdicts).toEqual([...other.map(() => ({ state: 'no-system' })), VERDICTS[0]]);
    expect(server.seen()).toHaveLength(3);
  });

  it('says that the operation is not there, and asks a whole part but once', async () => {
    server.json('', outcome('no batches'), 405);
    server.json('CodeSystem/$validate-code', outcome('Unknown operation'), 404);
    const reason = 'the FHIR server answered 404: Unknown operation';
    expect(await open().validate(QUESTIONS)).toEqual(
      QUESTIONS.map(() => ({ state: 'failed', reason })),
    );
    expect(server.seen()).toHaveLength(2);
  });

  it.each([
    [401, 'the FHIR server refused access (401): bad token …'],
    [403, 'the FHIR server refused access (403): bad token …'],
  ])(
    'asks no more of a server that answers %i, and does not say the token',
    async (status, reason) => {
      server.json('', outcome('bad token secret'), status);
      expect(await open().validate([ONE])).toEqual([{ state: 'failed', reason }]);
      expect(server.seen()).toHaveLength(1);
    },
  );

  it('says what the server says of one entry of a batch', async () => {
    const entry = [{ response: { status: '422', outcome: outcome('code system too old') } }];
    server.json('', { resourceType: 'Bundle', type: 'batch-response', entry });
    const reason = 'the FHIR server answered 422 in its batch: code system too old';
    expect(await open().validate([ONE])).toEqual([{ state: 'failed', reason }]);
  });

  it('takes an outcome with status 200 for no verdict', async () => {
    server.json('CodeSystem/$validate-code', outcome('overloaded'));
    expect(await open().validate([ONE])).toEqual([{ state: 'failed', reason: 'overloaded' }]);
  });

  it('ends when its time is over', async () => {
    server.on('', () => undefined);
    expect(await open({ signal: AbortSignal.timeout(50) }).validate([ONE])).toEqual([
      { state: 'failed', reason: 'the FHIR server took too long' },
    ]);
  });
});

describe('expanding a family', () => {
  const include = { system: LOINC, filter: [{ property: 'concept', op: 'is-a', value: 'F' }] };
  const members = ['1-1', '2-2', '3-3', '4-4', '5-5'];
  const codes = members.map((code) => ({ system: LOINC, code }));

  it('reads all pages', async () => {
    serveTerminology(server, { codes: {}, families: { F: members }, pageSize: 2 });
    expect(await open().expand([include])).toEqual({ state: 'expanded', codes });
    expect(server.seen()).toHaveLength(3);
  });

  it('asks until nothing new comes, where the server does not tell how many there are', async () => {
    const fake = { codes: {}, families: { F: members }, pageSize: 2, tellsTotal: false };
    serveTerminology(server, fake);
    expect(await open().expand([include])).toEqual({ state: 'expanded', codes });
    expect(server.seen()).toHaveLength(4);
  });

  it('says what the server writes for people, and not its log', async () => {
    serveTerminology(server, { codes: {}, families: { F: members }, mostCodes: 4 });
    expect(await open().expand([include])).toEqual({
      state: 'failed',
      reason: 'the FHIR server answered 422: The expansion has too many codes',
    });
  });

  it('leaves out entries that only group others', async () => {
    const contains = [{ system: LOINC, code: 'G', abstract: true, contains: codes }, {}];
    server.json('ValueSet/$expand', { resourceType: 'ValueSet', expansion: { contains } });
    expect(await open().expand([include])).toEqual({ state: 'expanded', codes });
  });

  it.each([
    [
      { resourceType: 'ValueSet', expansion: { total: 20_001, contains: codes } },
      'it has more than 20000 codes there',
    ],
    [
      { resourceType: 'ValueSet', expansion: { total: 9, contains: codes } },
      'the FHIR server gave 5 of 9 codes',
    ],
    [{ resourceType: 'ValueSet' }, 'the FHIR server answered without an expansion'],
    [outcome('too costly'), 'too costly'],
  ])('gives up, and says why: %#', async (answer, reason) => {
    server.json('ValueSet/$expand', answer);
    expect(await open().expand([include])).toEqual({ state: 'failed', reason });
  });

  it('does not read an expansion of any size', async () => {
    const contains = Array.from({ length: 2000 }, (_, i) => ({ system: LOINC, code: `${i}` }));
    server.json('ValueSet/$expand', { resourceType: 'ValueSet', expansion: { contains } });
    expect(await open({ maxBytes: 10_000 }).expand([include])).toEqual({
      state: 'failed',
      reason: 'the answer is too large',
    });
  });
});

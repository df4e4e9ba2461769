import { describe, expect, it } from 'vitest';
import { useServer } from '../support/server.ts';
import { bodyOf, issueOf } from '../support/wire.ts';
import { anOrderRequest, aPrefetch } from '../support/cds-request.ts';

const server = useServer({
  env: {
    NERVEROOT_FHIR_SERVERS: 'https://ehr.example/fhir/r4',
    NERVEROOT_PUBLIC_URL: 'https://cds.example/nerveroot/',
  },
});

const PAGE = '/forms/red-flag-screen';
const get = (path: string) => server.send(path, { redirect: 'manual' });

function aResponse(changes: Readonly<Record<string, unknown>> = {}) {
  return {
    resourceType: 'QuestionnaireResponse',
    questionnaire: 'urn:nerveroot:questionnaire:red-flag-screen|1.0.0',
    status: 'completed',
    subject: { reference: 'Patient/unscreened' },
    authored: '2026-03-09T10:00:00Z',
    item: [{ linkId: 'bowel-change', answer: [{ valueBoolean: false }] }],
    ...changes,
  };
}

const extract = (body: unknown, form = 'red-flag-screen') =>
  server.send(`/forms/${form}/$extract`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/fhir+json' },
    body: JSON.stringify(body),
  });

describe('the page of a form', () => {
  it('is for the first FHIR server there is, where none is named', async () => {
    const { status, headers } = await get(PAGE);
    expect(status).toBe(302);
    expect(headers.get('location')).toMatch(
      /^red-flag-screen\?fhirServer=http%3A%2F%2Flocalhost%3A\d+%2Fsandbox%2Ffhir$/,
    );
  });

  it('may speak with the FHIR server it is for, and is shown nowhere else', async () => {
    const { status, headers } = await get(`${PAGE}?fhirServer=https://ehr.example/fhir/r4`);
    expect(status).toBe(200);
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; " +
        "connect-src 'self' https://ehr.example; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it.each(['https://elsewhere.example/fhir', 'https://ehr.example/other', 'nonsense', ''])(
    'is not there for a FHIR server that nobody listed: %j',
    async (fhirServer) => {
      const answer = await get(`${PAGE}?${new URLSearchParams({ fhirServer }).toString()}`);
      expect(answer.status).toBe(400);
      expect(issueOf(answer).diagnostics).toBe(
        'The address must name a FHIR server that is listed in NERVEROOT_FHIR_SERVERS, as ?fhirServer=https://…',
      );
    },
  );

  it('is not there under another name; the answer names those there are', async () => {
    const answer = await get('/forms/other');
    expect(answer.status).toBe(404);
    expect(issueOf(answer).diagnostics).toBe(
      'There is no such form; there are: care-so-far, leg-examination, red-flag-screen, symptoms-and-course',
    );
  });

  it('brings its script and style, and nothing outside its folder', async () => {
    expect((await get('/forms/page/form.js')).headers.get('content-type')).toContain('javascript');
    expect((await get('/forms/page/form.css')).headers.get('content-type')).toContain('text/css');
    expect((await get('/forms/page/..%2Fpackage.json')).status).toBe(404);
  });

  it('shows the questionnaire as it is in the content', async () => {
    const body = bodyOf(await get(`${PAGE}/questionnaire`));
    expect(body['url']).toBe('urn:nerveroot:questionnaire:red-flag-screen');
  });
});

describe('what is written for a response', () => {
  it('is one transaction: the response, and an Observation for each answer, derived from it', async () => {
    const answer = await extract(aResponse());
    expect(answer.status).toBe(200);
    const body = bodyOf(answer) as {
      entry: { fullUrl: string; resource: Record<string, unknown> }[];
    };
    const [response, observation, ...others] = body.entry;
    expect(others).toEqual([]);
    expect(body).toMatchObject({
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [
        { resource: aResponse(), request: { method: 'POST', url: 'QuestionnaireResponse' } },
        { request: { method: 'POST', url: 'Observation' } },
      ],
    });
    expect(observation?.resource).toMatchObject({
      resourceType: 'Observation',
      status: 'final',
      subject: { reference: 'Patient/unscreened' },
      effectiveDateTime: '2026-03-09T10:00:00Z',
      derivedFrom: [{ reference: response?.fullUrl }],
      valueBoolean: false,
    });
  });

  it.each([
    ['nothing that is a response', { resourceType: 'Observation' }],
    ['a list', []],
    ['null', null],
    ['a response without an answer', aResponse({ item: [] })],
    ['an unfinished response', aResponse({ status: 'in-progress' })],
    [
      'a response to another form',
      aResponse({ questionnaire: 'urn:nerveroot:questionnaire:care-so-far' }),
    ],
  ])('is refused for %s', async (_what, body) => {
    expect((await extract(body)).status).toBe(400);
  });

  it('is refused for no JSON, and under a name that no form has', async () => {
    const text = { method: 'POST', headers: { 'Content-Type': 'text/plain' }, body: 'x' };
    expect((await server.send(`${PAGE}/$extract`, text)).status).toBe(415);
    expect((await extract(aResponse(), 'other')).status).toBe(404);
  });

  it('leaves nothing of the patient in the log', () => {
    expect(server.output()).not.toContain('unscreened');
  });
});

const linksOf = (body: Record<string, unknown>): unknown[] =>
  (body['cards'] as { links?: unknown[] }[]).flatMap(({ links = [] }) => links);

/** Lumbar imaging ordered for somebody of whom nothing else is known. */
function aBareCall() {
  const nothing = { resourceType: 'Bundle', type: 'searchset' };
  const prefetch = aPrefetch({
    medicationRequests: nothing,
    medicationStatements: nothing,
    diagnosticReports: nothing,
    diagnosticReportsByCategory: nothing,
  });
  return anOrderRequest(undefined, { prefetch });
}

describe('a card that asks for missing data', () => {
  const own = useServer();
  it('links to its form, without naming the patient', async () => {
    const answer = await server.call('lumbar-radiculopathy-order', aBareCall());
    expect(linksOf(bodyOf(answer))).toEqual([
      {
        label: 'Form: Red-flag screen',
        url: 'https://cds.example/nerveroot/forms/red-flag-screen',
        type: 'absolute',
      },
    ]);
  });

  it('links to none where nobody said how browsers reach the service', async () => {
    const answer = await own.call('lumbar-radiculopathy-order', aBareCall());
    expect(linksOf(bodyOf(answer))).toEqual([]);
  });
});

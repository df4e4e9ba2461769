import { describe, expect, it } from 'vitest';
import { useServer } from '../support/server.ts';
import { bodyOf, issueOf, summariesOf } from '../support/wire.ts';
import { anOrderRequest, aPrefetch, aViewRequest } from '../support/cds-request.ts';

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

const UCUM = 'http://unitsofmeasure.org';
const celsius = (value: number) => ({ value, unit: '°C', system: UCUM, code: 'Cel' });

/** The answer to the one question whose number is in millilitres. */
const measured = (value: unknown, changes: Readonly<Record<string, unknown>> = {}) => ({
  linkId: 'post-void-residual',
  answer: [{ valueQuantity: { value, unit: 'mL', system: UCUM, code: 'mL', ...changes } }],
});

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
      'There is no such form; there are: care-so-far, imaging-safety, injection-safety, leg-examination, lumbar-imaging, mood-and-medicines, other-causes, red-flag-screen, symptoms-and-course',
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

  it('is an Observation with the number and its unit, for a measured value', async () => {
    const entries = bodyOf(await extract(aResponse({ item: [measured(300)] })))['entry'];
    expect(entries).toMatchObject([
      { resource: { resourceType: 'QuestionnaireResponse' } },
      {
        resource: {
          resourceType: 'Observation',
          code: { coding: [{ code: 'post-void-residual' }] },
          valueQuantity: { value: 300, unit: 'mL', system: UCUM, code: 'mL' },
        },
      },
    ]);
  });

  const residual = 'The answer to post-void-residual';
  it.each([
    ['a number out of range', [measured(30000)], `${residual} is out of range`],
    ['a number below the least', [measured(-1)], `${residual} is out of range`],
    ['a text', [measured('300')], `${residual} must be a number`],
    [
      'a unit that is not offered',
      [measured(1, { code: 'L' })],
      `${residual} must have one of its units, by system and code of UCUM: mL`,
    ],
    [
      'no unit',
      [measured(300, { code: undefined })],
      `${residual} must have one of its units, by system and code of UCUM: mL`,
    ],
    [
      'a unit in words alone',
      [measured(300, { system: undefined })],
      `${residual} must have one of its units, by system and code of UCUM: mL`,
    ],
    [
      'a temperature out of the range of its unit',
      [{ linkId: 'body-temperature', answer: [{ valueQuantity: celsius(101.3) }] }],
      'The answer to body-temperature is out of range',
    ],
    [
      'an answer of another kind',
      [{ linkId: 'bowel-change', answer: [{ valueInteger: 1 }] }],
      'The answer to bowel-change must be a valueBoolean',
    ],
    [
      'an answer to a group',
      [{ linkId: 'emergency', answer: [{ valueBoolean: true }] }],
      'The answer to emergency cannot be: it is a group',
    ],
    [
      'a question that the form does not have',
      [{ linkId: 'unscreened', answer: [{ valueBoolean: true }] }],
      'The response answers a question that is not of this form',
    ],
    [
      'a question that is not asked beside the other answers',
      [
        ...[
          'saddle-sensation-change',
          'bladder-change',
          'bowel-change',
          'sexual-function-change',
        ].map((linkId) => ({ linkId, answer: [{ valueBoolean: false }] })),
        measured(300),
      ],
      'The response answers post-void-residual, which is not asked beside its other answers: leave it out',
    ],
  ])('is refused for %s, with a sentence that says why', async (_what, item, sentence) => {
    const answer = await extract(aResponse({ item }));
    expect([answer.status, issueOf(answer).diagnostics]).toEqual([400, sentence]);
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
  it('links to its form and to its rule, without naming the patient', async () => {
    const answer = await server.call('lumbar-radiculopathy-order', aBareCall());
    expect(linksOf(bodyOf(answer))).toEqual([
      {
        label: 'Form: Red-flag screen',
        url: 'https://cds.example/nerveroot/forms/red-flag-screen',
        type: 'absolute',
      },
      {
        label: 'Why: Red-flag screen incomplete',
        url: 'https://cds.example/nerveroot/rules/ME-02',
        type: 'absolute',
      },
    ]);
  });

  it('links to none where nobody said how browsers reach the service', async () => {
    const answer = await own.call('lumbar-radiculopathy-order', aBareCall());
    expect(linksOf(bodyOf(answer))).toEqual([]);
  });
});

describe('a measured value in a response alone', () => {
  const own = useServer();
  const view = async () => {
    const body = aViewRequest({
      fhirServer: own.url('/sandbox/fhir').replace('127.0.0.1', 'localhost'),
      context: { userId: 'Practitioner/1', patientId: 'six-weeks-of-care' },
      prefetch: {},
    });
    return summariesOf(await own.call('lumbar-radiculopathy-view', body));
  };

  it('is a fact: the cards change, with no Observation written', async () => {
    const EMERGENCY = 'Possible cauda equina: 300 mL residual. Emergency MRI and spine surgeon now';
    expect(await view()).not.toContain(EMERGENCY);
    const subject = { reference: 'Patient/six-weeks-of-care' };
    const authored = new Date().toISOString();
    const stored = await own.send('/sandbox/fhir/QuestionnaireResponse', {
      method: 'POST',
      headers: { 'Content-Type': 'application/fhir+json' },
      body: JSON.stringify(aResponse({ subject, authored, item: [measured(300)] })),
    });
    expect(stored.status).toBe(201);
    expect(await view()).toContain(EMERGENCY);
  });
});

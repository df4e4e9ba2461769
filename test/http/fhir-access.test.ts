import { describe, expect, it } from 'vitest';
import { openReaders } from '../../src/decision/fhir-access.ts';
import { connectFhir } from '../../src/fhir/client.ts';
import { useApp } from '../support/app-server.ts';
import {
  anAuthorization,
  anOrderRequest,
  aViewRequest,
  type WireRequest,
} from '../support/cds-request.ts';
import { theContent } from '../support/content.ts';
import { aSearchset, bare, useFakeFhir } from '../support/fake-fhir.ts';
import { anOutcome, type Json } from '../support/fhir-data.ts';
import { bodyOf, issueOf, summariesOf } from '../support/wire.ts';
import { aSite } from '../support/site.ts';

const fhir = useFakeFhir();
const elsewhere = useFakeFhir();
const open = connectFhir(1_000_000);
const now = new Date('2026-03-10T14:00:00Z');
/** What the client asks for beside what the service cannot do without. */
let required: readonly string[] = [];

const app = useApp(async () => {
  const content = await theContent();
  return {
    content: { current: async () => content },
    clock: () => now,
    newId: () => '00000000-0000-4000-8000-000000000000',
    siteOf: () => aSite('UTC', { required }),
    readerFor: openReaders(open, { allowed: () => [fhir.base()], budgetMs: 3000 }),
  };
});

const VIEW = 'lumbar-radiculopathy-view';
const PATIENT = { resourceType: 'Patient', id: 'p1', birthDate: '1980-01-01' };
const subject = { reference: 'Patient/p1' };
const SCIATICA = {
  resourceType: 'Condition',
  id: 'c1',
  subject,
  code: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'M54.31' }] },
};
const SADDLE = {
  resourceType: 'Observation',
  id: 'o1',
  status: 'final',
  subject,
  code: {
    coding: [{ system: 'urn:nerveroot:codesystem:findings', code: 'saddle-sphincter-symptoms' }],
  },
  effectiveDateTime: '2026-03-09',
  valueBoolean: true,
};
const EMERGENCY =
  'Possible cauda equina: saddle or sphincter symptoms. Emergency MRI and spine surgeon now';

/** Without conditions the saddle sign alone is no emergency, but it is asked about. */
const SAID_AND_NOT_CHECKED = [
  'Sign of the saddle, pain not recorded: ask for back and leg pain now, and the 4 cauda equina questions',
  'Not everything could be checked here: data are missing; screen for spine red flags by hand',
];

const PATHS = {
  patient: 'Patient/p1',
  conditions: 'Condition?patient=p1',
  observations: 'Observation?patient=p1',
  procedures: 'Procedure?patient=p1',
  responses: 'QuestionnaireResponse?patient=p1',
  prescriptions: 'MedicationRequest?patient=p1',
  statements: 'MedicationStatement?patient=p1',
  reports: 'DiagnosticReport?patient=p1',
  orders: 'ServiceRequest?patient=p1',
  reportsByCategory: 'DiagnosticReport?patient=p1&category=CT,LP29684-5,NMR,RAD,RX',
} as const;

/** The server holds everything. */
function serveAll(): void {
  fhir.json(PATHS.patient, PATIENT);
  fhir.json(PATHS.conditions, aSearchset([SCIATICA]));
  fhir.json(PATHS.observations, aSearchset([SADDLE]));
  fhir.json(PATHS.procedures, aSearchset([]));
  fhir.json(PATHS.responses, aSearchset([]));
  fhir.json(PATHS.prescriptions, aSearchset([]));
  fhir.json(PATHS.statements, aSearchset([]));
  fhir.json(PATHS.reports, aSearchset([]));
  fhir.json(PATHS.orders, aSearchset([]));
  fhir.json(PATHS.reportsByCategory, aSearchset([]));
}

function aCall(prefetch: Json, changes: Partial<WireRequest> = {}): WireRequest {
  return aViewRequest({
    context: { userId: 'Practitioner/1', patientId: 'p1' },
    prefetch,
    fhirServer: fhir.base(),
    fhirAuthorization: anAuthorization(),
    ...changes,
  });
}

/** What was read, by name, each once: the reads run at once, and codes are searched for in two parts. */
const asked = () =>
  [...new Set(fhir.seen().map(({ path }) => bare(path).slice('/fhir/'.length)))].toSorted();

describe('reading what prefetch did not bring', () => {
  it('PV-02: the same patient by prefetch, by reads and by a mix gets the same cards', async () => {
    serveAll();
    const whole = {
      patient: PATIENT,
      conditions: aSearchset([SCIATICA]),
      observations: aSearchset([SADDLE]),
      procedures: aSearchset([]),
      questionnaireResponses: aSearchset([]),
      medicationRequests: aSearchset([]),
      medicationStatements: aSearchset([]),
      diagnosticReports: aSearchset([]),
      diagnosticReportsByCategory: aSearchset([]),
    };
    const { observations: _left, ...half } = whole;
    const bodies: unknown[] = [];
    for (const prefetch of [whole, {}, half]) {
      const answer = await app.call(VIEW, aCall(prefetch));
      expect(summariesOf(answer)).toEqual([EMERGENCY]);
      bodies.push(bodyOf(answer));
    }
    expect(bodies).toEqual([bodies[0], bodies[0], bodies[0]]);
  });

  it('PV-01, F-01: only what is missing is read', async () => {
    serveAll();
    await app.call(VIEW, aCall({ patient: PATIENT, conditions: null }));
    expect(asked()).toEqual([
      PATHS.reports,
      PATHS.reportsByCategory,
      PATHS.prescriptions,
      PATHS.statements,
      PATHS.observations,
      PATHS.procedures,
      PATHS.responses,
      PATHS.orders,
    ]);
  });

  it.each<[string, unknown]>([
    ['an empty object', {}],
    ['a text', 'none'],
    ['one of them alone', SADDLE],
    ['a resource of another type', SCIATICA],
    ['a Bundle that lost an entry', aSearchset([{ resourceType: 'Diagnosis' }])],
  ])('PV-01: a key that holds %s is read', async (_title, observations) => {
    serveAll();
    const medicines = { medicationRequests: null, medicationStatements: null };
    const reports = { diagnosticReports: null, diagnosticReportsByCategory: null };
    const whole = {
      conditions: aSearchset([SCIATICA]),
      procedures: null,
      ...medicines,
      ...reports,
      serviceRequests: null,
    };
    const prefetch = { ...whole, patient: PATIENT, questionnaireResponses: null, observations };
    expect(summariesOf(await app.call(VIEW, aCall(prefetch)))).toEqual([EMERGENCY]);
    expect(asked()).toEqual([PATHS.observations]);
  });

  it.each<[string, unknown]>([
    ['a text', 'p1'],
    ['a Condition', SCIATICA],
    ['a Bundle of Conditions', aSearchset([SCIATICA])],
  ])('PV-01: a patient key that holds %s is read', async (_title, patient) => {
    serveAll();
    expect(summariesOf(await app.call(VIEW, aCall({ patient })))).toEqual([EMERGENCY]);
    expect(asked()).toContain(PATHS.patient);
  });

  it('PV-03: a server that answers with something else than the Patient does not show them', async () => {
    serveAll();
    fhir.json(PATHS.patient, SCIATICA);
    const answer = await app.call(VIEW, aCall({}));
    expect(answer.status).toBe(412);
    expect(issueOf(answer).diagnostics).toMatch(/^"patient": what came is no Patient\./);
  });

  it.each<[string, Partial<WireRequest>]>([
    ['a token of no form', { fhirAuthorization: 'token-that-nobody-may-see' }],
    ['a token that never ends', { fhirAuthorization: anAuthorization({ expires_in: 'never' }) }],
    ['a server of no form', { fhirServer: 7 }],
  ])('R-06: %s opens nothing, and what was sent is decided', async (_title, changes) => {
    serveAll();
    const prefetch = {
      patient: PATIENT,
      conditions: aSearchset([SCIATICA]),
      observations: aSearchset([SADDLE]),
      procedures: null,
      medicationRequests: null,
      medicationStatements: null,
      questionnaireResponses: null,
      diagnosticReports: null,
      diagnosticReportsByCategory: null,
    };
    expect(summariesOf(await app.call(VIEW, aCall(prefetch, changes)))).toEqual([EMERGENCY]);
    const { conditions: _conditions, ...less } = prefetch;
    expect(summariesOf(await app.call(VIEW, aCall(less, changes)))).toEqual(SAID_AND_NOT_CHECKED);
    expect((await app.call(VIEW, aCall({}, changes))).status).toBe(412);
    expect(asked()).toEqual([]);
    expect(app.log()).not.toContain('token-that-nobody-may-see');
  });

  it.each([7, { read: true }])('F-06: a scope of %j decides nothing', async (scope) => {
    serveAll();
    const fhirAuthorization = anAuthorization({ scope });
    expect(summariesOf(await app.call(VIEW, aCall({}, { fhirAuthorization })))).toEqual([
      EMERGENCY,
    ]);
  });

  it('PV-06: what the EHR looked for in vain is not looked for again', async () => {
    serveAll();
    const prefetch = { patient: PATIENT, conditions: anOutcome('error') };
    const answer = await app.call(VIEW, aCall(prefetch));
    expect(summariesOf(answer)).toEqual(SAID_AND_NOT_CHECKED);
    expect(asked()).toEqual([
      PATHS.reports,
      PATHS.reportsByCategory,
      PATHS.prescriptions,
      PATHS.statements,
      PATHS.observations,
      PATHS.procedures,
      PATHS.responses,
      PATHS.orders,
    ]);
  });

  it('PV-08: evidence on the second page changes the result', async () => {
    serveAll();
    fhir.json(PATHS.observations, aSearchset([], `${fhir.base()}/more`));
    fhir.json('more', aSearchset([SADDLE]));
    expect(summariesOf(await app.call(VIEW, aCall({})))).toEqual([EMERGENCY]);
  });

  it('PV-08: a first page by prefetch is read again as a whole', async () => {
    serveAll();
    const firstPage = aSearchset([], 'https://ehr.example/next');
    const answer = await app.call(VIEW, aCall({ observations: firstPage }));
    expect(summariesOf(answer)).toEqual([EMERGENCY]);
  });

  it.each([401, 403, 500])('PV-03: required data refused with %i are 412', async (status) => {
    serveAll();
    fhir.json(PATHS.patient, anOutcome('error'), status);
    const answer = await app.call(VIEW, aCall({}));
    expect([answer.status, issueOf(answer).expression]).toEqual([412, ['prefetch.patient']]);
  });

  it.each([401, 403, 500])(
    'PV-03: what the client requires, refused with %i, is a 412, and for others a card',
    async (status) => {
      serveAll();
      fhir.json(PATHS.conditions, anOutcome('error'), status);
      expect(summariesOf(await app.call(VIEW, aCall({})))).toEqual(SAID_AND_NOT_CHECKED);
      required = ['Condition'];
      const answer = await app.call(VIEW, aCall({}));
      required = [];
      expect([answer.status, issueOf(answer).expression]).toEqual([412, ['prefetch.conditions']]);
    },
  );

  it('PV-03: other data refused are a card that says what was not checked', async () => {
    serveAll();
    fhir.json(PATHS.observations, anOutcome('error'), 403);
    expect(summariesOf(await app.call(VIEW, aCall({})))).toEqual([
      'Not everything could be checked here: data are missing; screen for spine red flags by hand',
    ]);
  });
});

describe('the safety of reading', () => {
  it('F-02: every read carries the token', async () => {
    serveAll();
    await app.call(VIEW, aCall({}));
    expect(fhir.seen().map(({ authorization }) => authorization)).toEqual(
      Array.from({ length: 11 }, () => 'Bearer token-that-nobody-may-see'),
    );
  });

  it('F-03, F-04: no token, no patient and no address below that of the server is in the log', async () => {
    serveAll();
    fhir.json(PATHS.observations, anOutcome('error'), 500);
    await app.call(VIEW, aCall({}));
    await app.call(VIEW, aCall({ conditions: anOutcome('error') }));
    for (const secret of ['token-that-nobody-may-see', 'p1', '/fhir/', 'M54.31']) {
      expect(app.log()).not.toContain(secret);
    }
  });

  it('F-05: a token that has run out is not used', async () => {
    serveAll();
    const fhirAuthorization = anAuthorization({ expires_in: 0 });
    const answer = await app.call(VIEW, aCall({}, { fhirAuthorization }));
    expect(answer.status).toBe(412);
    expect(issueOf(answer).diagnostics).toContain('the time for reading ran out');
  });

  it.each(['patient/Patient.read', 'patient/Patient.rs', 'PATIENT.READ (R4)', ''])(
    'F-06: the scope "%s" decides nothing',
    async (scope) => {
      serveAll();
      const fhirAuthorization = anAuthorization({ scope });
      expect(summariesOf(await app.call(VIEW, aCall({}, { fhirAuthorization })))).toEqual([
        EMERGENCY,
      ]);
    },
  );

  it('F-07: a server that is not listed is never asked', async () => {
    const answer = await app.call(VIEW, aCall({}, { fhirServer: elsewhere.base() }));
    expect(answer.status).toBe(412);
    expect(issueOf(answer).diagnostics).toContain('this service may not read that FHIR server');
    expect(elsewhere.seen()).toEqual([]);
  });

  it('F-08: every read is about the patient of the call', async () => {
    serveAll();
    await app.call(VIEW, aCall({}));
    expect(asked()).toEqual([
      PATHS.conditions,
      PATHS.reports,
      PATHS.reportsByCategory,
      PATHS.prescriptions,
      PATHS.statements,
      PATHS.observations,
      PATHS.patient,
      PATHS.procedures,
      PATHS.responses,
      PATHS.orders,
    ]);
  });

  it("F-08: data of another patient are not used, and are not taken for 'nothing'", async () => {
    serveAll();
    const other = { ...SADDLE, subject: { reference: 'Patient/p2' } };
    fhir.json(PATHS.observations, aSearchset([other]));
    expect(summariesOf(await app.call(VIEW, aCall({})))).toEqual([
      'Not everything could be checked here: data are missing; screen for spine red flags by hand',
    ]);
  });

  it('F-08: data that a server writes as FHIR STU3 are not used, and lose nothing of the rest', async () => {
    serveAll();
    const old = { resourceType: 'Procedure', id: 'old', subject, notDone: false };
    fhir.json(PATHS.procedures, aSearchset([old]));
    const answer = await app.call(VIEW, aCall({}));
    expect([answer.status, summariesOf(answer)[0]]).toEqual([200, EMERGENCY]);
    expect(answer.text).toContain('the FHIR server answered with what is no FHIR R4');
  });
});

describe('a medicine by reference', () => {
  const subjectAnd = { subject, status: 'active', intent: 'order' };
  const PRESCRIPTION = {
    resourceType: 'MedicationRequest',
    id: 'r1',
    ...subjectAnd,
    medicationReference: { reference: 'Medication/m1' },
  };
  const APIXABAN = {
    resourceType: 'Medication',
    id: 'm1',
    code: {
      coding: [{ system: 'http://www.nlm.nih.gov/research/umls/rxnorm', code: '1364430' }],
      text: 'apixaban',
    },
  };
  const INJECTION = {
    resourceType: 'ServiceRequest',
    id: 'esi',
    ...subjectAnd,
    status: 'draft',
    code: { coding: [{ system: 'http://snomed.info/sct', code: '171787008' }], text: 'Epidural' },
  };

  /** The answer for an injection ordered for somebody with one prescription. */
  const callForInjection = () => {
    serveAll();
    fhir.json(PATHS.observations, aSearchset([]));
    fhir.json('DiagnosticReport?patient=p1', aSearchset([]));
    fhir.json('MedicationRequest?patient=p1', aSearchset([PRESCRIPTION]));
    fhir.json('MedicationStatement?patient=p1', aSearchset([]));
    const { context, ...order } = anOrderRequest([INJECTION]);
    const call = aCall({}, { ...order, context: { ...context, patientId: 'p1' } });
    delete call['prefetch'];
    return app.call('lumbar-radiculopathy-order', call);
  };

  it('is looked up on the server, and is then known by its code', async () => {
    fhir.json('Medication/m1', APIXABAN);
    expect(summariesOf(await callForInjection())).toContain(
      'Apixaban on record: agree with its prescriber before the epidural injection',
    );
  });

  it('is said to be unread when the server does not show it', async () => {
    fhir.json('Medication/m1', anOutcome('error'), 403);
    expect(summariesOf(await callForInjection())).toContain(
      'A medicine could not be read: check for antithrombotics before injecting',
    );
  });
});

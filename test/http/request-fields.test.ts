import { describe, expect, it } from 'vitest';
import {
  anAuthorization,
  anOrderRequest,
  aViewRequest,
  without,
  withValue,
} from '../support/cds-request.ts';
import { findSecrets, SECRET_VALUE } from '../support/fhir-data.ts';
import { TRIAL_CONTENT, useServer } from '../support/server.ts';
import { bodyOf, cardsOf, issueOf, summariesOf, withoutIds } from '../support/wire.ts';

const server = useServer({ content: TRIAL_CONTENT });

const opened = {
  fhirServer: 'https://ehr.example/fhir',
  fhirAuthorization: anAuthorization({ patient: 'patient-4711' }),
};
const encounter = { encounterId: 'encounter-1' };
const view = aViewRequest({ ...opened, extension: { 'com.example.zzz': 1 } });
const fullView = { ...view, context: { ...view.context, ...encounter } };
const order = anOrderRequest(undefined, opened);
const fullOrder = { ...order, context: { ...order.context, ...encounter } };

/** Reads of a call, by hook; the path and a complete call. */
const REQUIRED = [
  ...['hook', 'hookInstance', 'context', 'context.userId', 'context.patientId'].map((path) => ({
    service: 'trial-view',
    path,
    request: fullView,
  })),
  ...['context.userId', 'context.patientId', 'context.selections', 'context.draftOrders'].map(
    (path) => ({ service: 'trial-order', path, request: fullOrder }),
  ),
  ...['access_token', 'token_type', 'expires_in', 'scope', 'subject'].map((field) => ({
    service: 'trial-view',
    path: `fhirAuthorization.${field}`,
    request: fullView,
  })),
];

const OPTIONAL = [
  ...['context.encounterId', 'fhirAuthorization', 'fhirAuthorization.patient', 'extension'].map(
    (path) => ({ service: 'trial-view', path, request: fullView }),
  ),
  { service: 'trial-order', path: 'context.encounterId', request: fullOrder },
  { service: 'trial-order', path: 'context.draftOrders.type', request: fullOrder },
];

describe('R: required fields', () => {
  it('R-02, R-03, R-06, R-07: complete calls are answered', async () => {
    expect(cardsOf(await server.call('trial-view', fullView))).toHaveLength(1);
    expect(cardsOf(await server.call('trial-order', fullOrder))).toHaveLength(1);
  });

  it.each(REQUIRED)(
    'R-02, R-03, R-06, R-07: $service without $path is refused with 400 naming the path',
    async ({ service, path, request }) => {
      const answer = await server.call(service, without(request, path));
      expect(answer.status).toBe(400);
      expect(issueOf(answer).expression).toEqual([path]);
      expect(issueOf(answer).diagnostics).toContain(`"${path}"`);
    },
  );

  it.each(OPTIONAL)(
    'R-06, R-07: $service without $path is answered as with it',
    async ({ service, path, request }) => {
      const [full] = summariesOf(await server.call(service, request));
      expect(summariesOf(await server.call(service, without(request, path)))).toEqual([full]);
    },
  );

  it.each(OPTIONAL)(
    'R-06, R-07: $service with null as $path is answered as without it',
    async ({ service, path, request }) => {
      const [left] = summariesOf(await server.call(service, without(request, path)));
      expect(summariesOf(await server.call(service, withValue(request, path, null)))).toEqual([
        left,
      ]);
    },
  );

  it('R-05, R-06: null for the server, its token and the prefetch is none of them', async () => {
    const nothing = { fhirServer: null, fhirAuthorization: null, prefetch: null };
    const answer = await server.call('trial-view', { ...fullView, ...nothing });
    expect(answer.status).toBe(412);
    expect(issueOf(answer).diagnostics).toMatch(/^"patient": not sent\./);
  });

  it('R-04, R-05: a token beside null for the server is for nothing: what was sent is decided', async () => {
    const nowhere = { ...fullView, fhirServer: null };
    const whole = await server.call('trial-view', fullView);
    const answer = await server.call('trial-view', nowhere);
    expect(cardsOf(answer)).toHaveLength(1);
    expect(withoutIds(answer)).toEqual(withoutIds(whole));
    const [, card] = cardsOf(
      await server.call('trial-view', without(nowhere, 'prefetch.observations')),
    );
    expect(card?.detail).toContain(
      '- observations (not sent, and the fhirServer of the call cannot be used)',
    );
  });

  it('R-07: drafts whose list is null are none', async () => {
    const request = withValue(fullOrder, 'context.draftOrders.entry', null);
    expect(cardsOf(await server.call('trial-order', request))).toEqual([]);
  });

  it('R-07: every fault is named, not only the first', async () => {
    const request = without(without(fullView, 'hookInstance'), 'context');
    const { diagnostics } = issueOf(await server.call('trial-view', request));
    expect(diagnostics).toContain('"hookInstance"');
    expect(diagnostics).toContain('"context"');
  });
});

describe('R: malformed fields', () => {
  it.each([
    ['hook', 7],
    ['hook', ''],
    ['hook', [SECRET_VALUE]],
    ['hook', SECRET_VALUE],
    ['hookInstance', 7],
    ['hookInstance', ''],
    ['hookInstance', SECRET_VALUE],
    ['hookInstance', '00000000-007b-9f33-e810-e841a57c502'],
    ['hookInstance', 'urn:uuid:00000000-007b-9f33-e810-e841a57c502c'],
    ['context', SECRET_VALUE],
    ['context', [1]],
    ['context.patientId', 7],
    ['context.patientId', ''],
    ['context.patientId', 'Patient/patient-4711'],
    ['context.patientId', 'a b'],
    ['context.patientId', 'x'.repeat(65)],
  ])('R-07: %s = %j is refused with 400 that names the path alone', async (path, value) => {
    const answer = await server.call('trial-view', withValue(fullView, path, value));
    expect(answer.status).toBe(400);
    expect(issueOf(answer).expression).toEqual([path]);
    expect(findSecrets(answer.text)).toEqual([]);
  });
});

describe('R: fields of no form that can be used', () => {
  it.each([
    ['context.userId', null],
    ['context.userId', 7],
    ['context.userId', '1'],
    ['context.userId', `Organization/${SECRET_VALUE}`],
    ['context.userId', 'Practitioner/'],
    ['context.userId', 'Practitioner/1/_history/2'],
    ['context.encounterId', 7],
    ['context.encounterId', 'Encounter/1'],
    ['fhirServer', 7],
    ['fhirServer', ['https://ehr.example/fhir']],
    ['fhirServer', 'ehr.example/fhir'],
    ['fhirServer', `file:///${SECRET_VALUE}`],
    ['fhirServer', `javascript:${SECRET_VALUE}`],
    ['fhirAuthorization', SECRET_VALUE],
    ['fhirAuthorization', [SECRET_VALUE]],
    ['fhirAuthorization.access_token', ''],
    ['fhirAuthorization.access_token', null],
    ['fhirAuthorization.access_token', 7],
    ['fhirAuthorization.token_type', SECRET_VALUE],
    ['fhirAuthorization.expires_in', '300'],
    ['fhirAuthorization.expires_in', 1.5],
    ['fhirAuthorization.scope', 7],
    ['fhirAuthorization.subject', 7],
    ['fhirAuthorization.patient', 7],
  ])('R-06, R-07, R-08: %s = %j is not used, and changes no card', async (path, value) => {
    const whole = await server.call('trial-view', fullView);
    const answer = await server.call('trial-view', withValue(fullView, path, value));
    expect(cardsOf(answer)).toHaveLength(1);
    expect(withoutIds(answer)).toEqual(withoutIds(whole));
  });

  it.each([
    ['prefetch', SECRET_VALUE],
    ['prefetch', [SECRET_VALUE]],
    ['prefetch', 7],
  ])('R-07: %s = %j is as if nothing were sent', async (path, value) => {
    const answer = await server.call('trial-view', withValue(fullView, path, value));
    expect(answer.status).toBe(412);
    expect(issueOf(answer).diagnostics).toMatch(/^"patient": not sent/);
    expect(findSecrets(answer.text)).toEqual([]);
  });

  it.each([
    ['fhirServer', 'ehr.example/fhir', 'fhirServer'],
    ['fhirAuthorization', SECRET_VALUE, 'fhirAuthorization'],
    ['fhirAuthorization.expires_in', '300', 'fhirAuthorization'],
  ])('R-05, R-06: what is missing says that %s = %j is why', async (path, value, named) => {
    const request = without(withValue(fullView, path, value), 'prefetch.observations');
    const [, card] = cardsOf(await server.call('trial-view', request));
    expect(card?.detail).toContain(
      `- observations (not sent, and the ${named} of the call cannot be used)`,
    );
  });

  it.each([
    ['null', null],
    ['a text', 'ServiceRequest/draft-mri'],
    ['null among them', [null]],
    ['an id without its type', ['draft-mri']],
    ['a number', [7]],
  ])('R-07: selections that are %s may be any of the drafts', async (_title, value) => {
    const request = withValue(fullOrder, 'context.selections', value);
    const [selected] = summariesOf(await server.call('trial-order', fullOrder));
    expect(summariesOf(await server.call('trial-order', request))).toEqual([selected]);
  });

  it.each([
    ['context.draftOrders', null],
    ['context.draftOrders', SECRET_VALUE],
    ['context.draftOrders.resourceType', 'List'],
    ['context.draftOrders.entry', SECRET_VALUE],
    ['context.draftOrders.entry', [{}]],
    ['context.draftOrders.entry.0.resource', { id: SECRET_VALUE }],
  ])('R-07: on order-select, %s = %j is about no order that can be read', async (path, value) => {
    const answer = await server.call('trial-order', withValue(fullOrder, path, value));
    expect(cardsOf(answer)).toEqual([]);
    expect(findSecrets(answer.text)).toEqual([]);
  });

  it('R-04: one that stands for the token asks for a server all the same', async () => {
    const request = aViewRequest({ fhirAuthorization: SECRET_VALUE });
    const answer = await server.call('trial-view', request);
    expect([answer.status, issueOf(answer).expression]).toEqual([400, ['fhirServer']]);
  });
});

describe('R-03: hookInstance', () => {
  it.each([
    '00000000-007b-9f33-e810-e841a57c502c',
    '00000000-0000-0000-0000-000000000000',
    'D1577C69-DFBE-44AD-BA6D-3E05E953B2EA',
  ])('R-03: %s is taken, as real EHRs send such', async (hookInstance) => {
    const answer = await server.call('trial-view', aViewRequest({ hookInstance }));
    expect(answer.status).toBe(200);
  });
});

describe('R-02: hook', () => {
  it.each([
    ['trial-view', anOrderRequest(), 'order-select', 'patient-view'],
    ['trial-order', aViewRequest(), 'patient-view', 'order-select'],
  ])('R-02: %s refuses a call of another hook', async (service, request, sent, answered) => {
    const answer = await server.call(service, request);
    expect(answer.status).toBe(400);
    expect(issueOf(answer)).toEqual({
      severity: 'error',
      code: 'invalid',
      diagnostics: `"hook" is ${sent}, but service ${service} answers ${answered}`,
      expression: ['hook'],
    });
  });

  it('R-02: a hook this service does not know is refused with those it knows', async () => {
    const answer = await server.call('trial-view', aViewRequest({ hook: 'order-dispatch' }));
    expect(answer.status).toBe(400);
    expect(issueOf(answer).diagnostics).toContain('patient-view, order-select');
    expect(bodyOf(answer)['resourceType']).toBe('OperationOutcome');
  });
});

describe('R-08: userId', () => {
  it.each(['Practitioner/1', 'PractitionerRole/1', 'Patient/1', 'RelatedPerson/1'])(
    'R-08: %s may open a chart',
    async (userId) => {
      const request = withValue(aViewRequest(), 'context.userId', userId);
      expect((await server.call('trial-view', request)).status).toBe(200);
    },
  );

  it.each(['Practitioner/1', 'PractitionerRole/1', 'Patient/1', 'RelatedPerson/1', '1'])(
    'R-08: %s may select an order, though only clinicians should',
    async (userId) => {
      const request = withValue(anOrderRequest(), 'context.userId', userId);
      expect((await server.call('trial-order', request)).status).toBe(200);
    },
  );
});

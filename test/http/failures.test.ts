import { describe, expect, it } from 'vitest';
import { aViewRequest } from '../support/cds-request.ts';
import { FAILURE_BODY_LIMIT, FAILURES } from '../support/failures.ts';
import { findSecrets } from '../support/fhir-data.ts';
import { TRIAL_CONTENT, useServer } from '../support/server.ts';
import { bodyOf, cardsOf, findEmpty, findNulls, issueOf } from '../support/wire.ts';

const server = useServer({
  content: TRIAL_CONTENT,
  env: { NERVEROOT_BODY_LIMIT: String(FAILURE_BODY_LIMIT) },
});

// https://hl7.org/fhir/R4/valueset-issue-type.html
const ISSUE_CODES = new Set([
  'invalid',
  'structure',
  'required',
  'value',
  'invariant',
  'security',
  'login',
  'unknown',
  'expired',
  'forbidden',
  'suppressed',
  'processing',
  'not-supported',
  'duplicate',
  'multiple-matches',
  'not-found',
  'deleted',
  'too-long',
  'code-invalid',
  'extension',
  'too-costly',
  'business-rule',
  'conflict',
  'transient',
  'lock-error',
  'no-store',
  'exception',
  'timeout',
  'incomplete',
  'throttled',
  'informational',
]);

describe.each(FAILURES)('$title', ({ status, send }) => {
  it(`J-08, S-04: ends in ${status}`, async () => {
    expect((await send(server)).status).toBe(status);
  });

  it('J-01: is answered in JSON', async () => {
    const answer = await send(server);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(bodyOf(answer)).toBeTypeOf('object');
  });

  it('J-03, J-04: is answered without null and without anything empty', async () => {
    const body = bodyOf(await send(server));
    expect(findNulls(body)).toEqual([]);
    expect(findEmpty(body)).toEqual([]);
  });

  it('S-06: is answered with an OperationOutcome that has an issue with severity and code', async () => {
    const answer = await send(server);
    expect(bodyOf(answer)['resourceType']).toBe('OperationOutcome');
    const { severity, code, diagnostics } = issueOf(answer);
    expect(severity).toBe('error');
    expect(ISSUE_CODES).toContain(code);
    expect(diagnostics).toMatch(/^\S.*\S$/);
  });

  it('S-05: tells nothing of the patient, of what was sent, or of the code', async () => {
    const { text } = await send(server);
    expect(findSecrets(text)).toEqual([]);
    expect(text).not.toMatch(/ {2}at |\.ts\b|\.js\b|node_modules|node:/);
  });

  it('S-08: never carries cards', async () => {
    expect(bodyOf(await send(server))).not.toHaveProperty('cards');
  });

  it('leaves the service answering the next call', async () => {
    await send(server);
    expect(cardsOf(await server.call('trial-view', aViewRequest()))).toHaveLength(1);
  });
});

describe('S-04: 412', () => {
  it('S-04: is kept for data that could not be had', () => {
    const titles = FAILURES.filter(({ status }) => status === 412).map(({ title }) => title);
    expect(titles).toEqual([
      'required data that are no resource',
      'required data that are of another type',
      'required data that are missing',
    ]);
  });
});

describe('J-08: method not allowed', () => {
  it.each([
    ['/cds-services', 'POST', 'GET'],
    ['/cds-services', 'DELETE', 'GET'],
    ['/cds-services/trial-view', 'GET', 'POST'],
    ['/cds-services/trial-view', 'PUT', 'POST'],
    ['/cds-services/trial-view', 'HEAD', 'POST'],
  ])('J-08: %s refuses %s with 405 and allows %s', async (path, method, allowed) => {
    const answer = await server.send(path, { method });
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe(allowed);
  });

  it('J-08: HEAD on discovery answers like GET, without the body', async () => {
    const answer = await server.send('/cds-services', { method: 'HEAD' });
    expect(answer.status).toBe(200);
    expect(answer.text).toBe('');
  });
});

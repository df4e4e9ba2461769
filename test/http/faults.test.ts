import { describe, expect, it } from 'vitest';
import type { DecisionDeps } from '../../src/decision/decide.ts';
import { NerverootError } from '../../src/errors.ts';
import { useApp } from '../support/app-server.ts';
import { aViewRequest } from '../support/cds-request.ts';
import { findSecrets, PATIENT_ID } from '../support/fhir-data.ts';
import { bodyOf, issueOf } from '../support/wire.ts';
import { aSite } from '../support/site.ts';

/** A service whose content cannot be had, for the reason given. */
function useBroken(reason: () => unknown) {
  const deps: DecisionDeps = {
    content: { current: () => Promise.reject(reason()) },
    clock: () => new Date('2026-03-10T14:00:00Z'),
    newId: () => '00000000-0000-4000-8000-000000000001',
    siteOf: () => aSite(),
  };
  return useApp(() => Promise.resolve(deps));
}

const HIDDEN = 'The service cannot answer at the moment; its log says why';

describe('content that broke', () => {
  const server = useBroken(
    () => new NerverootError('InvalidContent', 'cql/Secret.cql:1:1: error in the logic'),
  );

  it('D-14: makes discovery answer 503 with an OperationOutcome', async () => {
    const answer = await server.get('/cds-services');
    expect(answer.status).toBe(503);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(issueOf(answer)).toEqual({ severity: 'error', code: 'transient', diagnostics: HIDDEN });
  });

  it('S-08: makes a call answer 503 and not an empty list of cards', async () => {
    const answer = await server.call('any', aViewRequest());
    expect(answer.status).toBe(503);
    expect(bodyOf(answer)).not.toHaveProperty('cards');
  });

  it('tells the operator why, in the log alone', async () => {
    await server.get('/cds-services');
    expect(server.log()).toContain('cql/Secret.cql:1:1: error in the logic');
  });
});

describe.each([
  ['an Error with patient data in it', () => new Error(`no such patient: ${PATIENT_ID}`)],
  ['an Error that poses as a stack', () => new Error(`broken\n    at ${PATIENT_ID}`)],
  ['a thrown text', () => `no such patient: ${PATIENT_ID}`],
  ['a thrown object', () => ({ type: 'entity.too.large', patient: PATIENT_ID })],
  ['nothing at all', () => undefined],
])('an unforeseen failure: %s', (_title, reason) => {
  const server = useBroken(reason);

  it('S-05: is a 500 in JSON', async () => {
    const answer = await server.call('any', aViewRequest());
    expect(answer.status).toBe(500);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
  });

  it('S-06: is an OperationOutcome that tells nothing of the cause', async () => {
    const answer = await server.call('any', aViewRequest());
    expect(bodyOf(answer)).toEqual({
      resourceType: 'OperationOutcome',
      issue: [
        {
          severity: 'error',
          code: 'exception',
          diagnostics: 'The service failed; its log says where',
        },
      ],
    });
  });

  it('F-04: leaves no patient data in the log', async () => {
    await server.call('any', aViewRequest());
    expect(server.log()).toContain('The service failed; its log says where');
    expect(findSecrets(server.log())).toEqual([]);
  });
});

import { beforeAll, describe, expect, it } from 'vitest';
import {
  anAuthorization,
  aMeasuredRequest,
  anOrderRequest,
  aViewRequest,
} from '../support/cds-request.ts';
import { FAILURE_BODY_LIMIT, FAILURES } from '../support/failures.ts';
import { findSecrets } from '../support/fhir-data.ts';
import { aClient, aServer, TRIAL_CONTENT } from '../support/server.ts';

const opened = {
  fhirServer: 'https://ehr.example/fhir',
  fhirAuthorization: anAuthorization(),
};

describe.each(['info', 'debug', 'trace'])('what the process writes at level %s', (level) => {
  let output = '';

  // What a process has written is known for sure only when it has ended.
  beforeAll(async () => {
    const server = await aServer({
      content: TRIAL_CONTENT,
      env: {
        NERVEROOT_LOG_LEVEL: level,
        NERVEROOT_BODY_LIMIT: String(FAILURE_BODY_LIMIT),
        NODE_ENV: level === 'info' ? 'production' : 'development',
      },
    });
    const client = aClient(() => `http://127.0.0.1:${server.port}`);
    try {
      await client.get('/cds-services');
      await client.call('trial-view', aViewRequest(opened));
      await client.call('trial-view', aMeasuredRequest('critical'));
      await client.call('trial-order', anOrderRequest(undefined, opened));
      for (const { send } of FAILURES) await send(client);
    } finally {
      await server.stop();
    }
    output = server.output();
  });

  const lines = () =>
    output
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  it('F-03, F-04, X-05: holds no patient, name, date of birth, code, order, user or token', () => {
    expect(findSecrets(output)).toEqual([]);
  });

  it('X-05: holds a line for each call that was answered, with what was decided by which content', () => {
    const first = lines().find(
      ({ msg, service }) => msg === 'answered' && service === 'trial-view',
    );
    expect(first).toMatchObject({
      service: 'trial-view',
      hook: 'patient-view',
      hookInstance: 'd1577c69-dfbe-44ad-ba6d-3e05e953b2ea',
      rules: ['TX-02'],
    });
    expect(first?.['content']).toMatch(/^[0-9a-f]{12}$/);
  });

  it('X-05: holds a line for each failure, with its status', () => {
    const statuses = lines().flatMap(({ status }) => (typeof status === 'number' ? [status] : []));
    expect(statuses).toEqual(FAILURES.map(({ status }) => status));
  });

  it('S-05: says in the log where CQL failed', () => {
    const failed = lines().filter(({ code }) => code === 'EvaluationFailed');
    expect(failed).toHaveLength(1);
    expect(failed[0]?.['msg']).toMatch(/^CQL expression Trial\.Trouble could not be evaluated/);
    expect(failed[0]?.['where']).toBeInstanceOf(Array);
  });
});

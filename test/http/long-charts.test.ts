import { describe, expect, it } from 'vitest';
import { ROOT } from '../support/content.ts';
import { aLongChart, LONG_CHARTS } from '../support/long-charts.ts';
import { useServer } from '../support/server.ts';
import { cardsOf } from '../support/wire.ts';

const VIEW = 'lumbar-radiculopathy-view';
const service = useServer({
  content: ROOT,
  env: { NERVEROOT_STEPS: '60000', NERVEROOT_WORKERS: '1' },
});

/** A chart as a client sends it: every kind of resource under a key of its own. */
function request(visits: number, more: readonly Record<string, unknown>[] = []) {
  const entry = LONG_CHARTS['visits for low back pain'];
  if (!entry) throw new Error('There is no such chart');
  const resources = [...aLongChart(entry, visits), ...more];
  const of = (type: string) => ({
    resourceType: 'Bundle',
    type: 'searchset',
    entry: resources
      .filter(({ resourceType }) => resourceType === type)
      .map((resource) => ({ resource })),
  });
  return {
    hook: 'patient-view',
    hookInstance: '11111111-1111-4111-8111-111111111111',
    context: { userId: 'Practitioner/1', patientId: 'p1' },
    prefetch: {
      patient: resources.find(({ resourceType }) => resourceType === 'Patient'),
      conditions: of('Condition'),
      observations: of('Observation'),
      medicationRequests: of('none'),
      medicationStatements: of('none'),
      procedures: of('Procedure'),
      diagnosticReports: of('none'),
      diagnosticReportsByCategory: of('none'),
      questionnaireResponses: of('QuestionnaireResponse'),
    },
  };
}

const SADDLE = {
  resourceType: 'Observation',
  id: 'saddle',
  status: 'final',
  code: {
    coding: [{ system: 'urn:nerveroot:codesystem:findings', code: 'saddle-sensation-change' }],
  },
  valueBoolean: true,
  effectiveDateTime: new Date().toISOString(),
};

describe('a chart that takes more steps than a call may', () => {
  it('is answered with the card that says what was not decided, never with silence', async () => {
    const answer = await service.call(VIEW, request(1000));
    const [card, another] = cardsOf(answer);
    expect([answer.status, card?.source.topic?.code, another]).toEqual([200, 'NC01', undefined]);
    expect(card?.detail).toContain(
      'the chart (it holds more than can be worked through in one call)',
    );
  });

  it('does not lose the emergency that was found before', async () => {
    const topics = cardsOf(await service.call(VIEW, request(1000, [SADDLE]))).map(
      ({ source }) => source.topic?.code,
    );
    expect(topics).toEqual(['RF01', 'NC01']);
  });

  it('is in nobody’s way: the next call is answered whole', async () => {
    const answer = await service.call(VIEW, request(2));
    expect(cardsOf(answer).map(({ source }) => source.topic?.code)).not.toContain('NC01');
  });
});

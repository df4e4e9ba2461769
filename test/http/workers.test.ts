import { describe, expect, it, onTestFinished } from 'vitest';
import { anAuthorization, aViewRequest } from '../support/cds-request.ts';
import { FAILURE_BODY_LIMIT, FAILURES } from '../support/failures.ts';
import { aSearchset, useFakeFhir } from '../support/fake-fhir.ts';
import { aNote, PATIENT_ID } from '../support/fhir-data.ts';
import { aFolder, writeFiles } from '../support/folder.ts';
import { MINI_CONTENT, miniContent } from '../support/mini-content.ts';
import { aClient, aServer, TRIAL_CONTENT, useServer, type Client } from '../support/server.ts';
import { cardsOf, servicesOf, summariesOf, withoutIds } from '../support/wire.ts';

const fhir = useFakeFhir();

/** The process with two workers, until the test is over. */
async function aService(content: string, env: Readonly<Record<string, string>> = {}) {
  const server = await aServer({ content, env: { NERVEROOT_WORKERS: '2', ...env } });
  onTestFinished(() => server.stop());
  return { ...aClient(() => `http://127.0.0.1:${server.port}`), server };
}

describe('what workers answer', () => {
  const env = { NERVEROOT_BODY_LIMIT: String(FAILURE_BODY_LIMIT) };
  const here = useServer({ content: TRIAL_CONTENT, env: { ...env, NERVEROOT_WORKERS: '0' } });
  const workers = useServer({ content: TRIAL_CONTENT, env: { ...env, NERVEROOT_WORKERS: '2' } });

  it.each(FAILURES)('is what the main thread answers to $title', async ({ send }) => {
    const [one, other] = [await send(workers), await send(here)];
    expect([one.status, one.text]).toEqual([other.status, other.text]);
    const [type, length] = ['content-type', 'content-length'].map((name) => one.headers.get(name));
    expect([type, length]).toEqual(
      ['content-type', 'content-length'].map((name) => other.headers.get(name)),
    );
  });

  it('is what the main thread answers to a call, headers included', async () => {
    const [one, other] = [
      await workers.call('trial-view', aViewRequest()),
      await here.call('trial-view', aViewRequest()),
    ];
    expect(cardsOf(one)).toHaveLength(1);
    expect(withoutIds(one)).toEqual(withoutIds(other));
    const named = ({ headers }: typeof one) => [...headers].filter(([name]) => name !== 'date');
    expect(named(one)).toEqual(named(other));
  });

  it('holds ids of its own in every card', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => workers.call('trial-view', aViewRequest())),
    );
    const ids = answers.flatMap((answer) => cardsOf(answer).map(({ uuid }) => uuid));
    expect(new Set(ids).size).toBe(8);
  });

  it('is logged by the main thread', async () => {
    await workers.call('trial-view', aViewRequest());
    const line = workers
      .output()
      .split('\n')
      .findLast((text) => text.includes('"answered"'));
    expect(JSON.parse(line ?? '')).toMatchObject({
      service: 'trial-view',
      hook: 'patient-view',
      hookInstance: 'd1577c69-dfbe-44ad-ba6d-3e05e953b2ea',
      rules: ['TX-02'],
    });
  });
});

/** A call of the mini content whose card says how many coughs there are. */
const aCoughCall = () =>
  aViewRequest({
    context: { userId: 'Practitioner/1', patientId: 'p1' },
    prefetch: {
      patient: { resourceType: 'Patient', id: 'p1', active: true },
      conditions: aSearchset([
        {
          resourceType: 'Condition',
          id: 'c1',
          subject: { reference: 'Patient/p1' },
          code: { coding: [{ system: 'http://snomed.info/sct', code: '49727002' }] },
          recordedDate: '2026-03-07',
        },
      ]),
    },
  });

/** What several calls that come together are told. */
async function summaries(service: Client): Promise<Set<string>> {
  const answers = await Promise.all(
    Array.from({ length: 6 }, () => service.call('mini-view', aCoughCall())),
  );
  return new Set(answers.flatMap(summariesOf));
}

const CARD = 'hooks/cards/RX-01.yaml';
const edited = (to: string) => miniContent([[CARD, 'Coughs recorded', to]]);

describe('a saved file', () => {
  it('is in force at the next call, whichever worker decides it', async () => {
    const folder = aFolder(MINI_CONTENT);
    const service = await aService(folder);
    expect(await summaries(service)).toEqual(new Set(['Coughs recorded - 1']));
    writeFiles(folder, edited('Coughs counted anew'));
    expect(await summaries(service)).toEqual(new Set(['Coughs counted anew - 1']));
    writeFiles(folder, {
      'hooks/services/mini-view.yaml': (
        MINI_CONTENT['hooks/services/mini-view.yaml'] ?? ''
      ).replace('title: Mini', 'title: Renamed'),
    });
    const titles = servicesOf(await service.get('/cds-services')).map(({ title }) => title);
    expect(titles).toEqual(['Mini orders', 'Renamed']);
  });

  it('with changed CQL is compiled and in force as well, where no cache can be kept', async () => {
    const folder = aFolder(MINI_CONTENT);
    const service = await aService(folder, { NERVEROOT_CACHE: '/dev/null/none' });
    expect(await summaries(service)).toEqual(new Set(['Coughs recorded - 1']));
    writeFiles(
      folder,
      miniContent([
        [
          'cql/Mini.cql',
          'define "Number Of Coughs": Count("Coughs")',
          'define "Number Of Coughs": 7',
        ],
      ]),
    );
    expect(await summaries(service)).toEqual(new Set(['Coughs recorded - 7']));
  });

  it('that is broken is reported once, and the last good content goes on serving', async () => {
    const folder = aFolder(MINI_CONTENT);
    const service = await aService(folder);
    writeFiles(folder, miniContent([[CARD, 'title: Cough', 'titel: Cough']]));
    expect(await summaries(service)).toEqual(new Set(['Coughs recorded - 1']));
    expect(await summaries(service)).toEqual(new Set(['Coughs recorded - 1']));
    const faults = service.server.output().match(/RX-01\.yaml:1:1: error/g);
    expect(faults).toHaveLength(1);
    expect(service.server.output()).toContain(
      'Content not reloaded: the last good content goes on serving.',
    );
    writeFiles(folder, edited('Coughs mended'));
    expect(await summaries(service)).toEqual(new Set(['Coughs mended - 1']));
  });
});

describe('SIGTERM', () => {
  it('lets a worker finish the call that it is at', async () => {
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<void>();
    fhir.on(`Condition?patient=${PATIENT_ID}`, (_request, response) => {
      asked.resolve();
      void answer.promise.then(() => response.end(JSON.stringify(aSearchset([aNote('As read')]))));
    });
    const service = await aService(TRIAL_CONTENT, {
      NERVEROOT_FHIR_SERVERS: fhir.base(),
      NERVEROOT_FHIR_BUDGET: '60000',
    });
    const { conditions: _left, ...prefetch } = aViewRequest().prefetch ?? {};
    const open = service.call(
      'trial-view',
      aViewRequest({ prefetch, fhirServer: fhir.base(), fhirAuthorization: anAuthorization() }),
    );
    await asked.promise;
    const stopped = service.server.stop();
    await expect
      .poll(() => service.get('/cds-services').catch(() => 'refused'), { timeout: 300_000 })
      .toBe('refused');
    answer.resolve();
    expect(summariesOf(await open)).toEqual(['Note: As read']);
    await stopped;
  });
});

import { describe, expect, it } from 'vitest';
import { anAuthorization, aViewRequest } from '../support/cds-request.ts';
import { aSearchset, useFakeFhir } from '../support/fake-fhir.ts';
import { aNote, findSecrets, PATIENT_ID } from '../support/fhir-data.ts';
import type { Answer } from '../support/server.ts';
import { aPoolApp } from '../support/worker-pool.ts';
import { bodyOf, issueOf, summariesOf } from '../support/wire.ts';

const fhir = useFakeFhir();

/** A call whose conditions are to be read from the FHIR server. */
function aReadingCall() {
  const { conditions: _left, ...prefetch } = aViewRequest().prefetch ?? {};
  return aViewRequest({ prefetch, fhirServer: fhir.base(), fhirAuthorization: anAuthorization() });
}

/** The FHIR server takes a search for conditions and holds its answer back. */
function aHeldSearch() {
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  const left = Promise.withResolvers<void>();
  fhir.on(`Condition?patient=${PATIENT_ID}`, (_request, response) => {
    response.once('close', () => left.resolve());
    asked.resolve();
    void answer.promise.then(() =>
      response
        .writeHead(200, { 'content-type': 'application/fhir+json' })
        .end(JSON.stringify(aSearchset([aNote('As read')]))),
    );
  });
  return { asked: asked.promise, left: left.promise, answer: answer.resolve };
}

/** Reads take as long as the test wants. */
const PATIENT_FHIR = { NERVEROOT_FHIR_BUDGET: '60000', NERVEROOT_WATCHDOG_MS: '600000' };

const LOST =
  'The worker that decided this call ended before the answer was there; its log says why';

describe('a worker that ends in the middle of a call', () => {
  it.each([
    ['by an exit', 'exits'],
    ['by an exception', 'throws'],
  ])('%s: the call ends in 500, and the next one is answered', async (_title, service) => {
    const app = await aPoolApp({ NERVEROOT_WORKERS: '1' });
    const answer = await app.call(service, aViewRequest());
    expect([answer.status, bodyOf(answer)['resourceType']]).toEqual([500, 'OperationOutcome']);
    expect(issueOf(answer)).toEqual({ severity: 'error', code: 'exception', diagnostics: LOST });
    expect(summariesOf(await app.call('trial-view', aViewRequest()))).toHaveLength(1);
    expect(app.losses).toHaveLength(1);
    expect(findSecrets(app.log())).toEqual([]);
  });

  it('for want of memory: the call ends in 500, and the next one is answered', async () => {
    const app = await aPoolApp({ NERVEROOT_WORKERS: '1', NERVEROOT_WORKER_MEMORY: '150' });
    expect(issueOf(await app.call('hogs', aViewRequest())).diagnostics).toBe(LOST);
    expect(app.losses).toMatchObject([
      {
        message: 'A worker ran out of memory; NERVEROOT_WORKER_MEMORY says how much it may take',
        cause: { code: 'ERR_WORKER_OUT_OF_MEMORY' },
      },
    ]);
    expect((await app.call('trial-view', aViewRequest())).status).toBe(200);
  });

  it('takes nothing from calls on other workers', async () => {
    const search = aHeldSearch();
    const app = await aPoolApp({ ...PATIENT_FHIR, NERVEROOT_WORKERS: '2' }, () => [fhir.base()]);
    const reading = app.call('trial-view', aReadingCall());
    await search.asked;
    expect((await app.call('exits', aViewRequest())).status).toBe(500);
    search.answer();
    expect(summariesOf(await reading)).toEqual(['Note: As read']);
    expect(fhir.seen().filter(({ path }) => path.includes('/Condition?'))).toHaveLength(1);
  });

  it('lets calls that waited for FHIR servers on it begin again, once', async () => {
    const search = aHeldSearch();
    const app = await aPoolApp({ ...PATIENT_FHIR, NERVEROOT_WORKERS: '1' }, () => [fhir.base()]);
    const reading = app.call('trial-view', aReadingCall());
    await search.asked;
    expect((await app.call('exits', aViewRequest())).status).toBe(500);
    search.answer();
    expect(summariesOf(await reading)).toEqual(['Note: As read']);
    expect(fhir.seen().filter(({ path }) => path.includes('/Condition?'))).toHaveLength(2);
  });
});

describe('a worker that does not come back', () => {
  it('is ended: its call ends in 503 that says so, and another takes its place', async () => {
    const app = await aPoolApp({ NERVEROOT_WORKERS: '1', NERVEROOT_WATCHDOG_MS: '1000' });
    const answer = await app.call('blocks', aViewRequest());
    expect([answer.status, issueOf(answer).code]).toEqual([503, 'timeout']);
    expect(issueOf(answer).diagnostics).toBe(
      'The decision took longer than this service allows, and was ended; NERVEROOT_WATCHDOG_MS says how long it may take',
    );
    await expect
      .poll(async () => (await app.call('trial-view', aViewRequest())).status, { timeout: 300_000 })
      .toBe(200);
    expect(app.losses).toEqual([]);
  });
});

/** An app each of whose workers is held up, and how many of these calls have been answered. */
async function held(workers: number, settings: Readonly<Record<string, string>> = {}) {
  const app = await aPoolApp({
    NERVEROOT_WORKERS: String(workers),
    NERVEROOT_WATCHDOG_MS: '600000',
    ...settings,
  });
  let answered = 0;
  for (let i = 0; i < workers; i += 1) {
    void app.call('blocks', aViewRequest()).then(
      () => (answered += 1),
      () => {}, // the end of the test
    );
  }
  await app.arrived(workers);
  return { app, answered: () => answered };
}

describe('while every worker is held up', () => {
  it('discovery is answered', async () => {
    const { app, answered } = await held(2);
    expect((await app.get('/cds-services')).status).toBe(200);
    expect(answered()).toBe(0);
  });

  it('calls wait, and beyond NERVEROOT_QUEUE are told to come back', async () => {
    const { app } = await held(1, { NERVEROOT_QUEUE: '1' });
    let waited = false;
    void app.call('trial-view', aViewRequest()).then(
      () => (waited = true),
      () => {}, // the end of the test
    );
    await app.arrived(2);
    const answer = await app.call('trial-view', aViewRequest());
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
    expect(issueOf(answer)).toEqual({
      severity: 'error',
      code: 'throttled',
      diagnostics: 'All workers are busy, and enough calls wait for them already; try again later',
    });
    expect(waited).toBe(false);
  });

  it('a caller who waits and hangs up leaves room for another', async () => {
    const { app } = await held(1, { NERVEROOT_QUEUE: '1' });
    const leaving = new AbortController();
    const left = call(app, 'trial-view', leaving.signal);
    await app.arrived(2);
    leaving.abort();
    await expect(left).rejects.toThrow('aborted');
    await expect.poll(() => app.log(), { timeout: 300_000 }).toContain('"code":"HungUp"');
    void app.call('trial-view', aViewRequest()).catch(() => {}); // until the test ends
    await app.arrived(3);
    expect(app.log()).not.toContain('"code":"Overloaded"');
  });

  it('a call is answered as soon as a worker is free', async () => {
    const search = aHeldSearch();
    const app = await aPoolApp({ ...PATIENT_FHIR, NERVEROOT_WORKERS: '1' }, () => [fhir.base()]);
    const leaving = new AbortController();
    const blocked = call(app, 'looks at the flag', leaving.signal);
    await app.arrived(1);
    const waiting = app.call('trial-view', aViewRequest());
    await app.arrived(2);
    leaving.abort();
    await expect(blocked).rejects.toThrow('aborted');
    expect((await waiting).status).toBe(200);
    search.answer();
  });
});

describe('a worker whose call waits for a FHIR server', () => {
  it('decides for others meanwhile', async () => {
    const search = aHeldSearch();
    const app = await aPoolApp({ ...PATIENT_FHIR, NERVEROOT_WORKERS: '1' }, () => [fhir.base()]);
    const reading = app.call('trial-view', aReadingCall());
    await search.asked;
    expect((await app.call('trial-view', aViewRequest())).status).toBe(200);
    search.answer();
    expect(summariesOf(await reading)).toEqual(['Note: As read']);
  });
});

describe('a caller who hangs up', () => {
  it('stops what is computed, and leaves the worker to others', async () => {
    const app = await aPoolApp({ NERVEROOT_WORKERS: '1', NERVEROOT_WATCHDOG_MS: '600000' });
    const leaving = new AbortController();
    const left = call(app, 'looks at the flag', leaving.signal);
    await app.arrived(1);
    leaving.abort();
    await expect(left).rejects.toThrow('aborted');
    expect((await app.call('trial-view', aViewRequest())).status).toBe(200);
    expect(app.log()).toContain('The caller hung up before the answer was there');
    expect(app.losses).toEqual([]);
  });

  it('stops what is read', async () => {
    const search = aHeldSearch();
    const app = await aPoolApp({ ...PATIENT_FHIR, NERVEROOT_WORKERS: '1' }, () => [fhir.base()]);
    const leaving = new AbortController();
    const left = call(app, 'trial-view', leaving.signal, aReadingCall());
    await search.asked;
    leaving.abort();
    await expect(left).rejects.toThrow('aborted');
    await search.left;
    await expect.poll(() => app.log(), { timeout: 300_000 }).toContain('"code":"HungUp"');
  });
});

/** A call that can be hung up. */
function call(
  app: { send: (path: string, init: RequestInit) => Promise<Answer> },
  service: string,
  signal: AbortSignal,
  body: unknown = aViewRequest(),
): Promise<Answer> {
  return app.send(`/cds-services/${encodeURIComponent(service)}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
    signal,
  });
}

import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { aViewRequest } from '../support/cds-request.ts';
import { FAILURE_BODY_LIMIT, FAILURES } from '../support/failures.ts';
import { TRIAL_CONTENT, useServer, type Answer, type Client } from '../support/server.ts';
import { cardsOf } from '../support/wire.ts';

const EHR = 'https://ehr.example';
const STRANGER = 'https://stranger.example';
const SERVICE = '/cds-services/trial-view';
const ROUTES = ['/cds-services', SERVICE];

const production = useServer({
  content: TRIAL_CONTENT,
  env: {
    NODE_ENV: 'production',
    NERVEROOT_ORIGINS: `${EHR}, http://10.0.0.7:8080/`,
    NERVEROOT_BODY_LIMIT: String(FAILURE_BODY_LIMIT),
  },
});

/** What a browser asks before it lets a page POST JSON with a token. */
function preflight(client: Client, path: string, origin: string): Promise<Answer> {
  const headers = {
    Origin: origin,
    'Access-Control-Request-Method': 'POST',
    'Access-Control-Request-Headers': 'authorization,content-type',
  };
  return client.send(path, { method: 'OPTIONS', headers });
}

function callFrom(client: Client, origin: string): Promise<Answer> {
  const headers = { Origin: origin, 'Content-Type': 'application/json' };
  return client.send(SERVICE, { method: 'POST', headers, body: JSON.stringify(aViewRequest()) });
}

/** The same client, from a page of this origin. */
function pageOf(client: Client, origin: string): Client {
  const send: Client['send'] = (path, init) =>
    client.send(path, { ...init, headers: { ...(init.headers as object), Origin: origin } }); // tests send plain objects
  return {
    ...client,
    send,
    call: (service, body) =>
      send(`/cds-services/${service}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      }),
  };
}

const allowed = ({ headers }: Answer) => headers.get('access-control-allow-origin');
const words = (answer: Answer, header: string) =>
  (answer.headers.get(header) ?? '').toLowerCase().split(/\s*,\s*/);

describe('X-01: a page of a listed origin', () => {
  it.each(ROUTES)('X-01: may ask for %s with a token, and asks so without one', async (path) => {
    const answer = await preflight(production, path, EHR);
    expect(answer.status).toBe(204);
    expect(allowed(answer)).toBe(EHR);
    expect(words(answer, 'access-control-allow-methods')).toEqual(['get', 'post']);
    expect(words(answer, 'access-control-allow-headers')).toEqual([
      'authorization',
      'content-type',
    ]);
    expect(words(answer, 'vary')).toContain('origin');
    expect(answer.headers.get('access-control-max-age')).toBe('600');
  });

  it('X-01: reads discovery', async () => {
    const answer = await production.send('/cds-services', { headers: { Origin: EHR } });
    expect(answer.status).toBe(200);
    expect(allowed(answer)).toBe(EHR);
    expect(words(answer, 'vary')).toContain('origin');
  });

  it('X-01: reads the cards', async () => {
    const answer = await callFrom(production, EHR);
    expect(cardsOf(answer)).toHaveLength(1);
    expect(allowed(answer)).toBe(EHR);
  });

  it('X-01: is known by its port as well; a final slash in the setting does no harm', async () => {
    expect(allowed(await callFrom(production, 'http://10.0.0.7:8080'))).toBe(
      'http://10.0.0.7:8080',
    );
    expect(allowed(await callFrom(production, 'http://10.0.0.7'))).toBeNull();
  });

  const below = FAILURES.filter(({ title }) => !/the root address|that is not there$/.test(title));

  it.each(below)('X-01: reads why it failed: $title', async ({ status, send }) => {
    const answer = await send(pageOf(production, EHR));
    expect(answer.status).toBe(status);
    expect(allowed(answer)).toBe(EHR);
    expect(words(answer, 'vary')).toContain('origin');
  });

  it('X-01: these failures are of every status that a page can meet', () => {
    const statuses = new Set(below.map(({ status }) => status));
    expect([...statuses].toSorted((a, b) => a - b)).toEqual([400, 404, 405, 412, 413, 415, 500]);
  });
});

describe('X-02: any other page', () => {
  it.each([
    STRANGER,
    'null',
    'http://ehr.example',
    'https://ehr.example:8443',
    'https://ehr.example.stranger.example',
    'https://stranger-ehr.example',
    'https://EHR.example',
    'http://localhost:3000',
    'http://127.0.0.1:3000',
  ])('X-02: of %s gets no leave, and no cache mixes the two up', async (origin) => {
    const answers = [
      await preflight(production, SERVICE, origin),
      await production.send('/cds-services', { headers: { Origin: origin } }),
      await callFrom(production, origin),
      await production.send('/cds-services/none', { method: 'POST', headers: { Origin: origin } }),
    ];
    expect(answers.map(allowed)).toEqual([null, null, null, null]);
    for (const answer of answers) expect(words(answer, 'vary')).toContain('origin');
  });

  it('X-02: credentials of the browser are never allowed, and never every origin', async () => {
    const answers = [
      await preflight(production, SERVICE, EHR),
      await callFrom(production, EHR),
      await callFrom(production, STRANGER),
      await production.get('/cds-services'),
    ];
    for (const answer of answers) {
      expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
      expect(allowed(answer)).not.toBe('*');
    }
  });
});

describe('X-02: what no setting says', () => {
  const development = useServer({ content: TRIAL_CONTENT });
  const bare = useServer({ content: TRIAL_CONTENT, env: { NODE_ENV: 'production' } });

  it.each([
    'http://localhost',
    'http://localhost:8080',
    'https://localhost:8080',
    'http://127.0.0.1:5173',
    'http://[::1]:8080',
  ])('X-02: in development a page of this machine itself may call: %s', async (origin) => {
    expect(allowed(await preflight(development, SERVICE, origin))).toBe(origin);
    expect(allowed(await callFrom(development, origin))).toBe(origin);
  });

  it.each([
    STRANGER,
    'null',
    'http://localhost.stranger.example',
    'http://127.0.0.1.stranger.example',
    'http://127.0.0.1:80@stranger.example',
    'http://localhost:',
    'http://127.1.example',
    'file://localhost',
  ])('X-02: in development no other page may: %s', async (origin) => {
    expect(allowed(await preflight(development, SERVICE, origin))).toBeNull();
    expect(allowed(await callFrom(development, origin))).toBeNull();
  });

  it.each(['http://localhost:8080', EHR])('X-02: in production nobody may: %s', async (origin) => {
    expect(allowed(await preflight(bare, SERVICE, origin))).toBeNull();
    expect(allowed(await callFrom(bare, origin))).toBeNull();
  });
});

describe('X-01: a refusal of clear text', () => {
  const behindProxy = useServer({
    content: TRIAL_CONTENT,
    env: { NERVEROOT_TRUST_PROXY: 'loopback', NERVEROOT_ORIGINS: EHR },
  });

  it('X-01: can be read by the page, so that its developer sees why', async () => {
    const answer = await callFrom(behindProxy, EHR);
    expect(answer.status).toBe(403);
    expect(allowed(answer)).toBe(EHR);
  });
});

describe('X-02: the setting', () => {
  it.each([
    '*',
    'null',
    'ehr.example',
    'https://ehr.example/app',
    'https://ehr.example?x=1',
    'https://*.ehr.example',
    'ftp://ehr.example',
    'https://user@ehr.example',
    'https://good.example,*',
  ])('X-02: refuses %s', (value) => {
    expect(() => readConfig({ NERVEROOT_ORIGINS: value }, '/')).toThrow(
      /^NERVEROOT_ORIGINS\.\d must be origins like https:\/\/ehr\.example/,
    );
  });
});

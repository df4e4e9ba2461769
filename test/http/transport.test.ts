import { createServer } from 'node:http';
import { BlockList } from 'node:net';
import { duplexPair } from 'node:stream';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { decideHere } from '../../src/decision/answer.ts';
import { createApp } from '../../src/http/app.ts';
import { isAllowedTransport, readPlainHttpFrom } from '../../src/http/transport.ts';
import { aViewRequest } from '../support/cds-request.ts';
import { theContent } from '../support/content.ts';
import { TRIAL_CONTENT, useServer } from '../support/server.ts';
import { cardsOf, issueOf } from '../support/wire.ts';
import { aSite } from '../support/site.ts';

const NOWHERE = new BlockList();
const JSON_TYPE = { 'Content-Type': 'application/json' };

function aCall(headers: Record<string, string> = {}): RequestInit {
  const body = JSON.stringify(aViewRequest());
  return { method: 'POST', headers: { ...JSON_TYPE, ...headers }, body };
}

describe('J-02: without a proxy', () => {
  const server = useServer({ content: TRIAL_CONTENT });

  it('J-02: plain HTTP on this machine itself is answered', async () => {
    expect(cardsOf(await server.send('/cds-services/trial-view', aCall()))).toHaveLength(1);
  });

  it('J-02: a header that claims plain HTTP changes nothing, since no proxy is declared', async () => {
    const answer = await server.send('/cds-services', {
      headers: { 'X-Forwarded-Proto': 'http', 'X-Forwarded-For': '203.0.113.9' },
    });
    expect(answer.status).toBe(200);
  });
});

describe('J-02: behind a declared proxy', () => {
  const server = useServer({
    content: TRIAL_CONTENT,
    env: { NERVEROOT_TRUST_PROXY: 'loopback' },
  });

  it.each([
    ['no word of HTTPS', {}],
    ['X-Forwarded-Proto: http', { 'X-Forwarded-Proto': 'http' }],
    ['X-Forwarded-Proto: http, https', { 'X-Forwarded-Proto': 'http, https' }],
    ['X-Forwarded-Proto: HTTP', { 'X-Forwarded-Proto': 'HTTP' }],
  ])('J-02: a call with %s is refused with 403', async (_title, headers) => {
    const answer = await server.send('/cds-services/trial-view', aCall(headers));
    expect(answer.status).toBe(403);
    expect(issueOf(answer).code).toBe('security');
  });

  it('J-02: discovery over plain HTTP is refused with 403', async () => {
    expect((await server.get('/cds-services')).status).toBe(403);
  });

  it('J-02: a call that came to the proxy over HTTPS is answered', async () => {
    const answer = await server.send(
      '/cds-services/trial-view',
      aCall({ 'X-Forwarded-Proto': 'https' }),
    );
    expect(cardsOf(answer)).toHaveLength(1);
  });

  it('J-02: clear text is refused before the body is read', async () => {
    const answer = await server.send('/cds-services/trial-view', {
      ...aCall(),
      body: 'not JSON at all',
    });
    expect(answer.status).toBe(403);
  });
});

describe('J-02: which transport is allowed', () => {
  it.each([
    ['203.0.113.9', false, false, false],
    ['10.0.0.7', false, false, false],
    ['::ffff:10.0.0.7', false, false, false],
    ['2001:db8::1', false, false, false],
    ['1270.0.0.1', false, false, false],
    [undefined, false, false, false],
    ['203.0.113.9', true, false, true],
    ['127.0.0.1', false, false, true],
    ['127.8.4.2', false, false, true],
    ['::1', false, false, true],
    ['::ffff:127.0.0.1', false, false, true],
    ['127.0.0.1', false, true, false],
    ['127.0.0.1', true, true, true],
  ])(
    'J-02: from %s, secure: %s, behind a proxy: %s → allowed: %s',
    (remoteAddress, secure, proxyDeclared, allowed) => {
      expect(
        isAllowedTransport({ remoteAddress, secure, proxyDeclared, plainHttpFrom: NOWHERE }),
      ).toBe(allowed);
    },
  );
});

describe('J-02: plain HTTP from the network of a container engine', () => {
  const plainHttpFrom = readPlainHttpFrom('172.30.57.0/24, fd12:3456::/32 10.1.2.3/32');

  it.each([
    ['172.30.57.1', false, true],
    ['::ffff:172.30.57.1', false, true],
    ['fd12:3456::1', false, true],
    ['10.1.2.3', false, true],
    ['127.0.0.1', false, true],
    ['172.30.57.1', true, false],
    ['172.30.58.1', false, false],
    ['10.1.2.4', false, false],
    ['fd12:3457::1', false, false],
    ['203.0.113.9', false, false],
    [undefined, false, false],
  ])('from %s, behind a proxy: %s → allowed: %s', (remoteAddress, proxyDeclared, allowed) => {
    const arrival = { remoteAddress, secure: false, proxyDeclared, plainHttpFrom };
    expect(isAllowedTransport(arrival)).toBe(allowed);
  });

  it.each(['172.30.58.1', '::ffff:172.30.57.1', '127.0.0.2'])(
    'without it %s keeps its rule',
    (a) => {
      const loopback = a === '127.0.0.2';
      const arrival = { remoteAddress: a, secure: false, proxyDeclared: false };
      expect(isAllowedTransport({ ...arrival, plainHttpFrom: readPlainHttpFrom(undefined) })).toBe(
        loopback,
      );
    },
  );

  it.each([
    ['where it is declared', plainHttpFrom, '172.30.57.1', 200],
    ['where it is declared, from elsewhere', plainHttpFrom, '203.0.113.9', 403],
    ['where nothing is declared', undefined, '172.30.57.1', 403],
  ])('the app answers %s', async (_title, from, remoteAddress, status) => {
    expect(await statusFrom(remoteAddress, from)).toBe(status);
  });

  it.each([
    '0.0.0.0/0',
    '10.0.0.0/7',
    '172.0.0.0/8',
    '203.0.113.0/24',
    '2001:db8::/32',
    '172.30.57.0',
    '172.30.57.0/33',
    'fd00::/129',
    'bridge',
    '10.0.0/8',
    '::ffff:203.0.113.0/120',
  ])('stops the start at %s, which is no range of private addresses', (range) => {
    expect(() => readPlainHttpFrom(`192.168.0.0/16,${range}`)).toThrow(
      `NERVEROOT_PLAIN_HTTP_FROM must be ranges of private addresses, like 172.30.57.0/24; ${range} is none`,
    );
  });
});

/** The status of discovery for a connection that comes from another address. */
async function statusFrom(remoteAddress: string, plainHttpFrom?: BlockList): Promise<number> {
  const content = await theContent();
  const app = createApp({
    decider: decideHere({
      content: { current: async () => content },
      clock: () => new Date(0),
      newId: () => '',
      siteOf: () => aSite(),
    }),
    log: pino({ level: 'silent' }),
    bodyLimitBytes: 1024,
    trustProxy: undefined,
    ...(plainHttpFrom ? { plainHttpFrom } : {}),
  });
  const [client, socket] = duplexPair();
  createServer(app).emit('connection', Object.assign(socket, { remoteAddress }));
  client.write('GET /cds-services HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
  let answer = '';
  for await (const chunk of client) answer += String(chunk);
  return Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1]);
}

import { describe, expect, it } from 'vitest';
import { isAllowedTransport } from '../../src/http/transport.ts';
import { aViewRequest } from '../support/cds-request.ts';
import { TRIAL_CONTENT, useServer } from '../support/server.ts';
import { cardsOf, issueOf } from '../support/wire.ts';

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
      expect(isAllowedTransport({ remoteAddress, secure, proxyDeclared })).toBe(allowed);
    },
  );
});

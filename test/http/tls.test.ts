import { readFileSync, rmSync } from 'node:fs';
import { get } from 'node:https';
import type { SecureVersion, TLSSocket } from 'node:tls';
import { afterAll, describe, expect, it } from 'vitest';
import { aCertificate } from '../support/certificate.ts';
import { TRIAL_CONTENT, useServer } from '../support/server.ts';

const certificate = aCertificate();

describe.skipIf(!certificate)('J-02: HTTPS by the service itself', () => {
  const { folder = '', cert = '', key = '' } = certificate ?? {};
  const server = useServer({
    content: TRIAL_CONTENT,
    env: { NERVEROOT_TLS_CERT: cert, NERVEROOT_TLS_KEY: key },
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** The status of discovery over exactly this version of TLS, and the version spoken. */
  function discoverOver(version: SecureVersion): Promise<string> {
    return new Promise((done, fail) => {
      const options = {
        ca: readFileSync(cert),
        minVersion: version,
        maxVersion: version,
        // Level 0, so that it is the server that refuses TLS 1.1 and not this client.
        ciphers: 'DEFAULT:@SECLEVEL=0',
        agent: false,
      } as const;
      get(server.url('/cds-services'), options, (response) => {
        const spoken = (response.socket as TLSSocket).getProtocol(); // https gives no other
        response.resume().on('end', () => done(`${response.statusCode} over ${spoken}`));
      }).on('error', fail);
    });
  }

  it.each(['TLSv1.2', 'TLSv1.3'] as const)('J-02: answers over %s', async (version) => {
    expect(await discoverOver(version)).toBe(`200 over ${version}`);
  });

  it.each(['TLSv1', 'TLSv1.1'] as const)('J-02: refuses %s', async (version) => {
    // The server's alert, not a refusal of this client's own.
    await expect(discoverOver(version)).rejects.toThrow('tlsv1 alert protocol version');
  });

  it('J-02: answers nothing to plain HTTP on its port', async () => {
    const plain = server.url('/cds-services').replace('https:', 'http:');
    await expect(fetch(plain)).rejects.toThrow('fetch failed');
  });
});

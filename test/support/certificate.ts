import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A throw-away certificate for localhost, in files of a folder of its own. */
export interface Certificate {
  readonly folder: string;
  readonly cert: string;
  readonly key: string;
}

/** Makes a certificate with openssl; undefined, with one printed line, when there is no openssl. */
export function aCertificate(): Certificate | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'nerveroot-tls-'));
  const cert = join(folder, 'cert.pem');
  const key = join(folder, 'key.pem');
  const made = spawnSync('openssl', [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '1',
    '-subj',
    '/CN=localhost',
    '-addext',
    'subjectAltName=IP:127.0.0.1',
    '-keyout',
    key,
    '-out',
    cert,
  ]);
  if (made.status === 0) return { folder, cert, key };
  process.stderr.write('openssl is not here, so TLS was not tested\n');
  return undefined;
}

import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { aFolder } from '../support/folder.ts';
import { MINI_CONTENT } from '../support/mini-content.ts';
import { aViewRequest } from '../support/cds-request.ts';
import { MINI_PATIENT } from '../support/rule-case.ts';
import { aClient } from '../support/server.ts';
import { nerveroot, openNerveroot } from '../support/nerveroot.ts';

/** On any port; it is decided in the main thread, where who decides is not the question. */
const HERE = { PORT: '0', NERVEROOT_LOG_LEVEL: 'silent', NERVEROOT_WORKERS: '0' };

/** A port that somebody listens on until the test is over. */
async function aTakenPort(): Promise<number> {
  const server = createServer();
  onTestFinished(() => {
    server.close();
  });
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done);
  });
  return (server.address() as AddressInfo).port;
}

it('says where it serves what, and serves there', async () => {
  const site = aFolder(MINI_CONTENT);
  const settings = { PORT: '0', NERVEROOT_LOG_LEVEL: 'silent' };
  const { waitFor } = openNerveroot(['serve', '--content', site], settings);
  const output = await waitFor((text) => text.includes('Not a medical device'));
  expect(output).toContain('  mini-view (patient-view): Mini\n');
  const [, base] = /(http:\/\/localhost:\d+)\/cds-services/.exec(output) ?? [];
  const discovery = await fetch(`${base?.replace('localhost', '127.0.0.1')}/cds-services`);
  expect(discovery.status).toBe(200);
});

it('says so when the port is taken', async () => {
  const port = await aTakenPort();
  const site = aFolder(MINI_CONTENT);
  const settings = { ...HERE, PORT: String(port) };
  expect(await nerveroot(['serve', '--content', site], settings)).toEqual({
    status: 2,
    out: '',
    err: `nerveroot: Port ${port} is taken; choose another with PORT=<number>\n`,
  });
});

it.each([
  [{ PORT: 'http' }, 'PORT'],
  [{ PORT: '70000' }, 'PORT'],
  [
    { NERVEROOT_TIME_ZONE: 'Mars/Base' },
    'NERVEROOT_TIME_ZONE must be an IANA time zone, like Europe/Zurich\n',
  ],
  [{ NERVEROOT_LOG_LEVEL: 'loud' }, 'NERVEROOT_LOG_LEVEL'],
  [{ NERVEROOT_TLS_CERT: 'cert.pem' }, 'NERVEROOT_TLS_CERT and NERVEROOT_TLS_KEY go together\n'],
  [
    { NERVEROOT_WITHOUT: 'MedicationStatement, medications' },
    'NERVEROOT_WITHOUT.1 must be a FHIR resource type, like MedicationStatement\n',
  ],
  [
    { NERVEROOT_WITHOUT: 'MedicationStatment' },
    'FHIR R4 has no resource type MedicationStatment, which NERVEROOT_WITHOUT or "without" of a client names\n',
  ],
  [
    { NERVEROOT_PLAIN_HTTP_FROM: '0.0.0.0/0' },
    'NERVEROOT_PLAIN_HTTP_FROM must be ranges of private addresses, like 172.30.57.0/24; 0.0.0.0/0 is none\n',
  ],
  [
    { NERVEROOT_WORKERS: 'many' },
    'NERVEROOT_WORKERS must be a whole number, 0 to 256; --workers says the same\n',
  ],
  [{ NERVEROOT_QUEUE: '-1' }, 'NERVEROOT_QUEUE'],
  [{ NERVEROOT_WATCHDOG_MS: '0' }, 'NERVEROOT_WATCHDOG_MS'],
  [{ NERVEROOT_WORKER_MEMORY: 'all' }, 'NERVEROOT_WORKER_MEMORY'],
  [{ NERVEROOT_CLIENTS: '/nowhere.yaml' }, 'NERVEROOT_CLIENTS: cannot read /nowhere.yaml\n'],
])('refuses the setting %j by its name', async (settings, message) => {
  const { status, out, err } = await nerveroot(['serve'], settings);
  expect([status, out]).toEqual([2, '']);
  expect(err.startsWith(`nerveroot: ${message}`)).toBe(true);
});

it.each(['-1', '1.5', 'many', '257'])('refuses --workers %s', async (workers) => {
  const { status, out, err } = await nerveroot(['serve', '--workers', workers]);
  expect([status, out]).toEqual([2, '']);
  expect(err).toBe(
    'nerveroot: NERVEROOT_WORKERS must be a whole number, 0 to 256; --workers says the same\n',
  );
});

it.each([
  [['--workers', '0'], {}],
  [['--workers', '3'], { NERVEROOT_WORKERS: '0' }],
  [[], { NERVEROOT_WORKERS: '0' }],
  [[], {}],
])('answers a call with %j and %j', async (args, settings) => {
  const site = aFolder(MINI_CONTENT);
  const all = { PORT: '0', NERVEROOT_LOG_LEVEL: 'silent', ...settings };
  const { waitFor } = openNerveroot(['serve', '--content', site, ...args], all);
  const output = await waitFor((text) => text.includes('Not a medical device'));
  const [, port] = /http:\/\/localhost:(\d+)/.exec(output) ?? [];
  const { status } = await aClient(() => `http://127.0.0.1:${port}`).call(
    'mini-view',
    aViewRequest({
      context: { userId: 'Practitioner/1', patientId: 'p1' },
      prefetch: { patient: MINI_PATIENT },
    }),
  );
  expect(status).toBe(200);
});

it('refuses a TLS file that is not there', async () => {
  const site = aFolder(MINI_CONTENT);
  const [cert, key] = [join(site, 'cert.pem'), join(site, 'key.pem')];
  const settings = { ...HERE, NERVEROOT_TLS_CERT: cert, NERVEROOT_TLS_KEY: key };
  const { status, err } = await nerveroot(['serve', '--content', site], settings);
  expect([status, err]).toEqual([2, `nerveroot: Cannot read the TLS file ${cert}\n`]);
});

it('does not serve broken content', async () => {
  const site = aFolder({ ...MINI_CONTENT, 'hooks/cards/RX-01.yaml': 'rule: RX-01' });
  const { status, err } = await nerveroot(['serve', '--content', site], HERE);
  expect(status).toBe(1);
  expect(err).toContain(
    'nerveroot: The content cannot be served:\nhooks/cards/RX-01.yaml:1:1: error:',
  );
});

it('greets with the address of the sandbox and the number of its patients', async () => {
  const { waitFor } = openNerveroot(['serve'], HERE);
  const output = await waitFor((text) => text.includes('Not a medical device'));
  const [, origin] =
    /A demo FHIR server with 17 patients is at (http:\/\/localhost:\d+)\/sandbox\/fhir\n/.exec(
      output,
    ) ?? [];
  const base = `${origin?.replace('localhost', '127.0.0.1')}/sandbox/fhir`;
  const found = await fetch(`${base}/Patient?_id=foot-drop`);
  expect([found.status, await found.json()]).toMatchObject([200, { entry: [{}] }]);
});

it.each([
  [{ NODE_ENV: 'production' }, 404],
  [{ NERVEROOT_SANDBOX: 'off' }, 404],
  [{ NODE_ENV: 'production', NERVEROOT_SANDBOX: 'on' }, 200],
])('serves the sandbox with %j: %i', async (settings, status) => {
  const site = aFolder(MINI_CONTENT);
  const { waitFor } = openNerveroot(['serve', '--content', site], { ...HERE, ...settings });
  const output = await waitFor((text) => text.includes('Not a medical device'));
  expect(output.includes('/sandbox/fhir')).toBe(status === 200);
  const [, port] = /http:\/\/localhost:(\d+)/.exec(output) ?? [];
  const metadata = await fetch(`http://127.0.0.1:${port}/sandbox/fhir/metadata`);
  expect(metadata.status).toBe(status);
});

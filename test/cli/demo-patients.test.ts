import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { useFakeFhir } from '../support/fake-fhir.ts';
import type { Json } from '../support/fhir-data.ts';
import { aFolder } from '../support/folder.ts';
import { nerveroot } from '../support/nerveroot.ts';
import { aFhirClient, entriesOf, idsOf } from '../support/sandbox-server.ts';
import { useServer } from '../support/server.ts';

const STORY = `title: Eva
story: Coughs.
try: { hook: patient-view }
patient:
  - { resourceType: Patient }
  - { resourceType: Condition, onsetDateTime: today - 3 days }
`;

function twoPatients(): string {
  return aFolder({
    'hooks/demo-patients/eva.yaml': STORY,
    'hooks/demo-patients/otto.yaml': STORY,
  });
}

describe('demo-patients without a server', () => {
  it('prints one transaction that puts each resource under its id, with today’s dates', async () => {
    const { status, out, err } = await nerveroot(['demo-patients', '--content', twoPatients()]);
    expect([status, err]).toEqual([0, '']);
    const bundle = JSON.parse(out) as Json;
    expect([bundle['resourceType'], bundle['type']]).toEqual(['Bundle', 'transaction']);
    expect(entriesOf(bundle).map(({ request }) => request)).toEqual([
      { method: 'PUT', url: 'Patient/eva' },
      { method: 'PUT', url: 'Condition/eva-1' },
      { method: 'PUT', url: 'Patient/otto' },
      { method: 'PUT', url: 'Condition/otto-1' },
    ]);
    const [, { resource }] = entriesOf(bundle) as [Json, { resource: Json }];
    expect(resource['onsetDateTime']).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(resource['subject']).toEqual({ reference: 'Patient/eva' });
  });

  it('writes to a file what a call can read', async () => {
    const file = join(aFolder(), 'demo.json');
    const { status, out, err } = await nerveroot(['demo-patients', '--out', file]);
    expect([status, out, err]).toEqual([0, '', '']);
    expect(readFileSync(file, 'utf8')).toMatch(/^\{[^]*\}\n$/);
    const call = ['call', 'patient-view', '--bundle', file, '--patient', 'cauda-equina'];
    expect((await nerveroot(call)).out).toContain('CRITICAL RF-01');
  });

  it.each([
    [['--token-env', 'T'], '--token-env needs the server it is for: --fhir-server'],
    [['--fhir-server', 'https://a.example', '--out', 'x'], 'Choose one of --fhir-server and --out'],
    [['--fhir-server', 'ehr'], '--fhir-server must be an address, like https://…/fhir'],
    [['--fhir-server', 'ftp://ehr'], '--fhir-server must be an address, like https://…/fhir'],
    [
      ['--fhir-server', 'https://me:you@ehr'],
      '--fhir-server must be an address, like https://…/fhir',
    ],
    [
      ['--fhir-server', 'https://ehr.example', '--token-env', 'NOT_SET'],
      'The environment variable NOT_SET is not set',
    ],
    [
      ['--fhir-server', 'http://ehr.example', '--token-env', 'SET'],
      'A token travels over HTTPS only; use the https:// address of the server',
    ],
    [['--out', '/no/such/folder/x.json'], 'Cannot write /no/such/folder/x.json'],
  ])('with %j ends with 2 and a sentence', async (flags, message) => {
    const { status, out, err } = await nerveroot(['demo-patients', ...flags], { SET: 'secret' });
    expect([status, out, err]).toEqual([2, '', `nerveroot: ${message}\n`]);
  });

  it('refuses content without demo patients, and faulty ones by their name', async () => {
    const none = await nerveroot(['demo-patients', '--content', aFolder()]);
    expect([none.status, none.err]).toEqual([
      2,
      expect.stringMatching(/^nerveroot: There are no demo patients in \/.+\n$/),
    ]);
    const content = aFolder({ 'hooks/demo-patients/eva.yaml': 'title: Eva' });
    const faulty = await nerveroot(['demo-patients', '--content', content]);
    expect([faulty.status, faulty.out]).toEqual([1, '']);
    expect(faulty.err).toMatch(
      /eva\.yaml:1:1: error: [^]*The demo patients have the faults listed above; nothing was written\n$/,
    );
  });
});

describe('demo-patients to the sandbox', () => {
  const server = useServer({ env: { NERVEROOT_LOG_LEVEL: 'silent' } });
  const sandbox = aFhirClient(() => server.url('/sandbox/fhir'));

  it('writes each patient once, and the same when it is done again', async () => {
    const content = twoPatients();
    const flags = ['--content', content, '--fhir-server', server.url('/sandbox/fhir/')];
    const first = await nerveroot(['demo-patients', ...flags]);
    expect([first.status, first.err, first.out]).toEqual([
      0,
      '',
      'eva: 2 resources created, 0 replaced\notto: 2 resources created, 0 replaced\n2 of 2 demo patients written\n',
    ]);
    const second = await nerveroot(['demo-patients', ...flags]);
    expect([second.status, second.err, second.out]).toEqual([
      0,
      '',
      'eva: 0 resources created, 2 replaced\notto: 0 resources created, 2 replaced\n2 of 2 demo patients written\n',
    ]);
    expect(idsOf(await sandbox.get('/Condition?patient=eva'))).toEqual(['eva-1']);
  });
});

describe('demo-patients to a server of somebody else', () => {
  const fhir = useFakeFhir();
  const elsewhere = useFakeFhir();

  const run = (settings: Readonly<Record<string, string>> = {}, flags: readonly string[] = []) =>
    nerveroot(
      ['demo-patients', '--content', twoPatients(), '--fhir-server', `${fhir.base()}/r4`, ...flags],
      settings,
    );

  it('sends the token of the named variable', async () => {
    fhir.json('r4', answered('201 Created', '200 OK'));
    const { status, out } = await run({ TEST_TOKEN: 'secret' }, ['--token-env', 'TEST_TOKEN']);
    expect([status, out]).toEqual([0, expect.stringContaining('eva: 1 resources created, 1 repl')]);
    expect(fhir.seen()).toEqual([
      { path: '/fhir/r4', authorization: 'Bearer secret' },
      { path: '/fhir/r4', authorization: 'Bearer secret' },
    ]);
  });

  it('says what was refused and goes on with the next patient', async () => {
    fhir.on('r4', (request, response) => {
      void bodyOf(request).then((text) => {
        const refuse = text.includes('Patient/eva');
        response.writeHead(refuse ? 422 : 200, { 'content-type': 'application/fhir+json' });
        response.end(
          JSON.stringify(refuse ? outcome('secret is no\n name') : answered('201', '201')),
        );
      });
    });
    const { status, out, err } = await run({ T: 'secret' }, ['--token-env', 'T']);
    expect([status, out]).toEqual([
      1,
      'otto: 2 resources created, 0 replaced\n1 of 2 demo patients written\n',
    ]);
    expect(err).toMatch(
      /^Not written: eva: the FHIR server answered 422: … is no name\nOf these nothing was written\. See that GET <address>\/metadata answers/,
    );
  });

  it.each([
    [401, {}, 'the FHIR server refused access (401)'],
    [200, {}, 'the FHIR server answered with no resource'],
    [200, answered('201'), 'the FHIR server did not say that everything was written'],
    [200, answered('201', '409 Conflict'), 'the FHIR server answered 409 for one of its resources'],
    [500, outcome('x'.repeat(400)), `the FHIR server answered 500: ${'x'.repeat(300)}`],
  ])('takes %i with %j for a failure, said once for all patients', async (code, body, reason) => {
    fhir.json('r4', body, code);
    const { status, out, err } = await run();
    expect([status, out]).toEqual([1, '0 of 2 demo patients written\n']);
    expect(err).toContain(`Not written: eva, otto: ${reason}\n`);
  });

  it('follows no redirect', async () => {
    elsewhere.json('r4', answered('201', '201'));
    fhir.on('r4', (_request, response) => {
      response.writeHead(307, { location: `${elsewhere.base()}/r4` }).end();
    });
    const { status, err } = await run();
    expect(status).toBe(1);
    expect(err).toContain('could not be reached, or answered with a redirect');
    expect(elsewhere.seen()).toEqual([]);
  });
});

function outcome(diagnostics: string): Json {
  return { resourceType: 'OperationOutcome', issue: [{ severity: 'error', diagnostics }] };
}

/** A transaction-response with the status of each entry. */
function answered(...statuses: readonly string[]): Json {
  const entry = statuses.map((status) => ({ response: { status } }));
  return { resourceType: 'Bundle', type: 'transaction-response', entry };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

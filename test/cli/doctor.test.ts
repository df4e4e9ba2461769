import { describe, expect, it } from 'vitest';
import { aSearchset, useFakeFhir } from '../support/fake-fhir.ts';
import { nerveroot, openNerveroot } from '../support/nerveroot.ts';

const fhir = useFakeFhir();
/** On a busy machine nothing is found slow. */
const PATIENCE = { NERVEROOT_FHIR_BUDGET: '60000' };

const withoutTimes = (text: string): string => text.replaceAll(/\d+ ms/g, '… ms');
/** However many reads the content asks for. */
const withoutCount = (text: string): string => text.replace(/(\d+) of \1 work/, 'all work');

async function openSandbox(): Promise<string> {
  const settings = { PORT: '0', NERVEROOT_LOG_LEVEL: 'silent', NERVEROOT_WORKERS: '0' };
  const server = openNerveroot(['serve'], settings);
  const said = await server.waitFor((output) => output.includes('/sandbox/fhir'));
  return /http:\/\/localhost:\d+\/sandbox\/fhir/.exec(said)?.[0] ?? '';
}

describe('doctor on the sandbox', () => {
  it('finds that all works, and says what comes next', async () => {
    const base = await openSandbox();
    const flags = ['--fhir-server', base, '--patient', 'cauda-equina'];
    const { status, out, err } = await nerveroot(['doctor', ...flags], PATIENCE);
    expect([status, err]).toEqual([0, '']);
    const report = withoutCount(withoutTimes(out));
    expect(report).toContain(`${base}
  answers       yes, in … ms
  FHIR version  4.0.1 (nerveroot sandbox)
  token         none sent
  patient       cauda-equina
  reads         all work

What the services ask for
  ✓ patient  Patient/{{context.patientId}}
      works: 1 found, … ms
`);
    expect(report).toContain('  ✓ lumbar-radiculopathy-view (patient-view): can answer\n');
    expect(report).not.toContain('✗');
    expect(report).toContain(`What to do
  1. To let calls read this server, start nerveroot with
       NERVEROOT_FHIR_SERVERS=${base}
  2. See the cards:
       nerveroot call lumbar-radiculopathy-view --fhir-server ${base} --patient cauda-equina
`);
  });

  it('is fine without a patient, and names nobody', async () => {
    const base = await openSandbox();
    const { status, out } = await nerveroot(['doctor', '--fhir-server', base], {
      ...PATIENCE,
      NERVEROOT_FHIR_SERVERS: base,
    });
    expect(status).toBe(0);
    expect(out).toContain('  patient       none named: searched with an id that no patient has');
    expect(out).toContain('can answer, as far as can be told without a patient');
    expect(out).toContain('What to do\n  1. Name a test patient with --patient <id>: then this');
  });
});

describe('doctor on a server that falls short', () => {
  const secret = { severity: 'error', code: 'forbidden', diagnostics: 'Jane Doe, Patient/p-4711' };
  function serve(): void {
    fhir.json('metadata', { resourceType: 'CapabilityStatement', fhirVersion: '4.0.1' });
    fhir.json('Patient/p-4711', {
      resourceType: 'Patient',
      id: 'p-4711',
      name: [{ text: 'Jane' }],
    });
    fhir.on('Condition?patient=p-4711', (_request, response) => {
      response.writeHead(403, { 'content-type': 'application/fhir+json' });
      response.end(JSON.stringify({ resourceType: 'OperationOutcome', issue: [secret] }));
    });
  }
  const args = [
    'doctor',
    '--fhir-server',
    'BASE',
    '--patient',
    'p-4711',
    '--token-env',
    'EHR_TOKEN',
  ];
  const run = async (...more: string[]) =>
    nerveroot([...args.map((arg) => (arg === 'BASE' ? fhir.base() : arg)), ...more], {
      ...PATIENCE,
      EHR_TOKEN: 'top-secret',
    });

  it('ends with 1, and tells what to ask for', async () => {
    serve();
    const { status, out, err } = await run();
    expect([status, err]).toEqual([1, '']);
    expect(withoutTimes(out)).toContain(`
  ✗ conditions  Condition?patient={{context.patientId}}
      refused (403, forbidden): the token may not read Condition, … ms
`);
    expect(out).toMatch(
      /✗ lumbar-radiculopathy-view \(patient-view\): answers "not checked" where it cannot decide without conditions/,
    );
    expect(out).toContain('1. Give the token the scopes patient/Condition.rs');
  });

  it('tells what is answered where the site wants no advice without it', async () => {
    serve();
    const { out } = await nerveroot(
      args.map((arg) => (arg === 'BASE' ? fhir.base() : arg)),
      { ...PATIENCE, EHR_TOKEN: 'top-secret', NERVEROOT_REQUIRED: 'Condition' },
    );
    expect(out).toMatch(
      /✗ lumbar-radiculopathy-view \(patient-view\): answers 412, since it cannot advise without conditions/,
    );
  });

  it('tells a machine the same, without the token or the words of the server', async () => {
    serve();
    const { status, out, err } = await run('--json');
    expect([status, err]).toEqual([1, '']);
    expect(out).not.toMatch(/top-secret|Jane/);
    const report: unknown = JSON.parse(out);
    expect(report).toMatchObject({
      works: false,
      fhirServer: fhir.base(),
      patient: 'p-4711',
      tokenSent: true,
      budgetMs: 60_000,
      metadata: { state: 'read', status: 200, fhirVersion: '4.0.1', resourceTypes: [] },
      searches: expect.arrayContaining([
        expect.objectContaining({ key: 'patient', outcome: 'works', status: 200, pages: 1 }),
        expect.objectContaining({ key: 'conditions', outcome: 'forbidden', status: 403 }),
      ]),
      services: expect.arrayContaining([
        expect.objectContaining({ id: 'lumbar-radiculopathy-view', answer: 'not checked' }),
      ]),
    });
  });

  it('counts what came, in numbers only', async () => {
    serve();
    const condition = {
      resourceType: 'Condition',
      id: 'c-0815',
      subject: { reference: 'Patient/p-4711' },
      code: { text: 'Jane', coding: [{ system: 'urn:oid:1.2.3', code: 'L1', display: 'Jane' }] },
    };
    fhir.json('Condition?patient=p-4711', aSearchset([condition]));
    const { out } = await run();
    expect(out).not.toMatch(/Jane|c-0815/);
    expect(out).toContain(`
      1 coded, 0 dated, 0 with a status
      code systems: urn:oid:1.2.3 1 (not known here)
`);
  });
});

it.each([
  [[], "required option '--fhir-server <url>' not specified"],
  [['--fhir-server', 'ehr'], '--fhir-server must be an address, like https://…/fhir'],
  [
    ['--fhir-server', 'http://ehr.example/fhir'],
    '--fhir-server must be an https address; plain http is read on this machine only',
  ],
  [
    ['--fhir-server', 'https://ehr.example', '--patient', 'Patient/12'],
    '--patient must be a FHIR id, without Patient/',
  ],
  [
    ['--fhir-server', 'https://ehr.example', '--token-env', 'NOT_SET'],
    'The environment variable NOT_SET is not set',
  ],
])('doctor with %j ends with 2 and a sentence', async (flags, message) => {
  const { status, out, err } = await nerveroot(['doctor', ...flags]);
  expect([status, out]).toEqual([2, '']);
  expect(err).toContain(message);
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readConfig, siteFiles, siteOf } from '../src/config.ts';
import { decide } from '../src/decision/decide.ts';
import { theContent } from './support/content.ts';

const folder = mkdtempSync(join(tmpdir(), 'nerveroot-config-'));
const clients = join(folder, 'clients.yaml');
writeFileSync(
  clients,
  `clients:
  - { fhirServer: https://lakeside.example/fhir/, timeZone: America/Chicago }
  - { fhirServer: https://harbour.example/r4, timeZone: Pacific/Auckland }
`,
);
afterAll(() => rmSync(folder, { recursive: true }));

const config = readConfig(
  { NERVEROOT_CLIENTS: clients, NERVEROOT_TIME_ZONE: 'Europe/Zurich' },
  folder,
);

describe('the time zone of a request', () => {
  it.each([
    ['https://lakeside.example/fhir', 'America/Chicago'],
    ['https://lakeside.example/fhir/', 'America/Chicago'],
    ['https://LAKESIDE.example:443/fhir', 'America/Chicago'],
    ['HTTPS://Lakeside.Example/fhir//', 'America/Chicago'],
    ['https://lakeside.example/FHIR', 'Europe/Zurich'],
    ['http://lakeside.example/fhir', 'Europe/Zurich'],
    ['https://lakeside.example:8443/fhir', 'Europe/Zurich'],
    ['https://user:word@lakeside.example/fhir', 'Europe/Zurich'],
    ['no address', 'Europe/Zurich'],
    ['https://harbour.example/r4', 'Pacific/Auckland'],
    ['https://other.example/fhir', 'Europe/Zurich'],
    [undefined, 'Europe/Zurich'],
  ])('from %s is %s', (fhirServer, zone) => {
    expect(siteOf(config, fhirServer).timeZone).toBe(zone);
  });

  it.each([
    ['https://lakeside.example/fhir', '29 days'],
    ['https://harbour.example/r4', '29 days'],
    [undefined, '28 days'],
  ])('decides on what days pain began and today is: from %s, %s', async (fhirServer, words) => {
    const content = await theContent();
    const subject = { reference: 'Patient/p1' };
    const code = { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'M54.31' }] };
    // 23:30 the day before in Chicago; today is the day after in Auckland.
    const onsetDateTime = '2026-02-10T05:30:00Z';
    const sciatica = { resourceType: 'Condition', id: 'c1', subject, code, onsetDateTime };
    const body = {
      hook: 'patient-view',
      hookInstance: '11111111-1111-4111-8111-111111111111',
      context: { userId: 'Practitioner/1', patientId: 'p1' },
      prefetch: {
        patient: { resourceType: 'Patient', id: 'p1', birthDate: '1980-01-01' },
        conditions: { resourceType: 'Bundle', entry: [{ resource: sciatica }] },
        observations: null,
        questionnaireResponses: null,
      },
      ...(fhirServer === undefined ? {} : { fhirServer }),
    };
    const { evaluation } = await decide('lumbar-radiculopathy-view', body, {
      content: { current: async () => content },
      clock: () => new Date('2026-03-10T14:00:00Z'),
      newId: () => '00000000-0000-4000-8000-000000000000',
      siteOf: (request) => siteOf(config, request.fhirServer),
    });
    const facts = await evaluation.facts([{ library: 'Duration', expression: 'In Words' }]);
    expect(facts).toEqual({ Duration: { 'In Words': words } });
  });
});

describe('the FHIR servers that may be read', () => {
  it('are those of the clients and those named beside', () => {
    const named = readConfig(
      {
        NERVEROOT_CLIENTS: clients,
        NERVEROOT_FHIR_SERVERS: 'https://a.example/fhir, https://b.example',
      },
      folder,
    );
    expect(named.fhirServers).toEqual([
      'https://a.example/fhir',
      'https://b.example',
      'https://lakeside.example/fhir/',
      'https://harbour.example/r4',
    ]);
    expect(readConfig({}, folder).fhirServers).toEqual([]);
  });
});

it('a client takes from the settings what its entry leaves out', () => {
  const file = join(folder, 'sites.yaml');
  writeFileSync(
    file,
    `clients:
  - { fhirServer: https://a.example/fhir }
  - { fhirServer: https://b.example/fhir, timeZone: America/Chicago, codes: b.yaml, without: [] }
`,
  );
  const settings = {
    NERVEROOT_CLIENTS: file,
    NERVEROOT_TIME_ZONE: 'Europe/Zurich',
    NERVEROOT_CODES: '/etc/codes.yaml',
    NERVEROOT_WITHOUT: 'MedicationStatement, Procedure',
  };
  const sites = readConfig(settings, folder);
  const common = {
    client: undefined,
    required: [],
    totals: 'accurate',
    timeZone: 'Europe/Zurich',
    codes: '/etc/codes.yaml',
    without: ['MedicationStatement', 'Procedure'],
    systemActions: false,
    evidence: true,
  };
  expect(siteOf(sites, 'https://other.example')).toEqual(common);
  expect(siteOf(sites, 'https://a.example/fhir/')).toEqual({
    ...common,
    client: 'https://a.example/fhir',
    fhirServer: 'https://a.example/fhir',
  });
  expect(siteOf(sites, 'https://b.example/fhir')).toMatchObject({
    timeZone: 'America/Chicago',
    codes: join(folder, 'b.yaml'),
    without: [],
  });
  expect(siteFiles(sites).codeMaps).toEqual(['/etc/codes.yaml', join(folder, 'b.yaml')]);
});

const entry = (text: string) => {
  const file = join(folder, 'entry.yaml');
  writeFileSync(file, `clients: [{ fhirServer: https://a.example/fhir, ${text} }]`);
  return siteOf(readConfig({ NERVEROOT_CLIENTS: file }, folder), 'https://a.example/fhir');
};

describe('an entry of a client', () => {
  it('says what it requires, what its totals count and where it looks for system actions', () => {
    const said = entry('required: [Condition], totals: estimate, systemActions: extension');
    expect(said).toMatchObject({
      required: ['Condition'],
      totals: 'estimate',
      systemActions: 'extension',
    });
  });

  it('says whether its cards bring their evidence, which they do', () => {
    expect(entry('evidence: false').evidence).toBe(false);
    expect(entry('totals: accurate').evidence).toBe(true);
  });

  it.each([
    ['evidence: off', 'evidence must be true or false'],
    ['required: [conditions]', 'must be a FHIR resource type'],
    ['totals: none', 'Invalid option'],
    ['systemActions: below', 'systemActions must be true, false or extension'],
  ])('is refused with %s', (text, why) => {
    expect(() => entry(text)).toThrow(why);
  });

  it('is refused when it stands twice, however it is spelled', () => {
    const file = join(folder, 'twice.yaml');
    const entries = '[{ fhirServer: https://a.example }, { fhirServer: HTTPS://A.example:443/ }]';
    writeFileSync(file, `clients: ${entries}`);
    expect(() => readConfig({ NERVEROOT_CLIENTS: file }, folder)).toThrow(
      'clients.1.fhirServer is the server of clients.0; keep one of them',
    );
  });

  it('takes from the settings what is required, and what totals count', () => {
    const settings = { NERVEROOT_REQUIRED: 'Condition,Observation', NERVEROOT_TOTALS: 'estimate' };
    const { required, totals } = siteOf(readConfig(settings, folder), undefined);
    expect([required, totals]).toEqual([['Condition', 'Observation'], 'estimate']);
  });
});

const publicUrl = (value: string) => readConfig({ NERVEROOT_PUBLIC_URL: value }, folder).publicUrl;

describe('the public address', () => {
  it('may have a path, and ends without a slash', () => {
    expect(publicUrl('https://cds.example/nerveroot/')).toBe('https://cds.example/nerveroot');
    expect(publicUrl('')).toBeUndefined();
  });

  it.each([
    'http://cds.example',
    'cds.example',
    'https://a:b@cds.example',
    'https://cds.example/?a',
  ])('is not %s', (value) => {
    expect(() => publicUrl(value)).toThrow(/^NERVEROOT_PUBLIC_URL must be an/);
  });
});

import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { aFolder } from '../support/folder.ts';
import { MINI_CONTENT } from '../support/mini-content.ts';
import { nerveroot, openNerveroot } from '../support/nerveroot.ts';
import { aFhirClient, idsOf } from '../support/sandbox-server.ts';

const SETTINGS = { PORT: '0', NERVEROOT_LOG_LEVEL: 'silent', NERVEROOT_WORKERS: '0' };

function aBundle(...resources: readonly object[]) {
  const entry = resources.map((resource) => ({ resource }));
  return { resourceType: 'Bundle', type: 'collection', entry };
}

const STORY = `title: Eva
story: Coughs.
try: { hook: patient-view }
patient:
  - { resourceType: Patient }
  - { resourceType: Condition, onsetDateTime: today - 3 days }
`;

it('loads patients of your own: Bundles, zipped ones too, and stories', async () => {
  const patients = aFolder({
    'anna.json': JSON.stringify(aBundle({ resourceType: 'Patient', id: 'anna' })),
    'eva.yaml': STORY,
    'notes.txt': 'not read',
  });
  const zipped = aBundle({ resourceType: 'Patient', id: 'otto' }, { resourceType: 'Unicorn' });
  writeFileSync(join(patients, 'otto.json.gz'), gzipSync(JSON.stringify(zipped)));
  const args = ['serve', '--content', aFolder(MINI_CONTENT), '--sandbox-patients', patients];
  const { waitFor } = openNerveroot(args, SETTINGS);
  const output = await waitFor((text) => text.includes('Not a medical device'));
  expect(output).toContain('A demo FHIR server with 3 patients');
  const [, port] = /http:\/\/localhost:(\d+)/.exec(output) ?? [];
  const sandbox = aFhirClient(() => `http://127.0.0.1:${port}/sandbox/fhir`);
  expect(idsOf(await sandbox.get('/Patient'))).toEqual(['eva', 'anna', 'otto']);
  expect(idsOf(await sandbox.get('/Condition?patient=eva'))).toEqual(['eva-1']);
  const stories = await fetch(`http://127.0.0.1:${port}/sandbox/patients`);
  expect(stories.headers.get('Access-Control-Allow-Origin')).toBe('*');
  expect(await stories.json()).toEqual({
    patients: [{ id: 'eva', title: 'Eva', story: 'Coughs.', try: { hook: 'patient-view' } }],
  });
});

it.each([
  [{ 'anna.json': '{' }, /nerveroot: .*anna\.json is not valid JSON\n$/],
  [{ 'eva.yaml': 'title: Eva' }, /eva\.yaml:1:1: error: "story": .*\n(.*\n)*.*faults listed above/],
])('refuses a faulty file by its name: %j', async (files, message) => {
  const args = ['serve', '--content', aFolder(MINI_CONTENT), '--sandbox-patients', aFolder(files)];
  const { status, err } = await nerveroot(args, SETTINGS);
  expect(status).toBe(2);
  expect(err).toMatch(message);
});

it('refuses patients for a sandbox that is off', async () => {
  const args = ['serve', '--content', aFolder(MINI_CONTENT), '--sandbox-patients', aFolder({})];
  const { status, err } = await nerveroot(args, { ...SETTINGS, NERVEROOT_SANDBOX: 'off' });
  expect([status, err]).toEqual([
    2,
    'nerveroot: --sandbox-patients needs the sandbox; switch it on with NERVEROOT_SANDBOX=on\n',
  ]);
});

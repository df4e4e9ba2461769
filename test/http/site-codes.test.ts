import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { aViewRequest } from '../support/cds-request.ts';
import { aCondition, anObservation, aPatientResource, searchset } from '../support/fhir-data.ts';
import { writeFiles } from '../support/folder.ts';
import { nerveroot } from '../support/nerveroot.ts';
import { useServer } from '../support/server.ts';
import { servicesOf, summariesOf } from '../support/wire.ts';

const VIEW = 'lumbar-radiculopathy-view';
const EMERGENCY =
  'Possible cauda equina: saddle or sphincter symptoms. Emergency MRI and spine surgeon now';
const LOCAL = 'urn:oid:1.2.3.4.5';
const FINDINGS = 'urn:nerveroot:codesystem:findings';

/** A site's ConceptMap from one code of its own. */
function aConceptMap(code: string, target: string): string {
  return JSON.stringify({
    resourceType: 'ConceptMap',
    status: 'draft',
    group: [
      {
        source: LOCAL,
        target: FINDINGS,
        element: [{ code, target: [{ code: target, equivalence: 'equivalent' }] }],
      },
    ],
  });
}

const folder = mkdtempSync(join(tmpdir(), 'nerveroot-sites-'));
afterAll(() => rmSync(folder, { recursive: true }));

writeFiles(folder, {
  // At one site 4711 is numbness of the saddle, at the other it is pain in the leg.
  'sites/lakeside.json': aConceptMap('4711', 'saddle-sphincter-symptoms'),
  'sites/harbour.json': aConceptMap('4711', 'leg-pain'),
  'clients.yaml': `clients:
  - { fhirServer: "https://lakeside.example/fhir", timeZone: UTC, codes: sites/lakeside.json }
  - { fhirServer: "https://harbour.example/fhir", timeZone: UTC, codes: sites/harbour.json }
`,
});
const server = useServer({ env: { NERVEROOT_CLIENTS: join(folder, 'clients.yaml') } });

/** Sciatica and, as the site writes it, code 4711: yes. */
function aCallFrom(fhirServer: string | undefined) {
  const today = new Date().toISOString();
  const observation = anObservation({
    code: { coding: [{ system: LOCAL, code: '4711', display: 'Local finding' }] },
    effectiveDateTime: today,
    valueBoolean: true,
  });
  return aViewRequest({
    fhirServer,
    prefetch: {
      patient: aPatientResource(),
      conditions: searchset([aCondition({ recordedDate: today })]),
      observations: searchset([observation]),
      procedures: searchset([]),
      medicationRequests: searchset([]),
      medicationStatements: searchset([]),
      observations2: searchset([]),
      questionnaireResponses: searchset([]),
    },
  });
}

describe('local codes', () => {
  it('reach the rules through the file of the site that calls', async () => {
    const lakeside = await server.call(VIEW, aCallFrom('https://lakeside.example/fhir'));
    expect(summariesOf(lakeside)).toEqual([EMERGENCY]);
    const harbour = await server.call(VIEW, aCallFrom('https://harbour.example/fhir/'));
    expect(summariesOf(harbour)).not.toContain(EMERGENCY);
  });

  it('mean nothing when they come from another site', async () => {
    const other = await server.call(VIEW, aCallFrom(undefined));
    expect(other.status).toBe(200);
    expect(summariesOf(other)).not.toContain(EMERGENCY);
  });

  it('are asked for by prefetch', async () => {
    const services = servicesOf(await server.get('/cds-services'));
    const template = services.find(({ id }) => id === VIEW)?.prefetch?.['observations'];
    expect(template).toMatch(/^Observation\?patient=\{\{context\.patientId\}\}&code=/);
    expect(template?.split('code=')[1]?.split(',')).toContain('4711');
  });
});

describe('local codes of everybody', () => {
  const own = useServer({
    env: { NERVEROOT_CODES: join(folder, 'sites', 'lakeside.json') },
  });

  it('reach the rules from any caller', async () => {
    expect(summariesOf(await own.call(VIEW, aCallFrom(undefined)))).toEqual([EMERGENCY]);
  });
});

it('a file of codes that is wrong stops the start, with file and line', async () => {
  writeFiles(folder, { 'bad.json': aConceptMap('4711', 'no-such-finding') });
  const { status, err } = await nerveroot(['serve'], {
    NERVEROOT_CODES: join(folder, 'bad.json'),
    PORT: '0',
  });
  expect(status).toBe(1);
  expect(err).toContain(`${join(folder, 'bad.json')}:1:`);
  expect(err).toContain(
    `error: No value set of the rules holds code no-such-finding of ${FINDINGS}, so no rule would see it`,
  );
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { aViewRequest } from '../support/cds-request.ts';
import {
  aCondition,
  anObservation,
  aPatientResource,
  searchset,
  type Json,
} from '../support/fhir-data.ts';
import { writeFiles } from '../support/folder.ts';
import { nerveroot } from '../support/nerveroot.ts';
import { useServer, type Answer } from '../support/server.ts';
import { cardsOf, servicesOf, summariesOf } from '../support/wire.ts';

const VIEW = 'lumbar-radiculopathy-view';
const EMERGENCY =
  'Possible cauda equina: saddle or sphincter symptoms. Emergency MRI and spine surgeon now';
const LOCAL = 'urn:oid:1.2.3.4.5';
const FINDINGS = 'urn:nerveroot:codesystem:findings';

/** A site's ConceptMap from codes of its own, by the system of what they stand for. */
function aConceptMap(...groups: readonly [system: string, code: string, target: string][]): string {
  return JSON.stringify({
    resourceType: 'ConceptMap',
    status: 'draft',
    group: groups.map(([system, code, target]) => ({
      source: LOCAL,
      target: system,
      element: [{ code, target: [{ code: target, equivalence: 'equivalent' }] }],
    })),
  });
}

const folder = mkdtempSync(join(tmpdir(), 'nerveroot-sites-'));
afterAll(() => rmSync(folder, { recursive: true }));

writeFiles(folder, {
  // At one site 4711 is numbness of the saddle, at the other it is pain in the leg.
  'sites/lakeside.json': aConceptMap(
    [FINDINGS, '4711', 'saddle-sphincter-symptoms'],
    ['http://loinc.org', 'MR-LS', '30679-5'],
    ['http://snomed.info/sct', 'ED-REF', '306104004'], // read by no rule, written by cards
  ),
  'sites/harbour.json': aConceptMap([FINDINGS, '4711', 'leg-pain']),
  'clients.yaml': `clients:
  - { fhirServer: "https://lakeside.example/fhir", timeZone: UTC, codes: sites/lakeside.json }
  - { fhirServer: "https://harbour.example/fhir", timeZone: UTC, codes: sites/harbour.json }
`,
});
const server = useServer({ env: { NERVEROOT_CLIENTS: join(folder, 'clients.yaml') } });

/** Sciatica and a finding, yes: code 4711 as the site writes it, when no other is given. */
function aCallFrom(
  fhirServer: string | undefined,
  finding: Json = { system: LOCAL, code: '4711', display: 'Local finding' },
) {
  const today = new Date().toISOString();
  const observation = anObservation({
    code: { coding: [finding] },
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
      questionnaireResponses: searchset([]),
      serviceRequests: searchset([]),
    },
  });
}

/** The codes of each order that the cards suggest. */
function codesSuggested(answer: Answer): string[][] {
  const actions = cardsOf(answer).flatMap(({ suggestions = [] }) =>
    suggestions.flatMap((suggestion) => suggestion.actions),
  );
  return actions.map(({ resource }) => {
    const { coding } = (resource ?? {})['code'] as { coding: { system: string; code: string }[] }; // what cards suggest has codes
    return coding.map(({ system, code }) => `${system} ${code}`);
  });
}

describe('local codes', () => {
  it('reach the rules through the file of the site that calls', async () => {
    const lakeside = await server.call(VIEW, aCallFrom('https://lakeside.example/fhir'));
    expect(summariesOf(lakeside)).toEqual([EMERGENCY]);
    const harbour = await server.call(VIEW, aCallFrom('https://harbour.example/fhir/'));
    expect(summariesOf(harbour)).not.toContain(EMERGENCY);
  });

  it('stand first in what cards suggest to that site, and in nothing that goes to another', async () => {
    const saddle = { system: FINDINGS, code: 'saddle-sphincter-symptoms' };
    const lakeside = aCallFrom('https://lakeside.example/fhir', saddle);
    expect(codesSuggested(await server.call(VIEW, lakeside))).toEqual([
      [`${LOCAL} MR-LS`, 'http://snomed.info/sct 394451000119106', 'http://loinc.org 30679-5'],
      [`${LOCAL} ED-REF`, 'http://snomed.info/sct 306104004'],
    ]);
    const harbour = aCallFrom('https://harbour.example/fhir', saddle);
    expect(codesSuggested(await server.call(VIEW, harbour))).toEqual([
      ['http://snomed.info/sct 394451000119106', 'http://loinc.org 30679-5'],
      ['http://snomed.info/sct 306104004'],
    ]);
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
  writeFiles(folder, { 'bad.json': aConceptMap([FINDINGS, '4711', 'no-such-finding']) });
  const { status, err } = await nerveroot(['serve'], {
    NERVEROOT_CODES: join(folder, 'bad.json'),
    PORT: '0',
  });
  expect(status).toBe(1);
  expect(err).toContain(`${join(folder, 'bad.json')}:1:`);
  expect(err).toContain(
    `error: No value set of the rules holds code no-such-finding of ${FINDINGS}, so no rule would see it, and no card suggests it`,
  );
});

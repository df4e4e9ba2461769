import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Program } from '../../src/engine/program.ts';
import { CodeMap } from '../../src/reading/code-map.ts';
import {
  deriveRequirements,
  searchesOf,
  prefetchKey,
  sourcesOf,
} from '../../src/patient-data/requirements.ts';
import { aCompiler } from '../support/content.ts';
import { aLibrary, aProgram } from '../support/cql.ts';

const compiler = aCompiler();
let program: Program;

const TEST = aLibrary(
  'Test',
  `define "Both": exists [Observation] or exists "Conditions"
define "Conditions": [Condition] C where C.code.text.value = 'x'
define "Again": exists [Condition]
define "Own": Patient.active.value`,
);
const name = (expression: string) => ({ library: 'Test', expression });

beforeAll(async () => {
  program = await aProgram(compiler, [TEST]);
});
afterAll(() => compiler.translator.close());

it('asks for the patient and, by patient alone, for each type once, in order', () => {
  expect(deriveRequirements(program, [name('Both'), name('Again'), name('Own')])).toEqual([
    { key: 'patient', resourceType: 'Patient', template: 'Patient/{{context.patientId}}' },
    {
      key: 'conditions',
      resourceType: 'Condition',
      template: 'Condition?patient={{context.patientId}}',
    },
    {
      key: 'observations',
      resourceType: 'Observation',
      template: 'Observation?patient={{context.patientId}}',
    },
  ]);
});

const SNOMED = 'http://snomed.info/sct';
const ICD = 'http://hl7.org/fhir/sid/icd-10-cm';

/** What is asked for when all that is read are observations with these codes. */
async function askFor(system: string, codes: readonly string[], maps: readonly CodeMap[] = []) {
  const codings = codes.map((code) => ({ system, code }));
  const reading = aLibrary(
    'Reading',
    `valueset "Set": 'urn:set'
context Patient
define "Found": exists [Observation: "Set"]`,
  );
  const set = await aProgram(compiler, [reading], [{ url: 'urn:set', codes: codings }]);
  const found = [{ library: 'Reading', expression: 'Found' }];
  return deriveRequirements(set, found, maps).filter((r) => r.resourceType !== 'Patient');
}

/** What is asked for of reports that some expressions retrieve. */
async function askForReports(...retrieves: readonly string[]) {
  const reading = aLibrary(
    'Reports',
    `valueset "Lumbar": 'urn:lumbar'
valueset "Imaging": 'urn:imaging'
context Patient
define "Found": ${retrieves.map((retrieve) => `exists [DiagnosticReport${retrieve}]`).join(' or ')}`,
  );
  const set = await aProgram(
    compiler,
    [reading],
    [
      { url: 'urn:lumbar', codes: [{ system: SNOMED, code: '1' }] },
      { url: 'urn:imaging', codes: [{ system: SNOMED, code: '2' }] },
    ],
  );
  const found = [{ library: 'Reports', expression: 'Found' }];
  return deriveRequirements(set, found)
    .filter(({ resourceType }) => resourceType !== 'Patient')
    .map(({ key, template }) => [key, template]);
}

it('asks in one search by code and in another by category, where all retrieves name one of them', async () => {
  expect(await askForReports(': "Lumbar"', ': category in "Imaging"')).toEqual([
    ['diagnosticReports', 'DiagnosticReport?patient={{context.patientId}}&code=1'],
    ['diagnosticReportsByCategory', 'DiagnosticReport?patient={{context.patientId}}&category=2'],
  ]);
});

it.each([
  ['a retrieve names nothing', ''],
  ['a retrieve names another element', ': conclusionCode in "Imaging"'],
])('asks by patient alone where %s', async (_what, retrieve) => {
  expect(await askForReports(': "Lumbar"', ': category in "Imaging"', retrieve)).toEqual([
    ['diagnosticReports', 'DiagnosticReport?patient={{context.patientId}}'],
  ]);
});

describe('a type of which every retrieve names codes', () => {
  it('is asked for by these codes, in any system', async () => {
    expect(await askFor(SNOMED, ['72042002', '26079004'])).toEqual([
      {
        key: 'observations',
        resourceType: 'Observation',
        template: 'Observation?patient={{context.patientId}}&code=26079004,72042002',
        narrowed: { element: 'code', codes: ['26079004', '72042002'] },
      },
    ]);
  });

  it('is asked for by patient alone when its codes are spelt in several ways', async () => {
    const [search] = await askFor(ICD, ['M54.50']);
    expect(search?.template).toBe('Observation?patient={{context.patientId}}');
  });

  it('is asked for by the codes of sites as well', async () => {
    const source = { system: 'urn:site', code: 'L,1|a b' };
    const map = new CodeMap([
      { source, target: { system: SNOMED, code: '72042002' }, isSame: true },
    ]);
    const [search] = await askFor(SNOMED, ['72042002'], [map]);
    expect(search?.template).toBe(
      String.raw`Observation?patient={{context.patientId}}&code=72042002,L%5C%2C1%5C%7Ca%20b`,
    );
  });

  it('is asked for under one key, and read in several searches when one would be too long', async () => {
    const codes = Array.from({ length: 300 }, (_, i) => `code-${String(i).padStart(4, '0')}`);
    const [asked, another] = await askFor(SNOMED, codes);
    expect([asked?.key, asked?.narrowed?.codes, another]).toEqual([
      'observations',
      codes,
      undefined,
    ]);
    const searches = asked === undefined ? [] : searchesOf(asked);
    expect(searches.map(({ key }) => key)).toEqual(['observations', 'observations']);
    expect(searches.flatMap((search) => search.narrowed?.codes ?? [])).toEqual(codes);
    for (const { template } of searches) expect(template.length).toBeLessThanOrEqual(1900);
  });
});

it('asks for the patient even where nothing is read', () => {
  expect(deriveRequirements(program, []).map(({ key }) => key)).toEqual(['patient']);
});

it('names the types that an expression rests on', () => {
  expect([...sourcesOf(program, name('Both'))]).toEqual(['Observation', 'Condition']);
});

it.each([
  ['Patient', 'patient'],
  ['Condition', 'conditions'],
  ['ServiceRequest', 'serviceRequests'],
  ['FamilyMemberHistory', 'familyMemberHistories'],
])('sends %s as %s', (resourceType, key) => {
  expect(prefetchKey(resourceType)).toBe(key);
});

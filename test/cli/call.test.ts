import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { cdsResponse } from '../../src/cds-hooks/response.ts';
import { aFolder } from '../support/folder.ts';
import { aCough, MINI_CONTENT } from '../support/mini-content.ts';
import { nerveroot } from '../support/nerveroot.ts';
import { MINI_PATIENT } from '../support/rule-case.ts';

function aBundle(...resources: readonly unknown[]): string {
  const entry = resources.map((resource) => ({ resource }));
  return JSON.stringify({ resourceType: 'Bundle', type: 'collection', entry });
}

/** The mini content with a patient who coughs, and an order. */
function aSite(): string {
  return aFolder({
    ...MINI_CONTENT,
    'patient.json': aBundle(MINI_PATIENT, aCough()),
    'order.json': JSON.stringify({
      resourceType: 'ServiceRequest',
      id: 'o1',
      code: { text: 'MRI' },
    }),
  });
}

function call(site: string, service: string, ...options: readonly string[]) {
  const inSite = options.map((option) =>
    /\.(json|gz)$/.test(option) ? join(site, option) : option,
  );
  return nerveroot(['call', service, '--content', site, ...inSite]);
}

describe('what call prints', () => {
  it('is the cards for a person', async () => {
    const { status, out, err } = await call(aSite(), 'patient-view', '--bundle', 'patient.json');
    expect([status, err]).toEqual([0, '']);
    expect(out).toBe(`mini-view (patient-view): 1 card

INFO RX-01  Coughs recorded - 1
  Listen to the chest of p1.

  Facts used

  - 2026-03-07: Cough (Condition/c1)

  Guidance: A guideline (2021). Strength: strong.

  Rule RX-01. Clinical sign-off is the adopting site's.
  → Order a chest radiograph (recommended)
  A guideline: https://example.org/guideline
`);
  });

  it('is a CDS Hooks response with --json', async () => {
    const { status, out } = await call(aSite(), 'mini-view', '--bundle', 'patient.json', '--json');
    const response = cdsResponse.parse(JSON.parse(out));
    expect([status, response.cards.map(({ summary }) => summary)]).toEqual([
      0,
      ['Coughs recorded - 1'],
    ]);
  });

  it('is about the order that is named', async () => {
    const options = ['--bundle', 'patient.json', '--order', 'order.json', '--json'];
    const { out } = await call(aSite(), 'order-select', ...options);
    const { cards } = cdsResponse.parse(JSON.parse(out));
    expect(cards.map(({ summary }) => summary)).toEqual([
      'Think again: MRI',
      'Coughs recorded - 1',
    ]);
    expect(cards[0]?.suggestions?.[0]?.actions).toEqual([
      { type: 'delete', description: 'Remove MRI', resourceId: 'ServiceRequest/o1' },
    ]);
  });

  it('is every expression with --explain, unknowns and resources among them', async () => {
    const site = aSite();
    writeFileSync(
      join(site, 'patient.json'),
      aBundle({ resourceType: 'Patient', id: 'p1' }, aCough()),
    );
    const { out } = await call(site, 'patient-view', '--bundle', 'patient.json', '--explain');
    expect(out).toContain('\n  In Scope: unknown\n');
    expect(out).toContain('\n  Coughs: [{"reference":"Condition/c1"}]  ← Condition/c1\n');
    expect(out).toContain('\n  Has Cough: true  ← Condition/c1\n');
  });

  it('is the explanation beside the cards with --json --explain', async () => {
    const options = ['--bundle', 'patient.json', '--json', '--explain'];
    const { out } = await call(aSite(), 'patient-view', ...options);
    const { explanation } = JSON.parse(out) as { explanation: unknown[] };
    expect(explanation).toContainEqual({
      library: 'Mini',
      name: 'Number Of Coughs',
      value: 1,
      resources: ['Condition/c1'],
    });
  });
});

describe('what call reads', () => {
  it('may be gzipped', async () => {
    const site = aSite();
    writeFileSync(join(site, 'patient.gz'), gzipSync(aBundle(MINI_PATIENT, aCough())));
    const { status, out } = await call(site, 'patient-view', '--bundle', 'patient.gz');
    expect([status, out.split('\n')[0]]).toEqual([0, 'mini-view (patient-view): 1 card']);
  });

  it('may hold several patients, when it is said which', async () => {
    const site = aSite();
    const other = { resourceType: 'Patient', id: 'p2', active: true };
    writeFileSync(join(site, 'two.json'), aBundle(MINI_PATIENT, aCough(), other));
    const { out } = await call(site, 'patient-view', '--bundle', 'two.json', '--patient', 'p2');
    expect(out).toBe('mini-view (patient-view): 0 cards\n');
  });

  it.each([
    ['2026-03-10T23:30:00Z', '2026-03-11'],
    ['2026-03-10T23:30:00', '2026-03-10'],
    ['2026-03-10', '2026-03-10'],
  ])('takes %s for now, in the time of the site', async (now, today) => {
    const site = aSite();
    const options = ['--content', site, '--bundle', join(site, 'patient.json'), '--explain'];
    const settings = { NERVEROOT_TIME_ZONE: 'Europe/Zurich', TZ: 'America/New_York' };
    const { out } = await nerveroot(['call', 'mini-view', ...options, '--now', now], settings);
    expect(out).toContain(`\n  Today Is: "${today}"\n`);
  });
});

describe('what call refuses, with exit code 2 and a sentence', () => {
  const bundle = ['--bundle', 'patient.json'];
  const otherFiles: Readonly<Record<string, string>> = {
    'text.json': 'Name, Born',
    'array.json': '[]',
    'nobody.json': aBundle(aCough()),
    'two.json': aBundle(MINI_PATIENT, { resourceType: 'Patient', id: 'p2' }),
    'cut.gz': '\u001f\u008b half a file',
  };

  it.each([
    ['patient-view', ['--bundle', 'gone.json'], /^nerveroot: Cannot read .*gone\.json\n$/],
    ['patient-view', ['--bundle', 'text.json'], /^nerveroot: .*text\.json is not valid JSON\n$/],
    ['patient-view', ['--bundle', 'cut.gz'], /cut\.gz is not whole: it cannot be unzipped\n$/],
    [
      'patient-view',
      ['--bundle', 'array.json'],
      /The file is no FHIR resource: it has no resourceType\n$/,
    ],
    ['patient-view', ['--bundle', 'nobody.json'], /There is no Patient among the resources\n$/],
    [
      'patient-view',
      ['--bundle', 'two.json'],
      /There are several Patients; say which with --patient <id>\n$/,
    ],
    [
      'patient-view',
      [...bundle, '--patient', 'p9'],
      /There is no Patient of that id among the resources\n$/,
    ],
    [
      'order-sign',
      bundle,
      /There is no service order-sign\. There are: mini-order \(order-select\), mini-view \(patient-view\)\n$/,
    ],
    ['order-select', bundle, /order-select is about orders; name one with --order <file>\n$/],
    [
      'patient-view',
      [...bundle, '--order', 'order.json'],
      /patient-view carries no orders; leave --order away\n$/,
    ],
    [
      'patient-view',
      [...bundle, '--now', 'noon'],
      /--now must be an ISO 8601 time, like 2026-03-10T09:00:00Z\n$/,
    ],
  ])('%s %j', async (service, options, sentence) => {
    const site = aSite();
    for (const [file, text] of Object.entries(otherFiles)) {
      writeFileSync(join(site, file), text, 'latin1');
    }
    const { status, out, err } = await call(site, service, ...options);
    expect([status, out]).toEqual([2, '']);
    expect(err).toMatch(sentence);
  });

  it('but for broken content it is 1, and the faults', async () => {
    const site = aSite();
    writeFileSync(join(site, 'cql/Mini.cql'), 'library Mini\n define');
    const { status, err } = await call(site, 'patient-view', ...bundle);
    expect(status).toBe(1);
    expect(err).toMatch(/^cql\/Mini\.cql:\d+:\d+: error: /);
    expect(err).toContain('nerveroot: The content has errors, listed above; nothing was run\n');
  });
});

it('reads local codes through the file named with --codes', async () => {
  const local = { system: 'urn:site', code: 'HUSTEN', display: 'Husten' };
  const site = aFolder({
    ...MINI_CONTENT,
    'patient.json': aBundle(MINI_PATIENT, {
      ...aCough(),
      code: { text: 'Husten', coding: [local] },
    }),
    'codes.json': JSON.stringify({
      resourceType: 'ConceptMap',
      group: [
        {
          source: 'urn:site',
          target: 'http://snomed.info/sct',
          element: [{ code: 'HUSTEN', target: [{ code: '49727002', equivalence: 'equivalent' }] }],
        },
      ],
    }),
  });
  const without = await call(site, 'patient-view', '--bundle', 'patient.json');
  expect(without.out).toContain('mini-view (patient-view): 0 cards');
  const { out } = await call(
    site,
    'patient-view',
    '--bundle',
    'patient.json',
    '--codes',
    'codes.json',
  );
  expect(out).toContain('INFO RX-01  Coughs recorded - 1');
  expect(out).toContain('  - 2026-03-07: Husten (Condition/c1)');
});

import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { cdsResponse } from '../../src/cds-hooks/response.ts';
import type { Explanation } from '../../src/explanation/explanation.ts';
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

const LEGEND = '✓ true  ✗ false  ? unknown  · another value  ← a resource of the record';

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
  Now

  Listen to the chest of p1.

  Why

  - Cough (2026-03-07)

  Source A guideline (2021). Strong. Rule RX-01.
  → Order a chest radiograph (recommended)
  A guideline: https://example.org/guideline
`);
  });

  it('has the resources that a card rests on with --explain', async () => {
    const options = ['--bundle', 'patient.json', '--explain'];
    const { out } = await call(aSite(), 'patient-view', ...options);
    expect(out).toContain('  Evidence\n    2026-03-07: Cough (Condition/c1)\n');
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

  it('is why each card is shown, and what would change that, with --explain', async () => {
    const { out } = await call(aSite(), 'patient-view', '--bundle', 'patient.json', '--explain');
    expect(out.slice(out.indexOf('✓ true'))).toBe(`${LEGEND}

RX-01 Cough: shown
  ✓ Mini.Has Cough  Mini.cql:12
    · Mini.Coughs: Condition/c1  Mini.cql:11
        ← Condition/c1  Cough, 2026-03-07
  What would change this
    without Condition/c1 (Cough, 2026-03-07): not shown

The rest
  whether these checks are meant for this patient: true  ✓ Mini.In Scope

Single changes tried, each by evaluating again: 2
One rule to its last fact: --why <rule>; one define to its last clause: --why <Library.Name>
`);
  });

  it('is why no card is shown, with --explain', async () => {
    const site = aSite();
    writeFileSync(join(site, 'patient.json'), aBundle({ resourceType: 'Patient', id: 'p1' }));
    const { out } = await call(site, 'patient-view', '--bundle', 'patient.json', '--explain');
    expect(out).toBe(`mini-view (patient-view): 0 cards

${LEGEND}

Not shown
  whether these checks are meant for this patient: unknown  ? Mini.In Scope
  RX-01 Cough: not shown  · Mini.Coughs: none

One rule to its last fact: --why <rule>; one define to its last clause: --why <Library.Name>
`);
  });

  it('is all that a rule or a define rests on, with --why', async () => {
    const options = ['--bundle', 'patient.json', '--order', 'order.json'];
    const why = ['--now', '2026-03-10T12:00:00Z', '--why', 'RX-02', 'Mini.Facts Used'];
    const { out } = await call(aSite(), 'order-select', ...options, ...why);
    expect(out.slice(out.indexOf('✓ true'))).toBe(`${LEGEND}

RX-02 Order: shown
  ✓ Mini.Has Order  Mini.cql:13
      ← ServiceRequest/o1  MRI

Mini.Facts Used: Cough, 2026-03-07, Condition/c1
  · Mini.Facts Used: Cough, 2026-03-07, Condition/c1  Mini.cql:14
    · Mini.Coughs: Condition/c1  Mini.cql:11
        ← Condition/c1  Cough, 2026-03-07
  What would change this
    without Condition/c1 (Cough, 2026-03-07): none
    if Condition/c1 (Cough, 2026-03-07) were of this moment: Cough, 2026-03-10, Condition/c1

Single changes tried, each by evaluating again: 2
`);
  });

  it('is the explanation beside the cards with --json --explain', async () => {
    const options = ['--bundle', 'patient.json', '--json', '--explain'];
    const { out } = await call(aSite(), 'patient-view', ...options);
    const { explanation } = JSON.parse(out) as { explanation: Explanation };
    expect(explanation.subjects.map(({ rule, outcome }) => [rule, outcome])).toEqual([
      [undefined, 'true'],
      ['RX-01', 'shown'],
    ]);
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
    const options = ['--content', site, '--bundle', join(site, 'patient.json'), '--why'];
    const settings = { NERVEROOT_TIME_ZONE: 'Europe/Zurich', TZ: 'America/New_York' };
    const { out } = await nerveroot(
      ['call', 'mini-view', ...options, 'Mini.Today Is', '--now', now],
      settings,
    );
    expect(out).toContain(`\nMini.Today Is: ${today}\n`);
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
      [...bundle, '--why', 'RX-09'],
      /There is no rule or define RX-09\. Rules: NC-01, RX-01, RX-02\n$/,
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
  expect(out).toContain('  - Husten (2026-03-07)');
});

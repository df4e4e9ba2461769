import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { aFolder } from '../support/folder.ts';
import { MINI_CONTENT } from '../support/mini-content.ts';
import { nerveroot } from '../support/nerveroot.ts';

const BUDGET = (cards: number, infoEach: number): string => `evidence: P
toConfirm: all of it
limits:
  - { cases: coughs, hook: patient-view, cards: ${cards}, infoEach: ${infoEach} }
`;

/** Four visits of whom two cough, one of them twice (which is critical). */
const VISITS = `hook: patient-view
expect: { status: 200 }
cases:
  - title: Nobody coughs
    patient: [{ resourceType: Patient, id: p1, active: true }]
  - title: Nobody coughs here either
    patient: [{ resourceType: Patient, id: p1, active: true }]
  - title: One cough
    patient:
      - { resourceType: Patient, id: p1, active: true }
      - &cough
        resourceType: Condition
        code: { coding: [{ system: http://snomed.info/sct, code: "49727002" }] }
        recordedDate: today - 3 days
  - title: Two coughs
    patient:
      - { resourceType: Patient, id: p1, active: true }
      - *cough
      - *cough
`;

const aSite = (budget?: string): string =>
  aFolder({
    ...MINI_CONTENT,
    'test/burden/coughs/visits.yaml': VISITS,
    ...(budget === undefined ? {} : { 'hooks/budget.yaml': budget }),
  });

const burden = (site: string, ...args: readonly string[]) =>
  nerveroot(['burden', 'test/burden', '--content', site, ...args]);

it('counts cards for 100 cases by hook, kind and rule, beside what the budget allows', async () => {
  const { status, out, err } = await burden(aSite(BUDGET(50, 1)));
  expect([status, err]).toEqual([0, '']);
  expect(out).toContain('| coughs | patient-view | 4 | 50 (≤ 50) | 25 | 0 | 25 | 1 (≤ 1) | 50 |');
  expect(out).toContain('| RX-01 | 50 |');
  expect(out).toContain('The limits are a choice of this project');
  expect(out).toContain('Nothing is past it.');
});

it('ends with 1 past the budget, and says where', async () => {
  const { status, out } = await burden(aSite(BUDGET(49, 0)));
  expect(status).toBe(1);
  expect(out).toContain(`Past it:

- coughs, patient-view: 50 cards for 100 cases, at most 49
- coughs, patient-view: 1 cards of kind info in one case, at most 0`);
});

it('has no limit for cases that the budget does not name', async () => {
  const { status, out } = await burden(aSite());
  expect([status, out.includes('The content has no budget')]).toEqual([0, true]);
  expect(out).toContain('| burden | patient-view | 4 | 50 |');
});

it('prints JSON, and draws', async () => {
  const site = aSite(BUDGET(49, 1));
  const svg = join(site, 'burden.svg');
  const { status, out } = await burden(site, '--json', '--svg', svg);
  expect(status).toBe(1);
  expect(JSON.parse(out)).toMatchObject({
    burdens: [
      {
        cases: 'coughs',
        hook: 'patient-view',
        count: 4,
        cards: 2,
        byIndicator: { critical: 1, warning: 0, info: 1 },
        byRule: [{ rule: 'RX-01', cards: 2 }],
        per100: { cards: 50, critical: 25, warning: 0, info: 25 },
      },
    ],
    pastBudget: [{ cases: 'coughs', hook: 'patient-view' }],
    refused: [],
  });
  const drawing = readFileSync(svg, 'utf8');
  expect(drawing).toMatch(/^<svg /);
  expect(drawing).toContain('>coughs, patient-view</text>');
});

it('names a case that was refused, and does not count it', async () => {
  const site = aFolder({
    ...MINI_CONTENT,
    'test/burden/coughs/visits.yaml': VISITS.replace(
      'title: Nobody coughs\n',
      'title: Nobody is there\n    withhold: [Patient]\n',
    ),
  });
  const { status, out, err } = await burden(site);
  expect(status).toBe(1);
  expect(err).toContain(
    'Refused, and not counted: test/burden/coughs/visits.yaml: Nobody is there (patient-view)',
  );
  expect(out).toContain('| burden | patient-view | 3 |');
});

it.each([
  ['elsewhere', {}, 'There is no folder elsewhere in '],
  ['test/burden', {}, 'There is no folder test/burden in '],
  ['test', { 'test/README.md': '' }, 'There are no cases in test'],
])('refuses %s, where no cases are', async (folder, files, sentence) => {
  const site = aFolder({ ...MINI_CONTENT, ...files });
  const { status, err } = await nerveroot(['burden', folder, '--content', site]);
  expect([status, err.startsWith(`nerveroot: ${sentence}`)]).toEqual([2, true]);
});

import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Content } from '../../src/content/content.ts';
import type { CaseFile } from '../../src/rule-tests/case-file.ts';
import { composeCase, runCase } from '../../src/rule-tests/run-case.ts';
import { aCompiler } from '../support/content.ts';
import { aCough, contentOf, MINI_CONTENT, miniContent } from '../support/mini-content.ts';
import { aCase, MINI_PATIENT } from '../support/rule-case.ts';

const compiler = aCompiler();
let content: Content;

beforeAll(async () => {
  content = await contentOf(compiler, MINI_CONTENT);
});
afterAll(() => compiler.translator.close());

async function differences(written: Partial<CaseFile>, resources?: { resourceType: string }[]) {
  const result = await runCase(aCase(written, resources), content);
  return result.differences.map(({ what, expected, got }) => `${what}: ${expected} / ${got}`);
}

const LISTEN = {
  rule: 'RX-01',
  indicator: 'info',
  summary: 'Coughs recorded - 1',
  detail: ['Listen to the chest of p1', 'Cough'],
  evidence: ['2026-03-07: Cough (Condition/c1)'],
  suggestions: ['Order a chest radiograph'],
} as const;

it('finds no difference where all is as expected', async () => {
  const facts = {
    'Mini.Has Cough': true,
    'Mini.Number Of Coughs': 1,
    'Mini.What Is Unknown': [],
    'Mini.Today Is': '2026-03-10',
    'Mini.Facts Used': [{ source: 'Condition/c1', date: '2026-03-07', fact: 'Cough' }],
  };
  const expected = {
    status: 200,
    cards: [
      {
        ...LISTEN,
        detail: [...LISTEN.detail],
        evidence: [...LISTEN.evidence],
        suggestions: [...LISTEN.suggestions],
      },
    ],
    shown: ['RX-01'],
    absent: ['RX-02'],
    facts,
  };
  expect(await differences({ expect: expected })).toEqual([]);
});

it.each<readonly [what: string, expect: CaseFile['expect'], difference: string]>([
  ['the status', { status: 412 }, 'status: 412 / 200'],
  ['the cards', { cards: ['RX-01', 'NC-01'] }, 'cards: RX-01, NC-01 / RX-01'],
  ['no card', { cards: [] }, 'cards: no card / RX-01'],
  ['a card that must be shown', { shown: ['NC-01'] }, 'shown: NC-01 / RX-01'],
  ['a card that must not be shown', { absent: ['RX-01'] }, 'absent: not RX-01 / RX-01'],
  [
    'an indicator',
    { cards: [{ rule: 'RX-01', indicator: 'critical' }] },
    'RX-01 indicator: critical / info',
  ],
  [
    'a summary',
    { cards: [{ rule: 'RX-01', summary: 'Other' }] },
    'RX-01 summary: Other / Coughs recorded - 1',
  ],
  [
    'the suggestions',
    { cards: [{ rule: 'RX-01', suggestions: [] }] },
    'RX-01 suggestions:  / Order a chest radiograph',
  ],
  ['a Boolean', { facts: { 'Mini.Has Cough': false } }, 'Mini.Has Cough: false / true'],
  ['an unknown', { facts: { 'Mini.Has Cough': 'unknown' } }, 'Mini.Has Cough: unknown / true'],
  ['a number', { facts: { 'Mini.Number Of Coughs': 2 } }, 'Mini.Number Of Coughs: 2 / 1'],
  ['a text', { facts: { 'Mini.Urgency': 'critical' } }, 'Mini.Urgency: "critical" / "info"'],
  [
    'an expression that there is not',
    { facts: { 'Mini.Has Cogh': true } },
    'Mini.Has Cogh: a name that is there / CQL library Mini has no expression "Has Cogh". Did you mean "Has Cough"?',
  ],
  [
    'a rule that there is not, since it could not be shown',
    { absent: ['RX-10'] },
    'RX-10: a name that is there / There is no card for rule RX-10 (hooks/cards/RX-10.yaml)',
  ],
])('finds a difference in %s', async (_what, expectation, difference) => {
  expect(await differences({ expect: expectation })).toEqual([difference]);
});

it('decides by what the case says that its site sets', async () => {
  const mini = miniContent([
    ['cql/Mini.cql', 'context Patient', 'parameter Limit Integer default 3\ncontext Patient'],
    ['cql/Mini.cql', 'define "Has Cough"', 'define "Doubled": Limit * 2\ndefine "Has Cough"'],
  ]);
  const own = await contentOf(compiler, mini);
  const doubled = async (parameters: Record<string, number> | undefined, value: number) =>
    (await runCase(aCase({ parameters, expect: { facts: { 'Mini.Doubled': value } } }), own))
      .differences;
  expect(await doubled(undefined, 6)).toEqual([]);
  expect(await doubled({ Limit: 5 }, 10)).toEqual([]);
  const [unknown] = await doubled({ Limt: 5 }, 6);
  expect(unknown?.got).toBe(
    'The CQL declares no number Limt as a parameter. Did you mean "Limit"?',
  );
});

it('shows the whole detail where a part of it is missing', async () => {
  const cards = [{ rule: 'RX-01', detail: ['Wheeze'] }];
  const { differences: found } = await runCase(aCase({ expect: { cards } }), content);
  expect(found).toHaveLength(1);
  expect(found[0]).toMatchObject({ what: 'RX-01 detail', expected: '… Wheeze …' });
  expect(found[0]?.got).toContain('Listen to the chest');
});

it('compares the status and the words of a refusal', async () => {
  const withhold = ['Patient'];
  expect(await differences({ withhold, expect: { status: 412 } })).toEqual([]);
  expect(await differences({ withhold, expect: { cards: [] } })).toEqual([
    'status: 200 / 412: "patient": not sent. This service cannot advise without it; send it by prefetch, as Patient/{{context.patientId}}',
  ]);
});

it('finds a difference in data withheld that nothing reads', async () => {
  expect(await differences({ withhold: ['Conditions'] })).toEqual([
    'withhold: a name that is there / mini-view does not read Conditions; it reads Patient, Condition',
  ]);
});

it('says so when no service answers the case', async () => {
  expect(await differences({ service: 'other' })).toEqual([
    'service: a name that is there / No service answers patient-view as other; there are: mini-view',
  ]);
});

it('leads withheld data to the card that says so', async () => {
  const expectation = { cards: ['NC-01'], facts: { 'Mini.Has Cough': 'unknown' } };
  const found = await differences({ withhold: ['Condition'], expect: expectation }, [MINI_PATIENT]);
  expect(found).toEqual([]);
});

it('completes resources, drafts and dates as an EHR would have them', () => {
  const draftOrders = [{ resourceType: 'ServiceRequest', authoredOn: 'today' }];
  const { id: _id, subject: _subject, ...bare } = aCough('', 'today - 3 days');
  const ruleCase = aCase({ hook: 'order-select', context: { draftOrders, encounterId: 'e1' } }, [
    { resourceType: 'Patient' },
    bare,
  ]);
  const { serviceId, body, now, timeZone } = composeCase(ruleCase, content);
  expect([serviceId, now.toISOString(), timeZone]).toEqual([
    'mini-order',
    '2026-03-10T14:00:00.000Z',
    'UTC-5',
  ]);
  expect(body).toMatchObject({
    context: {
      patientId: 'patient',
      encounterId: 'e1',
      selections: ['ServiceRequest/draft-1'],
      draftOrders: { entry: [{ resource: { authoredOn: '2026-03-10', id: 'draft-1' } }] },
    },
    prefetch: {
      conditions: {
        entry: [
          {
            resource: {
              id: 'condition-1',
              recordedDate: '2026-03-07',
              subject: { reference: 'Patient/patient' },
            },
          },
        ],
      },
    },
  });
});

it('lives in the time zone that the case names', async () => {
  const now = '2026-03-10T23:30:00Z';
  const london = { facts: { 'Mini.Today Is': '2026-03-10' } };
  expect(await differences({ now, expect: london })).toEqual([]);
  const tokyo = { facts: { 'Mini.Today Is': '2026-03-11' } };
  expect(await differences({ now, timeZone: 'Asia/Tokyo', expect: tokyo })).toEqual([]);
});

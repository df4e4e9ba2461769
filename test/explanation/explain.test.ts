import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Content } from '../../src/content/content.ts';
import { explain, type ExplainOptions } from '../../src/explanation/explain.ts';
import type { ClauseResult, Explanation } from '../../src/explanation/explanation.ts';
import type { CaseFile } from '../../src/rule-tests/case-file.ts';
import { aCompiler } from '../support/content.ts';
import { decideCase } from '../support/decide-case.ts';
import { aCough, contentOf, miniContent } from '../support/mini-content.ts';
import { aCase, MINI_PATIENT } from '../support/rule-case.ts';

const LAST = 'define "Today Is": Today()\n';
const compiler = aCompiler();
let content: Content;

beforeAll(async () => {
  content = await contentOf(
    compiler,
    miniContent([
      [
        'hooks/services/mini-order.yaml',
        'notChecked: NC-01',
        'besideCritical: 0\nnotChecked: NC-01',
      ],
      [
        'cql/Mini.cql',
        LAST,
        `${LAST}
define "All Three": "Has Cough" and "In Scope" and not exists Request.SelectedOrders
define "Any": "Has Order" or "Has Cough"
define "Old": "Coughs" C where C.recordedDate.value before Today() - 30 days
define "Many": "Number Of Coughs" >= 2
define "Case": case when "Has Order" then false when "Many" then true else null end
define "Recent": exists ("Coughs" C where date from C.recordedDate.value >= Today() - 30 days)
define "Newest": First([Condition: "Cough"] C sort by recordedDate.value desc)
define "Wheezing":
  exists ([Observation: "Cough"] O where O.value is FHIR.boolean and (O.value as FHIR.boolean).value)
define "Broken": "In Scope" and (singleton from "Coughs") is not null
`,
      ],
    ]),
  );
});
afterAll(() => compiler.translator.close());

const ALL = { changes: 100, milliseconds: Number.POSITIVE_INFINITY };
/** Whether this patient is in the scope of the mini content is not on record. */
const UNCLEAR = { resourceType: 'Patient', id: 'p1' };
const TWO = [MINI_PATIENT, aCough('a'), aCough('b', '2026-01-05')];

async function explained(
  options: ExplainOptions,
  written: Partial<CaseFile> = {},
  resources?: readonly { resourceType: string }[],
): Promise<Explanation> {
  return explain(await decideCase(aCase(written, resources), content), options);
}

/** A tree in lines: what a clause is called and what it came to. */
function outline({ define, cql, value, clauses, failed, above, leftOut }: ClauseResult): unknown[] {
  const marks = [failed && 'failed', above && 'above', leftOut && `${leftOut} left out`];
  const says = Array.isArray(value)
    ? `${value.length} items`
    : value === null
      ? 'unknown'
      : JSON.stringify(value);
  const own = [define ?? cql, says, ...marks.filter((mark) => mark)];
  return [own.join(' | '), ...clauses.map(outline)];
}

async function outlineOf(
  name: string,
  resources?: readonly { resourceType: string }[],
): Promise<unknown[]> {
  const { subjects } = await explained({ about: [name] }, {}, resources);
  return subjects.flatMap(({ clause }) => outline(clause));
}

it('tells a card from its define down to the resources, with dates and values', async () => {
  const { subjects } = await explained({ about: ['RX-01'] });
  expect(subjects).toEqual([
    {
      rule: 'RX-01',
      title: 'Cough',
      outcome: 'shown',
      changes: [],
      clause: {
        define: 'Mini.Has Cough',
        place: 'cql/Mini.cql:12',
        cql: `Looked.Known(exists "Coughs", { 'Condition' })`,
        value: true,
        clauses: [
          {
            define: 'Mini.Coughs',
            place: 'cql/Mini.cql:11',
            cql: '[Condition: "Cough"]',
            value: [{ reference: 'Condition/c1' }],
            clauses: [],
            retrieved: [
              {
                resourceType: 'Condition',
                codes: 'Cough',
                valueSet: 'urn:mini:valueset:cough',
                resources: [
                  { reference: 'Condition/c1', what: 'Cough', date: '2026-03-07', counts: true },
                ],
              },
            ],
          },
        ],
      },
    },
  ]);
});

it('tells the gate and every card of the service, shown or not', async () => {
  const { service, hook, subjects } = await explained({}, {}, [MINI_PATIENT]);
  expect([service, hook]).toEqual(['mini-view', 'patient-view']);
  expect(subjects.map(({ rule, title, outcome }) => [rule, title, outcome])).toEqual([
    [undefined, 'whether these checks are meant for this patient', 'true'],
    ['RX-01', 'Cough', 'not shown'],
  ]);
});

it('tells a card that something critical keeps away', async () => {
  const orders = {
    context: {
      draftOrders: [{ resourceType: 'ServiceRequest', id: 'o1', code: { text: 'Scan' } }],
    },
  };
  const { subjects } = await explained({}, { ...orders, hook: 'order-select' }, TWO);
  expect(subjects.map(({ rule, outcome }) => [rule, outcome])).toEqual([
    [undefined, 'true'],
    ['RX-02', 'held back'],
    ['RX-01', 'shown'],
  ]);
});

it('names what was not looked at, where it matters, and what it leaves undecided', async () => {
  const withheld = { withhold: ['Condition'] };
  const { notLookedAt, undecided, subjects } = await explained({ about: ['RX-01'] }, withheld);
  expect(notLookedAt).toEqual([
    { key: 'conditions', resourceType: 'Condition', reason: 'not sent' },
  ]);
  expect(undecided).toEqual(['Cough']);
  expect(subjects[0]?.outcome).toBe('unknown');
  expect(outline(subjects[0]?.clause as ClauseResult)).toEqual([
    'Mini.Has Cough | unknown | 1 left out',
    ['exists (sources S where S in Request.NotLookedAt) | true'],
  ]);
});

describe('cuts a tree to what decides', () => {
  it('the false side of a false "and"', async () => {
    expect(await outlineOf('Mini.All Three', [MINI_PATIENT])).toEqual([
      'Mini.All Three | false | 2 left out',
      ['Mini.Has Cough | false', ['Mini.Coughs | 0 items']],
    ]);
  });

  it('the unknown side of an unknown "and"', async () => {
    expect(await outlineOf('Mini.All Three', [UNCLEAR, aCough()])).toEqual([
      'Mini.All Three | unknown | 2 left out',
      ['Mini.In Scope | unknown'],
    ]);
  });

  it('all sides of a true "and"', async () => {
    expect(await outlineOf('Mini.All Three')).toEqual([
      'Mini.All Three | true',
      ['Mini.Has Cough | true', ['Mini.Coughs | 1 items']],
      ['Mini.In Scope | true'],
      ['not exists Request.SelectedOrders | true'],
    ]);
  });

  it('the true side of a true "or"', async () => {
    expect(await outlineOf('Mini.Any')).toEqual([
      'Mini.Any | true | 1 left out',
      ['Mini.Has Cough | true', ['Mini.Coughs | 1 items']],
    ]);
  });

  it('the condition that was met of a "case"', async () => {
    expect(await outlineOf('Mini.Case', TWO)).toEqual([
      'Mini.Case | true | 1 left out',
      ['Mini.Many | true', ['Mini.Number Of Coughs | 2', ['Mini.Coughs | 2 items']]],
    ]);
  });

  it('the conditions that were not met before its "else"', async () => {
    expect(await outlineOf('Mini.Case')).toEqual([
      'Mini.Case | unknown',
      ['Mini.Has Order | false'],
      ['Mini.Many | false', ['Mini.Number Of Coughs | 1', ['Mini.Coughs | 1 items']]],
    ]);
  });
});

it('gives both sides of a comparison', async () => {
  const { subjects } = await explained({ about: ['Mini.Many'] });
  expect(subjects[0]?.clause.sides).toEqual([1, 2]);
});

it('tells of a define in full what elements of a query are held to', async () => {
  const { subjects } = await explained({ about: ['Mini.Old'], depth: 'deep' }, {}, TWO);
  expect(subjects.flatMap(({ clause }) => outline(clause))).toEqual([
    'Mini.Old | 1 items',
    ['Mini.Coughs | 2 items'],
    ['where C.recordedDate.value before Today() - 30 days | false'],
    ['where C.recordedDate.value before Today() - 30 days | true'],
  ]);
});

it('says which of the resources that were read count', async () => {
  const { subjects } = await explained({ about: ['Mini.Newest'] }, {}, TWO);
  expect(subjects[0]?.clause.retrieved?.[0]?.resources).toEqual([
    { reference: 'Condition/a', what: 'Cough', date: '2026-03-07', counts: true },
    { reference: 'Condition/b', what: 'Cough', date: '2026-01-05', counts: false },
  ]);
});

it('goes on where a define cannot be evaluated', async () => {
  expect(await outlineOf('Mini.Broken', TWO)).toEqual([
    'Mini.Broken | unknown | failed | 1 left out',
    ['(singleton from "Coughs") is not null | unknown | failed', ['Mini.Coughs | 2 items']],
  ]);
});

it('is plain JSON', async () => {
  const explanation = await explained({ limits: ALL });
  expect(JSON.parse(JSON.stringify(explanation))).toEqual(explanation);
});

describe('what would change an answer', () => {
  it('is a resource that is not there', async () => {
    const { subjects, tried, untried } = await explained({ about: ['RX-01'], limits: ALL });
    expect([tried, untried]).toEqual([2, 0]);
    expect(subjects[0]?.changes).toEqual([
      {
        text: 'without Condition/c1 (Cough, 2026-03-07)',
        becomes: false,
        edit: { remove: 'Condition/c1' },
      },
    ]);
  });

  it('is nothing, where two resources say the same', async () => {
    const { subjects, tried } = await explained({ about: ['RX-01'], limits: ALL }, {}, TWO);
    expect([tried, subjects[0]?.changes]).toEqual([4, []]);
  });

  it('is a resource of another day', async () => {
    const { subjects } = await explained({ about: ['Mini.Recent'], limits: ALL }, {}, [
      MINI_PATIENT,
      aCough('old', '2025-01-05'),
    ]);
    expect(subjects[0]?.changes).toEqual([
      {
        text: 'if Condition/old (Cough, 2025-01-05) were of this moment',
        becomes: true,
        edit: { replace: aCough('old', '2026-03-10T14:00:00.000Z') },
      },
    ]);
  });

  it('is an answer that nobody gave, for a code of the value set', async () => {
    const { subjects, tried } = await explained({ about: ['Mini.Wheezing'], limits: ALL });
    expect(tried).toBe(2);
    expect(subjects[0]?.changes).toEqual([
      {
        text: 'if "urn:mini:valueset:cough" were answered yes now',
        becomes: true,
        edit: {
          add: {
            resourceType: 'Observation',
            id: 'what-if',
            status: 'final',
            code: {
              coding: [{ system: 'http://snomed.info/sct', code: '49727002', display: 'Cough' }],
            },
            subject: { reference: 'Patient/p1' },
            effectiveDateTime: '2026-03-10T14:00:00.000Z',
            valueBoolean: true,
          },
        },
      },
    ]);
  });

  it('is not looked for beyond the limit, which is told', async () => {
    const limits = { ...ALL, changes: 1 };
    const { subjects, tried, untried } = await explained({ about: ['Mini.Wheezing'], limits });
    expect([tried, untried, subjects[0]?.changes.length]).toEqual([1, 1, 1]);
    const none = await explained({ about: ['RX-01'], limits: { ...ALL, milliseconds: 0 } });
    expect([none.tried, none.untried]).toEqual([0, 2]);
  });

  it('leaves the change out that the CQL cannot be evaluated with', async () => {
    const { subjects } = await explained({ about: ['Mini.Broken'], limits: ALL }, {}, TWO);
    expect(subjects[0]?.changes.map(({ text }) => text)).toEqual([
      'without Condition/a (Cough, 2026-03-07)',
      'without Condition/b (Cough, 2026-01-05)',
    ]);
  });
});

it('refuses what nobody has', async () => {
  await expect(explained({ about: ['RX-09'] })).rejects.toMatchObject({
    code: 'InvalidInput',
    message: 'There is no rule or define RX-09. Rules: NC-01, RX-01, RX-02',
  });
  await expect(explained({ about: ['NC-01'] })).rejects.toMatchObject({
    message: 'NC-01 rests on no define: it tells what could not be decided',
  });
});

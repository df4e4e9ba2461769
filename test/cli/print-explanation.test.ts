import { afterAll, beforeAll, expect, it } from 'vitest';
import { printExplanation, printSubjects } from '../../src/cli/print-explanation.ts';
import type { Content } from '../../src/content/content.ts';
import { explain } from '../../src/explanation/explain.ts';
import type { ClauseResult, Explanation, Subject } from '../../src/explanation/explanation.ts';
import { aCompiler } from '../support/content.ts';
import { decideCase } from '../support/decide-case.ts';
import { contentOf } from '../support/mini-content.ts';
import { aCase } from '../support/rule-case.ts';

const compiler = aCompiler();
let content: Content;

beforeAll(async () => {
  content = await contentOf(compiler);
});
afterAll(() => compiler.translator.close());

it('says first what was not looked at, and what that leaves undecided', async () => {
  const decision = await decideCase(aCase({ withhold: ['Condition'] }), content);
  const text = printExplanation(await explain(decision), { colour: false, askedByName: false });
  expect(text.split('\n').slice(1)).toEqual([
    'Not looked at: conditions (not sent)',
    'Undecided for want of them: Cough',
    '',
    'Not shown',
    '  whether these checks are meant for this patient: true  ✓ Mini.In Scope',
    '  RX-01 Cough: unknown  ✓ exists (sources S where S in Request.NotLookedAt) (Condition, Condition)',
    '',
    'One rule to its last fact: --why <rule>; one define to its last clause: --why <Library.Name>',
  ]);
});

function aClause(changes: Partial<ClauseResult>): ClauseResult {
  return { place: 'cql/T.cql:1', cql: 'a clause', value: true, clauses: [], ...changes };
}

function anExplanation(subject: Partial<Subject>, changes: Partial<Explanation> = {}): Explanation {
  const clause = aClause({});
  return {
    service: 's',
    hook: 'patient-view',
    notLookedAt: [],
    undecided: [],
    subjects: [{ title: 'A title', outcome: 'true', clause, changes: [], ...subject }],
    tried: 0,
    untried: 0,
    ...changes,
  };
}

function printed(clause: Partial<ClauseResult>): string[] {
  return printSubjects(anExplanation({ clause: aClause(clause) }), false).slice(1);
}

it.each([
  ['a define', { define: 'T.A' }, ['  ✓ T.A  T.cql:1']],
  ['what is false', { value: false }, ['  ✗ a clause  T.cql:1']],
  ['what is unknown', { value: null }, ['  ? a clause  T.cql:1']],
  ['what has no truth', { value: [1, 'b'] }, ['  · a clause: 1; b  T.cql:1']],
  ['a tuple', { value: { a: 'x', b: null, c: null } }, ['  · a clause: x, unknown  T.cql:1']],
  ['an empty list', { value: [] }, ['  · a clause: none  T.cql:1']],
  ['a comparison', { sides: [1, null] }, ['  ✓ a clause (1, unknown)  T.cql:1']],
  [
    'what failed',
    { value: null, failed: true } as const,
    ['  ! cannot be evaluated: a clause  T.cql:1'],
  ],
  ['what is told above', { above: true } as const, ['  ✓ a clause  T.cql:1; see above']],
  ['what is left out', { leftOut: 2 }, ['  ✓ a clause  T.cql:1; 2 left out']],
])('prints %s', (_what, clause, lines) => {
  expect(printed(clause)).toEqual(lines);
});

it('prints what was read, what was not, and what was looked for in vain', () => {
  const found = { reference: 'Observation/1', what: 'Pulse', value: '60 /min', date: '2026-03-01' };
  const heard = { resourceType: 'Observation', codes: 'Pulse' };
  expect(
    printed({
      retrieved: [
        {
          ...heard,
          resources: [
            { ...found, counts: true },
            { ...found, counts: false },
          ],
        },
        { resourceType: 'Condition', notLookedAt: 'not sent', resources: [] },
      ],
    }).slice(1),
  ).toEqual([
    '      ← Observation/1  Pulse: 60 /min, 2026-03-01',
    '      ← Observation/1  Pulse: 60 /min, 2026-03-01 (read, but does not decide)',
    '      not looked at: Condition (not sent)',
  ]);
  expect(printed({ retrieved: [{ ...heard, resources: [] }] }).slice(1)).toEqual([
    '      nothing recorded: Observation "Pulse"',
  ]);
});

it('tells a clause about one define in one line with it', () => {
  const define = aClause({ define: 'T.A', value: [] });
  const clause = { cql: 'exists "A"', value: false, wraps: true, clauses: [define] } as const;
  expect(printed(clause)).toEqual(['  ✗ exists "A": none  T.cql:1']);
  const same = aClause({ define: 'T.A', place: 'cql/T.cql:9' });
  expect(printed({ clauses: [same], leftOut: 1 })).toEqual(['  ✓ T.A  T.cql:9']);
});

it('says what was not tried, and lists no more changes than a reader takes in', () => {
  const edit = { remove: 'Condition/1' };
  const changes = Array.from({ length: 9 }, (_, i) => ({ text: `${i}`, becomes: false, edit }));
  const subject = { rule: 'R', outcome: 'shown', changes } as const;
  const text = printExplanation(anExplanation(subject, { tried: 3, untried: 4 }), {
    colour: false,
    askedByName: true,
  });
  expect(text.split('\n').slice(4)).toEqual([
    '  What would change this',
    ...[0, 1, 2, 3, 4, 5, 6, 7].map((i) => `    ${i}: not shown`),
    '    and 1 more; --json lists all',
    '',
    'Single changes tried, each by evaluating again: 3; not tried for want of time: 4',
  ]);
});

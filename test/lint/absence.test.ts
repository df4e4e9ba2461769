import { afterAll, describe, expect, it } from 'vitest';
import { formatFault } from '../../src/content/fault.ts';
import { lint } from '../../src/lint/lint.ts';
import { aCompiler } from '../support/content.ts';
import { contentOf, miniContent, type Edit } from '../support/mini-content.ts';

const compiler = aCompiler();
afterAll(() => compiler.translator.close());

const DEFINE = 'define "Has Cough": Looked.Known(exists "Coughs", { \'Condition\' })';

/** The warnings of the mini content when RX-01 is decided by this, with the lines that they are about. */
async function warningsOf(show: string, others = ''): Promise<string[]> {
  const define = `define "Has Cough":\n  ${show}\n${others}`;
  const files = miniContent([['cql/Mini.cql', DEFINE, define] satisfies Edit]);
  const { program, services } = await contentOf(compiler, files);
  const text = files['cql/Mini.cql'] ?? '';
  const faults = lint(program, new Map([['Mini', text]]), services);
  return faults.filter(({ message }) => !/unused-include/.test(message)).map(formatFault);
}

const warned = (name: string, line: number, column: number) =>
  `cql/Mini.cql:${line}:${column}: warning: ${name} is decided here by what was found, as if all had been looked at: ` +
  'data that were not sent count as absent. Ask Looked.Known(exists …, { … }), or Looked.IfAll(…, { … }) [absence]';

describe('a card that is decided by what is absent, without asking what was looked at,', () => {
  it.each([
    ['exists', 'exists "Coughs"', 3],
    ['not exists', 'not exists "Coughs"', 7],
    ['a count of none', 'Count("Coughs") = 0', 3],
    ['a count of less than one', 'Count("Coughs") < 1', 3],
    ['the first of a list that is null', 'First("Coughs") is null', 3],
    ['one side of an and', 'Patient.active.value and exists "Coughs"', 28],
    ['a branch of an if', 'if Patient.active.value then exists "Coughs" else null', 32],
    [
      'a condition of which the other branch is a plain truth',
      'if exists "Coughs" then null else false',
      6,
    ],
    [
      'a condition of a case',
      'case when exists "Coughs" then true when Patient.active.value then null else false end',
      13,
    ],
    ['a rule that is true of nothing', 'if not exists "Coughs" then true else null', 10],
  ])('is warned of, where it stands: %s', async (_what, show, column) => {
    expect(await warningsOf(show)).toEqual([warned('RX-01', 13, column)]);
  });

  it('is warned of in the define or function that decides', async () => {
    const others =
      'define "Some": exists "Coughs"\ndefine function None(list List<FHIR.Condition>): not exists list';
    expect(await warningsOf('"Some" or None([Condition])', others)).toEqual([
      warned('RX-01', 14, 16),
      warned('RX-01', 15, 54),
    ]);
  });
});

it('several cards and a gate that are decided by one absence are named together', async () => {
  const files = miniContent([
    [
      'cql/Mini.cql',
      'define "In Scope": Patient.active.value',
      'define "In Scope": exists "Coughs"',
    ],
  ]);
  const { program, services } = await contentOf(compiler, files);
  const faults = lint(program, new Map([['Mini', files['cql/Mini.cql'] ?? '']]), services);
  expect(faults.map(formatFault)).toEqual([warned('The gate of mini-order (and 1 more)', 10, 20)]);
});

it.each([
  ['the answer goes through what asks', 'Looked.Known(exists "Coughs", { \'Condition\' })'],
  ['it does so in a define', '"Asked" and Patient.active.value'],
  ['the list itself asks', 'exists "Asking Rows"'],
  ['absence leads to unknown', 'if exists "Coughs" then true else null'],
  [
    'absence leads to what asks',
    'case when exists "Coughs" then true else Looked.Known(false, { \'Condition\' }) end',
  ],
  ['what is absent makes it unknown', 'if not exists "Coughs" then null else true'],
  [
    'a condition asks',
    `if exists ({ 'Condition' } intersect Request.NotLookedAt) then null else exists "Coughs"`,
  ],
  ['the orders of the call are absent', 'not exists Request.DraftOrders'],
  ['only the patient is asked for', 'exists [Patient]'],
  [
    'rows are held against others',
    'Looked.Known(exists ("Coughs" C where not exists ("Coughs" D where D.id > C.id)), { \'Condition\' })',
  ],
])('no warning is given where %s', async (_why, show) => {
  const others =
    'define "Asked": Looked.Known(exists "Coughs", { \'Condition\' })\n' +
    'define "Asking Rows": "Coughs" C where Looked.Known(false, { \'Condition\' }) is null';
  expect(await warningsOf(show, others)).toEqual([]);
});

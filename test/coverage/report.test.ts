import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { describeGap } from '../../src/coverage/summary.ts';
import { gapsOf } from '../../src/coverage/gaps.ts';
import { CoverageRecord } from '../../src/coverage/record.ts';
import { possibleOutcomes } from '../../src/coverage/possible.ts';
import { percent } from '../../src/coverage/report.ts';
import { aCompiler } from '../support/content.ts';
import { clausesIn, coverageOf, recordOf, type Given } from '../support/coverage.ts';
import { aLibrary, aProgram } from '../support/cql.ts';

const compiler = aCompiler();
afterAll(() => compiler.translator.close());

const PARAMETERS = `parameter A Boolean
parameter B Boolean
parameter Items List<System.Integer>
context Patient
`;

async function seen(body: string, cases: readonly Given[]): Promise<string[]> {
  const text = aLibrary('Test', PARAMETERS + body);
  return clausesIn(await coverageOf(await aProgram(compiler, [text]), text, cases));
}

async function gaps(body: string, cases: readonly Given[]): Promise<string[]> {
  const text = aLibrary('Test', PARAMETERS + body);
  const report = await coverageOf(await aProgram(compiler, [text]), text, cases);
  return gapsOf(report).map((gap) => describeGap(gap).replace(/^cql\/Test\.cql:/, ''));
}

const yes = { A: true, B: true };
const no = { A: false, B: false };
const unknown = { A: null, B: null };

describe('what cannot be', () => {
  it('is not asked of what tuples are made of, nor of what was asked to be there', async () => {
    const rows = "define Rows: Items I return Tuple { kind: 'given', number: I }\n";
    const body = `${rows}define X: exists (Rows R where R.kind = 'own' and R.number is not null return R.number > 1)`;
    const lines = await seen(body, [{ Items: [1, 2] }, { Items: [null] }, { Items: [] }]);
    expect(lines.filter((line) => line.startsWith("R.kind = 'own'"))).toEqual([
      "R.kind = 'own' | seen: false; never true",
    ]);
  });
});

describe('what a clause was seen to be', () => {
  it('is true, false and unknown for a Boolean, over all cases together', async () => {
    expect(await seen('define X: A and B', [yes, no])).toEqual([
      'A and B | seen: true, false; never unknown',
      'A | seen: true, false; never unknown',
      'B | seen: true, false; never unknown',
    ]);
    expect(await seen('define X: A and B', [yes, no, unknown])).toEqual([
      'A and B | seen: true, false, unknown',
      'A | seen: true, false, unknown',
      'B | seen: true, false, unknown',
    ]);
  });

  it('is evaluated on both sides of "and" and "or", and on one side of "if"', async () => {
    expect(await seen('define X: A or B', [{ A: true, B: false }])).toEqual([
      'A or B | seen: true; never false, never unknown',
      'A | seen: true; never false, never unknown',
      'B | seen: false; never true, never unknown',
    ]);
    expect(await seen('define X: if A then B else false', [{ A: false, B: true }])).toEqual([
      'if A then B else false | seen: false; never true, never unknown',
      'A | seen: false; never true, never unknown',
      'B | never reached by any case',
      'false | reached',
    ]);
  });

  it('is present and absent for anything else, and an empty list is absent', async () => {
    const body = 'define X: Items I where I > 1';
    expect(await seen(body, [{ Items: [2] }])).toEqual([
      'Items I where I > 1 | seen: present; never absent',
      'where I > 1 | seen: true; never false, never unknown',
    ]);
    expect(await seen(body, [{ Items: [1, 2] }, { Items: [1] }, { Items: [null] }])).toEqual([
      'Items I where I > 1 | seen: present, absent',
      'where I > 1 | seen: true, false, unknown',
    ]);
    expect(await seen(body, [{ Items: null }])).toEqual([
      'Items I where I > 1 | seen: absent; never present',
      'where I > 1 | never reached by any case',
    ]);
  });

  it('counts all calls of a function together', async () => {
    const body = `define function Twice(given Boolean): not given
define X: Twice(A)
define Y: Twice(B)`;
    expect(await seen(body, [{ A: true, B: false }])).toEqual([
      'not given | seen: true, false; never unknown',
      'given | seen: true, false; never unknown',
      'Twice(A) | seen: false; never true, never unknown',
      'A | seen: true; never false, never unknown',
      'Twice(B) | seen: true; never false, never unknown',
      'B | seen: false; never true, never unknown',
    ]);
  });

  it('is one clause where several nodes stand for the same words', async () => {
    expect(await seen('define X: A is not null', [yes])).toEqual([
      'A is not null | seen: true; never false',
      'A | seen: true; never false, never unknown',
    ]);
  });
});

describe('what cannot be', () => {
  it('is never asked for: exists, "is null" and "is true" are never unknown', async () => {
    expect(
      await seen('define X: exists Items\ndefine Y: A is null\ndefine Z: B is not true', [
        { Items: [1], ...yes },
      ]),
    ).toEqual([
      'exists Items | seen: true; never false',
      'A is null | seen: false; never true',
      'A | seen: true; never false, never unknown',
      'B is not true | seen: false; never true',
      'B | seen: true; never false, never unknown',
    ]);
  });

  it('follows through operators, references and calls', async () => {
    const body = `define Known: exists Items
define function Both(a Boolean, b Boolean): a and b
define X: Known or A is true
define Y: Both(Known, false)`;
    expect(await seen(body, [{ Items: [1], A: true }])).toEqual([
      'exists Items | seen: true; never false',
      'a and b | reached',
      'a | seen: true; never false',
      'Known or A is true | seen: true; never false',
      'Known | seen: true; never false',
      'A is true | seen: true; never false',
      'A | seen: true; never false, never unknown',
      'Both(Known, false) | reached',
      'Known | seen: true; never false',
    ]);
  });

  it('follows from the conditions of a case', async () => {
    const body = `define X:
  case
    when A is null then null
    when A then true
    else A
  end`;
    expect((await seen(body, [yes, no, unknown])).slice(1)).toEqual([
      'A is null | seen: true, false',
      'A | seen: true, false, unknown',
      'null | reached',
      'A | seen: true, false',
      'true | reached',
      'A | reached',
    ]);
  });

  it('is a branch whose condition cannot be', async () => {
    expect(await seen('define X: if (A is null) is null then 1 else 2', [yes])).not.toContain(
      '1 | never reached by any case',
    );
  });
});

describe('the list of gaps', () => {
  it('begins with what was never reached, then what was never true', async () => {
    const body = 'define X: A is true\ndefine Y: if B is true then exists Items else A is null';
    expect(await gaps(body, [{ ...no, Items: [] }])).toEqual([
      '10:29: never reached: exists Items',
      '9:11: never true, never unknown: A',
      '10:14: never true, never unknown: B',
      '10:47: never true, never unknown: A',
      '10:11: never true: if B is true then exists Items else A is null',
    ]);
  });

  it('leaves out what follows from another gap', async () => {
    expect(await gaps('define X: A and B\ndefine Y: X', [{ A: true, B: false }])).toEqual([
      '9:17: never true, never unknown: B',
      '9:11: never false, never unknown: A',
    ]);
  });

  it('keeps an "and" whose operands were true, but never together', async () => {
    const apart = [
      { A: true, B: false },
      { A: false, B: true },
      { A: true, B: null },
      { A: null, B: true },
    ];
    expect(await gaps('define X: A and B', apart)).toEqual(['9:11: never true: A and B']);
  });
});

describe('coverage as a whole', () => {
  it('counts the clauses seen whole, and says 100 percent only of all', async () => {
    const text = aLibrary('Test', `${PARAMETERS}define X: A and B`);
    const { whole, all } = await coverageOf(await aProgram(compiler, [text]), text, [
      yes,
      no,
      unknown,
    ]);
    expect([whole, all]).toEqual([3, 3]);
    expect([percent(3, 3), percent(2999, 3000), percent(2, 3), percent(0, 0)]).toEqual([
      100, 99.9, 66.6, 100,
    ]);
  });

  it('of two sets of cases, merged, is that of both together', async () => {
    const body = `define X: if A then B or exists Items else (Items I where I > 1) is null
define Y: Count(Items) > 1 and not B`;
    const program = await aProgram(compiler, [aLibrary('Test', PARAMETERS + body)]);
    const truth = fc.constantFrom(true, false, null);
    const items = fc.option(fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 }));
    const cases = fc.array(fc.record({ A: truth, B: truth, Items: items }), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(cases, cases, async (some, others) => {
        const merged = new CoverageRecord();
        merged.add(await recordOf(program, some));
        merged.add(await recordOf(program, others));
        const together = await recordOf(program, [...some, ...others]);
        expect(sorted(merged)).toEqual(sorted(together));
      }),
      { numRuns: 40 },
    );
  });
});

it('never takes for impossible what happens', async () => {
  const body = `define Empty: List<System.Integer> { }
define function Guard(found Boolean, given List<System.Integer>):
  case
    when found is true then true
    when exists given then found
    else null
  end
define R: Guard(A, Items)
define S: Guard(exists Empty, Empty)
define T: if A is not null and B then A else B
define U: (Items I where I in { 1, 2 } and I > 1) union Empty
define V: Coalesce(A, B, exists Items)
define W: First(Items) = 1 or (A implies B) is not true
define X: case when Items is null then 0 else Count(Items) end
define Y: case when not exists Items then null when A or B then U else Items end
define Z: A xor B
define Rows: flatten {
  (Items I return Tuple { kind: 'given', number: I, nothing: null as Integer, truth: A }),
  { Tuple { kind: 'own', number: 1, nothing: null as Integer, truth: B } } }
define Counted: Rows R where R.number is not null and R.truth return R
define Big: Rows R where R.number > 1 return Tuple { double: R.number * 2, row: R }
define AA: exists (Rows R where R.kind = 'own' and R.number = 1)
define AB: exists (Counted C where C.number = 2 and C.truth and C.nothing = 1)
define AC: Big B return B.double = 4 and B.row.kind != 'own'
define AD: First(Rows).kind = 'given' or Last(Counted).number = 1
define AE: exists (from Rows R, Counted C where R.kind = C.kind return Tuple { alike: R.number = C.number })
define function KindOf(rows List<Tuple { kind String, number Integer, nothing Integer, truth Boolean }>):
  First(rows R where R.number = 1 return R.kind)
define AF: KindOf(Rows) = 'own' or KindOf(Counted) = 'given'
define AG: exists ((if A then Rows else Counted) R where R.number >= 2 and R.truth is true)`;
  const program = await aProgram(compiler, [aLibrary('Test', PARAMETERS + body)]);
  const possible = possibleOutcomes(program);
  const truths = [true, false, null];
  const lists = [null, [], [null], [1], [2, 1], [3]];
  const all = truths.flatMap((A) => truths.flatMap((B) => lists.map((Items) => ({ A, B, Items }))));
  const record = await recordOf(program, all);
  const surprises = [...record.entries()].filter(([library, localId, outcomes]) => {
    const expected = possible(library, localId); // none for what is no part of an expression
    return expected !== 0 && (outcomes & ~expected) !== 0;
  });
  expect(surprises).toEqual([]);
});

function sorted(record: CoverageRecord): string[] {
  return [...record.entries()].map((entry) => entry.join(' ')).toSorted();
}

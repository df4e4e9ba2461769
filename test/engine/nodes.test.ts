import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMPILED_KINDS } from '../../src/engine/compiler.ts';
import {
  openEvaluation,
  type Evaluation,
  type EvaluationInput,
} from '../../src/engine/evaluate.ts';
import type { Program } from '../../src/engine/program.ts';
import { toFactValue } from '../../src/engine/to-fact-value.ts';
import type { FactValue } from '../../src/facts.ts';
import { aCompiler } from '../support/content.ts';
import { aProgram } from '../support/cql.ts';
import { anElm, linkElms } from '../support/elm.ts';
import { compareEngines, type EngineComparison } from '../support/engines.ts';
import {
  CASE_INPUT,
  CASE_VALUE_SETS,
  caseName,
  FAILS,
  kindsIn,
  libraryOfCases,
  type NodeTable,
} from '../support/node-cases.ts';
import { BY_HAND } from './nodes/by-hand.ts';
import { COMPARISON } from './nodes/comparison.ts';
import { DATES } from './nodes/dates.ts';
import { DEPARTURES } from './nodes/departures.ts';
import { LISTS } from './nodes/lists.ts';
import { LOGIC } from './nodes/logic.ts';
import { NUMBERS } from './nodes/numbers.ts';
import { QUERIES } from './nodes/queries.ts';
import { REFERENCES } from './nodes/references.ts';
import { STRINGS } from './nodes/strings.ts';
import { STRUCTURES } from './nodes/structures.ts';
import { TERMINOLOGY } from './nodes/terminology.ts';
import { TYPES } from './nodes/types.ts';

const TABLES: Readonly<Record<string, NodeTable>> = {
  Logic: LOGIC,
  Comparison: COMPARISON,
  Numbers: NUMBERS,
  Dates: DATES,
  Strings: STRINGS,
  Lists: LISTS,
  Structures: STRUCTURES,
  Terminology: TERMINOLOGY,
  Types: TYPES,
  References: REFERENCES,
  Queries: QUERIES,
};
const EVERY = Object.entries(TABLES).flatMap(([library, table]) =>
  Object.entries(table).map(([kind, cases]) => ({ library, kind, cases })),
);
const INDIA = { ...CASE_INPUT, timeZone: 'Asia/Kolkata' };

const compiler = aCompiler();
const byHand = linkElms([
  anElm('ByHand', Object.fromEntries(BY_HAND.map(([name, node]) => [name, node]))),
]);
let program: Program;

beforeAll(async () => {
  const departing: NodeTable = Object.fromEntries(
    Object.entries(DEPARTURES).map(([kind, all]) => [kind, all.map(({ cql }) => [cql, null])]),
  );
  const texts = Object.entries({ ...TABLES, Departures: departing }).map(([name, table]) =>
    libraryOfCases(name, table),
  );
  program = await aProgram(compiler, texts, CASE_VALUE_SETS);
});
afterAll(() => compiler.translator.close());

async function valueOf(
  evaluation: Evaluation,
  library: string,
  expression: string,
): Promise<FactValue> {
  try {
    // As JSON has it, which knows no negative zero.
    const value = toFactValue(await evaluation.value({ library, expression }));
    return JSON.parse(JSON.stringify(value)) as FactValue;
  } catch {
    return FAILS;
  }
}

/** The kinds of all nodes of the libraries with cases, functions that they call among them. */
function kindsWithCases(): ReadonlySet<string> {
  const definitions = [...program.linked.definitions, ...byHand.linked.definitions].filter(
    ({ library }) => library !== 'FHIRHelpers',
  );
  return new Set(definitions.flatMap(({ body }) => [...kindsIn(body)]));
}

describe('the value of each compiled kind of node', () => {
  it.each(EVERY)('$library: $kind', async ({ library, kind, cases }) => {
    const evaluation = openEvaluation(program, CASE_INPUT);
    const values: Record<string, FactValue> = {};
    for (const [i, [cql]] of cases.entries()) {
      values[cql] = await valueOf(evaluation, library, caseName(kind, i));
    }
    expect(values).toEqual(Object.fromEntries(cases));
  });

  it('is the same where each node is observed', async () => {
    const plain = openEvaluation(program, CASE_INPUT);
    const observed = openEvaluation(program, { ...CASE_INPUT, observe: () => {} });
    for (const { library, kind, cases } of EVERY) {
      for (const [i, [cql]] of cases.entries()) {
        const value = await valueOf(observed, library, caseName(kind, i));
        expect([cql, value]).toEqual([cql, await valueOf(plain, library, caseName(kind, i))]);
      }
    }
  });

  it.each(BY_HAND)('that only ELM can say: %s', async (name, _node, value) => {
    const evaluation = openEvaluation(byHand, CASE_INPUT);
    expect(await valueOf(evaluation, 'ByHand', name)).toEqual(value);
  });

  it('has cases', () => {
    const compiled = Object.keys(COMPILED_KINDS).toSorted();
    expect(EVERY.map(({ kind }) => kind).toSorted()).toEqual(compiled);
    const kinds = kindsWithCases();
    expect(compiled.filter((kind) => !kinds.has(kind))).toEqual([]);
  });
});

async function compareCases(input: EvaluationInput): Promise<EngineComparison> {
  const names = EVERY.flatMap(({ library, kind, cases }) =>
    cases.map((_case, i) => ({ library, expression: caseName(kind, i) })),
  );
  return compareEngines(program, input, names);
}

describe('cql-execution', () => {
  it.each(['Europe/Zurich', 'America/New_York', 'Pacific/Kiritimati'])(
    'comes to the same values in %s',
    async (timeZone) => {
      const { differences, spared } = await compareCases({ ...CASE_INPUT, timeZone });
      expect({ differences, spared }).toEqual({ differences: [], spared: [] });
    },
  );

  it('comes to the same values of ELM that no translator writes', async () => {
    const { differences, spared } = await compareEngines(byHand, CASE_INPUT);
    expect({ differences, spared }).toEqual({ differences: [], spared: [] });
  });

  it.each(Object.keys(DEPARTURES))(
    'departs from CQL, and compiled code does not: %s',
    async (what) => {
      const cases = DEPARTURES[what] ?? [];
      const names = cases.map((_case, i) => ({
        library: 'Departures',
        expression: caseName(what, i),
      }));
      const { differences } = await compareEngines(program, INDIA, names);
      const expected = cases.map(({ compiled, interpreted }, i) => ({
        define: `Departures.${caseName(what, i)}`,
        compiled,
        interpreted,
      }));
      // On a machine that stands in the zone of the site, some are right by chance.
      expect(differences).toEqual(expected.filter((one) => one.compiled !== one.interpreted));
    },
  );
});

import { childrenOf, type ElmNode } from '../../src/elm/elm-tree.ts';
import type { EvaluationInput } from '../../src/engine/evaluate.ts';
import type { FactValue } from '../../src/facts.ts';
import { aLibrary } from './cql.ts';

/** Stands for an error in a table of values. */
export const FAILS = '(fails)';

/** An expression of CQL, and what it comes to as a fact. */
export type NodeCase = readonly [cql: string, value: FactValue];

/** Cases by the kind of node that they are about, as ELM calls it. */
export type NodeTable = Readonly<Record<string, readonly NodeCase[]>>;

/** What the expressions of the tables may name. */
const NAMES = `codesystem "S": 'urn:s'
codesystem "T": 'urn:t' version '2'
valueset "Coughs": 'urn:coughs'
valueset "Pains": 'urn:pains'
code "Dry": 'dry' from "S" display 'Dry cough'
code "Wet": 'wet' from "S"
code "Ache": 'ache' from "T"
concept "Any Cough": { "Dry", "Wet" } display 'Cough'
parameter "Given" Integer
parameter "Given Null" Integer default 3
parameter "With Default" Integer default 2 + 2
parameter "Default Replaced" Integer default 5
parameter "Neither Given Nor Default" Integer
parameter "Words" List<String>
context Patient
define "Dated": ([Condition]) C sort by id.value
define "Onsets": "Dated" C return all (C.onset as FHIR.dateTime).value
define "One": First("Dated")
define "Drafts": ([Observation]) O sort by id.value
define "Amounts": "Drafts" O return all (O.value as FHIR.Quantity)
define function Kind(value Boolean): 'boolean'
define function Kind(value Integer): 'integer'
define function Kind(value String): 'string'
define function Kind(value FHIR.Condition): 'condition'
define function Kind(value FHIR.Observation): 'observation'
define function Kind(value List<String>): 'strings'
define function Kind(value Interval<Integer>): 'interval'
define function Same(value Integer): value
define function Twice(value Integer): Same(value) + Same(value)
define function SameOfNothing(value Integer): Same((value) V where V > 2)
define function Both(one Integer, other Integer): one * 10 + other
define function Rows(rows List<Integer>): rows R where R > 1 return all R
`;

/** The name of the define of a case. */
export function caseName(kind: string, index: number): string {
  return `${kind} ${index}`;
}

/** A library with a define for each case. */
export function libraryOfCases(name: string, table: NodeTable): string {
  const defines = Object.entries(table).flatMap(([kind, cases]) =>
    cases.map(([cql], i) => `define "${caseName(kind, i)}": ${cql}`),
  );
  return aLibrary(name, NAMES + defines.join('\n'));
}

export const CASE_VALUE_SETS = [
  { url: 'urn:coughs', codes: ['dry', 'wet'].map((code) => ({ system: 'urn:s', code })) },
  { url: 'urn:pains', codes: [{ system: 'urn:t', code: 'ache' }] },
];

const DRY = { system: 'urn:s', code: 'dry' };
const UCUM = 'http://unitsofmeasure.org';

function condition(id: string, elements: Readonly<Record<string, unknown>>) {
  return { resourceType: 'Condition', id, ...elements };
}

/** A record with what records get wrong: elements that lack, are of the wrong JSON type, or of another choice. */
export const CASE_INPUT: EvaluationInput = {
  resources: [
    {
      resourceType: 'Patient',
      id: 'p1',
      birthDate: '1971-03-09',
      gender: 'female',
      name: [{ family: 'A', given: ['B', 'C', 7] }, { given: ['D'] }],
      active: 'yes',
      maritalStatus: { text: 'x' },
    },
    condition('c1', {
      code: { text: 'Cough', coding: [DRY, { system: 'urn:t', code: 'other' }] },
      category: [{ coding: [{ system: 'urn:s', code: 'wet' }] }],
      onsetDateTime: '2026-03-07T10:00:00+01:00',
      clinicalStatus: { coding: [{ code: 'active' }] },
      note: [{ text: 'n' }],
    }),
    condition('c2', {
      code: { text: 'Cough', coding: [{ system: 'urn:t', code: 'ache' }] },
      onsetDateTime: '2026-01',
      clinicalStatus: { coding: [{ code: 'active' }] },
    }),
    condition('c3', {
      code: { text: 'Cough', coding: [DRY, { system: 'urn:t', code: 'other' }] },
      onsetAge: { value: 50, unit: 'a' },
    }),
    condition('c4', { onsetDateTime: '2026-03-07T09:00:00Z' }),
    {
      resourceType: 'Observation',
      id: 'o1',
      status: 'final',
      code: { coding: [DRY] },
      valueQuantity: { value: 5, unit: 'mg', system: UCUM, code: 'mg' },
    },
    { resourceType: 'Observation', id: 'o2', status: 'final', valueString: 'text' },
    {
      resourceType: 'Observation',
      id: 'o3',
      valueQuantity: { value: 0.005, unit: 'g', system: UCUM, code: 'g' },
    },
    { resourceType: 'Observation', id: 'o4', valueInteger: 'seven' },
  ],
  parameters: { Given: 7, 'Given Null': null, 'Default Replaced': 6, Words: ['a', 'b'] },
  evaluationTime: new Date('2026-03-10T08:00:00Z'),
  timeZone: 'Europe/Zurich',
};

/** The kinds of all nodes in and below one. */
export function kindsIn(node: ElmNode): ReadonlySet<string> {
  const below = childrenOf(node).flatMap(([, child]) => [...kindsIn(child)]);
  return new Set(node.type === undefined ? below : [node.type, ...below]);
}

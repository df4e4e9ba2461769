import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Elm } from '../../src/elm/elm.ts';
import { resourcesIn } from '../../src/engine/clause.ts';
import { openEvaluation } from '../../src/engine/evaluate.ts';
import type { Program } from '../../src/engine/program.ts';
import type { Observe } from '../../src/engine/run.ts';
import type { NerverootError } from '../../src/errors.ts';
import { aCompiler } from '../support/content.ts';
import { aLibrary, anEvaluation, aProgram, factOf } from '../support/cql.ts';

const compiler = aCompiler();
let program: Program;

const BASE = aLibrary('Base', 'define "Shared": [Condition]\ndefine "Nothing": null');
const LEFT = aLibrary('Left', 'define "Count": Count(Base."Shared")', ['Base']);
const RIGHT = aLibrary('Right', 'define "Count": Count(Base."Shared")', ['Base']);
const TEST = aLibrary(
  'Test',
  `valueset "Cough": 'urn:cough'
parameter Words List<String>
parameter Drafts List<FHIR.DomainResource>
context Patient
define "Three Ways": Left."Count" + Right."Count" + Count(Base."Shared")
define "Broken": singleton from ([Condition])
define "Rests On Broken": "Broken" is null
define "Fine": true
define "Distinct": [Condition] C return distinct C
define "Now Is": Now()
define "Today Is": Today()
define "Words Given": Words
define "Drafts Given": Drafts D return D.id.value
define "Is Female": Patient.gender.value = 'female'
define "Onset": (First([Condition]).onset as FHIR.dateTime).value
define "Uncertain": months between "Onset" and @2026-03-10
define "Mixed": Tuple { conditions: [Condition], one: First([Condition]), text: 'x' }
define "Coughs": [Condition: "Cough"]`,
  ['Base', 'Left', 'Right'],
);

beforeAll(async () => {
  const codes = [{ system: 'urn:s', code: 'cough' }];
  program = await aProgram(compiler, [BASE, LEFT, RIGHT, TEST], [{ url: 'urn:cough', codes }]);
});
afterAll(() => compiler.translator.close());

const patient = { resourceType: 'Patient', id: 'p1', gender: 'female' };

function aCondition(id: string, elements: Record<string, unknown> = {}) {
  return { resourceType: 'Condition', id, code: { text: 'same' }, ...elements };
}

function evaluation(...resources: readonly Record<string, unknown>[]) {
  return anEvaluation(program, { resources: [patient, ...resources] });
}

/** A program that asks for more conditions than so many. */
function countingAbove(count: number): Promise<Program> {
  const body = `define "Pains": [Condition]
define "Many": Count("Pains") > ${count}
define "Few": not "Many"`;
  return aProgram(compiler, [aLibrary('Test', body)]);
}

/** Counts how often a define of library Base is computed in an evaluation. */
function countComputations(name: string): { counted: () => number; observe: Observe } {
  const { library } = program.elms.get('Base') as Elm; // compiled above
  const define = library.statements?.def.find((def) => def.name === name) as { localId?: string };
  let count = 0;
  const observe: Observe = (from, localId) => {
    if (from === 'Base' && localId === define.localId) count += 1;
  };
  return { counted: () => count, observe };
}

it('computes a define once although three include paths reach it', async () => {
  const { counted, observe } = countComputations('Shared');
  const resources = [patient, aCondition('a'), aCondition('b')];
  const open = anEvaluation(program, { resources, observe });
  expect(await factOf(open, 'Three Ways')).toBe(6);
  await open.facts([{ library: 'Base', expression: 'Shared' }]);
  expect(counted()).toBe(1);
});

it('computes nothing that was not asked for, so that a broken define sinks no other', async () => {
  const open = evaluation(aCondition('a'), aCondition('b'));
  expect(await factOf(open, 'Fine')).toBe(true);
});

it('says where an evaluation failed, and nothing of the data', async () => {
  const open = evaluation(aCondition('a'), aCondition('b'));
  const failed = await factOf(open, 'Rests On Broken').catch((error: unknown) => error);
  const { code, message } = failed as NerverootError;
  expect(code).toBe('EvaluationFailed');
  expect(message).toBe(
    'CQL expression Test.Rests On Broken could not be evaluated (Test|1.0.0, 13:18-13:45)',
  );
});

it('keeps null results, so that they are not computed again', async () => {
  const { counted, observe } = countComputations('Nothing');
  const open = anEvaluation(program, { observe });
  const names = [{ library: 'Base', expression: 'Nothing' }];
  expect(await open.facts(names)).toEqual({ Base: { Nothing: null } });
  expect(await open.facts(names)).toEqual({ Base: { Nothing: null } });
  expect(counted()).toBe(1);
});

it('keeps two resources of equal content apart when a query makes them distinct', async () => {
  expect(await factOf(evaluation(aCondition('a'), aCondition('b')), 'Distinct')).toEqual([
    { reference: 'Condition/a' },
    { reference: 'Condition/b' },
  ]);
});

it('keeps two resources without ids apart', async () => {
  const { id: _, ...anonymous } = aCondition('a');
  expect(await factOf(evaluation(anonymous, { ...anonymous }), 'Distinct')).toHaveLength(2);
});

it('takes the evaluation time for now, in the zone of the site', async () => {
  const open = anEvaluation(program, {
    evaluationTime: new Date('2026-03-10T23:30:00Z'),
    timeZone: 'Asia/Tokyo',
  });
  expect(await factOf(open, 'Now Is')).toBe('2026-03-11T08:30:00.000+09:00');
  expect(await factOf(open, 'Today Is')).toBe('2026-03-11');
});

it('passes parameters on, resources in them wrapped', async () => {
  const parameters = { Words: ['a', 'b'], Drafts: [{ resourceType: 'ServiceRequest', id: 'd1' }] };
  const open = anEvaluation(program, { parameters });
  expect(await factOf(open, 'Words Given')).toEqual(['a', 'b']);
  expect(await factOf(open, 'Drafts Given')).toEqual(['d1']);
});

it('gives null for what the data leave uncertain', async () => {
  const open = evaluation(aCondition('a', { onsetDateTime: '2026' }));
  expect(await factOf(open, 'Uncertain')).toBeNull();
});

it('retrieves by value set, whichever coding of a resource is in it', async () => {
  const coded = (id: string, ...codes: string[]) =>
    aCondition(id, { code: { coding: codes.map((code) => ({ system: 'urn:s', code })) } });
  const open = evaluation(coded('a', 'other', 'cough'), coded('b', 'other'), aCondition('c'));
  expect(await factOf(open, 'Coughs')).toEqual([{ reference: 'Condition/a' }]);
});

it('keeps the patients of two evaluations apart', async () => {
  const male = anEvaluation(program, { resources: [{ ...patient, gender: 'male' }] });
  const answers = await Promise.all([
    factOf(evaluation(), 'Is Female'),
    factOf(male, 'Is Female'),
    factOf(anEvaluation(program), 'Is Female'),
  ]);
  expect(answers).toEqual([true, false, null]);
});

it('says whether a changed program would give a define another value, all others kept', async () => {
  const resources = [patient, aCondition('a'), aCondition('b')];
  const open = anEvaluation(await countingAbove(2), { resources });
  const differs = async (expression: string, count: number) =>
    open.differs({ library: 'Test', expression }, await countingAbove(count));
  expect(await differs('Many', 1)).toBe(false); // it was not computed
  expect(await factOf(open, 'Few')).toBe(true);
  expect(await differs('Many', 1)).toBe(true);
  expect(await differs('Many', 3)).toBe(false);
  expect(await differs('Few', 1)).toBe(false);
  expect(await factOf(open, 'Many')).toBe(false);
});

it('gives each resource in the value of a clause once', async () => {
  const open = evaluation(aCondition('a'), aCondition('b'));
  const mixed = await open.clausesOf('Test').evaluate({ type: 'ExpressionRef', name: 'Mixed' });
  expect(resourcesIn(mixed)).toEqual([aCondition('a'), aCondition('b')]);
});

it.each([
  ['library', { library: 'None', expression: 'X' }, 'There is no CQL library None'],
  ['expression', { library: 'Test', expression: 'X' }, 'There is no CQL expression Test.X'],
])('refuses to evaluate a %s that there is not', async (_what, name, message) => {
  const open = openEvaluation(program, {
    resources: [],
    parameters: {},
    evaluationTime: new Date(0),
    timeZone: 'UTC',
  });
  await expect(open.facts([name])).rejects.toMatchObject({ code: 'InvalidContent', message });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Content } from '../../src/content/content.ts';
import { loadDemoPatients } from '../../src/content/demo-patient.ts';
import type { DecisionResult } from '../../src/decision/decide.ts';
import { explain } from '../../src/explanation/explain.ts';
import type { ClauseResult, Edit, Retrieved } from '../../src/explanation/explanation.ts';
import { parseExpressionName, readFact, type FactValue } from '../../src/facts.ts';
import { isObject, referenceTo, type Resource } from '../../src/fhir/resource.ts';
import { loadCases, type RuleCase } from '../../src/rule-tests/load-cases.ts';
import { aCompiler, ROOT, theContent } from '../support/content.ts';
import { decideCase } from '../support/decide-case.ts';

const compiler = aCompiler();
let content: Content;

beforeAll(async () => {
  content = await theContent(compiler);
});
afterAll(() => compiler.translator.close());

/** The resources of one prefetched Bundle. */
function resourcesOf(value: unknown): Resource[] {
  const entries = isObject(value) && Array.isArray(value['entry']) ? value['entry'] : [];
  return entries.map(({ resource }: { resource: Resource }) => resource);
}

/** An edit made by an EHR, in what it sends. */
function send(edit: Edit, prefetch: Record<string, unknown>): void {
  if ('lookedAt' in edit) {
    prefetch[edit.lookedAt] = null;
    return;
  }
  const change = (resources: Resource[]): Resource[] => {
    if ('add' in edit) return [...resources, edit.add];
    if ('remove' in edit) return resources.filter((each) => referenceTo(each) !== edit.remove);
    const { replace } = edit;
    return resources.map((each) => (referenceTo(each) === referenceTo(replace) ? replace : each));
  };
  for (const [key, value] of Object.entries(prefetch)) {
    if (isObject(value) && value['resourceType'] !== 'Bundle') continue; // the Patient
    if ('add' in edit && key !== 'observations') continue;
    const entry = change(resourcesOf(value)).map((resource) => ({ resource }));
    prefetch[key] = { resourceType: 'Bundle', type: 'searchset', entry };
  }
}

async function valueOf(name: string, decision: DecisionResult): Promise<FactValue> {
  const expression = parseExpressionName(name, '');
  return readFact(await decision.evaluation.facts([expression]), expression);
}

describe('each change that is told turns the answer, when the EHR sends it', () => {
  it.each([
    'RF-01/saddle-numbness.yaml',
    'RF-01/explained-by-imaging.yaml',
    'RF-01/newest-answer-decides.yaml',
    'RF-05/fever-38-0.yaml',
    'EI-08/apixaban.yaml',
    'IM-01/ten-days-screened.yaml',
  ])('%s', async (file) => {
    const { cases } = await loadCases(ROOT, [`test/rules/${file}`]);
    const ruleCase = cases[0] as RuleCase;
    const before = await decideCase(ruleCase, content);
    const rule = file.split('/')[0] ?? '';
    const limits = { changes: 1000, milliseconds: Number.POSITIVE_INFINITY };
    const { subjects, untried } = await explain(before, { about: [rule], limits });
    expect(untried).toBe(0);
    const [subject] = subjects;
    expect(subject?.changes).not.toEqual([]);
    const define = subject?.clause.define ?? '';
    for (const { text, edit, becomes } of subject?.changes ?? []) {
      const after = await decideCase(ruleCase, content, (prefetch) => send(edit, prefetch));
      expect([text, await valueOf(define, after)]).toEqual([text, becomes]);
      expect([text, becomes === true]).not.toEqual([text, subject?.clause.value === true]);
    }
  });
});

function flatten(clause: ClauseResult): ClauseResult[] {
  return [clause, ...clause.clauses.flatMap(flatten)];
}

it('tells every card of every case as the decision has it, and evaluates every clause', async () => {
  const { cases } = await loadCases(ROOT, ['test/rules/IM-01', 'test/rules/EI-08']);
  for (const ruleCase of cases) {
    const decision = await decideCase(ruleCase, content);
    const { subjects } = await explain(decision, { depth: 'deep' });
    const shown = subjects.filter(({ outcome }) => outcome === 'shown').map(({ rule }) => rule);
    const rules = [...new Set(decision.rules)].filter((rule) => content.cards.get(rule)?.show);
    expect([ruleCase.file, shown]).toEqual([ruleCase.file, rules]);
    const clauses = subjects.flatMap(({ clause }) => flatten(clause));
    expect(clauses.filter(({ failed }) => failed).map(({ place }) => place)).toEqual([]);
    const toldAbove = clauses.filter(({ above }) => above).map(({ define }) => define);
    const told = new Set(clauses.filter(({ above }) => !above).map(({ define }) => define));
    expect(toldAbove.filter((define) => !told.has(define))).toEqual([]);
  }
});

function referencesIn(clause: ClauseResult): string[] {
  const own = (clause.retrieved ?? []).flatMap(({ resources }) => resources);
  return [
    ...own.filter(({ counts }) => counts).map(({ reference }) => reference),
    ...clause.clauses.flatMap(referencesIn),
  ];
}

describe('names the resources that make the card of a demo patient', () => {
  it.each([
    [
      'cauda-equina',
      'RF-01',
      [
        'Condition/condition-1',
        'Observation/observation-2',
        'Observation/observation-3',
        'Observation/observation-5',
      ],
    ],
    [
      'injection-on-apixaban',
      'EI-08',
      [
        'MedicationRequest/medicationrequest-5',
        'Observation/observation-25',
        'ServiceRequest/draft-1',
      ],
    ],
  ])('%s', async (id, rule, expected) => {
    const { patients } = await loadDemoPatients(ROOT, content.program.model);
    const patient = patients.find((each) => each.id === id);
    const drafts = patient?.order ? { draftOrders: [patient.order] } : {};
    const ruleCase: RuleCase = {
      file: `${id}.yaml`,
      written: {
        title: id,
        hook: patient?.hook ?? 'patient-view',
        context: drafts,
        expect: {},
      },
      resources: (patient?.resources ?? []).map((resource) =>
        resource.resourceType === 'Patient' ? { ...resource, id } : resource,
      ),
    };
    const { subjects } = await explain(await decideCase(ruleCase, content), { about: [rule] });
    expect(subjects[0]?.outcome).toBe('shown');
    expect([...new Set(referencesIn(subjects[0]?.clause as ClauseResult))].toSorted()).toEqual(
      expected,
    );
  });
});

it('names an entry whose code and display contradict each other where its type was looked for', async () => {
  const { cases } = await loadCases(ROOT, ['test/rules/ME-02/display-contradicts.yaml']);
  const [ruleCase] = cases as [RuleCase];
  const { notLookedAt, subjects } = await explain(await decideCase(ruleCase, content), {
    about: ['History.Cancer'],
  });
  const reason = 'a code and its display contradict each other; correct one of them';
  expect(notLookedAt).toEqual([{ key: 'Condition/torn', resourceType: 'Condition', reason }]);
  const retrieved = retrievedIn(subjects[0]?.clause as ClauseResult);
  expect(
    retrieved.filter(({ resourceType }) => resourceType === 'Condition').map((r) => r.notLookedAt),
  ).toEqual([reason]);
  expect(JSON.stringify(retrieved)).not.toContain('C61');
});

function retrievedIn(clause: ClauseResult): Retrieved[] {
  return [...(clause.retrieved ?? []), ...clause.clauses.flatMap(retrievedIn)];
}

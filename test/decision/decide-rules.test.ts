import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Content } from '../../src/content/content.ts';
import { decide, type DecisionDeps, type DecisionResult } from '../../src/decision/decide.ts';
import { aCompiler } from '../support/content.ts';
import { aCough, contentOf, miniContent } from '../support/mini-content.ts';
import { MINI_PATIENT } from '../support/rule-case.ts';
import { aSite } from '../support/site.ts';

const compiler = aCompiler();
let gated: Content;
let open: Content;
let costly: Content;

const MINI = 'cql/Mini.cql';
const HAS_COUGH = 'define "Has Cough": ';

beforeAll(async () => {
  open = await contentOf(compiler, miniContent());
  costly = await contentOf(
    compiler,
    miniContent([[MINI, 'exists "Coughs"', 'exists ("Coughs" C where C.id is not null)']]),
  );
  gated = await contentOf(
    compiler,
    miniContent([[MINI, HAS_COUGH, `${HAS_COUGH}"In Scope" and `]]),
  );
});
afterAll(() => compiler.translator.close());

type Limited = Pick<DecisionDeps, 'mostSteps' | 'aborted'>;

function call(
  content: Content,
  { active = true, coughs = 1, ...limits }: Limited & { active?: boolean; coughs?: number },
): Promise<DecisionResult> {
  const entry = Array.from({ length: coughs }, (_, i) => ({ resource: aCough(`c${i}`) }));
  const body = {
    hook: 'patient-view',
    hookInstance: '11111111-1111-4111-8111-111111111111',
    context: { userId: 'Practitioner/1', patientId: 'p1' },
    prefetch: {
      patient: { ...MINI_PATIENT, active },
      conditions: { resourceType: 'Bundle', entry },
    },
  };
  return decide('mini-view', body, {
    content: { current: async () => content },
    clock: () => new Date('2026-03-10T14:00:00Z'),
    newId: () => '00000000-0000-4000-8000-000000000000',
    siteOf: () => aSite(),
    ...limits,
  });
}

describe('where the gate is false', () => {
  it('a rule that rests on it is false, and nothing of it is evaluated', async () => {
    const inside = await call(gated, { active: true });
    const outside = await call(gated, { active: false });
    expect(inside.facts['Mini']).toMatchObject({ 'In Scope': true, 'Has Cough': true });
    expect(outside.facts).toEqual({ Mini: { 'In Scope': false, 'Has Cough': false } });
    expect(outside.rules).toEqual([]);
    expect(outside.evaluation.steps).toBeLessThan(inside.evaluation.steps);
  });

  it('a rule that does not rest on it is decided all the same', async () => {
    expect([...(open.services.find(({ id }) => id === 'mini-view')?.always ?? [])]).toEqual([
      'RX-01',
    ]);
    expect((await call(open, { active: false })).rules).toEqual(['RX-01']);
  });
});

it('works out what a card tells only where the card is shown', async () => {
  expect((await call(open, { coughs: 0 })).facts).toEqual({
    Mini: { 'In Scope': true, 'Has Cough': false },
  });
  expect(Object.keys((await call(open, {})).facts['Mini'] ?? {})).toEqual(
    expect.arrayContaining(['Has Cough', 'Facts Used', 'Number Of Coughs', 'Urgency']),
  );
});

describe('past the budget of steps', () => {
  it('says what was not decided, and why, and is never silent', async () => {
    const { rules, response } = await call(costly, { coughs: 30, mostSteps: 10 });
    expect(rules).toEqual(['NC-01']);
    expect(response.cards[0]?.detail).toContain(
      'Undecided: Cough;  for want of the chart (it holds more than can be worked through in one call);',
    );
  });

  it('does not lose a card that was decided before', async () => {
    const whole = await call(open, { coughs: 3 });
    const { steps } = whole.evaluation;
    const enough = await call(open, { coughs: 3, mostSteps: steps });
    expect([enough.rules, enough.undecided.undecided]).toEqual([['RX-01'], []]);
  });

  it('shows what was found also where its details could not be worked out', async () => {
    const { steps } = (await call(open, { coughs: 0 })).evaluation;
    let answer = await call(open, { coughs: 40, mostSteps: steps + 1 });
    for (let most = steps + 1; !answer.rules.includes('RX-01'); most += 1) {
      answer = await call(open, { coughs: 40, mostSteps: most });
    }
    expect(answer.rules).toEqual(['RX-01', 'NC-01']);
    expect(answer.response.cards[0]?.summary).toBe('Coughs recorded - unknown');
    expect(answer.response.cards[1]?.detail).toContain(
      'Cough (found, and its card is shown without all details)',
    );
  });

  it('counts the same steps for the same chart each time', async () => {
    const counts = [await call(open, { coughs: 7 }), await call(open, { coughs: 7 })];
    expect(counts[0]?.evaluation.steps).toBe(counts[1]?.evaluation.steps);
  });
});

it('stops when nobody waits for the answer any more', async () => {
  const answer = call(open, { coughs: 2000, aborted: () => true });
  await expect(answer).rejects.toMatchObject({ code: 'HungUp' });
});

import { afterAll, expect, it } from 'vitest';
import { aCompiler } from '../support/content.ts';
import { contentOf, faultsOf, MINI_CONTENT, miniContent } from '../support/mini-content.ts';

const compiler = aCompiler();
afterAll(() => compiler.translator.close());

const VIEW = 'hooks/services/mini-view.yaml';

function withPrefetch(line: string): string {
  return `required: [Patient]\nprefetch:\n  ${line}`;
}

it.each([
  ['no gate', 'gate: Mini.In Scope\n', '', '1:1: error: "gate": is missing'],
  [
    'a gate in other letters',
    'gate: Mini.In Scope',
    'gate: Mini.In scope',
    '5:1: error: CQL library Mini has no expression "In scope". Did you mean "In Scope"?',
  ],
  [
    'a gate without its library',
    'gate: Mini.In Scope',
    'gate: In Scope',
    '5:1: error: Write it as Library.Define',
  ],
  [
    'a gate that is not Boolean',
    'gate: Mini.In Scope',
    'gate: Mini.Urgency',
    '5:1: error: Mini.Urgency must be Boolean, but is String',
  ],
  [
    'required data that no rule reads',
    'required: [Patient]',
    'required: [Patient, Observation]',
    '6:21: error: No rule of this service reads Observation',
  ],
  [
    'a card that silences itself',
    'required: [Patient]',
    'required: [Patient]\nsilences: { RX-01: [RX-01] }',
    "7:21: error: Rule RX-01 is none of this service's other cards",
  ],
  [
    'a rule that silences and has no card there',
    'required: [Patient]',
    'required: [Patient]\nsilences: { RX-02: [RX-01] }',
    "7:13: error: Rule RX-02 is none of this service's cards",
  ],
  [
    'a prefetch override that no rule reads',
    'required: [Patient]',
    withPrefetch('observations: Observation?patient={{context.patientId}}'),
    '8:3: error: No rule reads "observations"; the keys are: patient, conditions',
  ],
  [
    'a prefetch override that reads another type',
    'required: [Patient]',
    withPrefetch('conditions: Observation?patient={{context.patientId}}'),
    '8:3: error: "conditions" must read Condition',
  ],
  [
    'a prefetch override that clients cannot fill',
    'required: [Patient]',
    withPrefetch('conditions: Condition?patient={{context.patient}}'),
    '8:3: error: The token {{context.patient}} is not one of patient-view: context.userId, context.patientId, context.encounterId, userPractitionerId, userPractitionerRoleId, userPatientId, userRelatedPersonId',
  ],
  [
    'two prefetch overrides of one key',
    'required: [Patient]',
    withPrefetch(
      'conditions: Condition?patient={{context.patientId}}\n  conditions: Condition?subject={{context.patientId}}',
    ),
    '9:3: error: "conditions" stands twice; keep one of them',
  ],
  [
    'a rule that it names twice',
    'cards: [RX-01]',
    'cards: [RX-01, RX-01]',
    '7:16: error: Rule RX-01 stands twice; keep one of them',
  ],
  [
    'a gate in a library that is misspelt',
    'gate: Mini.In Scope',
    'gate: Mimi.In Scope',
    '5:1: error: There is no CQL library Mimi. Did you mean "Mini"?',
  ],
  [
    'a rule without a card',
    'cards: [RX-01]',
    'cards: [RX-01, RX-09]',
    '7:16: error: There is no card for rule RX-09 (hooks/cards/RX-09.yaml)',
  ],
  [
    'a card that nothing shows',
    'cards: [RX-01]',
    'cards: [RX-01, NC-01]',
    '7:16: error: NC-01 has no "show", so nothing can show it',
  ],
  [
    'a notChecked card that an expression shows',
    'notChecked: NC-01',
    'notChecked: RX-02',
    '8:1: error: RX-02 is shown by an expression; a notChecked card has no "library" and no "show"',
  ],
  [
    'a rule for everybody that it does not have',
    'cards: [RX-01]',
    'cards: [RX-01]\nalways: [RX-01, RX-09]',
    "8:17: error: Rule RX-09 is none of this service's cards",
  ],
  [
    'a rule that is declared to rest on the gate, and may not',
    'cards: [RX-01]',
    'cards: [RX-01]\nalways: []',
    '7:9: error: RX-01 may be shown where the gate Mini.In Scope is false, as far as can be seen: ' +
      'list it under "always", or begin Mini.Has Cough with a part of the gate and "and"',
  ],
  [
    'an unknown hook',
    'hook: patient-view',
    'hook: patient-open',
    '2:1: error: "hook": Invalid option: expected one of "patient-view"|"order-select"|"order-sign"|"encounter-start"',
  ],
  [
    'an id that needs escaping in an address',
    'id: mini-view',
    'id: mini/view',
    '1:1: error: "id": must be one URL path segment',
  ],
])('reports %s', async (_what, from, to, fault) => {
  expect(await faultsOf(compiler, miniContent([[VIEW, from, to]]))).toEqual([`${VIEW}:${fault}`]);
});

it('reports a service that is declared twice for one hook', async () => {
  const twice = miniContent([], { 'hooks/services/other.yaml': MINI_CONTENT[VIEW] });
  expect(await faultsOf(compiler, twice)).toEqual([
    'hooks/services/other.yaml:1:1: error: Service mini-view for patient-view is declared twice',
  ]);
});

it('takes one id for two hooks', async () => {
  const shared = miniContent([
    ['hooks/services/mini-order.yaml', 'id: mini-order', 'id: mini-view'],
  ]);
  const { services } = await contentOf(compiler, shared);
  expect(services.map(({ id, hook }) => `${id} ${hook}`)).toEqual([
    'mini-view order-select',
    'mini-view patient-view',
  ]);
});

it('derives the prefetch of a service from what its cards read, overrides in front', async () => {
  const template = 'Condition?patient={{context.patientId}}&category=problem-list-item';
  const edited = miniContent([
    [VIEW, 'required: [Patient]', withPrefetch(`conditions: ${template}`)],
  ]);
  const { services } = await contentOf(compiler, edited);
  expect(services.find(({ id }) => id === 'mini-view')?.requirements).toEqual([
    { key: 'patient', resourceType: 'Patient', template: 'Patient/{{context.patientId}}' },
    { key: 'conditions', resourceType: 'Condition', template },
  ]);
});

it('evaluates each expression that the cards name once, and no other', async () => {
  const { services } = await contentOf(compiler);
  const names = services.find(({ id }) => id === 'mini-view')?.expressions;
  expect(names?.map(({ expression }) => expression)).toEqual([
    'In Scope',
    'Has Cough',
    'Facts Used',
    'Urgency',
    'Number Of Coughs',
    'What Is Unknown',
  ]);
});

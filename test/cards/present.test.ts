import { describe, expect, it } from 'vitest';
import type { CardDefinition, SuggestionDefinition } from '../../src/cards/definition.ts';
import { presentCard, presentNotChecked, type PresentInput } from '../../src/cards/present.ts';
import { parseTemplate } from '../../src/cards/template.ts';
import { card as cardSchema } from '../../src/cds-hooks/response.ts';
import type { FactValue } from '../../src/facts.ts';

const name = (expression: string) => ({ library: 'Test', expression });

/** A card of library Test that is shown by its define `Show`. */
function aCard(changes: Partial<CardDefinition> = {}): CardDefinition {
  return {
    rule: 'RX-01b',
    title: 'Cough',
    library: 'Test',
    show: name('Show'),
    forEach: undefined,
    indicator: 'info',
    toldWhere: new Map(),
    summary: parseTemplate('Summary'),
    detail: parseTemplate('Detail.'),
    facts: undefined,
    unknown: undefined,
    guidance: { text: 'Guideline', strength: 'strong' },
    more: [],
    source: { label: 'Source', url: 'https://example.org/' },
    suggestions: [],
    annotate: undefined,
    overrideReasons: [],
    links: [],
    form: undefined,
    expressions: [],
    ...changes,
  };
}

const NO_FACTS = {
  facts: {},
  patientId: 'p1',
  draftReferences: new Set<string>(),
  newId: () => 'x',
  today: '2026-03-10',
  evidence: true,
};

function present(
  definition: CardDefinition,
  facts: { readonly [expression: string]: FactValue } = {},
  drafts: readonly string[] = [],
  input: Partial<PresentInput> = {},
) {
  let serial = 0;
  const newId = (): string => `00000000-0000-4000-8000-00000000000${(serial += 1)}`;
  return presentCard(definition, {
    facts: { Test: { Show: true, ...facts }, Other: { Word: 'of another library' } },
    patientId: 'p1',
    draftReferences: new Set(drafts),
    newId,
    today: '2026-03-10',
    evidence: true,
    ...input,
  });
}

function removing(resourceId: string): SuggestionDefinition {
  return {
    label: parseTemplate('Remove'),
    recommended: false,
    when: undefined,
    action: {
      type: 'delete',
      description: parseTemplate('Remove {{Word}}'),
      resourceId: parseTemplate(resourceId),
    },
  };
}

const CLOSING = '**Source** Guideline. Strong. Rule RX-01b.';

it('fills a card that is whole and no more', () => {
  expect(present(aCard())).toEqual([
    {
      uuid: '00000000-0000-4000-8000-000000000001',
      summary: 'Summary',
      indicator: 'info',
      detail: `**Now**\n\nDetail.\n\n${CLOSING}`,
      source: {
        label: 'Source',
        url: 'https://example.org/',
        topic: { system: 'urn:nerveroot:codesystem:rules', code: 'RX01b', display: 'Cough' },
      },
    },
  ]);
});

it('has a source without an address where the card has none, and never its key', () => {
  const [card] = present(aCard({ source: { key: 'ABC21', label: 'Source' } }));
  expect(Object.keys(card?.source ?? {})).toEqual(['label', 'topic']);
});

it.each([false, null])('shows no card when the expression is %s', (Show) => {
  expect(present(aCard(), { Show })).toEqual([]);
});

it.each([
  ['critical', 'critical'],
  ['info', 'info'],
  ['warning', 'warning'],
  ['urgent', 'warning'],
  [null, 'warning'],
])('takes the indicator from an expression: %s is %s', (Urgency, indicator) => {
  const [card] = present(aCard({ indicator: name('Urgency') }), { Urgency });
  expect(card?.indicator).toBe(indicator);
});

it('makes a card of each item, with its fields', () => {
  const definition = aCard({
    forEach: name('Items'),
    summary: parseTemplate('{{item.display}} for {{patientId}}'),
  });
  const cards = present(definition, { Items: [{ display: 'One' }, { display: null }] });
  expect(cards.map(({ summary }) => summary)).toEqual(['One for p1', 'unknown for p1']);
  expect(new Set(cards.map(({ uuid }) => uuid)).size).toBe(2);
});

it('makes no card of no items', () => {
  expect(present(aCard({ forEach: name('Items') }), { Items: [] })).toEqual([]);
});

it('names own expressions plainly and those of other libraries with theirs', () => {
  const definition = aCard({ summary: parseTemplate('{{Word}}; {{Other.Word}}') });
  expect(present(definition, { Word: 'own' })[0]?.summary).toBe('own; of another library');
});

it('tells why with days, and what nobody asked, all escaped; resources stand in the extension', () => {
  const definition = aCard({ facts: name('Facts'), unknown: name('Unknown') });
  const facts = [
    { fact: 'Cough *', date: '2026-03-07', source: 'Condition/1' },
    { fact: 'Fever', date: null, source: null },
    null,
  ];
  const unknown = ['Seen but not read: "<b>" (Observation/o1): no code'];
  const [card] = present(definition, { Facts: facts, Unknown: unknown });
  expect(card?.detail).toBe(
    [
      '**Now**',
      'Detail.',
      '**Why**',
      '- Cough \\* (3 days ago)\n- Fever (undated)',
      '**Not asked**',
      '- Seen but not read: "&lt;b>": no code',
      CLOSING,
    ].join('\n\n'),
  );
  expect(card?.extension).toEqual({
    'org.nerveroot.evidence': {
      facts: [{ fact: 'Cough *', date: '2026-03-07', source: 'Condition/1' }, { fact: 'Fever' }],
      unknown,
    },
  });
});

it('leaves the extension out for a client that does not take it', () => {
  const definition = aCard({ unknown: name('Unknown') });
  const [card] = present(definition, { Unknown: ['Fever'] }, [], { evidence: false });
  expect(card).not.toHaveProperty('extension');
  expect(card?.detail).toContain('- Fever');
});

it('names no resource in its texts, and leaves what only looks like one', () => {
  const definition = aCard({
    summary: parseTemplate('{{Seen}}'),
    detail: parseTemplate('{{Seen}} {{Form}} {{Side}}'),
  });
  const facts = {
    Seen: 'Numb (reason of ServiceRequest/mri.1-a)',
    Form: '"Yes" (QuestionnaireResponse/r1#1.2), (Condition/without id)',
    Side: 'weak (Left/Right)',
  };
  const [card] = present(definition, facts);
  expect(card?.summary).toBe('Numb');
  expect(card?.detail).toContain('Numb "Yes", weak (Left/Right)\n');
});

it('leaves out the sections of facts and unknowns that are empty or unknown', () => {
  const definition = aCard({ facts: name('Facts'), unknown: name('Unknown') });
  const [card] = present(definition, { Facts: [], Unknown: null });
  expect(card?.detail).toBe(`**Now**\n\nDetail.\n\n${CLOSING}`);
  expect(card).not.toHaveProperty('extension');
});

it('says that not all of the guidance is confirmed', () => {
  const guidance = { text: 'Guideline', strength: 'strong', toConfirm: 'the year' };
  const [card] = present(aCard({ guidance }));
  expect(card?.detail).toContain('Rule RX-01b, partly unconfirmed.');
});

it('cuts a summary at 139 characters, values not escaped but on one line', () => {
  const definition = aCard({ summary: parseTemplate('{{Word}}') });
  const [card] = present(definition, { Word: `*a*\n${'word '.repeat(60)}` });
  expect(card?.summary).toBe(`*a*${' word'.repeat(26)}…`);
  expect(card?.summary.length).toBeLessThanOrEqual(139);
});

it('suggests to remove an order only when the request holds it', () => {
  const definition = aCard({ suggestions: [removing('ServiceRequest/{{Word}}')] });
  expect(present(definition, { Word: 'd1' })[0]?.suggestions).toBeUndefined();
  const [card] = present(definition, { Word: 'd1' }, ['ServiceRequest/d1']);
  expect(card?.selectionBehavior).toBe('any');
  expect(card?.suggestions?.[0]?.actions).toEqual([
    { type: 'delete', description: 'Remove d1', resourceId: 'ServiceRequest/d1' },
  ]);
});

it.each([
  [true, 1],
  [false, 0],
  [null, 0],
])('makes a suggestion whose "when" is %s %i times', (When, times) => {
  const suggestion = { ...removing('ServiceRequest/d1'), when: name('When') };
  const [card] = present(aCard({ suggestions: [suggestion] }), { When }, ['ServiceRequest/d1']);
  expect(card?.suggestions ?? []).toHaveLength(times);
});

it('leaves out of a created resource what is unknown, and what becomes empty with it', () => {
  const resource = {
    resourceType: parseTemplate('ServiceRequest'),
    priority: parseTemplate('{{Unknown}}'),
    note: [{ text: parseTemplate('{{Unknown}}') }],
    code: { text: parseTemplate('Scan of {{Word}}') },
    reasonCode: [{ text: parseTemplate('{{Word}}') }, { text: parseTemplate('{{Unknown}}') }],
    doNotPerform: false,
    quantityQuantity: { value: 1, unit: parseTemplate('unknown') },
  };
  const action = { type: 'create', description: parseTemplate('Create'), resource } as const;
  const suggestion = { ...removing(''), recommended: true, action };
  const [card] = present(aCard({ suggestions: [suggestion] }), { Unknown: null, Word: 'spine' });
  expect(card?.suggestions?.[0]).toEqual({
    label: 'Remove',
    uuid: '00000000-0000-4000-8000-000000000001',
    isRecommended: true,
    actions: [
      {
        type: 'create',
        description: 'Create',
        resource: {
          resourceType: 'ServiceRequest',
          code: { text: 'Scan of spine' },
          reasonCode: [{ text: 'spine' }],
          doNotPerform: false,
          quantityQuantity: { value: 1, unit: 'unknown' },
        },
      },
    ],
  });
});

it('makes cards that CDS Hooks allows, with all that a card may have', () => {
  const definition = aCard({
    suggestions: [removing('ServiceRequest/d1')],
    facts: name('Facts'),
    unknown: name('Unknown'),
    overrideReasons: [{ code: 'done', system: 'urn:reasons', display: 'Done' }],
    links: [{ label: 'Read', url: 'https://example.org/read', type: 'absolute' }],
  });
  const evidence = {
    Facts: [{ fact: 'Cough', date: '2026-03', source: 'Condition/1' }],
    Unknown: ['Fever'],
  };
  const [card] = present(definition, { Word: 'x', ...evidence }, ['ServiceRequest/d1']);
  expect(cardSchema.parse(card)).toEqual(card);
});

it('says what could not be decided and for want of which data', () => {
  const definition = aCard({
    show: undefined,
    library: '',
    detail: parseTemplate('{{#undecided}}{{.}}; {{/undecided}}{{#data}}{{.}}; {{/data}}'),
  });
  const what = {
    undecided: ['Cough', 'Fever'],
    data: ['conditions (not sent)'],
    lacks: ['Condition'],
  };
  const card = presentNotChecked(definition, what, NO_FACTS);
  expect(card?.detail).toBe(`**Now**\n\nCough; Fever; conditions (not sent);\n\n${CLOSING}`);
  expect(card?.extension).toEqual({
    'org.nerveroot.evidence': { unknown: ['Cough', 'Fever', 'conditions (not sent)'] },
  });
  expect(
    presentNotChecked(definition, { undecided: [], data: [], lacks: [] }, NO_FACTS),
  ).toBeUndefined();
});

it('names some of much that could not be decided, and no id of what is at fault; all are in the evidence', () => {
  const undecided = Array.from({ length: 9 }, (_, i) => `Rule ${i}`);
  const definition = aCard({
    show: undefined,
    library: '',
    detail: parseTemplate('{{#undecided}}{{.}}; {{/undecided}}{{#data}}{{.}}; {{/data}}'),
  });
  const what = { undecided, data: ['Condition/c1 (torn)'], lacks: undefined };
  const card = presentNotChecked(definition, what, NO_FACTS);
  expect(card?.detail).toContain('Rule 4; Rule 5; and 3 more; Condition (torn);');
  expect(card?.extension?.['org.nerveroot.evidence'].unknown).toEqual([
    ...undecided,
    'Condition/c1 (torn)',
  ]);
});

describe('a lack that alone is told only where a define is true', () => {
  const definition = aCard({
    show: undefined,
    toldWhere: new Map([
      ['Condition', name('Speaks')],
      ['Procedure', name('Speaks Up')],
    ]),
    summary: parseTemplate('Not checked{{#Test.Speaks}}, and it matters{{/Test.Speaks}}'),
  });
  const told = (lacks: string[] | undefined, ...speaks: FactValue[]) => {
    const facts = { Speaks: speaks[0] ?? null, 'Speaks Up': speaks[1] ?? null };
    const what = { undecided: ['Cough'], data: ['…'], lacks };
    return presentNotChecked(definition, what, { ...NO_FACTS, facts: { Test: facts } })?.summary;
  };

  it.each([null, false])('is not told where it is %s', (speaks) => {
    expect(told(['Condition', 'Procedure'], speaks, speaks)).toBeUndefined();
  });

  it('is told where it is true, of one of them at least', () => {
    expect(told(['Condition'], true)).toBe('Not checked, and it matters');
    expect(told(['Condition', 'Procedure'], false, true)).toBe('Not checked');
    expect(told(['Condition'], false, true)).toBeUndefined();
  });

  it('is told beside whatever else is lacking, and when the chart was too large', () => {
    expect(told(['Condition', 'Observation'])).toBe('Not checked');
    expect(told(undefined)).toBe('Not checked');
  });
});

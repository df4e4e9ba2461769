import {
  array,
  assert,
  constant,
  constantFrom,
  jsonValue,
  oneof,
  property,
  record,
  string,
  webUrl,
} from 'fast-check';
import { describe, expect, it } from 'vitest';
import { annotateOrders, type AnnotateInput } from '../../src/cards/annotate.ts';
import type { AnnotationDefinition, CardDefinition } from '../../src/cards/definition.ts';
import { parseTemplate } from '../../src/cards/template.ts';
import { systemAction } from '../../src/cds-hooks/response.ts';
import type { FactValue } from '../../src/facts.ts';
import type { Resource } from '../../src/fhir/resource.ts';

const URL_OF_RATING = 'http://example.org/rating';
const GOOD = { url: URL_OF_RATING, valueCode: 'good' };
const BAD = { url: URL_OF_RATING, valueCode: 'bad' };
const OTHER = { url: 'http://example.org/other', valueString: 'of the EHR' };
const name = (expression: string) => ({ library: 'Test', expression });

/** A card that says `extension` of the orders in its define `Orders`. */
function aCard(
  extension: AnnotationDefinition['extension'],
  changes: Partial<AnnotationDefinition> = {},
  forEach: CardDefinition['forEach'] = name('Orders'),
): CardDefinition {
  const description = parseTemplate('Says {{Word}}');
  return {
    rule: 'RX-01',
    title: 'Order',
    library: 'Test',
    show: name('Show'),
    forEach,
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
    annotate: { when: undefined, description, extension, ...changes },
    overrideReasons: [],
    links: [],
    form: undefined,
    expressions: [],
  };
}

function anOrder(id: string, changes: Readonly<Record<string, unknown>> = {}): Resource {
  return { resourceType: 'ServiceRequest', id, status: 'draft', ...changes };
}

function anInput(
  draftOrders: readonly Resource[],
  facts: { readonly [expression: string]: FactValue } = {},
): AnnotateInput {
  const items = draftOrders.map(({ id = '' }) => ({ reference: `ServiceRequest/${id}` }));
  return {
    facts: { Test: { Orders: items, Word: 'good', ...facts } },
    patientId: 'p1',
    draftOrders,
    selectedOrders: draftOrders.slice(0, 1),
  };
}

describe('Y-03: an order that a card is about', () => {
  it('comes back as it came, with the extension', () => {
    const order = anOrder('mri', { extension: [OTHER], note: [{ text: 'kept' }] });
    expect(annotateOrders([aCard(GOOD)], anInput([order]))).toEqual([
      {
        type: 'update',
        description: 'Says good',
        resource: { ...order, extension: [OTHER, GOOD] },
      },
    ]);
  });

  it('is the one that the item of the card refers to, and no other', () => {
    const input = anInput([anOrder('a'), anOrder('b'), anOrder('c')], {
      Orders: [{ reference: 'ServiceRequest/b' }],
    });
    const actions = annotateOrders([aCard(GOOD)], input);
    expect(actions.map(({ resource }) => resource['id'])).toEqual(['b']);
  });

  it('is the one selected where the card has no items', () => {
    const card = { ...aCard(GOOD), forEach: undefined };
    const actions = annotateOrders([card], anInput([anOrder('a'), anOrder('b')]));
    expect(actions.map(({ resource }) => resource['id'])).toEqual(['a']);
  });

  it('is described by the values of its own item', () => {
    const description = parseTemplate('Rated: {{item.display}}');
    const input = anInput([anOrder('a')], {
      Orders: [{ reference: 'ServiceRequest/a', display: 'MR *Lumbar*\nspine' }],
    });
    const [action] = annotateOrders([aCard(GOOD, { description })], input);
    expect(action?.description).toBe('Rated: MR *Lumbar* spine');
  });

  it.each([
    ['has no id', [{ resourceType: 'ServiceRequest', status: 'draft' }], [{ reference: null }]],
    ['is not in the call', [anOrder('a')], [{ reference: 'ServiceRequest/stored' }]],
    ['shares its id with another', [anOrder('a'), anOrder('a', { status: 'active' })], undefined],
    ['has extensions that are no list', [anOrder('a', { extension: 'odd' })], undefined],
  ])('is left alone when it %s', (_what, orders, items) => {
    const input = anInput(orders, items ? { Orders: items } : {});
    expect(annotateOrders([aCard(GOOD)], input)).toEqual([]);
  });
});

describe('Y-03: what is written', () => {
  it.each([
    [true, 1],
    [false, 0],
    [null, 0],
  ])('is written when its condition is %s: %s times', (Certain, times) => {
    const card = aCard(GOOD, { when: name('Certain') });
    expect(annotateOrders([card], anInput([anOrder('a')], { Certain }))).toHaveLength(times);
  });

  it('takes the place of what was written before', () => {
    const order = anOrder('a', { extension: [BAD, OTHER, BAD] });
    const [action] = annotateOrders([aCard(GOOD)], anInput([order]));
    expect(action?.resource['extension']).toEqual([GOOD, OTHER]);
  });

  it('is not written twice', () => {
    const order = anOrder('a', { extension: [OTHER, { valueCode: 'good', url: URL_OF_RATING }] });
    expect(annotateOrders([aCard(GOOD)], anInput([order]))).toEqual([]);
  });

  it('is what the first card says, where two speak with one extension', () => {
    const [action, ...more] = annotateOrders([aCard(GOOD), aCard(BAD)], anInput([anOrder('a')]));
    expect(action?.resource['extension']).toEqual([GOOD]);
    expect(action?.description).toBe('Says good');
    expect(more).toEqual([]);
  });

  it('is in one action an order, whatever many cards say', () => {
    const second = aCard({ url: 'http://example.org/second', valueBoolean: true });
    const actions = annotateOrders([aCard(GOOD), second], anInput([anOrder('a')]));
    expect(actions).toHaveLength(1);
    expect(actions[0]?.description).toBe('Says good; Says good');
    expect(actions[0]?.resource['extension']).toHaveLength(2);
  });

  it('is nothing for a card that annotates nothing', () => {
    const card = { ...aCard(GOOD), annotate: undefined };
    expect(annotateOrders([card], anInput([anOrder('a')]))).toEqual([]);
  });
});

const anyOrder = record(
  {
    resourceType: constantFrom('ServiceRequest', 'MedicationRequest', 'DeviceRequest'),
    id: constant('a'),
    status: string(),
    code: jsonValue(),
    note: array(jsonValue()),
    _status: jsonValue(),
    extension: array(oneof(jsonValue(), constantFrom(GOOD, BAD, OTHER), record({ url: webUrl() }))),
  },
  { requiredKeys: ['resourceType', 'id'] },
);

it('Y-03: whatever the order, nothing but the annotation is other than it came', () => {
  assert(
    property(anyOrder, (order) => {
      const before = structuredClone(order);
      const items = [{ reference: `${order.resourceType}/a` }];
      const actions = annotateOrders([aCard(GOOD)], anInput([order], { Orders: items }));
      expect(order).toEqual(before);
      // No action means that the order said so already.
      const { resource } = actions[0] ?? { resource: order };
      const { extension, ...rest } = resource;
      const { extension: was = [], ...whole } = before;
      expect(rest).toEqual(whole);
      expect(others(extension)).toEqual(others(was));
      expect(ratings(extension)).toEqual([GOOD]);
      expect(actions.every((action) => systemAction.safeParse(action).success)).toBe(true);
    }),
  );
});

const isRating = (item: unknown): boolean =>
  typeof item === 'object' && item !== null && 'url' in item && item.url === URL_OF_RATING;
const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const ratings = (value: unknown) => listOf(value).filter(isRating);
const others = (value: unknown) => listOf(value).filter((item) => !isRating(item));

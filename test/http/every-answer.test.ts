import { describe, expect, it } from 'vitest';
import type { Json } from '../support/fhir-data.ts';
import { FOLDERS, useEveryAnswer } from '../support/every-answer.ts';
import { bodyOf, findEmpty, findNulls, findPaths, systemActionsOf } from '../support/wire.ts';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const CARD_FIELDS = new Set([
  'uuid',
  'summary',
  'detail',
  'indicator',
  'source',
  'suggestions',
  'selectionBehavior',
  'overrideReasons',
  'links',
  'extension',
]);

/** The orders in hand, as they were sent. */
function draftsOf(request: Json): Json[] {
  const { draftOrders } = request['context'] as { draftOrders?: { entry: { resource: Json }[] } };
  return (draftOrders?.entry ?? []).map(({ resource }) => resource);
}

describe.each(FOLDERS)('every answer of %s', (_title, root, plan) => {
  const all = useEveryAnswer(root, plan);

  it('there are answers with cards and answers without', () => {
    const counts = all
      .answered()
      .map(({ answer }) => (bodyOf(answer)['cards'] as unknown[]).length);
    expect(counts).toContain(0);
    expect(counts).toContain(1);
    expect(Math.max(...counts)).toBeGreaterThan(1);
  });

  it('J-01: is JSON with its media type', () => {
    for (const { answer } of all.exchanges()) {
      expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
      expect(bodyOf(answer)).toBeInstanceOf(Object);
    }
  });

  it('J-03: no body holds a null', () => {
    const nulls = all
      .exchanges()
      .flatMap(({ name, answer }) => findNulls(bodyOf(answer)).map((path) => `${name} ${path}`));
    expect(nulls).toEqual([]);
  });

  it('J-04: no body holds an empty text, list or object but the list of cards', () => {
    const empty = all
      .exchanges()
      .flatMap(({ name, answer }) => findEmpty(bodyOf(answer)).map((path) => `${name} ${path}`));
    expect(empty).toEqual([]);
  });

  it('S-01, S-02, Y-01: is an object with cards, and at most system actions beside them', () => {
    for (const { answer } of all.answered()) {
      const actions = systemActionsOf(answer);
      const fields = actions.length > 0 ? ['cards', 'systemActions'] : ['cards'];
      expect(Object.keys(bodyOf(answer))).toEqual(fields);
      expect(bodyOf(answer)['cards']).toBeInstanceOf(Array);
    }
  });

  it('S-04, S-06: is 200, or 412 with an OperationOutcome', () => {
    for (const { name, answer } of all.exchanges()) {
      const { resourceType = 'cards' } = bodyOf(answer);
      const got = `${name}: ${answer.status} ${String(resourceType)}`;
      expect([`${name}: 200 cards`, `${name}: 412 OperationOutcome`]).toContain(got);
    }
  });

  it('S-10: carries no extension but those on orders and the evidence of cards', () => {
    const extensions = all
      .exchanges()
      .flatMap(({ answer }) => findPaths(bodyOf(answer), (_value, key) => key === 'extension'))
      .filter((path) => !/^\$\.(systemActions\.\d+\.resource|cards\.\d+)\.extension$/.test(path));
    expect(extensions).toEqual([]);
    const keys = all.cards().flatMap(({ card }) => Object.keys(card.extension ?? {}));
    expect(new Set(keys)).toEqual(new Set(['org.nerveroot.evidence']));
  });

  it('Y-03: a system action changes an order of the call, and that by one extension only', () => {
    for (const { request, answer } of all.answered()) {
      for (const { type, description, resource } of systemActionsOf(answer)) {
        const { extension, ...rest } = resource ?? {};
        expect([type, description]).toEqual(['update', expect.stringMatching(/./)]);
        expect(draftsOf(request)).toContainEqual(rest);
        expect(extension).toHaveLength(1);
      }
    }
  });

  it('K: each card has the fields of the specification and no other', () => {
    const keys = new Set(all.cards().flatMap(({ card }) => Object.keys(card)));
    expect([...keys].filter((key) => !CARD_FIELDS.has(key))).toEqual([]);
  });

  it('K-01, SG-02: each card and each suggestion has a lower-case UUID that no other has', () => {
    const uuids = all
      .cards()
      .flatMap(({ card }) => [card.uuid, ...(card.suggestions ?? []).map(({ uuid }) => uuid)]);
    expect(uuids.filter((uuid) => !UUID.test(uuid))).toEqual([]);
    expect(new Set(uuids).size).toBe(uuids.length);
  });

  it('K-02: each summary is one line of 1 to 139 characters', () => {
    const bad = all
      .cards()
      .map(({ card }) => card.summary)
      .filter((summary) => summary.length > 139 || !/^\S(?:.*\S)?$/u.test(summary));
    expect(bad).toEqual([]);
  });

  it('K-03: no detail holds HTML', () => {
    const html = all.cards().filter(({ card }) => /<[a-z!/?]/i.test(card.detail));
    expect(html.map(({ card }) => card.detail)).toEqual([]);
  });

  it('K-03: each detail ends with its guidance, its strength and the rule', () => {
    for (const { card } of all.cards()) {
      expect(card.detail).toMatch(
        /(?:^|\n\n)\*\*Source\*\* [^\n]+\. Rule [A-Z]+-\d+[a-z]?(?:, partly unconfirmed)?\.$/,
      );
    }
  });

  it('K-04: each indicator is info, warning or critical', () => {
    const indicators = new Set(all.cards().map(({ card }) => card.indicator));
    expect([...indicators].toSorted()).toEqual(['critical', 'info', 'warning']);
  });

  it('K-05, K-06: each source has a label that names guidance and not this software', () => {
    for (const { card } of all.cards()) {
      expect(card.source.label).toMatch(/^\S.*\S$/);
      expect(card.source.label).not.toMatch(/nerveroot/i);
    }
  });

  it('K-07: each source has an https address, or none, that is the same whatever the patient', () => {
    const byTopic = new Map<string, Set<string>>();
    for (const { card } of all.cards()) {
      const { url = 'https:', topic } = card.source;
      expect(url).toMatch(/^https:/);
      byTopic.set(topic.code, (byTopic.get(topic.code) ?? new Set()).add(url));
    }
    expect([...byTopic.values()].filter((urls) => urls.size !== 1)).toEqual([]);
  });

  it('K-08: no source has an icon', () => {
    const fields = new Set(all.cards().flatMap(({ card }) => Object.keys(card.source)));
    expect([...fields].toSorted()).toEqual(['label', 'topic', 'url']);
  });

  it("K-09: each topic is the rule's id without punctuation, and of one system", () => {
    const rules = [...all.content().cards.keys()].map((rule) => rule.replaceAll('-', ''));
    for (const { card } of all.cards()) {
      const { code, system } = card.source.topic;
      expect(code).toMatch(/^[A-Za-z0-9]{1,100}$/);
      expect(rules).toContain(code);
      expect(system).toBe('urn:nerveroot:codesystem:rules');
    }
  });

  it('K-10: suggestions and selectionBehavior come together or not at all', () => {
    const behaviours = new Set(
      all.cards().map(({ card }) => `${card.suggestions !== undefined} ${card.selectionBehavior}`),
    );
    expect([...behaviours].toSorted()).toEqual(['false undefined', 'true any']);
  });
});

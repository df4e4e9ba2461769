import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { FOLDERS, useEveryAnswer } from '../support/every-answer.ts';
import type { WireAction, WireSuggestion } from '../support/wire.ts';
import { findShapeFaults } from '../support/r4-shape.ts';
import type { Json } from '../support/fhir-data.ts';

describe.each(FOLDERS)('every suggestion, reason and link of %s', (_title, root, plan) => {
  const all = useEveryAnswer(root, plan);

  const suggestions = (): WireSuggestion[] =>
    all.cards().flatMap(({ card }) => card.suggestions ?? []);
  const actions = (type: string): { action: WireAction; request: Json }[] =>
    all.cards().flatMap(({ card, request }) =>
      (card.suggestions ?? [])
        .flatMap((suggestion) => suggestion.actions)
        .filter((action) => action.type === type)
        .map((action) => ({ action, request })),
    );
  const links = () => all.cards().flatMap(({ card }) => card.links ?? []);
  const reasons = () => all.cards().flatMap(({ card }) => card.overrideReasons ?? []);

  it('SG-01: each suggestion has a label', () => {
    expect(suggestions()).not.toHaveLength(0);
    for (const { label } of suggestions()) expect(label).toMatch(/^\S.*\S$/);
  });

  it('SG-03: isRecommended is true where it is there at all, and stands beside "any"', () => {
    const recommended = all
      .cards()
      .flatMap(({ card }) =>
        (card.suggestions ?? [])
          .filter((suggestion) => 'isRecommended' in suggestion)
          .map(({ isRecommended }) => `${isRecommended} ${card.selectionBehavior}`),
      );
    expect([...new Set(recommended)]).toEqual(['true any']);
  });

  it('SG-04: each suggestion has exactly one action, as Epic takes no more', () => {
    const counts = new Set(suggestions().map((suggestion) => suggestion.actions.length));
    expect([...counts]).toEqual([1]);
  });

  it('SG-05: nothing says actionSelectionBehavior', () => {
    const keys = new Set(suggestions().flatMap((suggestion) => Object.keys(suggestion)));
    expect([...keys].toSorted()).toEqual(['actions', 'isRecommended', 'label', 'uuid']);
  });

  it('AC-01, AC-04: actions create and delete, in lower case, and none updates', () => {
    const types = suggestions().flatMap((suggestion) => suggestion.actions.map(({ type }) => type));
    expect([...new Set(types)].toSorted()).toEqual(['create', 'delete']);
  });

  it('AC-02: each action has a description', () => {
    for (const { action } of [...actions('create'), ...actions('delete')]) {
      expect(action.description).toMatch(/^\S.*\S$/);
    }
  });

  it('J-07, AC-03: each resource to create is FHIR R4 as an object', () => {
    const faults = actions('create').flatMap(({ action }) =>
      findShapeFaults(action.resource, all.content().program.model),
    );
    expect(faults).toEqual([]);
  });

  it("AC-03: each resource to create is a draft about the call's patient, without an id", () => {
    expect(actions('create')).not.toHaveLength(0);
    for (const { action, request } of actions('create')) {
      const { patientId } = request['context'] as { patientId: string }; // the call was answered
      expect(action.resource).toMatchObject({
        status: 'draft',
        subject: { reference: `Patient/${patientId}` },
      });
      expect(action.resource).not.toHaveProperty('id');
      expect(['proposal', 'plan', 'order']).toContain(action.resource?.['intent']);
      expect(action).not.toHaveProperty('resourceId');
    }
  });

  it("AC-05, AC-06: each action to delete names a draft of the call's context, without a resource", () => {
    expect(actions('delete')).not.toHaveLength(0);
    for (const { action, request } of actions('delete')) {
      expect(draftsOf(request)).toContain(action.resourceId);
      expect(action).not.toHaveProperty('resource');
    }
  });

  it('O-01, O-02: each override reason has a code, a system and a display', () => {
    expect(reasons()).not.toHaveLength(0);
    for (const reason of reasons()) {
      expect(Object.keys(reason).toSorted()).toEqual(['code', 'display', 'system']);
      for (const text of Object.values(reason)) expect(text).toMatch(/^\S(?:.*\S)?$/);
    }
  });

  it('O-03: each override reason is one of the file, as it stands there', () => {
    const file = readFileSync(join(root, 'hooks', 'override-reasons.yaml'), 'utf8');
    const known: unknown[] = Object.values(parse(file) as Json);
    for (const reason of reasons()) expect(known).toContainEqual(reason);
  });

  it('L-01: each link has a label, an address and the type absolute or smart', () => {
    expect(links()).not.toHaveLength(0);
    for (const { label, type } of links()) {
      expect(label).toMatch(/^\S.*\S$/);
      expect(['absolute', 'smart']).toContain(type);
    }
  });

  it('L-02: each address is absolute, over https, and holds nothing of the patient', () => {
    for (const { card, request } of all.cards()) {
      const { patientId } = request['context'] as { patientId: string }; // the call was answered
      for (const { url } of card.links ?? []) {
        expect(new URL(url).protocol).toBe('https:');
        expect(url).not.toContain(patientId);
      }
    }
  });

  it('L-03: no address of an app brings launch parameters of its own', () => {
    const apps = links().filter(({ type }) => type === 'smart');
    expect(apps.filter(({ url }) => /[?&](?:launch|iss)=/.test(url))).toEqual([]);
  });

  it('L-04: appContext stands on links to apps alone', () => {
    const absolute = links().filter(({ type }) => type === 'absolute');
    expect(absolute.filter((link) => 'appContext' in link)).toEqual([]);
  });

  it('L-05: no link launches by itself', () => {
    const keys = new Set(links().flatMap((link) => Object.keys(link)));
    keys.delete('appContext');
    expect([...keys].toSorted()).toEqual(['label', 'type', 'url']);
  });
});

function draftsOf(request: Json): string[] {
  const { draftOrders } = request['context'] as {
    draftOrders?: { entry?: { resource: { resourceType: string; id?: string } }[] };
  }; // the call was answered
  return (draftOrders?.entry ?? []).map(
    ({ resource }) => `${resource.resourceType}/${resource.id}`,
  );
}

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ROOT } from './support/content.ts';
import type { Json } from './support/fhir-data.ts';

const CARDS = join(ROOT, 'hooks', 'cards');

interface SuggestedOrder {
  readonly priority?: string;
  readonly code: { readonly text: string; readonly coding: readonly Json[] };
  readonly bodySite?: readonly Json[];
  readonly reasonCode?: readonly { readonly text: string }[];
}
interface Action {
  readonly type: string;
  readonly resource: SuggestedOrder;
}
interface CardFile {
  readonly rule: string;
  readonly suggestions?: readonly { readonly label: string; readonly action: Action }[];
}

const orders = readdirSync(CARDS).flatMap((name) => {
  const { rule, suggestions = [] } = parse(readFileSync(join(CARDS, name), 'utf8')) as CardFile;
  return suggestions
    .filter(({ action }) => action.type === 'create')
    .map(({ label, action }) => [`${rule}: ${label}`, action.resource] as const);
});

describe.each(orders)('%s', (_title, order) => {
  it('says why and how soon, and has a code', () => {
    expect(order.reasonCode?.map(({ text }) => text)).toEqual([expect.stringMatching(/\S/)]);
    expect(['stat', 'asap', 'urgent', 'routine']).toContain(order.priority);
    expect(order.code.coding).not.toEqual([]);
  });

  it('names the part of the body, when it is an image', () => {
    const isImage = /\b(?:MRI?|CT|[Rr]adiograph|[Uu]ltrasound)\b/.test(JSON.stringify(order.code));
    expect((order.bodySite ?? []).length).toBe(isImage ? 1 : 0);
  });
});

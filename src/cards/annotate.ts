import { isDeepStrictEqual } from 'node:util';
import type { SystemAction } from '../cds-hooks/response.ts';
import { readFact, type Facts, type FactValue } from '../facts.ts';
import { isObject, referenceTo, type Resource } from '../fhir/resource.ts';
import type { AnnotationDefinition, CardDefinition, FixedExtension } from './definition.ts';
import { viewOf } from './present.ts';
import { plain, type View } from './template.ts';

/** The orders of a call, and what is known. */
export interface AnnotateInput {
  readonly facts: Facts;
  readonly patientId: string;
  readonly draftOrders: readonly Resource[];
  readonly selectedOrders: readonly Resource[];
}

/**
 * The annotations that cards put on the orders they are about: each order once, as it
 * came but for the extensions added. Where two cards speak with one extension, the first
 * is heard. An order that says so already is left alone, and so is one that cannot be told apart.
 *
 * @see https://cds-hooks.hl7.org/STU2/#system-action
 */
export function annotateOrders(
  shown: readonly CardDefinition[],
  input: AnnotateInput,
): SystemAction[] {
  const said = new Map<Resource, { description: string; extension: FixedExtension }[]>();
  for (const { annotate, ...definition } of shown) {
    if (!annotate || !isWanted(annotate, input.facts)) continue;
    const { extension } = annotate;
    for (const { order, view } of ordersOf(definition, input)) {
      const before = said.get(order) ?? [];
      if (before.some((item) => item.extension.url === extension.url)) continue;
      const description = plain(annotate.description.fill(view, plain));
      said.set(order, [...before, { description, extension }]);
    }
  }
  return [...said].flatMap(([order, items]) => {
    const resource = items.reduce(
      (annotated, { extension }) => extend(annotated, extension),
      order,
    );
    if (isDeepStrictEqual(resource, order)) return [];
    return { type: 'update', description: items.map((i) => i.description).join('; '), resource };
  });
}

function isWanted({ when }: AnnotationDefinition, facts: Facts): boolean {
  return when === undefined || readFact(facts, when) === true;
}

/** The drafts a card is about: those its items refer to or, without items, those selected. */
function ordersOf(
  { library, forEach }: Pick<CardDefinition, 'library' | 'forEach'>,
  { facts, patientId, draftOrders, selectedOrders }: AnnotateInput,
): { order: Resource; view: View }[] {
  const view = { ...viewOf(library, facts), patientId };
  const only = (reference: FactValue | undefined): Resource[] => {
    const found = draftOrders.filter((order) => referenceTo(order) === reference);
    return reference !== undefined && found.length === 1 ? found : [];
  };
  if (forEach === undefined) {
    return selectedOrders
      .flatMap((order) => only(referenceTo(order)))
      .map((order) => ({ order, view }));
  }
  const items = readFact(facts, forEach);
  return (Array.isArray(items) ? items : []).flatMap((item: FactValue) => {
    const { reference } = item as { [name: string]: FactValue }; // content's check made it a tuple
    return only(reference).map((order) => ({ order, view: { ...view, item } }));
  });
}

/** A copy with the extension, in the place of one of the same kind; the order itself stays untouched. */
function extend(order: Resource, extension: FixedExtension): Resource {
  const before: unknown = order['extension'] ?? [];
  if (!Array.isArray(before)) return order;
  const same = (item: unknown): boolean => isObject(item) && item['url'] === extension.url;
  const place = before.findIndex(same);
  const others = before.filter((item: unknown) => !same(item));
  return { ...order, extension: others.toSpliced(place < 0 ? others.length : place, 0, extension) };
}

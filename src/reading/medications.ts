import {
  isObject,
  isResource,
  objectsIn,
  referenceTo,
  type JsonObject,
  type Resource,
} from '../fhir/resource.ts';

/**
 * A medicine may be given by a code, or by reference to a Medication that has the
 * code. Rules read codes, so what a reference leads to is put in its place.
 *
 * @see https://hl7.org/fhir/R4/medicationrequest.html
 */

/** The resource with the code of its medicine, where the reference leads to one that is here. */
export function withMedicineCode(
  resource: Resource,
  medications: ReadonlyMap<string, Resource>,
): Resource {
  const reference = medicationReference(resource);
  if (reference === undefined) return resource;
  const medication = within(reference, [resource], medications);
  if (medication === undefined) return resource;
  const ingredients = objectsIn(medication['ingredient']);
  const concept = withIngredients(
    medication['code'],
    ingredients.flatMap((one) => held(one, [resource, medication], medications, DEPTH)),
  );
  if (!isObject(concept)) return resource;
  const { medicationReference: _replaced, ...rest } = resource;
  // What must not be ignored there must not be ignored here.
  const modifiers = [resource, medication, ...ingredients].flatMap(
    (one) => one['modifierExtension'] ?? [],
  );
  const { implicitRules } = medication;
  return {
    ...(implicitRules === undefined ? {} : { implicitRules }),
    ...rest,
    ...(modifiers.length === 0 ? {} : { modifierExtension: modifiers }),
    resourceType: resource.resourceType,
    medicationCodeableConcept: concept,
  };
}

/** What a product is, and what it holds: either may be what rules look for. */
function withIngredients(code: unknown, inside: readonly JsonObject[]): unknown {
  if (inside.length === 0 || (isObject(code) && !Array.isArray(code['coding'] ?? []))) return code;
  const { coding = [], ...rest } = isObject(code) ? code : {};
  return { ...rest, coding: [...(coding as unknown[]), ...inside] };
}

/** Ingredients may be Medications that hold others; nobody makes them of more than a few layers. */
const DEPTH = 3;

/** The codings of an ingredient: of its own concept, or of what it refers to. @see https://hl7.org/fhir/R4/medication.html */
function held(
  { itemCodeableConcept, itemReference }: JsonObject,
  holders: readonly Resource[],
  medications: ReadonlyMap<string, Resource>,
  depth: number,
): JsonObject[] {
  const own = codingsIn(itemCodeableConcept);
  if (!isObject(itemReference) || depth === 0) return own;
  const { reference, display } = itemReference;
  const item = typeof reference === 'string' ? within(reference, holders, medications) : undefined;
  if (item === undefined) return [...own, ...(typeof display === 'string' ? [{ display }] : [])];
  const inside = objectsIn(item['ingredient']).flatMap((one) =>
    held(one, [...holders, item], medications, depth - 1),
  );
  return [...own, ...codingsIn(item['code']), ...inside];
}

function codingsIn(concept: unknown): JsonObject[] {
  if (!isObject(concept)) return [];
  const { coding, text } = concept;
  return [...objectsIn(coding), ...(typeof text === 'string' ? [{ display: text }] : [])];
}

/** What a reference leads to: inside one of its holders, or beside them. */
function within(
  reference: string,
  holders: readonly Resource[],
  medications: ReadonlyMap<string, Resource>,
): Resource | undefined {
  if (!reference.startsWith('#')) return medications.get(relativeReference(reference));
  const id = reference.slice(1);
  return holders.flatMap((holder) => contained(holder, id) ?? [])[0];
}

/** The Medications among the resources, by `Medication/id`. */
export function medicationsOf(resources: readonly Resource[]): Map<string, Resource> {
  const medications = resources.filter(({ resourceType }) => resourceType === 'Medication');
  return new Map(medications.map((medication) => [referenceTo(medication) ?? '', medication]));
}

/** The reference by which a resource gives its medicine, relative to its server; undefined for others. */
export function medicationReference(resource: Resource): string | undefined {
  const value = resource['medicationReference'];
  const reference = isObject(value) ? value['reference'] : undefined;
  return typeof reference === 'string' ? reference : undefined;
}

function contained(resource: Resource, id: string): Resource | undefined {
  const inside = Array.isArray(resource['contained']) ? resource['contained'] : [];
  return inside.filter(isResource).find((one) => one.id === id);
}

/** `https://…/Medication/12/_history/3` is read as `Medication/12`. */
export function relativeReference(reference: string): string {
  return /(?:^|\/)(Medication\/[^/]+)(?:\/_history\/[^/]+)?$/.exec(reference)?.[1] ?? reference;
}

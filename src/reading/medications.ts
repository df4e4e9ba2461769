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
  const medication = reference.startsWith('#')
    ? contained(resource, reference.slice(1))
    : medications.get(relativeReference(reference));
  if (!isObject(medication?.['code'])) return resource;
  const ingredients = objectsIn(medication['ingredient']);
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
    medicationCodeableConcept: withIngredients(medication['code'], ingredients),
  };
}

/** What a product is, and what it holds: either may be what rules look for. */
function withIngredients(code: JsonObject, ingredients: readonly JsonObject[]): JsonObject {
  const inside = ingredients.flatMap(({ itemCodeableConcept }) => {
    if (!isObject(itemCodeableConcept)) return [];
    const { coding, text } = itemCodeableConcept;
    return [...objectsIn(coding), ...(typeof text === 'string' ? [{ display: text }] : [])];
  });
  if (inside.length === 0) return code;
  const { coding = [] } = code;
  return Array.isArray(coding) ? { ...code, coding: [...coding, ...inside] } : code;
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

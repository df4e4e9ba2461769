/** A FHIR resource as it came: its type is known, the rest is read with care. */
export interface Resource {
  readonly resourceType: string;
  readonly id?: string;
  readonly [element: string]: unknown;
}

/** True for a JSON object that names its resource type. */
export function isResource(value: unknown): value is Resource {
  return isObject(value) && typeof value['resourceType'] === 'string';
}

/** A JSON object whose fields are not known. */
export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The objects of a list; none of what is no list. */
export function objectsIn(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** `Type/id`, or undefined when the resource has no id. */
export function referenceTo(resource: Resource): string | undefined {
  return typeof resource.id === 'string' ? `${resource.resourceType}/${resource.id}` : undefined;
}

/**
 * What a resource says of whose it is, as its reference text (`Patient/12`, an
 * absolute URL, `urn:uuid:…`); undefined when it does not say.
 */
export function subjectReference(resource: Resource): string | undefined {
  for (const element of ['subject', 'patient', 'beneficiary', 'for']) {
    const value = resource[element];
    if (isObject(value) && typeof value['reference'] === 'string') return value['reference'];
  }
  return undefined;
}

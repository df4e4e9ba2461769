import type { FhirModel } from '../../src/engine/fhir-model.ts';
import type { ElementType } from '../../src/engine/model-info.ts';

/** Elements that R4 asks for, of the resource types that cards propose. */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  // https://hl7.org/fhir/R4/servicerequest.html
  ServiceRequest: ['status', 'intent', 'subject'],
};

/**
 * What in a resource is not FHIR R4 JSON: elements R4 lacks, lists where there is one
 * value, objects where there is a primitive, required elements that are missing.
 */
export function findShapeFaults(resource: unknown, model: FhirModel): string[] {
  const { resourceType } = resource as { resourceType?: unknown }; // checked next
  if (typeof resourceType !== 'string' || !model.isResourceType(resourceType)) {
    return ['$: no resource type of R4'];
  }
  const required = REQUIRED[resourceType];
  if (!required) return [`$: the test knows no required elements of ${resourceType}`];
  const missing = required.filter((element) => !Object.hasOwn(resource as object, element));
  return [
    ...missing.map((element) => `$.${element}: missing`),
    ...findFaults(resource, { kind: 'named', name: `FHIR.${resourceType}` }, model, '$'),
  ];
}

function findFaults(value: unknown, type: ElementType, model: FhirModel, path: string): string[] {
  if (type.kind === 'list') {
    if (!Array.isArray(value)) return [`${path}: not a list`];
    return value.flatMap((item, i) => findFaults(item, type.of, model, `${path}[${i}]`));
  }
  if (Array.isArray(value)) return [`${path}: a list`];
  if (type.kind !== 'named') return [`${path}: a choice without its type`];
  const elements = model.elementsOf(type.name);
  const inner = elements.get('value');
  const isPrimitive = inner?.kind === 'named' && inner.name.startsWith('System.');
  if (isPrimitive || type.name.startsWith('System.')) {
    return typeof value === 'object' ? [`${path}: no primitive`] : [];
  }
  if (typeof value !== 'object' || value === null) return [`${path}: no object`];
  return Object.entries(value).flatMap(([name, child]) => {
    if (name === 'resourceType' && path === '$') return [];
    const elementType = elements.get(name) ?? choiceOf(elements, name);
    if (!elementType) return [`${path}.${name}: no element of ${type.name}`];
    return findFaults(child, elementType, model, `${path}.${name}`);
  });
}

/** `valueQuantity` is the element `value` as a Quantity. */
function choiceOf(
  elements: ReadonlyMap<string, ElementType>,
  property: string,
): ElementType | undefined {
  for (const [element, type] of elements) {
    if (type.kind !== 'choice') continue;
    const name = type.of.find((each) => {
      const suffix = each.slice(each.indexOf('.') + 1);
      return property === element + suffix.charAt(0).toUpperCase() + suffix.slice(1);
    });
    if (name !== undefined) return { kind: 'named', name };
  }
  return undefined;
}

import { withModifiers } from '../fhir/bundle.ts';
import { isObject, isResource, objectsIn, referenceTo, type Resource } from '../fhir/resource.ts';

/** What an order that groups others asks for besides what stands among the drafts for itself. */
export interface Grouped {
  /** Orders inside it, by what a client may select them by, and those that are told in words or by a code alone. */
  readonly orders: readonly { readonly order: Resource; readonly name: string | undefined }[];
  /** `Type/id` of what it refers to. */
  readonly references: readonly string[];
}

const NOTHING: Grouped = { orders: [], references: [] };

/**
 * A RequestGroup and a CarePlan are made of orders: contained, referred to, or told on the spot. One
 * inside has no id by which a client knows it, so that no suggestion can name it; it is whose the
 * whole is, unless it says otherwise.
 *
 * @see https://hl7.org/fhir/R4/requestgroup.html, https://hl7.org/fhir/R4/careplan.html
 */
export function groupedIn(group: Resource, isRequest: (type: string) => boolean): Grouped {
  const parts = PARTS.get(group.resourceType)?.(group);
  if (parts === undefined) return NOTHING;
  const { subject } = group;
  const contained = [group['contained']]
    .flat()
    .filter(isResource)
    .filter(({ resourceType }) => isRequest(resourceType));
  const told = parts.flatMap((part) => part.told ?? []);
  return {
    orders: [...contained, ...told].map((one) => {
      const { id: _inside, ...order } = one;
      return {
        name: referenceTo(one),
        order: withModifiers({ subject, ...order }, [group]),
      };
    }),
    references: parts.flatMap(({ reference }) =>
      reference === undefined || reference.startsWith('#') ? [] : [entryOf(reference)],
    ),
  };
}

/** One thing that a group asks for: by reference, or as it is told there. */
interface Part {
  readonly reference?: string | undefined;
  readonly told?: Resource | undefined;
}

const PARTS: ReadonlyMap<string, (group: Resource) => Part[]> = new Map([
  ['RequestGroup', ({ action }: Resource) => objectsIn(action).flatMap(partsOfAction)],
  ['CarePlan', ({ activity }: Resource) => objectsIn(activity).flatMap(partsOfActivity)],
]);

type Written = Readonly<Record<string, unknown>>;

/** An action, and those inside it. What only puts others together asks for nothing itself. */
function partsOfAction({ action, resource, code, title }: Written): Part[] {
  const within = objectsIn(action).flatMap(partsOfAction);
  if (isObject(resource)) return [partOf(resource), ...within];
  if (within.length > 0) return within;
  const [concept] = objectsIn(code);
  const told = concept ?? (typeof title === 'string' ? { text: title } : undefined);
  return told === undefined ? [] : [{ told: orderOf(told, {}) }];
}

function partsOfActivity({ reference, detail }: Written): Part[] {
  if (isObject(reference)) return [partOf(reference)];
  if (!isObject(detail)) return [];
  const { kind, code, description, reasonCode } = detail;
  // What is no order of a service is a medicine, a visit, or the like.
  if (typeof kind === 'string' && kind !== 'ServiceRequest') return [];
  const told = code ?? (typeof description === 'string' ? { text: description } : undefined);
  return told === undefined ? [] : [{ told: orderOf(told, { reasonCode }) }];
}

function partOf({ reference, display }: Written): Part {
  if (typeof reference === 'string') return { reference };
  return typeof display === 'string' ? { told: orderOf({ text: display }, {}) } : {};
}

function orderOf(code: unknown, { reasonCode }: Written): Resource {
  return {
    resourceType: 'ServiceRequest',
    status: 'draft',
    intent: 'order',
    code,
    ...(reasonCode === undefined ? {} : { reasonCode }),
  };
}

/** `Type/id` of a reference that may have a server before it and a version behind it. */
function entryOf(reference: string): string {
  return /([A-Z][A-Za-z]+\/[^/]+)(?:\/_history\/[^/]+)?$/.exec(reference)?.[1] ?? reference;
}

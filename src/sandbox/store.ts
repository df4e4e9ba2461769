import { NerverootError } from '../errors.ts';
import type { Resource } from '../fhir/resource.ts';

/** A resource as it is kept: with id and meta, and never changed again. */
export type StoredResource = Resource & { readonly id: string };

interface Slot {
  readonly version: number;
  /** Undefined when the resource was deleted. */
  readonly resource: StoredResource | undefined;
}

// More would be no demo any more; it bounds the memory that anybody can fill.
const RESOURCE_LIMIT = 200_000;

/**
 * The resources of the sandbox, in memory. A slot is replaced and never changed, so
 * that a snapshot is a copy of the maps.
 *
 * @see https://hl7.org/fhir/R4/http.html
 */
export class ResourceStore {
  #types = new Map<string, Map<string, Slot>>();
  #size = 0;
  readonly #limit: number;

  constructor(limit = RESOURCE_LIMIT) {
    this.#limit = limit;
  }

  /** Every resource of a type, in the order of their first creation. */
  list(type: string): StoredResource[] {
    return [...(this.#types.get(type)?.values() ?? [])].flatMap(({ resource }) => resource ?? []);
  }

  /** Throws NotFound for an id that never was, and Gone for one that was deleted. */
  read(type: string, id: string): StoredResource {
    const slot = this.#types.get(type)?.get(id);
    if (!slot) throw new NerverootError('NotFound', `There is no ${type} of that id`);
    if (slot.resource) return slot.resource;
    throw new NerverootError('Gone', `The ${type} of that id was deleted`);
  }

  /** The version that stands now; undefined when there is none or it was deleted. */
  versionOf(type: string, id: string): string | undefined {
    const slot = this.#types.get(type)?.get(id);
    return slot?.resource ? String(slot.version) : undefined;
  }

  /** Keeps a new version; `created` when nothing stood there. */
  put(resource: Resource, id: string, now: Date): { stored: StoredResource; created: boolean } {
    const slots = this.#types.get(resource.resourceType) ?? new Map<string, Slot>();
    const before = slots.get(id);
    if (!before && this.#size >= this.#limit) {
      const message = `The sandbox holds ${this.#limit} resources and takes no more; start it anew`;
      throw new NerverootError('BodyTooLarge', message);
    }
    const version = (before?.version ?? 0) + 1;
    const meta = { ...asObject(resource['meta']), versionId: String(version) };
    const { resourceType, ...elements } = resource;
    const stored: StoredResource = {
      resourceType,
      ...elements,
      id,
      meta: { ...meta, lastUpdated: now.toISOString() },
    };
    if (!before) this.#size += 1;
    slots.set(id, { version, resource: stored });
    this.#types.set(resourceType, slots);
    return { stored, created: before?.resource === undefined };
  }

  /** Deleting what is gone, or never was, changes nothing. */
  delete(type: string, id: string): void {
    const slots = this.#types.get(type);
    const slot = slots?.get(id);
    if (slots && slot?.resource) slots.set(id, { version: slot.version + 1, resource: undefined });
  }

  /** Does all of it or nothing: what it throws leaves the store as it was. */
  transact<T>(work: () => T): T {
    const types = new Map([...this.#types].map(([type, slots]) => [type, new Map(slots)] as const));
    const size = this.#size;
    try {
      return work();
    } catch (error) {
      this.#types = types;
      this.#size = size;
      throw error;
    }
  }
}

function asObject(value: unknown): object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

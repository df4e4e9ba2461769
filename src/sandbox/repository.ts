import {
  contentTooLarge,
  gone,
  OperationOutcomeError,
  preconditionFailed,
  type SearchRequest,
  type WithId,
} from '@medplum/core';
import {
  MemoryRepository,
  type CreateResourceOptions,
  type DeleteResourceOptions,
} from '@medplum/fhir-router';
import type { Bundle, Resource } from '@medplum/fhirtypes';
import { PARAMETERS } from './definitions.ts';
import { matcher } from './match.ts';
import { inOrder } from './order.ts';

export const DEFAULT_COUNT = 100;
export const MAX_COUNT = 1000;

// More would be no demo any more; it bounds the memory that anybody can fill.
const RESOURCE_LIMIT = 200_000;

export interface RepositoryOptions {
  readonly clock: () => Date;
  readonly newId: () => string;
  /** IANA zone in which dates without a time are read. */
  readonly zone: string;
  readonly limit?: number;
}

/** What stood before a change; version 0 when nothing ever did. */
interface Before {
  readonly version: number;
  readonly resource: Resource | undefined;
}

/**
 * The library's repository in memory, with what it lacks: versions that count, deleted
 * resources that are gone rather than unknown, transactions, and comparisons of tokens,
 * strings and dates as FHIR has them.
 */
export class SandboxRepository extends MemoryRepository {
  readonly #options: RepositoryOptions;
  /** By `Type/id`, of everything that ever was. */
  readonly #versions = new Map<string, number>();
  /** Kept during a transaction, to put back. */
  #before: Map<string, Before> | undefined;

  constructor(options: RepositoryOptions) {
    super();
    this.#options = options;
  }

  override generateId(): string {
    return this.#options.newId();
  }

  /** What stands at an address, if anything does. */
  async #current(type: string, id: string): Promise<Resource | undefined> {
    return super.readResource(type, id).catch(() => undefined);
  }

  override async createResource<T extends Resource>(
    resource: T,
    options?: CreateResourceOptions,
    update = false,
  ): Promise<WithId<T>> {
    const isNamed = update || options?.assignedId === true;
    const id = (isNamed ? resource.id : undefined) ?? this.generateId();
    const versionId = await this.#replace(resource.resourceType, id);
    const lastUpdated = this.#options.clock().toISOString();
    return this.#keep({ ...resource, id, meta: { ...resource.meta, versionId, lastUpdated } });
  }

  override async readResource<T extends Resource>(type: string, id: string): Promise<T> {
    return super.readResource<T>(type, id).catch((error: unknown) => {
      throw this.#versions.has(`${type}/${id}`) ? new OperationOutcomeError(gone) : error;
    });
  }

  /** Deleting what is gone, or never was, changes nothing. */
  override async deleteResource(
    type: string,
    id: string,
    { ifMatch }: DeleteResourceOptions = {},
  ): Promise<void> {
    const current = await this.#current(type, id);
    if (!current) return;
    if (ifMatch !== undefined && ifMatch !== current.meta?.versionId) {
      throw new OperationOutcomeError(preconditionFailed);
    }
    await this.#replace(type, id);
  }

  /** The library compares references and tells what is missing; the rest is compared here. */
  override async search<T extends Resource>(request: SearchRequest<T>): Promise<Bundle<WithId<T>>> {
    const { resourceType, filters = [], sortRules = [], offset = 0 } = request;
    const { zone } = this.#options;
    const { left = [], own = [] } = Object.groupBy(filters, ({ code, operator }) =>
      operator === 'missing' || PARAMETERS.get(resourceType)?.get(code)?.type === 'reference'
        ? 'left'
        : 'own',
    );
    const { entry = [] } = await super.search<T>({ resourceType, filters: left });
    const matchers = own.map((filter) => matcher(resourceType, filter, zone));
    const found = entry.filter(
      ({ resource }) => resource && matchers.every((matches) => matches(resource)),
    );
    const count = Math.min(request.count ?? DEFAULT_COUNT, MAX_COUNT);
    const page = inOrder(found, sortRules, zone).slice(offset, offset + count);
    const bundle = { resourceType: 'Bundle', type: 'searchset', total: found.length } as const;
    return page.length > 0 ? { ...bundle, entry: page } : bundle;
  }

  /** Does all of it or nothing: when the work throws, what it changed is put back. */
  async transact<T>(work: () => Promise<T>): Promise<T> {
    const before = (this.#before = new Map<string, Before>());
    try {
      return await work();
    } catch (error) {
      for (const [key, { version, resource }] of before)
        await this.#restore(key, version, resource);
      throw error;
    } finally {
      this.#before = undefined;
    }
  }

  /** Removes what stands at an address, its history too; gives the version of what comes. */
  async #replace(type: string, id: string): Promise<string> {
    const key = `${type}/${id}`;
    const version = this.#versions.get(key) ?? 0;
    if (version === 0 && this.#versions.size >= (this.#options.limit ?? RESOURCE_LIMIT)) {
      const message = 'The sandbox is full and takes no more resources; start it anew';
      throw new OperationOutcomeError(contentTooLarge(message));
    }
    if (this.#before && !this.#before.has(key)) {
      this.#before.set(key, { version, resource: await this.#current(type, id) });
    }
    await super.expungeResource(type, id);
    this.#versions.set(key, version + 1);
    return String(version + 1);
  }

  async #restore(key: string, version: number, resource: Resource | undefined): Promise<void> {
    const [type = '', id = ''] = key.split('/');
    await super.expungeResource(type, id);
    if (resource) await this.#keep(resource);
    if (version === 0) this.#versions.delete(key);
    else this.#versions.set(key, version);
  }

  /** The library keeps the version and time that it is given only while it is "seeded". */
  async #keep<T extends Resource>(resource: T): Promise<WithId<T>> {
    return this.withSeeding(() => super.createResource(resource));
  }
}

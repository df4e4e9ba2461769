import { allOk, getStatus, isOk, notFound, OperationOutcomeError } from '@medplum/core';
import {
  makeSimpleRequest,
  type FhirRequest,
  type FhirResponse,
  type HttpMethod,
} from '@medplum/fhir-router';
import type { Resource as FhirResource } from '@medplum/fhirtypes';
import { NerverootError } from '../errors.ts';
import type { Resource } from '../fhir/resource.ts';
import { capabilityStatement } from './capability-statement.ts';
import { PARAMETERS } from './definitions.ts';
import { SandboxRepository, type RepositoryOptions } from './repository.ts';
import { SandboxRouter } from './routes.ts';
import { answerBundle } from './transaction.ts';

/** One request, as it comes over HTTP. */
export interface FhirCall {
  readonly method: string;
  /** Below the base: `Patient/1`, `Patient?name=eva`; empty for the base itself. */
  readonly url: string;
  readonly body?: unknown;
  readonly headers: FhirRequest['headers'] & {};
  /** The server's own address, without a slash at the end. */
  readonly base: string;
}

export interface FhirAnswer {
  readonly status: number;
  readonly resource: FhirResource | undefined;
}

const METHODS: readonly HttpMethod[] = ['GET', 'POST', 'PUT', 'DELETE'];

/** A FHIR R4 server, whatever carries the requests to it. */
export class FhirServer {
  readonly #options: RepositoryOptions;
  readonly #repository: SandboxRepository;
  readonly #started: Date;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: RepositoryOptions) {
    this.#options = options;
    this.#repository = new SandboxRepository(options);
    this.#started = options.clock();
  }

  /** Fills the server; gives the types of what it does not serve and left out. */
  async load(resources: readonly Resource[]): Promise<string[]> {
    const [served, left] = [resources.filter(isServed), resources.filter((r) => !isServed(r))];
    for (const resource of served) {
      const named = { ...resource, id: resource.id ?? this.#options.newId() };
      await this.#repository.updateResource(named as unknown as FhirResource); // as FHIR has it, or near
    }
    return [...new Set(left.map(({ resourceType }) => resourceType))];
  }

  /** Answers one request after the other, so that a transaction is seen whole or not at all. */
  async answer(call: FhirCall): Promise<FhirAnswer> {
    const turn = this.#turn.then(() => this.#answer(call));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #answer(call: FhirCall): Promise<FhirAnswer> {
    const [outcome, resource] = await this.#respond(call).catch((error: unknown): FhirResponse => {
      if (error instanceof OperationOutcomeError) return [error.outcome];
      throw error;
    });
    const status = getStatus(outcome);
    if (!isOk(outcome)) return { status, resource: outcome };
    return { status: resource ? status : 204, resource };
  }

  async #respond({ method, url, body, headers, base }: FhirCall): Promise<FhirResponse> {
    const router = new SandboxRouter({ base, zone: this.#options.zone });
    if (url === '' && method === 'POST') {
      return [allOk, await answerBundle(body, router, this.#repository)];
    }
    if (url === 'metadata' && method === 'GET') {
      return [allOk, capabilityStatement(base, this.#started)];
    }
    const allowed = METHODS.filter((one) => (url === '' ? one === 'POST' : router.find(one, url)));
    const known = allowed.find((one) => one === method);
    const route = known && router.find(known, url);
    if (route) {
      // Its `handleRequest` would answer a fault of ours or its own with 400.
      const { params, query = {} } = route;
      const request = { ...makeSimpleRequest(known, url, body), headers, params, query };
      return route.handler(request, this.#repository, router);
    }
    if (allowed.length === 0) return [notFound];
    throw new NerverootError('MethodNotAllowed', `Use ${allowed.join(', ')} here`);
  }
}

function isServed({ resourceType }: Resource): boolean {
  return PARAMETERS.has(resourceType);
}

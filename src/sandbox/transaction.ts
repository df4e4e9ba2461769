import {
  badRequest,
  contentTooLarge,
  isOk,
  isOperationOutcome,
  OperationOutcomeError,
} from '@medplum/core';
import { makeSimpleRequest, processBatch } from '@medplum/fhir-router';
import type { Bundle, BundleEntry, OperationOutcome, Reference } from '@medplum/fhirtypes';
import { isObject, isResource } from '../fhir/resource.ts';
import type { SandboxRepository } from './repository.ts';
import type { SandboxRouter } from './routes.ts';

// More in one Bundle would only come from a fault or an attack.
const ENTRY_LIMIT = 10_000;

/**
 * Answers a batch, entry by entry, or a transaction, all or nothing. The library's own
 * transactions take 50 updates at most and put nothing back, so that it is given them as
 * batches, which here must not fail anywhere.
 *
 * @see https://hl7.org/fhir/R4/http.html#transaction
 */
export async function answerBundle(
  body: unknown,
  router: SandboxRouter,
  repository: SandboxRepository,
): Promise<Bundle> {
  if (!isResource(body) || body.resourceType !== 'Bundle') {
    throw new OperationOutcomeError(
      badRequest('The base takes a Bundle: a batch or a transaction'),
    );
  }
  const { entry: entries = [] } = body;
  if (!Array.isArray(entries) || !entries.every(isEntry)) {
    const message = '"Bundle.entry" must be a list of entries with a request';
    throw new OperationOutcomeError(badRequest(message));
  }
  if (entries.length > ENTRY_LIMIT) {
    const message = `A Bundle has at most ${ENTRY_LIMIT} entries here`;
    throw new OperationOutcomeError(contentTooLarge(message));
  }
  const bundle = { ...body, entry: entries } as Bundle; // the library looks at its type
  const process = async (): Promise<Bundle> =>
    processBatch(makeSimpleRequest('POST', '', bundle), repository, router, bundle);
  if (bundle.type !== 'transaction') return process();
  return repository.transact(async () => {
    refuseTwice(entries);
    for (const holder of referencesIn(entries)) await resolve(holder, router, repository);
    const answer = await process();
    for (const [i, { response }] of (answer.entry ?? []).entries()) {
      const { outcome } = response ?? {};
      if (isOperationOutcome(outcome) && !isOk(outcome)) throw inEntry(i, outcome);
    }
    return answer;
  });
}

/** Whether the library can look at an entry without stumbling. */
function isEntry(entry: unknown): entry is BundleEntry {
  if (!isObject(entry)) return false;
  const { request = {}, resource = {} } = entry;
  if (!isObject(request) || !isObject(resource)) return false;
  const texts = [request['method'], request['url'], request['ifNoneExist']];
  return texts.every((text) => text === undefined || typeof text === 'string');
}

function refuseTwice(entries: readonly BundleEntry[]): void {
  const seen = new Set<string>();
  for (const [i, { request }] of entries.entries()) {
    const { method, url = '' } = request ?? {};
    if (method !== 'PUT' && method !== 'DELETE') continue;
    const target = url.replace(/^\//, '');
    if (seen.has(target)) {
      const message = 'This entry is about a resource that another one changes';
      throw inEntry(i, badRequest(message));
    }
    seen.add(target);
  }
}

/** Every object in a value that has a reference. */
function* referencesIn(value: unknown): Generator<Reference> {
  if (typeof value !== 'object' || value === null) return;
  if ('reference' in value && typeof value.reference === 'string') yield value as Reference;
  for (const child of Object.values(value)) yield* referencesIn(child);
}

/** A reference by search, like `Practitioner?identifier=…`, becomes a reference. */
async function resolve(
  holder: Reference,
  router: SandboxRouter,
  repository: SandboxRepository,
): Promise<void> {
  const search = holder.reference ?? '';
  if (!/^[A-Z]\w+\?/.test(search)) return;
  const [outcome, found] = await router.handleRequest(makeSimpleRequest('GET', search), repository);
  if (!found) throw new OperationOutcomeError(outcome);
  const { total, entry } = found as Bundle; // a search gives a Bundle
  const only = total === 1 ? entry?.[0]?.resource : undefined;
  if (!isResource(only)) {
    const message = `A reference by search fits ${total} resources, not one`;
    throw new OperationOutcomeError(badRequest(message));
  }
  holder.reference = `${only.resourceType}/${only.id}`;
}

/** Says which entry of the Bundle a failure is about. */
function inEntry(index: number, outcome: OperationOutcome): OperationOutcomeError {
  const path = `Bundle.entry[${index}]`;
  const issue = outcome.issue.map((one) => ({
    ...one,
    details: { text: `${path}: ${one.details?.text}` },
    expression: [path],
  }));
  return new OperationOutcomeError({ ...outcome, issue });
}

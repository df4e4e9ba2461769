import {
  badRequest,
  contentTooLarge,
  getReferenceString,
  isOk,
  OperationOutcomeError,
  parseSearchRequest,
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
  const bundle = body as unknown as Bundle; // its type says so, and its entries are looked at
  const entries: unknown = bundle.entry ?? [];
  if (!Array.isArray(entries) || !entries.every(isObject)) {
    throw new OperationOutcomeError(badRequest('"Bundle.entry" must be a list of entries'));
  }
  if (entries.length > ENTRY_LIMIT) {
    const message = `A Bundle has at most ${ENTRY_LIMIT} entries here`;
    throw new OperationOutcomeError(contentTooLarge(message));
  }
  const process = async (whole: Bundle): Promise<Bundle> =>
    processBatch(makeSimpleRequest('POST', '', whole), repository, router, whole);
  if (bundle.type !== 'transaction') return process(bundle);
  return repository.transact(async () => {
    refuseTwice(bundle.entry ?? []);
    await resolve(bundle, repository);
    const answer = await process(bundle);
    for (const [i, { response }] of (answer.entry ?? []).entries()) {
      if (response?.outcome && !isOk(response.outcome as OperationOutcome))
        throw inEntry(i, response.outcome as OperationOutcome);
    }
    return answer;
  });
}

function refuseTwice(entries: readonly BundleEntry[]): void {
  const seen = new Set<string>();
  for (const [i, { request }] of entries.entries()) {
    if (request?.method !== 'PUT' && request?.method !== 'DELETE') continue;
    const target = String(request.url).replace(/^\//, '');
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

/** References by search, like `Practitioner?identifier=…`, become references. */
async function resolve(bundle: Bundle, repository: SandboxRepository): Promise<void> {
  for (const holder of referencesIn(bundle)) {
    if (!holder.reference?.includes('?')) continue;
    const found = await repository.searchResources(parseSearchRequest(holder.reference));
    const [only] = found;
    if (!only || found.length > 1) {
      const message = `A reference by search fits ${found.length} resources, not one`;
      throw new OperationOutcomeError(badRequest(message));
    }
    holder.reference = getReferenceString(only);
  }
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

import { NerverootError } from '../errors.ts';
import { isObject, isResource, type Resource } from '../fhir/resource.ts';
import {
  findExisting,
  interact,
  type FhirAnswer,
  type FhirCall,
  type SandboxWorld,
} from './interactions.ts';

// More in one Bundle would only come from a fault or an attack.
const ENTRY_LIMIT = 10_000;

/** How a failure looks in an answer. */
export type DescribeFailure = (error: unknown) => { status: number; body: Resource };

interface Entry {
  readonly call: FhirCall;
  readonly fullUrl: string | undefined;
}

/**
 * Answers a batch, entry by entry, or a transaction, all or nothing.
 *
 * @see https://hl7.org/fhir/R4/http.html#transaction
 */
export function processBundle(
  body: unknown,
  world: SandboxWorld,
  describe: DescribeFailure,
): Resource {
  if (!isResource(body) || body.resourceType !== 'Bundle') {
    throw new NerverootError('InvalidRequest', 'The base takes a Bundle: a batch or a transaction');
  }
  const entries = Array.isArray(body['entry']) ? body['entry'] : [];
  if (entries.length > ENTRY_LIMIT) {
    throw new NerverootError('BodyTooLarge', `A Bundle has at most ${ENTRY_LIMIT} entries here`);
  }
  if (body['type'] === 'batch') {
    const answers = entries.map((entry, i) => answerAlone(entry, i, world, describe));
    return { resourceType: 'Bundle', type: 'batch-response', entry: answers };
  }
  if (body['type'] === 'transaction') {
    const answers = world.store.transact(() => transact(entries.map(readEntry), world));
    return { resourceType: 'Bundle', type: 'transaction-response', entry: answers };
  }
  throw new NerverootError('InvalidRequest', '"Bundle.type" must be batch or transaction here', {
    path: 'Bundle.type',
  });
}

function answerAlone(
  entry: unknown,
  index: number,
  world: SandboxWorld,
  describe: DescribeFailure,
): unknown {
  try {
    return responseEntry(interact(readEntry(entry, index).call, world));
  } catch (error) {
    const { status, body } = describe(error);
    return { response: { status: String(status), outcome: body } };
  }
}

/** The order in which a transaction is done. @see https://hl7.org/fhir/R4/http.html#trules */
const ORDER = ['DELETE', 'POST', 'PUT', 'GET'];

function transact(entries: readonly Entry[], world: SandboxWorld): unknown[] {
  const ids = entries.map((entry) => assignId(entry, world));
  const names = new Map(
    entries.flatMap(({ fullUrl, call }, i) => {
      const target = ids[i] ?? call.path;
      return fullUrl === undefined ? [] : [[fullUrl, target] as const];
    }),
  );
  refuseTwice(entries, ids);
  const answers: unknown[] = [];
  for (const method of ORDER) {
    for (const [i, { call }] of entries.entries()) {
      if (call.method !== method) continue;
      const whole = { ...call, body: resolveReferences(call.body, names, world) };
      answers[i] = responseEntry(inEntry(i, () => perform(whole, ids[i], world)));
    }
  }
  return answers;
}

/** `Type/id` of what an entry creates, or finds there already; undefined for other entries. */
function assignId({ call }: Entry, world: SandboxWorld): string | undefined {
  if (call.method !== 'POST' || call.path.includes('/')) return undefined;
  const existing = findExisting(call.path, call.ifNoneExist, world);
  return `${call.path}/${existing?.id ?? world.newId()}`;
}

/** A creation has been given its id, so that the other entries can point at it. */
function perform(call: FhirCall, target: string | undefined, world: SandboxWorld): FhirAnswer {
  const id = target?.split('/')[1];
  return interact(call, id === undefined ? world : { ...world, newId: () => id });
}

/** Says which entry of the Bundle a failure is about. */
function inEntry<T>(index: number, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof NerverootError)) throw error;
    const path = `Bundle.entry[${index}]`;
    throw new NerverootError(error.code, `${path}: ${error.message}`, { cause: error, path });
  }
}

function refuseTwice(entries: readonly Entry[], ids: readonly (string | undefined)[]): void {
  const seen = new Set<string>();
  for (const [i, { call }] of entries.entries()) {
    if (call.method === 'GET') continue;
    const target = ids[i] ?? call.path;
    if (seen.has(target) && call.ifNoneExist === undefined) {
      const path = `Bundle.entry[${i}]`;
      const message = `${path} is about a resource that another entry of the transaction changes`;
      throw new NerverootError('InvalidRequest', message, { path });
    }
    seen.add(target);
  }
}

/** `urn:uuid:` names and searches like `Practitioner?identifier=…` become references. */
function resolveReferences(
  value: unknown,
  names: ReadonlyMap<string, string>,
  world: SandboxWorld,
): unknown {
  if (Array.isArray(value)) return value.map((item) => resolveReferences(item, names, world));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, child]) => {
      if (typeof child !== 'string') return [name, resolveReferences(child, names, world)];
      return [name, name === 'reference' ? resolveOne(child, names, world) : child];
    }),
  );
}

function resolveOne(
  reference: string,
  names: ReadonlyMap<string, string>,
  world: SandboxWorld,
): string {
  const named = names.get(reference);
  if (named !== undefined) return named;
  if (reference.startsWith('urn:uuid:')) {
    const message = 'A reference names a urn:uuid that no entry of the transaction has as fullUrl';
    throw new NerverootError('InvalidRequest', message);
  }
  const [, type, criteria] = /^([A-Z][A-Za-z]+)\?(.+)$/.exec(reference) ?? [];
  if (type === undefined) return reference;
  const found = findExisting(type, criteria, world);
  if (found) return `${type}/${found.id}`;
  throw new NerverootError('NotUnique', `A conditional reference to ${type} fits no resource`);
}

/** @see https://hl7.org/fhir/R4/bundle-definitions.html#Bundle.entry.request */
function readEntry(entry: unknown, index: number): Entry {
  const path = `Bundle.entry[${index}]`;
  const request = isObject(entry) ? entry['request'] : undefined;
  if (!isObject(entry) || !isObject(request)) {
    throw new NerverootError('InvalidRequest', `${path}.request is missing`, { path });
  }
  const { method, url } = request;
  if (typeof method !== 'string' || typeof url !== 'string' || !ORDER.includes(method)) {
    const message = `${path}.request needs a url, and a method out of ${ORDER.join(', ')}`;
    throw new NerverootError('InvalidRequest', message, { path });
  }
  const [target = '', query = ''] = url.split('?', 2);
  return {
    call: {
      method,
      path: target.replace(/^\//, ''),
      query: new URLSearchParams(query),
      body: entry['resource'],
      ifMatch: textOf(request['ifMatch']),
      ifNoneExist: textOf(request['ifNoneExist']),
    },
    fullUrl: textOf(entry['fullUrl']),
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** @see https://hl7.org/fhir/R4/bundle-definitions.html#Bundle.entry.response */
function responseEntry({ status, body, stored, location }: FhirAnswer): unknown {
  const meta = stored?.['meta'];
  const { versionId, lastUpdated } = isObject(meta) ? meta : {};
  return {
    ...(body ? { resource: body } : {}),
    response: {
      status: String(status),
      ...(location === undefined ? {} : { location }),
      ...(typeof versionId === 'string' ? { etag: `W/"${versionId}"` } : {}),
      ...(typeof lastUpdated === 'string' ? { lastModified: lastUpdated } : {}),
    },
  };
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FakeFhir } from './fake-fhir.ts';
import type { Json } from './fhir-data.ts';

/** A code as a terminology server knows it. */
export interface KnownCode {
  readonly display: string;
  readonly inactive?: boolean;
}

/** What somebody else's terminology server knows and does. */
export interface FakeTerminology {
  /** Codes by `system|code`. */
  readonly codes: Readonly<Record<string, KnownCode>>;
  /** Members of a family by `value` of its filter, or by `property value`. */
  readonly families?: Readonly<Record<string, readonly string[]>>;
  /** Default true: it says whether a code is inactive. */
  readonly tellsActivity?: boolean;
  /** Default false: another display makes the result false; else it only brings a message, as from HAPI FHIR. */
  readonly onlyWarns?: boolean;
  /** Default true: it takes batches. `redirects`: it answers one with a redirect, as FHIRsmith does. */
  readonly takesBatches?: boolean | 'redirects';
  /** How many codes a page of an expansion holds at most. */
  readonly pageSize?: number;
  /** Default true: an expansion tells how many codes it has. */
  readonly tellsTotal?: boolean;
  /** How many codes an expansion may have; one of more is refused as too costly. */
  readonly mostCodes?: number;
  /** The filters that it knows, as `property value`; another is refused. Default all. */
  readonly knownFilters?: RegExp;
}

/** Makes a FHIR server answer terminology operations as R4 describes them. */
export function serveTerminology(server: FakeFhir, fake: FakeTerminology): void {
  server.on('CodeSystem/$validate-code', (request, response) => {
    void read(request).then((parameters) => send(response, 200, validate(fake, parameters)));
  });
  server.on('ValueSet/$expand', (request, response) => {
    void read(request).then((parameters) => send(response, ...expand(fake, parameters)));
  });
  if (fake.takesBatches === false) return;
  server.on('', (request, response) => {
    if (fake.takesBatches === 'redirects') {
      response.writeHead(301, { location: '/fhir/' }).end();
      return;
    }
    void read(request).then((bundle) => {
      const entries = bundle['entry'] as { request: { method: string; url: string } }[];
      const entry = entries.map(({ request: { method, url } }) =>
        // What HAPI FHIR makes of a POST: it stores the resource.
        method === 'GET'
          ? { resource: validate(fake, parametersOf(url)), response: { status: '200 OK' } }
          : { response: { status: '201 Created' } },
      );
      send(response, 200, { resourceType: 'Bundle', type: 'batch-response', entry });
    });
  });
}

async function read(request: IncomingMessage): Promise<Json> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString('utf8')) as Json;
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/fhir+json' });
  response.end(JSON.stringify(body));
}

function parametersOf(url: string): Json {
  const query = new URL(url, 'http://localhost').searchParams;
  const types = { url: 'valueUri', code: 'valueCode', display: 'valueString' };
  const parameter = Object.entries(types).flatMap(([name, type]) =>
    query.has(name) ? [{ name, [type]: query.get(name) }] : [],
  );
  return { resourceType: 'Parameters', parameter };
}

function named(parameters: Json, name: string): Json {
  return (parameters['parameter'] as Json[]).find((each) => each['name'] === name) ?? {};
}

function validate(
  { codes, tellsActivity = true, onlyWarns = false }: FakeTerminology,
  parameters: Json,
): Json {
  const system = String(named(parameters, 'url')['valueUri']);
  const known = codes[`${system}|${String(named(parameters, 'code')['valueCode'])}`];
  const display = named(parameters, 'display')['valueString'];
  const isCalledSo = display === undefined || display === known?.display;
  const result = known !== undefined && (isCalledSo || onlyWarns);
  const parameter: Json[] = [{ name: 'result', valueBoolean: result }];
  if (!isCalledSo) parameter.push({ name: 'message', valueString: 'Another display' });
  if (known) parameter.push({ name: 'display', valueString: known.display });
  if (known && tellsActivity)
    parameter.push({ name: 'inactive', valueBoolean: known.inactive === true });
  if (!Object.keys(codes).some((key) => key.startsWith(`${system}|`)))
    parameter.push({ name: 'x-caused-by-unknown-system', valueCanonical: system });
  return { resourceType: 'Parameters', parameter };
}

function expand(fake: FakeTerminology, parameters: Json): [number, Json] {
  const { codes, families = {}, pageSize = 1000, knownFilters, mostCodes = Infinity } = fake;
  const valueSet = named(parameters, 'valueSet')['resource'] as {
    compose: { include: { system: string; filter: [{ property: string; value: string }] }[] };
  };
  const { include } = valueSet.compose;
  const unknown = include.find(
    ({ filter: [{ property, value }] }) => knownFilters?.test(`${property} ${value}`) === false,
  );
  if (unknown) {
    const [{ property, value }] = unknown.filter;
    return refusal(500, `Unknown filter "${property} = ${value}"`);
  }
  const members = [
    ...new Set(
      include.flatMap(({ system, filter: [{ property, value }] }) =>
        (families[`${property} ${value}`] ?? families[value] ?? []).map(
          (code) => `${system}|${code}`,
        ),
      ),
    ),
  ];
  if (members.length > mostCodes) return refusal(422, 'The expansion has too many codes');
  const offset = Number(named(parameters, 'offset')['valueInteger']);
  const contains = members.slice(offset, offset + pageSize).map((key) => {
    const [system, code] = key.split('|');
    const display = codes[key]?.display;
    return { system, code, ...(display === undefined ? {} : { display }) };
  });
  const total = fake.tellsTotal === false ? {} : { total: members.length };
  return [200, { resourceType: 'ValueSet', expansion: { ...total, offset, contains } }];
}

/** As FHIRsmith refuses: in words for people, and with a log of its own. */
function refusal(status: number, text: string): [number, Json] {
  const issue = [{ severity: 'error', details: { text }, diagnostics: '0ms start working' }];
  return [status, { resourceType: 'OperationOutcome', issue }];
}

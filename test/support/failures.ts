import { gzipSync } from 'node:zlib';
import { anOrderRequest, aPrefetch, aViewRequest, withValue } from './cds-request.ts';
import {
  aCondition,
  aDstu2MedicationOrder,
  aNote,
  aPatientResource,
  SECRET_VALUE,
  searchset,
} from './fhir-data.ts';
import type { Answer, Client } from './server.ts';

/** Bytes that the server of these tests takes in one body. */
export const FAILURE_BODY_LIMIT = 1_000_000;

/** One way to make a call fail, with the status it must end in. */
export interface Failure {
  readonly title: string;
  readonly status: number;
  readonly send: (client: Client) => Promise<Answer>;
}

const SERVICE = '/cds-services/trial-view';
const JSON_TYPE = { 'Content-Type': 'application/json' };
const whole = JSON.stringify(aViewRequest());

function post(
  title: string,
  status: number,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string>,
): Failure {
  const init = { method: 'POST', body, headers };
  return { title, status, send: (client) => client.send(SERVICE, init) };
}

function wrongBody(title: string, body: unknown, status = 400): Failure {
  return { title, status, send: (client) => client.call('trial-view', body) };
}

function visit(title: string, status: number, path: string, method: string): Failure {
  return { title, status, send: (client) => client.send(path, { method }) };
}

function aDeepValue(): string {
  return `${'['.repeat(100_000)}"${SECRET_VALUE}"${']'.repeat(100_000)}`;
}

const stranger = aPatientResource({ id: SECRET_VALUE });
const trouble = (id: string) => aCondition({ id, code: { coding: [{ code: 'trouble' }] } });

/** Calls that must fail, one for each way of failing. They want the trial content. */
export const FAILURES: readonly Failure[] = [
  visit('an address that is not there', 404, `/${SECRET_VALUE}`, 'GET'),
  visit('the root address', 404, '/', 'GET'),
  visit('a malformed escape in the address', 404, '/cds-services/%E0%A4%A', 'POST'),
  {
    title: 'a service that is not there',
    status: 404,
    send: (client) => client.call(SECRET_VALUE, aViewRequest()),
  },
  visit('GET on a service', 405, SERVICE, 'GET'),
  visit('PUT on a service', 405, SERVICE, 'PUT'),
  visit('DELETE on a service', 405, SERVICE, 'DELETE'),
  visit('POST on discovery', 405, '/cds-services', 'POST'),
  visit('PATCH on discovery', 405, '/cds-services', 'PATCH'),
  post('a body that is not JSON', 400, `${SECRET_VALUE} {`, JSON_TYPE),
  post('a body cut short', 400, whole.slice(0, -1), JSON_TYPE),
  post('a trailing comma', 400, `${whole.slice(0, -1)},}`, JSON_TYPE),
  post('a comment', 400, `/* ${SECRET_VALUE} */ ${whole}`, JSON_TYPE),
  post('an empty body', 400, '', JSON_TYPE),
  post('a body nested 100,000 deep', 400, `{"hook":${aDeepValue()}}`, JSON_TYPE),
  post('gzip that is not gzip', 400, whole, { ...JSON_TYPE, 'Content-Encoding': 'gzip' }),
  post('gzip cut short', 400, new Uint8Array(gzipSync(whole).subarray(0, 40)), {
    ...JSON_TYPE,
    'Content-Encoding': 'gzip',
  }),
  wrongBody('a list as body', [SECRET_VALUE]),
  wrongBody('a text as body', SECRET_VALUE),
  wrongBody('null as body', null),
  post('plain text', 415, whole, { 'Content-Type': 'text/plain' }),
  post('XML', 415, whole, { 'Content-Type': 'application/fhir+xml' }),
  post('a form', 415, `hook=${SECRET_VALUE}`, {
    'Content-Type': 'application/x-www-form-urlencoded',
  }),
  post('no media type', 415, new TextEncoder().encode(whole), {}),
  post('a character set nobody has', 415, whole, {
    'Content-Type': `application/json; charset=${SECRET_VALUE}`,
  }),
  post('an encoding nobody has', 415, whole, { ...JSON_TYPE, 'Content-Encoding': SECRET_VALUE }),
  post('a body over the limit', 413, `"${'x'.repeat(FAILURE_BODY_LIMIT)}"`, JSON_TYPE),
  post(
    'a body over the limit once unpacked',
    413,
    new Uint8Array(gzipSync(`"${'x'.repeat(FAILURE_BODY_LIMIT)}"`)),
    { ...JSON_TYPE, 'Content-Encoding': 'gzip' },
  ),
  wrongBody('an unknown hook', aViewRequest({ hook: SECRET_VALUE })),
  wrongBody("another service's hook", anOrderRequest()),
  wrongBody('a hook named like a property of every object', aViewRequest({ hook: 'constructor' })),
  wrongBody('a malformed hookInstance', aViewRequest({ hookInstance: SECRET_VALUE })),
  wrongBody('a patientId with its type', withValue(aViewRequest(), 'context.patientId', 'A/1')),
  wrongBody(
    'required data that are no resource',
    aViewRequest({ prefetch: aPrefetch({ conditions: SECRET_VALUE }) }),
    412,
  ),
  wrongBody(
    'required data that are of another type',
    aViewRequest({ prefetch: aPrefetch({ conditions: aPatientResource() }) }),
    412,
  ),
  wrongBody('another patient', aViewRequest({ prefetch: aPrefetch({ patient: stranger }) })),
  {
    title: 'a resource type that R4 lacks',
    status: 400,
    send: (client) => client.call('trial-order', anOrderRequest([aDstu2MedicationOrder()])),
  },
  wrongBody('required data that are missing', aViewRequest({ prefetch: {} }), 412),
  {
    title: 'CQL that fails',
    status: 500,
    send: (client) => {
      const conditions = searchset([
        trouble('condition-1'),
        trouble('condition-2'),
        aNote('x', 'c'),
      ]);
      return client.call('trial-trouble', aViewRequest({ prefetch: aPrefetch({ conditions }) }));
    },
  },
];

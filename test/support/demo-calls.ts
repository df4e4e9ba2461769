import { anOrderContext } from './cds-request.ts';
import { aDraftOrder, type Json } from './fhir-data.ts';
import type { Client } from './server.ts';
import { servicesOf } from './wire.ts';

/** A call of one service about a demo patient, with everything by prefetch. */
export interface DemoCall {
  readonly service: string;
  readonly hook: string;
  readonly body: Json & { readonly context: Json; readonly prefetch: Json };
}

/** The calls of all services about a demo patient, as an EHR makes them that has what the sandbox has. */
export async function demoCalls(server: Client, patientId: string): Promise<DemoCall[]> {
  const calls: DemoCall[] = [];
  for (const { id, hook, prefetch: templates } of servicesOf(await server.get('/cds-services'))) {
    const prefetch: Json = {};
    for (const [key, template] of Object.entries(templates ?? {})) {
      const search = template.replaceAll('{{context.patientId}}', patientId);
      const found = await server.get(`/sandbox/fhir/${search}`);
      if (found.status !== 200) throw new Error(`${search}: ${found.status}`);
      prefetch[key] = JSON.parse(found.text);
    }
    const order = aDraftOrder({ subject: { reference: `Patient/${patientId}` } });
    const context = {
      ...(hook.startsWith('order-') ? anOrderContext([order]) : {}),
      userId: 'Practitioner/1',
      encounterId: 'e1',
      patientId,
    };
    const hookInstance = '11111111-1111-4111-8111-111111111111';
    calls.push({ service: id, hook, body: { hook, hookInstance, context, prefetch } });
  }
  return calls;
}

/** The same call with another value under a key of its prefetch. */
export function withKey({ body }: DemoCall, key: string, value: unknown): Json {
  return { ...body, prefetch: { ...body.prefetch, [key]: value } };
}

/** The same call with other fields in its context. */
export function withContext({ body }: DemoCall, changes: Json): Json {
  return { ...body, context: { ...body.context, ...changes } };
}

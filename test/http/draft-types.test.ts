import { expect, it } from 'vitest';
import { FhirModel } from '../../src/engine/fhir-model.ts';
import { readModelInfo } from '../../src/engine/model-info.ts';
import { anOrderContext, aWholeRequest } from '../support/cds-request.ts';
import { aDraftOrder, PATIENT_ID, type Json } from '../support/fhir-data.ts';
import { useServer } from '../support/server.ts';
import { servicesOf, withoutIds } from '../support/wire.ts';

const server = useServer();
const info = readModelInfo();
const model = new FhirModel(info);
const TYPES = [...info.types.keys()]
  .map((name) => name.replace(/^FHIR\./, ''))
  .filter((name) => model.isRecordType(name));

it('R-11: a draft of any resource type that a record may hold, with an id or without, stands beside an order and changes nothing', async () => {
  expect(TYPES).toEqual(expect.arrayContaining(['Basic', 'NutritionOrder', 'OperationOutcome']));
  expect(TYPES).toHaveLength(143);
  const services = servicesOf(await server.get('/cds-services')).filter(({ hook }) =>
    hook.startsWith('order-'),
  );
  expect(services).toHaveLength(2);
  for (const { id: service, hook, prefetch } of services) {
    const whole = aWholeRequest({ hook, prefetch: prefetch ?? {} });
    const answerTo = async (...others: readonly Json[]) => {
      const context = anOrderContext([aDraftOrder(), ...others], {
        selections: ['ServiceRequest/draft-mri', ...others.flatMap(referenceOf)],
      });
      const answer = await server.call(service, { ...whole, context });
      return [answer.status, withoutIds(answer)];
    };
    const alone = await answerTo();
    expect(alone[0]).toBe(200);
    for (const resourceType of TYPES) {
      const id = resourceType === 'Patient' ? PATIENT_ID : 'other';
      const answers = [await answerTo({ resourceType, id }), await answerTo({ resourceType })];
      expect([resourceType, ...answers]).toEqual([resourceType, alone, alone]);
    }
  }
});

/** What has no id cannot be selected. */
function referenceOf({ resourceType, id }: Json): string[] {
  return typeof id === 'string' ? [`${String(resourceType)}/${id}`] : [];
}

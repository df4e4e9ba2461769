import { expect, it } from 'vitest';
import { aViewRequest } from '../support/cds-request.ts';
import { useServer } from '../support/server.ts';
import { summariesOf } from '../support/wire.ts';

// On a busy machine the first look at the sandbox takes longer than a call may.
const server = useServer({ env: { NERVEROOT_FHIR_BUDGET: '60000' } });

it.each([
  [
    'cauda-equina',
    'Possible cauda equina: saddle sensation changed, 420 mL residual and 1 more. Emergency MRI and spine surgeon now',
  ],
  [
    'cancer-history',
    'Cancer (Personal history of malignant neoplasm of breast) and back pain: whole-spine MRI within 1 week, with blood tests',
  ],
])('the sandbox of the same server is read for %s without being listed', async (id, summary) => {
  const answer = await server.call(
    'lumbar-radiculopathy-view',
    aViewRequest({
      context: { userId: 'Practitioner/demo', patientId: id },
      fhirServer: server.url('/sandbox/fhir'),
      prefetch: {},
    }),
  );
  expect(summariesOf(answer)).toEqual([summary]);
});

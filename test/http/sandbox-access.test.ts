import { expect, it } from 'vitest';
import { aViewRequest } from '../support/cds-request.ts';
import { useServer } from '../support/server.ts';
import { summariesOf } from '../support/wire.ts';

const server = useServer();

it.each([
  [
    'cauda-equina',
    'Possible cauda equina syndrome: emergency lumbar MRI and spine surgery review today',
  ],
  [
    'cancer-history',
    'Cancer and back pain: MRI of the spine without and with contrast within 1 week, with blood tests',
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

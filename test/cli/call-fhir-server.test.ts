import { describe, expect, it } from 'vitest';
import { aSearchset, useFakeFhir } from '../support/fake-fhir.ts';
import { nerveroot } from '../support/nerveroot.ts';

const fhir = useFakeFhir();
const PATIENT = { resourceType: 'Patient', id: 'p1', birthDate: '1980-01-01' };

function serve(): void {
  fhir.json('Patient/p1', PATIENT);
  fhir.json('Condition?patient=p1', aSearchset([]));
  fhir.json('Observation?patient=p1', aSearchset([]));
  fhir.json('QuestionnaireResponse?patient=p1', aSearchset([]));
}

describe('call --fhir-server', () => {
  it('reads the patient with the token of the named variable, and prints the answer', async () => {
    serve();
    const flags = ['--fhir-server', fhir.base(), '--patient', 'p1', '--token-env', 'EHR_TOKEN'];
    const { status, out, err } = await nerveroot(['call', 'patient-view', ...flags, '--json'], {
      EHR_TOKEN: 'secret',
    });
    expect([status, err, JSON.parse(out)]).toEqual([0, '', { cards: [] }]);
    expect(new Set(fhir.seen().map(({ authorization }) => authorization))).toEqual(
      new Set(['Bearer secret']),
    );
  });

  it('says what the server refused', async () => {
    serve();
    fhir.json('Condition?patient=p1', {}, 403);
    const flags = ['--fhir-server', fhir.base(), '--patient', 'p1'];
    const { status, out } = await nerveroot(['call', 'patient-view', ...flags]);
    expect(status).toBe(0);
    expect(out).toContain('conditions (the FHIR server refused access (403))');
  });

  it.each([
    [[], 'Say where the patient is: --bundle or --fhir-server'],
    [['--fhir-server', 'https://ehr.example'], 'Say which patient of the server: --patient <id>'],
    [
      ['--fhir-server', 'ehr', '--patient', 'p1'],
      '--fhir-server must be an address, like https://…/fhir',
    ],
    [
      ['--fhir-server', 'https://ehr.example', '--patient', 'p1', '--token-env', 'NOT_SET'],
      'The environment variable NOT_SET is not set',
    ],
  ])('with %j ends with 2 and a sentence', async (flags, message) => {
    const { status, err } = await nerveroot(['call', 'patient-view', ...flags]);
    expect([status, err]).toEqual([2, `nerveroot: ${message}\n`]);
  });
});

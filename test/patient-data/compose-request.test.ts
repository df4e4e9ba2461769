import { describe, expect, it } from 'vitest';
import { parseCdsRequest } from '../../src/cds-hooks/request.ts';
import {
  composeRequest,
  resourcesOfBundle,
  type Situation,
} from '../../src/patient-data/compose-request.ts';

const PATIENT = { resourceType: 'Patient', id: 'p1' };

function aCondition(id: string, reference: string) {
  return { resourceType: 'Condition', id, subject: { reference } };
}

function compose(situation: Partial<Situation> = {}) {
  const body = composeRequest({
    hook: 'patient-view',
    hookInstance: '11111111-1111-4111-8111-111111111111',
    requirements: [
      { key: 'patient', resourceType: 'Patient', template: '' },
      { key: 'conditions', resourceType: 'Condition', template: '' },
    ],
    resources: [PATIENT],
    ...situation,
  });
  return { body, request: parseCdsRequest(body) };
}

function coded(id: string, code: unknown) {
  return { resourceType: 'Condition', id, code };
}

/** The ids of the conditions a request sends. */
function conditionsIn(situation: Partial<Situation>): unknown {
  const { entry } = compose(situation).request.prefetch.get('conditions') as {
    entry: { resource: { id: string } }[];
  };
  return entry.map(({ resource }) => resource.id);
}

describe('composing a request', () => {
  it('sends the patient and, for each requirement, the resources of its type', () => {
    const { body } = compose({ resources: [PATIENT, aCondition('c1', 'Patient/p1')] });
    expect(body).toEqual({
      hook: 'patient-view',
      hookInstance: '11111111-1111-4111-8111-111111111111',
      context: { userId: 'Practitioner/nerveroot', patientId: 'p1' },
      prefetch: {
        patient: PATIENT,
        conditions: {
          resourceType: 'Bundle',
          type: 'searchset',
          total: 1,
          entry: [{ resource: aCondition('c1', 'Patient/p1') }],
        },
      },
    });
  });

  it('sends what is the patient’s own, by whatever reference', () => {
    const resources = [
      PATIENT,
      aCondition('plain', 'Patient/p1'),
      aCondition('absolute', 'https://ehr.example.org/fhir/Patient/p1'),
      aCondition('version', 'Patient/p1/_history/2'),
      aCondition('other', 'Patient/p2'),
      aCondition('similar', 'Patient/xp1'),
      { resourceType: 'Condition', id: 'nobody' },
    ];
    expect(conditionsIn({ resources })).toEqual(['plain', 'absolute', 'version', 'nobody']);
  });

  it('sends what a search by code finds, and what has no code at all', () => {
    const narrowed = { element: 'code', codes: ['1'] } as const;
    const requirements = [
      { key: 'patient', resourceType: 'Patient', template: '' },
      { key: 'conditions', resourceType: 'Condition', template: '', narrowed },
    ];
    const resources = [
      PATIENT,
      coded('found', { coding: [{ code: '2' }, { code: '1' }] }),
      coded('another', { coding: [{ code: '2' }] }),
      coded('words', { text: 'Cough' }),
    ];
    expect(conditionsIn({ requirements, resources })).toEqual(['found', 'words']);
  });

  it('sends what a search by category finds, and nothing without one', () => {
    const narrowed = { element: 'category', codes: ['exam'] } as const;
    const requirements = [
      { key: 'patient', resourceType: 'Patient', template: '' },
      { key: 'conditions', resourceType: 'Condition', template: '', narrowed },
    ];
    const category = [{ text: 'x' }, { coding: [{ code: 'exam' }] }];
    const resources = [
      PATIENT,
      { resourceType: 'Condition', id: 'found', category },
      { resourceType: 'Condition', id: 'without' },
    ];
    expect(conditionsIn({ requirements, resources })).toEqual(['found']);
  });

  it('leaves out what is withheld', () => {
    expect([...compose({ withhold: ['Condition'] }).request.prefetch.keys()]).toEqual(['patient']);
  });

  it('sends drafts with ids, all selected unless it is said which', () => {
    const draftOrders = [
      { resourceType: 'ServiceRequest' },
      { resourceType: 'ServiceRequest', id: 'x' },
    ];
    const { context } = compose({ hook: 'order-select', draftOrders }).request;
    expect(context.selections).toEqual(['ServiceRequest/draft-1', 'ServiceRequest/x']);
    const selections = ['ServiceRequest/x'];
    const chosen = compose({ hook: 'order-select', draftOrders, selections }).request.context;
    expect(chosen.selections).toEqual(selections);
  });

  it('sends further context as given', () => {
    const context = { encounterId: 'e1', userId: 'Practitioner/7' };
    expect(compose({ context }).request.context).toEqual({ ...context, patientId: 'p1' });
  });

  it('chooses a patient by id among several', () => {
    const other = { resourceType: 'Patient', id: 'p2' };
    const chosen = compose({ resources: [PATIENT, other], patientId: 'p2' }).request;
    expect(chosen.context.patientId).toBe('p2');
    expect(chosen.prefetch.get('patient')).toEqual(other);
  });

  it('gives an id to a patient without one', () => {
    expect(compose({ resources: [{ resourceType: 'Patient' }] }).request.context.patientId).toBe(
      'patient',
    );
  });

  it.each<readonly [what: string, situation: Partial<Situation>, message: string]>([
    ['no patient', { resources: [] }, 'There is no Patient among the resources'],
    [
      'no patient of the id',
      { patientId: 'p9' },
      'There is no Patient of that id among the resources',
    ],
    [
      'several patients and no word which',
      { resources: [PATIENT, { resourceType: 'Patient', id: 'p2' }] },
      'There are several Patients; say which with --patient <id>',
    ],
  ])('is refused with %s', (_what, situation, message) => {
    expect(() => compose(situation)).toThrow(
      expect.objectContaining({ code: 'InvalidInput', message }),
    );
  });
});

describe('reading a bundle', () => {
  it('turns urn:uuid names into ids and references, as a server does', () => {
    const bundle = {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [
        { fullUrl: 'urn:uuid:0a', resource: { resourceType: 'Patient' } },
        { fullUrl: 'urn:uuid:0b', resource: { resourceType: 'Encounter', id: 'e1' } },
        {
          fullUrl: 'urn:uuid:0c',
          resource: {
            resourceType: 'Condition',
            subject: { reference: 'urn:uuid:0a' },
            encounter: { reference: 'urn:uuid:0b' },
            recorder: { reference: 'urn:uuid:elsewhere' },
          },
        },
      ],
    };
    expect(resourcesOfBundle(bundle)).toEqual([
      { resourceType: 'Patient', id: '0a' },
      { resourceType: 'Encounter', id: 'e1' },
      {
        resourceType: 'Condition',
        id: '0c',
        subject: { reference: 'Patient/0a' },
        encounter: { reference: 'Encounter/e1' },
        recorder: { reference: 'urn:uuid:elsewhere' },
      },
    ]);
  });

  it('leaves out outcomes and entries without a resource', () => {
    const outcome = { resource: { resourceType: 'OperationOutcome' } };
    const entry = [{}, null, outcome, { resource: PATIENT }];
    expect(resourcesOfBundle({ resourceType: 'Bundle', entry })).toEqual([PATIENT]);
  });

  it('takes a single resource for itself', () => {
    expect(resourcesOfBundle(PATIENT)).toEqual([PATIENT]);
  });

  it.each([null, [], 'text', {}])('refuses %j', (value) => {
    expect(() => resourcesOfBundle(value)).toThrow(
      'The file is no FHIR resource: it has no resourceType',
    );
  });
});

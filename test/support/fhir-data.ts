/** JSON as it goes over the wire, before anybody checked it. */
export type Json = Record<string, unknown>;

export const PATIENT_ID = 'patient-4711';

/** What the builders put into a call and nobody may find in an error or a log. */
export const SECRETS: readonly string[] = [
  PATIENT_ID,
  'Featherstonehaugh',
  'Ermintrude',
  '1971-03-09',
  'M54.16',
  '30679-5',
  'Radiculopathy',
  'MRI lumbar spine',
  'clinician-1',
  'draft-mri',
  'condition-1',
  'token-that-nobody-may-see',
  'value-that-nobody-may-see',
];

/** A value to put where a call is wrong. */
export const SECRET_VALUE = 'value-that-nobody-may-see';

export function findSecrets(text: string): string[] {
  return SECRETS.filter((secret) => text.includes(secret));
}

/** An adult for decades to come: tests over HTTP run on the real clock. */
export function aPatientResource(changes: Json = {}): Json {
  return {
    resourceType: 'Patient',
    id: PATIENT_ID,
    name: [{ family: 'Featherstonehaugh', given: ['Ermintrude'] }],
    gender: 'female',
    birthDate: '1971-03-09',
    ...changes,
  };
}

export function aMinor(): Json {
  return aPatientResource({ birthDate: `${new Date().getFullYear() - 10}-01-01` });
}

/** Sciatica, coded, dated, active. */
export function aCondition(changes: Json = {}): Json {
  return {
    resourceType: 'Condition',
    id: 'condition-1',
    clinicalStatus: {
      coding: [
        {
          system: 'http://terminology.hl7.org/CodeSystem/condition-clinical',
          code: 'active',
        },
      ],
    },
    code: {
      coding: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'M54.16' }],
      text: 'Radiculopathy, lumbar region',
    },
    subject: { reference: `Patient/${PATIENT_ID}` },
    recordedDate: '2026-03-07',
    ...changes,
  };
}

/** A condition that is nothing but a text. */
export function aNote(text: string, id = 'condition-1'): Json {
  return aCondition({ id, code: { text } });
}

export function anObservation(changes: Json = {}): Json {
  return {
    resourceType: 'Observation',
    id: 'observation-1',
    status: 'final',
    code: { text: 'Measurement' },
    subject: { reference: `Patient/${PATIENT_ID}` },
    effectiveDateTime: '2026-03-07T10:00:00Z',
    ...changes,
  };
}

/** An unsigned order for an MRI of the lumbar spine. */
export function aDraftOrder(changes: Json = {}): Json {
  return {
    resourceType: 'ServiceRequest',
    id: 'draft-mri',
    status: 'draft',
    intent: 'order',
    code: {
      coding: [{ system: 'http://loinc.org', code: '30679-5' }],
      text: 'MRI lumbar spine',
    },
    subject: { reference: `Patient/${PATIENT_ID}` },
    ...changes,
  };
}

/** An unsigned order known by its name alone. */
export function aNamedOrder(id: string, text: string): Json {
  return aDraftOrder({ id, code: { text } });
}

/** DSTU2's prescription, which R4 replaced by MedicationRequest. */
export function aDstu2MedicationOrder(): Json {
  return {
    resourceType: 'MedicationOrder',
    id: 'smart-MedicationOrder-103',
    status: 'draft',
    patient: { reference: `Patient/${PATIENT_ID}` },
    medicationCodeableConcept: {
      coding: [{ system: 'http://www.nlm.nih.gov/research/umls/rxnorm', code: '617993' }],
      text: 'Amoxicillin 120 MG/ML / clavulanate potassium 8.58 MG/ML Oral Suspension',
    },
    dosageInstruction: [{ text: '5 mL bid x 10 days' }],
  };
}

export function searchset(resources: readonly Json[]): Json {
  return {
    resourceType: 'Bundle',
    type: 'searchset',
    total: resources.length,
    entry: resources.map((resource) => ({ resource })),
  };
}

/** An OperationOutcome as a server puts it in the place of data. */
export function anOutcome(severity: 'error' | 'fatal' | 'warning' | 'information'): Json {
  return {
    resourceType: 'OperationOutcome',
    issue: [{ severity, code: 'processing', diagnostics: 'Said by the FHIR server' }],
  };
}

import type { Resource } from '../src/fhir/resource.ts';

/**
 * Resources of a life without a bad back, that make a record as large as is wanted: vital signs,
 * laboratory results, diagnoses, medicines, surveys. The n-th is always the same, but for its date,
 * which lies within the ten years before the day given.
 */
export function padding(n: number, today: Date): Resource {
  const [resourceType, make] = at(MIX, n);
  const day = new Date(today.getTime() - (1 + ((n * 37) % 3600)) * 86_400_000);
  return { resourceType, ...make(n, day.toISOString()) };
}

type Elements = Readonly<Record<string, unknown>>;
type Some<T> = readonly [T, ...T[]];
type Make = readonly [resourceType: string, make: (n: number, time: string) => Elements];

/** How often each comes: mostly what is measured, then what was diagnosed. */
const MIX: Some<Make> = [
  ['DiagnosticReport', report],
  ['QuestionnaireResponse', survey],
  ['Procedure', procedure],
  ['MedicationRequest', prescription],
  ['MedicationStatement', statement],
  ...Array.from({ length: 4 }, (): Make => ['Condition', condition]),
  ...Array.from({ length: 11 }, (): Make => ['Observation', observation]),
];

const HL7 = 'http://terminology.hl7.org/CodeSystem';
const LOINC = 'http://loinc.org';

// Code, words, unit, least, spread, and whether a laboratory measured it.
const MEASURED: Some<readonly [string, string, string, number, number, boolean]> = [
  ['8867-4', 'Heart rate', '/min', 58, 40, false],
  ['9279-1', 'Respiratory rate', '/min', 12, 8, false],
  ['29463-7', 'Body weight', 'kg', 60, 30, false],
  ['8302-2', 'Body height', 'cm', 158, 30, false],
  ['39156-5', 'Body mass index (BMI) [Ratio]', 'kg/m2', 20, 12, false],
  ['2339-0', 'Glucose [Mass/volume] in Blood', 'mg/dL', 80, 60, true],
  ['4548-4', 'Hemoglobin A1c/Hemoglobin.total in Blood', '%', 5, 3, true],
  ['718-7', 'Hemoglobin [Mass/volume] in Blood', 'g/dL', 11, 5, true],
  ['2160-0', 'Creatinine [Mass/volume] in Serum or Plasma', 'mg/dL', 1, 1, true],
  ['2093-3', 'Cholesterol [Mass/volume] in Serum or Plasma', 'mg/dL', 150, 90, true],
];

function observation(n: number, time: string): Elements {
  const [code, display, unit, least, spread, laboratory] = at(MEASURED, n);
  return {
    status: 'final',
    category: [concept(`${HL7}/observation-category`, laboratory ? 'laboratory' : 'vital-signs')],
    code: concept(LOINC, code, display),
    effectiveDateTime: time,
    issued: time,
    valueQuantity: {
      value: least + ((n * 7) % (spread * 10)) / 10,
      unit,
      system: 'http://unitsofmeasure.org',
      code: unit,
    },
  };
}

const DIAGNOSES: Some<readonly [code: string, words: string]> = [
  ['E11.9', 'Type 2 diabetes mellitus without complications'],
  ['I10', 'Essential (primary) hypertension'],
  ['J45.909', 'Unspecified asthma, uncomplicated'],
  ['J06.9', 'Acute upper respiratory infection, unspecified'],
  ['H52.13', 'Myopia, bilateral'],
  ['L20.9', 'Atopic dermatitis, unspecified'],
  ['K21.9', 'Gastro-esophageal reflux disease without esophagitis'],
];

function condition(n: number, time: string): Elements {
  const [code, display] = at(DIAGNOSES, n);
  return {
    clinicalStatus: concept(`${HL7}/condition-clinical`, n % 3 === 0 ? 'active' : 'resolved'),
    verificationStatus: concept(`${HL7}/condition-ver-status`, 'confirmed'),
    category: [concept(`${HL7}/condition-category`, 'encounter-diagnosis')],
    code: concept('http://hl7.org/fhir/sid/icd-10-cm', code, display),
    encounter: { reference: `Encounter/visit-${n}` },
    onsetDateTime: time,
    recordedDate: time,
  };
}

const PROCEDURES: Some<readonly [code: string, words: string]> = [
  ['73761001', 'Colonoscopy'],
  ['80146002', 'Appendectomy'],
  ['54885007', 'Cataract surgery'],
];

function procedure(n: number, time: string): Elements {
  const [code, display] = at(PROCEDURES, n);
  const performed = { performedDateTime: time };
  return {
    status: 'completed',
    code: concept('http://snomed.info/sct', code, display),
    ...performed,
  };
}

const MEDICINES: Some<readonly [code: string, words: string]> = [
  ['314076', 'lisinopril 10 MG Oral Tablet'],
  ['861007', 'metformin hydrochloride 500 MG Oral Tablet'],
  ['617311', 'atorvastatin 40 MG Oral Tablet'],
];

function medicine(n: number): Elements {
  const [code, display] = at(MEDICINES, n);
  const system = 'http://www.nlm.nih.gov/research/umls/rxnorm';
  return { medicationCodeableConcept: concept(system, code, display) };
}

function prescription(n: number, time: string): Elements {
  const dosageInstruction = [{ text: 'Take one tablet in the morning' }];
  return {
    status: 'completed',
    intent: 'order',
    ...medicine(n),
    authoredOn: time,
    dosageInstruction,
  };
}

function statement(n: number, time: string): Elements {
  return { status: 'completed', ...medicine(n), effectiveDateTime: time, dateAsserted: time };
}

function report(n: number, time: string): Elements {
  return {
    status: 'final',
    category: [concept('http://terminology.hl7.org/CodeSystem/v2-0074', 'LAB')],
    code: concept(LOINC, '58410-2', 'CBC panel - Blood by Automated count'),
    effectiveDateTime: time,
    issued: time,
    result: [1, 2, 3].map((i) => ({ reference: `Observation/other-observation-${n + i}` })),
  };
}

function survey(n: number, time: string): Elements {
  const item = Array.from({ length: 9 }, (_, i) => ({
    linkId: `question-${i + 1}`,
    text: `Question ${i + 1} about the last two weeks`,
    answer: [{ valueInteger: (n + i) % 4 }],
  }));
  return { status: 'completed', authored: time, questionnaire: 'http://example.org/survey', item };
}

function concept(system: string, code: string, display?: string): unknown {
  return { coding: [display === undefined ? { system, code } : { system, code, display }] };
}

function at<T>(list: Some<T>, n: number): T {
  return list[n % list.length] ?? list[0];
}

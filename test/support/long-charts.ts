import type { Resource } from '../../src/fhir/resource.ts';

/** The moment at which the long charts are looked at. */
export const LOOKED_AT = new Date('2026-03-10T14:00:00Z');

/** The entry at a place of a chart, counted from 0, the newest first. */
export type Entry = (place: number) => Resource;

const ICD = 'http://hl7.org/fhir/sid/icd-10-cm';
const LOINC = 'http://loinc.org';
const SNOMED = 'http://snomed.info/sct';
const RXNORM = 'http://www.nlm.nih.gov/research/umls/rxnorm';
const OWN = 'urn:nerveroot:codesystem:findings';
const HL7 = 'http://terminology.hl7.org/CodeSystem';

/** An adult with sciatica and no more. */
const PATIENT: readonly Resource[] = [
  { resourceType: 'Patient', id: 'p1', birthDate: '1970-01-01' },
  { ...condition('M54.16')(20), id: 'sciatica' },
];

/** Charts by what they hold many of; of each kind that rules look through for the newest, the first, or the like. */
export const LONG_CHARTS: Readonly<Record<string, Entry>> = {
  'visits for low back pain': condition('M54.50'),
  'visits for sciatica, of a week each': condition('M54.16', 7),
  'visits that each begin an episode': condition('M54.50', 200),
  'diagnoses of other kinds': inTurn(
    ...['C61', 'M21.372', 'E11.9', 'S32.010A', 'R50.9', 'M51.26', 'G83.4', 'M81.0'].map((code) =>
      condition(code),
    ),
  ),
  'grades of one muscle': graded('strength-knee-extension'),
  'grades of one muscle of one day': (place) => ({
    ...graded('strength-knee-extension')(place % 2),
    effectiveDateTime: '2026-03-08',
    valueInteger: 3,
  }),
  'grades of several muscles': inTurn(
    graded('strength-hip-flexion'),
    graded('strength-knee-extension'),
    graded('strength-ankle-dorsiflexion'),
    graded('strength-great-toe-extension'),
    graded('strength-ankle-plantar-flexion'),
    onSide(answer('single-leg-heel-rise')),
  ),
  reflexes: inTurn(graded('reflex-knee'), graded('reflex-ankle'), onSide(answer('reflex-reduced'))),
  'reflexes of one day': (place) => ({
    ...graded('reflex-knee')(place),
    effectiveDateTime: '2026-03-08',
    valueInteger: 1 + (place % 2),
  }),
  'answers about the back': answer('back-pain'),
  'answers about a leg': inTurn(
    onSide(answer('leg-pain')),
    onSide(answer('leg-weakness')),
    onSide(answer('straight-leg-raise')),
  ),
  'answers about the areas of roots': inTurn(
    onSide(answer('sensation-reduced-l5')),
    onSide(answer('pain-area-l5')),
    onSide(answer('sensation-reduced')),
  ),
  'answers about red flags': inTurn(
    ...['saddle-sphincter-symptoms', 'recent-trauma', 'cancer-history', 'pain-worse'].map(answer),
  ),
  'answers about arteries and veins': inTurn(
    onSide(answer('foot-pulses-absent')),
    onSide(answer('leg-cold')),
    onSide(answer('leg-swelling')),
    answer('collapse'),
  ),
  'blood pressures': measured('8480-6', 124, 'mm[Hg]'),
  'diameters of an aneurysm': (place) => ({
    ...observation(OWN, 'aortic-aneurysm-diameter')(place),
    valueQuantity: { value: 4.1, unit: 'cm' },
  }),
  'days that something began': inTurn(
    ...['symptom-onset', 'weakness-onset', 'care-began'].map((code): Entry => (place) => ({
      ...observation(OWN, code)(place),
      valueDateTime: dayAt(place),
    })),
  ),
  'values measured': inTurn(measured('8310-5', 38.4, 'Cel'), measured('1988-5', 40, 'mg/L')),
  'scores of pain': (place) => ({
    ...observation(LOINC, '72514-3')(place),
    valueInteger: 5 + (place % 3),
  }),
  'medicines prescribed': inTurn(...['1364445', '11289', '1191', '32968'].map(prescription)),
  'medicines stated': inTurn(
    ...['1364445', '11289', '1191'].map((code): Entry => (place) => ({
      resourceType: 'MedicationStatement',
      status: 'active',
      medicationCodeableConcept: coded(RXNORM, code),
      effectiveDateTime: dayAt(place),
    })),
  ),
  'sessions of care, each for a visit': inTurn(condition('M54.50'), (place) => ({
    ...procedure('91251008')(place),
    reasonReference: [{ reference: `Condition/entry-${place - 1}` }],
  })),
  'procedures at the spine': inTurn(procedure('18946005'), procedure('178600005')),
  'reports of imaging': inTurn(report(coded(LOINC, '30679-5')), report({ text: 'MR spine' })),
  'urgent orders, with reports of others': inTurn(
    (place) => ({
      resourceType: 'ServiceRequest',
      status: 'active',
      intent: 'order',
      priority: 'stat',
      code: coded(LOINC, '30679-5'),
      authoredOn: dayAt(place % 30),
    }),
    (place) => ({
      ...report(coded(LOINC, '30679-5'))(60),
      basedOn: [{ reference: `ServiceRequest/other-${place}` }],
    }),
  ),
  'entries in words': inTurn(
    (place) => ({ ...condition('M54.50')(place), code: { text: 'Sciatica' } }),
    (place) => ({ ...procedure('91251008')(place), code: { text: 'Operation' } }),
    (place) => ({ ...prescription('1191')(place), medicationCodeableConcept: { text: 'Pills' } }),
    (place) => ({ ...answer('back-pain')(place % 30), code: { text: 'Back pain' } }),
  ),
  'responses to a form': (place) => ({
    resourceType: 'QuestionnaireResponse',
    status: 'completed',
    questionnaire: 'urn:nerveroot:questionnaire:red-flag-screen',
    authored: `${dayAt(place)}T10:00:00Z`,
    item: ['bladder-change', 'recent-trauma', 'cancer-history'].map((linkId) => ({
      linkId,
      answer: [{ valueBoolean: place % 2 === 0 }],
    })),
  }),
};

/** The resources of a chart with so many of these entries. */
export function aLongChart(entry: Entry, count: number): Resource[] {
  const entries = Array.from({ length: count }, (_, place) => ({
    ...entry(place),
    id: `entry-${place}`,
    subject: { reference: 'Patient/p1' },
  }));
  return [...PATIENT, ...entries];
}

function inTurn(...entries: readonly Entry[]): Entry {
  return (place) => entries[place % entries.length]?.(place) ?? { resourceType: 'Basic' };
}

/** A day before the moment of looking: so many days for each place. */
function dayAt(place: number, apart = 1): string {
  return new Date(LOOKED_AT.getTime() - place * apart * 86_400_000).toISOString().slice(0, 10);
}

function coded(system: string, code: string) {
  return { coding: [{ system, code }] };
}

function condition(code: string, apart = 1): Entry {
  return (place) => ({
    resourceType: 'Condition',
    clinicalStatus: coded(`${HL7}/condition-clinical`, 'active'),
    code: coded(ICD, code),
    onsetDateTime: dayAt(place, apart),
    recordedDate: dayAt(place, apart),
  });
}

function observation(system: string, code: string): Entry {
  return (place) => ({
    resourceType: 'Observation',
    status: 'final',
    code: coded(system, code),
    effectiveDateTime: dayAt(place),
  });
}

function onSide(entry: Entry): Entry {
  return (place) => ({
    ...entry(place),
    bodySite: coded(SNOMED, place % 2 === 0 ? '7771000' : '24028007'),
  });
}

function graded(code: string): Entry {
  return onSide((place) => ({ ...observation(OWN, code)(place), valueInteger: 1 + (place % 3) }));
}

function answer(code: string): Entry {
  return (place) => ({ ...observation(OWN, code)(place), valueBoolean: place % 3 !== 0 });
}

function measured(code: string, value: number, unit: string): Entry {
  return (place) => ({
    ...observation(LOINC, code)(place),
    valueQuantity: { value, unit },
    referenceRange: [{ high: { value: 10, unit } }],
  });
}

function prescription(code: string): Entry {
  return (place) => ({
    resourceType: 'MedicationRequest',
    status: 'active',
    intent: 'order',
    medicationCodeableConcept: coded(RXNORM, code),
    authoredOn: dayAt(place),
  });
}

function procedure(code: string): Entry {
  return (place) => ({
    resourceType: 'Procedure',
    status: 'completed',
    code: coded(SNOMED, code),
    performedDateTime: dayAt(place),
  });
}

function report(code: unknown): Entry {
  return (place) => ({
    resourceType: 'DiagnosticReport',
    status: 'final',
    category: [coded(`${HL7}/v2-0074`, 'RAD')],
    code,
    effectiveDateTime: dayAt(place),
  });
}

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expand } from '../../../src/rule-tests/short-form/expand.ts';
import { KIND_NAMES, type KindName } from '../../../src/rule-tests/short-form/kinds.ts';
import { loadVocabulary } from '../../../src/rule-tests/short-form/vocabulary.ts';
import { withFolder } from '../../support/folder.ts';

const CODES = `system,code,display,group,valueset,source,confidence
ICD-10-CM,J20.9,Acute bronchitis,,,,verified
SNOMED CT,49727002,Cough (finding),,,,verified
SNOMED CT,7771000,Left (qualifier value),,,,verified
LOINC,8310-5,Body temperature,,,,verified
RxNorm,161,acetaminophen,,,,verified
`;
const UNITS = 'spelling,ucum\n°C,Cel\nmg/L,mg/L\n';
const NAMES = 'names:\n  temperature: 8310-5\n  a cough: Cough\nsides:\n  left: "7771000"\n';

const SNOMED = 'http://snomed.info/sct';
const COUGH = { coding: [{ system: SNOMED, code: '49727002' }] };
const OBSERVED = { resourceType: 'Observation', status: 'final', code: COUGH };
const TERMS = 'http://terminology.hl7.org/CodeSystem';
const term = (system: string, code: string) => ({
  coding: [{ system: `${TERMS}/${system}`, code }],
});
const ACTIVE = { clinicalStatus: term('condition-clinical', 'active') };
const CONFIRMED = { verificationStatus: term('condition-ver-status', 'confirmed') };
const LISTED = { category: [term('condition-category', 'problem-list-item')] };
const BRONCHITIS = {
  resourceType: 'Condition',
  code: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'J20.9' }] },
};
const ACETAMINOPHEN = {
  medicationCodeableConcept: {
    coding: [
      {
        system: 'http://www.nlm.nih.gov/research/umls/rxnorm',
        code: '161',
        display: 'acetaminophen',
      },
    ],
  },
};

const { vocabulary } = await withFolder(
  {
    'cql/terminology/codes.csv': CODES,
    'cql/terminology/units.csv': UNITS,
    'test/rules/short-names.yaml': NAMES,
  },
  loadVocabulary,
);

function problemOf(kind: KindName, said: string): string {
  const read = expand(kind, said, vocabulary);
  return 'problem' in read ? read.problem : `expands to ${JSON.stringify(read.value)}`;
}

describe('what a short entry stands for', () => {
  it.each([
    ['patient', 'female, 45 years old', { gender: 'female', birthDate: 'today - 45 years' }],
    ['patient', 'born 1980-02-03, id p1', { birthDate: '1980-02-03', id: 'p1' }],
  ] as const)('%s: %s', (kind, said, elements) => {
    expect(expand(kind, said, vocabulary)).toEqual({
      value: { resourceType: 'Patient', ...elements },
    });
  });

  it.each([
    ['49727002', { code: COUGH }],
    ['Cough', { code: { coding: [{ ...COUGH.coding[0], display: 'Cough' }] } }],
    ['Cough (finding)', { code: { coding: [{ ...COUGH.coding[0], display: 'Cough (finding)' }] } }],
    ['a cough', { code: { coding: [{ ...COUGH.coding[0], display: 'Cough' }] } }],
    ['49727002 "Husten"', { code: { coding: [{ ...COUGH.coding[0], display: 'Husten' }] } }],
    ['temperature', { code: { coding: [{ system: 'http://loinc.org', code: '8310-5' }] } }],
    ['in words "Husten, seit gestern"', { code: { text: 'Husten, seit gestern' } }],
  ])('a finding is named by %s', (said, elements) => {
    expect(expand('finding', said, vocabulary)).toEqual({ value: { ...OBSERVED, ...elements } });
  });

  it.each([
    ['yes', { valueBoolean: true }],
    ['no', { valueBoolean: false }],
    ['3', { valueInteger: 3 }],
    ['-1', { valueInteger: -1 }],
    ['2019', { valueInteger: 2019 }],
    ['"4-/5, tired"', { valueString: '4-/5, tired' }],
    [
      '38.4 °C',
      {
        valueQuantity: {
          value: 38.4,
          unit: '°C',
          system: 'http://unitsofmeasure.org',
          code: 'Cel',
        },
      },
    ],
    [
      '>= 3 mg/L',
      {
        valueQuantity: {
          comparator: '>=',
          value: 3,
          unit: 'mg/L',
          system: 'http://unitsofmeasure.org',
          code: 'mg/L',
        },
      },
    ],
    ['<5 "Stück"', { valueQuantity: { comparator: '<', value: 5, unit: 'Stück' } }],
    ['400 without unit', { valueQuantity: { value: 400 } }],
    ['answer 9 days ago', { valueDateTime: 'today - 9 days' }],
    ['answer 49727002', { valueCodeableConcept: COUGH }],
    ['answer in words "some"', { valueCodeableConcept: { text: 'some' } }],
    ['left', { bodySite: { coding: [{ system: SNOMED, code: '7771000' }] } }],
    ['today', { effectiveDateTime: 'today' }],
    ['1 day ago', { effectiveDateTime: 'today - 1 day' }],
    ['today - 6 weeks', { effectiveDateTime: 'today - 6 weeks' }],
    ['2 hours ago', { effectiveDateTime: 'now - 2 hours' }],
    ['in 3 days', { effectiveDateTime: 'today + 3 days' }],
    ['2026-03-08', { effectiveDateTime: '2026-03-08' }],
    ['2026-03-08T10:00:00+01:00', { effectiveDateTime: '2026-03-08T10:00:00+01:00' }],
    ['in 2026-03', { effectiveDateTime: '2026-03' }],
    ['in 2019', { effectiveDateTime: '2019' }],
    ['from 9 days ago', { effectivePeriod: { start: 'today - 9 days' } }],
    ['until today', { effectivePeriod: { end: 'today' } }],
    ['from in 2019 until today', { effectivePeriod: { start: '2019', end: 'today' } }],
    ['issued today', { issued: 'today' }],
    ['cancelled', { status: 'cancelled' }],
    ['category exam', { category: [term('observation-category', 'exam')] }],
    ['id a.1', { id: 'a.1' }],
  ])('of a finding, %s says', (said, elements) => {
    expect(expand('finding', `49727002, ${said}`, vocabulary)).toEqual({
      value: { ...OBSERVED, ...elements },
    });
  });

  it.each([
    ['', { ...ACTIVE, ...CONFIRMED, ...LISTED }],
    [', onset 9 days ago', { ...ACTIVE, ...CONFIRMED, ...LISTED, onsetDateTime: 'today - 9 days' }],
    [
      ', resolved, ended in 2019, recorded today',
      {
        clinicalStatus: term('condition-clinical', 'resolved'),
        ...CONFIRMED,
        ...LISTED,
        abatementDateTime: '2019',
        recordedDate: 'today',
      },
    ],
    [
      ', refuted, without clinical status',
      { verificationStatus: term('condition-ver-status', 'refuted'), ...LISTED },
    ],
    [', without verification, without category', ACTIVE],
    [
      ', of an encounter, left',
      {
        ...ACTIVE,
        ...CONFIRMED,
        category: [term('condition-category', 'encounter-diagnosis')],
        bodySite: [{ coding: [{ system: SNOMED, code: '7771000' }] }],
      },
    ],
  ])('condition: J20.9%s', (said, elements) => {
    expect(expand('condition', `J20.9${said}`, vocabulary)).toEqual({
      value: { ...BRONCHITIS, ...elements },
    });
  });

  it.each([
    [
      'prescription',
      'acetaminophen, 9 days ago, on-hold',
      {
        resourceType: 'MedicationRequest',
        status: 'on-hold',
        intent: 'order',
        ...ACETAMINOPHEN,
        authoredOn: 'today - 9 days',
      },
    ],
    [
      'medicine',
      'acetaminophen, from 9 days ago',
      {
        resourceType: 'MedicationStatement',
        status: 'active',
        ...ACETAMINOPHEN,
        effectivePeriod: { start: 'today - 9 days' },
      },
    ],
    [
      'order',
      '49727002, in 3 days, written today, for J20.9, for in words "bark", for Condition/c1, for Condition/c2, id o1',
      {
        resourceType: 'ServiceRequest',
        status: 'draft',
        intent: 'order',
        code: COUGH,
        occurrenceDateTime: 'today + 3 days',
        authoredOn: 'today',
        reasonCode: [BRONCHITIS.code, { text: 'bark' }],
        reasonReference: [{ reference: 'Condition/c1' }, { reference: 'Condition/c2' }],
        id: 'o1',
      },
    ],
    [
      'order',
      '49727002, stat, active',
      {
        resourceType: 'ServiceRequest',
        status: 'active',
        intent: 'order',
        code: COUGH,
        priority: 'stat',
      },
    ],
    [
      'procedure',
      '49727002, not-done, in 2019',
      {
        resourceType: 'Procedure',
        status: 'not-done',
        code: COUGH,
        performedDateTime: '2019',
      },
    ],
    [
      'report',
      'in words "Röntgen", category RAD, issued 2 days ago',
      {
        resourceType: 'DiagnosticReport',
        status: 'final',
        code: { text: 'Röntgen' },
        category: [term('v2-0074', 'RAD')],
        issued: 'today - 2 days',
      },
    ],
  ] as const)('%s: %s', (kind, said, resource) => {
    expect(expand(kind, said, vocabulary)).toEqual({ value: resource });
  });
});

describe('what cannot be read is named, with what may stand there', () => {
  it.each([
    [
      'finding',
      '49727002, yess',
      '"yess" is not understood in "finding". Did you mean "yes"? It takes the value (yes, no, ',
    ],
    ['finding', '49727002, leftt', 'Did you mean "left"?'],
    [
      'finding',
      '49727002, 9 dayz ago',
      '"9 dayz ago" is not understood in "finding". Did you mean "9 days ago"?',
    ],
    ['finding', '49727002, 2026-02-30', '"2026-02-30" is not understood in "finding"'],
    ['patient', 'femal', '"femal" is not understood in "patient". Did you mean "female"?'],
    [
      'condition',
      'J20.9, 9 days ago',
      '"9 days ago" is not understood in "condition". It takes the onset (onset 9 days ago); the day of recording (recorded 9 days ago)',
    ],
    [
      'condition',
      'J20.9, onset long ago',
      '"long ago" is no date; write one like today, 9 days ago',
    ],
    ['medicine', 'acetaminophen, from then', '"then" is no date'],
    ['medicine', 'acetaminophen, from today until then', '"then" is no date'],
    [
      'medicine',
      'acetaminofen',
      '"acetaminofen" is not known; write a code or a name of cql/terminology, or a name of test/rules/short-names.yaml. Did you mean "acetaminophen"?',
    ],
    ['order', '49727002, for J20.8', '"J20.8" is not known'],
    ['finding', '49727002, answer J20.8', '"J20.8" is not known'],
    [
      'finding',
      'temperature, 38 Grad',
      'The unit "Grad" is not known; add it to cql/terminology/units.csv, or write it in quotation marks where it has no code.',
    ],
    ['order', '49727002, STAT', '"STAT" is not understood in "order". Did you mean "stat"?'],
    ['order', '49727002, stat, asap', '"asap" and "stat" both say the priority'],
    ['procedure', '49727002, stat', '"stat" is not understood in "procedure"'],
    ['finding', '49727002, yes, no', '"no" and "yes" both say the value; keep one of them.'],
    [
      'finding',
      '49727002, today, from today',
      '"from today" and "today" both say the date; keep one of them.',
    ],
    ['finding', '49727002,, yes', 'Something is missing beside a comma of "49727002,, yes"'],
    ['finding', '49727002,', 'Something is missing beside a comma of "49727002,"'],
    ['finding', '49727002, "yes', 'A quotation mark in 49727002, "yes is not closed'],
    ['finding', 'in words ""', '"in words """ is not known'],
    ['finding', 'constructor', '"constructor" is not known'],
    ['patient', 'constructor', '"constructor" is not understood in "patient"'],
  ] as const)('%s: %s', (kind, said, problem) => {
    expect(problemOf(kind, said)).toContain(problem);
  });
});

/** The cough with these parts. */
function elementsOf(...parts: string[]): object {
  const read = expand('finding', ['49727002', ...parts].join(', '), vocabulary);
  return 'value' in read ? read.value : {};
}

describe('whatever is written', () => {
  const PARTS = {
    value: ['yes', '3', '38.4 °C', '"a, b"', 'answer 9 days ago', 'answer 49727002'],
    side: ['left'],
    date: ['today', '9 days ago', 'in 2026-03', 'from 9 days ago until today'],
    status: ['amended', 'entered-in-error'],
    id: ['id a1'],
  };
  const someParts = fc
    .record(
      Object.fromEntries(
        Object.entries(PARTS).map(([name, texts]) => [name, fc.constantFrom(...texts)]),
      ),
      { requiredKeys: [] },
    )
    .map((parts) => Object.values(parts).filter((part) => part !== undefined));

  it('the order of the parts says nothing', () => {
    const shuffled = someParts.chain((parts) =>
      fc.tuple(
        fc.constant(parts),
        fc.shuffledSubarray(parts, { minLength: parts.length, maxLength: parts.length }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([parts, others]) => {
        const read = expand('finding', ['49727002', ...parts].join(', '), vocabulary);
        expect(read).toHaveProperty('value');
        expect(expand('finding', ['49727002', ...others].join(','), vocabulary)).toEqual(read);
      }),
    );
  });

  it('each part says its own elements, and together they say no other', () => {
    fc.assert(
      fc.property(someParts, (parts) => {
        const alone = parts.map((part) => elementsOf(part));
        const withStatus = parts
          .filter((part) => PARTS.status.includes(part))
          .map((p) => elementsOf(p));
        expect(elementsOf(...parts)).toEqual(
          Object.assign({ ...OBSERVED }, ...alone, ...withStatus),
        );
      }),
    );
  });

  it('comes to a resource of its kind or a problem, never an exception', () => {
    const words = fc.constantFrom('49727002', 'yes', '"', ',', 'for', 'in words', '9', 'days ago');
    const texts = fc.oneof(
      fc.string(),
      fc.array(words).map((all) => all.join(' ')),
    );
    fc.assert(
      fc.property(fc.constantFrom(...KIND_NAMES), texts, (kind, text) => {
        const read = expand(kind, text, vocabulary);
        const said = 'problem' in read ? read.problem : read.value.resourceType;
        expect(said).toMatch(/\S/);
      }),
    );
  });
});

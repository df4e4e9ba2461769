import * as fc from 'fast-check';
import type { Content } from '../../src/content/content.ts';
import { childrenOf, type ElmNode } from '../../src/elm/elm-tree.ts';
import type { Resource } from '../../src/fhir/resource.ts';
import {
  choice,
  CLINICAL,
  conceptsOf,
  DATE,
  list,
  NUMBER,
  PERIOD,
  QUANTITY,
  SIDE,
  some,
  status,
  TEXT,
  TRUTH,
  VERIFICATION,
  type Code,
} from './arbitrary-values.ts';

const PATIENT = 'p1';

/** The codes of each value set that rules look for, by the element: `Observation.code`, or any other. */
function codesAskedFor({ program }: Content): ReadonlyMap<string, readonly (readonly Code[])[]> {
  const found = new Map<string, (readonly Code[])[]>();
  const sets = new Map(program.valueSets.map((set) => [set.url, set]));
  const urls = new Map<string, string>();
  for (const { library } of program.elms.values()) {
    for (const { name, id } of library.valueSets?.def ?? []) urls.set(name, id);
  }
  const visit = ({ type, dataType = '', codeProperty = '', ...node }: ElmNode): void => {
    const named = node.codes ?? node.valueset;
    const set = sets.get(urls.get(named?.name ?? '') ?? '');
    const isRetrieve = type === 'Retrieve';
    const key = isRetrieve ? `${dataType.replace(/^.*\}/, '')}.${codeProperty}` : ANY_ELEMENT;
    const families = (set?.families ?? []).map(({ system, written }) => ({
      system,
      code: written,
    }));
    const codes = [...(set?.codes ?? []), ...families];
    if (codes.length > 0) found.set(key, [...(found.get(key) ?? []), codes]);
    for (const [, child] of childrenOf(node)) visit(child);
  };
  for (const { body } of program.linked.definitions) visit(body);
  return found;
}

const ANY_ELEMENT = 'any';

/** The elements that rules may read, by resource type; each lacks now and then. */
function elementsOf(content: Content): Readonly<Record<string, fc.Arbitrary<object>>> {
  const asked = codesAskedFor(content);
  const qualifier = conceptsOf(asked.get(ANY_ELEMENT) ?? []);
  const site = fc.oneof({ weight: 3, arbitrary: SIDE }, { weight: 1, arbitrary: qualifier });
  const codeOf = (element: string) => {
    const codes = asked.get(element);
    return codes ? conceptsOf(codes) : qualifier;
  };
  const linkIds = content.questionnaires.flatMap(({ questions }) => questions.map((q) => q.linkId));
  const value = choice({
    valueInteger: fc.oneof(
      { weight: 5, arbitrary: fc.integer({ min: 0, max: 5 }) },
      { weight: 1, arbitrary: NUMBER },
    ),
    valueBoolean: TRUTH,
    valueQuantity: QUANTITY,
    valueCodeableConcept: qualifier,
    valueString: TEXT,
    valueDateTime: DATE,
    valuePeriod: PERIOD,
    valueRange: fc.constant({}),
  });
  const effective = choice({
    effectiveDateTime: DATE,
    effectivePeriod: PERIOD,
    effectiveInstant: DATE,
  });
  const answer = fc.record(
    {
      valueBoolean: TRUTH,
      valueDate: DATE,
      valueInteger: NUMBER,
      valueCoding: fc.constant({ code: 'a' }),
    },
    { requiredKeys: [] },
  );
  const item = fc.record({
    linkId: fc.constantFrom<unknown>(...linkIds, 'other', 5),
    answer: list(answer),
  });
  const medication = {
    medicationCodeableConcept: codeOf('MedicationRequest.medication'),
    medicationReference: fc.constantFrom({ reference: '#drug' }, { reference: 'Medication/m' }, {}),
    contained: fc.tuple(
      fc.record({
        resourceType: fc.constant('Medication'),
        id: fc.constant('drug'),
        code: qualifier,
      }),
    ),
    dosage: fc.constant([{ text: 'once a day' }]),
  };
  return {
    Condition: some({
      code: codeOf('Condition.code'),
      clinicalStatus: CLINICAL,
      verificationStatus: VERIFICATION,
      category: list(codeOf('Condition.category')),
      severity: qualifier,
      bodySite: list(site),
      onsetDateTime: DATE,
      onsetPeriod: PERIOD,
      onsetString: TEXT,
      abatementDateTime: DATE,
      abatementPeriod: PERIOD,
      abatementBoolean: TRUTH,
      recordedDate: DATE,
      note: fc.constant([{ text: 'since weeks' }]),
      evidence: fc.tuple(fc.record({ code: list(qualifier) })),
    }),
    Observation: some(
      {
        code: codeOf('Observation.code'),
        status: status('final', 'amended'),
        category: list(codeOf('Observation.category')),
        bodySite: site,
        interpretation: list(qualifier),
        issued: DATE,
        dataAbsentReason: qualifier,
        method: qualifier,
        component: list(some({ code: codeOf('Observation.code') }, value)),
      },
      value,
      effective,
    ),
    MedicationRequest: some({
      ...medication,
      status: status('active', 'completed'),
      intent: status('order', 'plan'),
      authoredOn: DATE,
      doNotPerform: TRUTH,
      reasonCode: list(qualifier),
      dispenseRequest: fc.record({ validityPeriod: PERIOD }),
    }),
    MedicationStatement: some(
      {
        ...medication,
        status: status('active', 'completed'),
        dateAsserted: DATE,
      },
      effective,
    ),
    Procedure: some({
      code: codeOf('Procedure.code'),
      status: status('completed'),
      category: qualifier,
      bodySite: list(site),
      performedDateTime: DATE,
      performedPeriod: PERIOD,
      performedString: TEXT,
      outcome: qualifier,
      reasonCode: list(qualifier),
    }),
    DiagnosticReport: some(
      {
        code: codeOf('DiagnosticReport.code'),
        status: status('final', 'amended'),
        category: list(codeOf('DiagnosticReport.category')),
        issued: DATE,
        conclusion: TEXT,
        conclusionCode: list(qualifier),
      },
      effective,
    ),
    ServiceRequest: some({
      code: codeOf('ServiceRequest.code'),
      status: status('active', 'completed'),
      intent: status('order', 'plan'),
      category: list(codeOf('ServiceRequest.category')),
      authoredOn: DATE,
      occurrenceDateTime: DATE,
      occurrencePeriod: PERIOD,
      bodySite: list(site),
      doNotPerform: TRUTH,
    }),
    QuestionnaireResponse: some({
      status: status('completed'),
      authored: DATE,
      item: list(item),
      questionnaire: fc.constantFrom<unknown>(
        ...content.questionnaires.map(({ url }) => url),
        'x',
        1,
      ),
    }),
    Medication: some({ code: codeOf('Medication.code'), status: status('active') }),
  };
}

const PATIENTS = fc
  .record(
    {
      birthDate: DATE,
      gender: fc.constantFrom<unknown>('male', 'female', 1),
      active: TRUTH,
      deceasedBoolean: TRUTH,
      deceasedDateTime: DATE,
      name: fc.constantFrom<unknown>([{ given: ['A', 1] }], {}),
    },
    { requiredKeys: [] },
  )
  .map((elements) => ({ resourceType: 'Patient', id: PATIENT, ...elements }));

/**
 * Charts of one patient as records have them at their worst: all that rules may read, with
 * codes of the content's value sets, and with elements that lack, contradict or are of a
 * wrong JSON type.
 */
export function arbitraryCharts(content: Content): fc.Arbitrary<Resource[]> {
  const resources = Object.entries(elementsOf(content)).map(([resourceType, elements]) =>
    elements.map((written): Resource => ({
      resourceType,
      subject: { reference: `Patient/${PATIENT}` },
      ...written,
    })),
  );
  const chart = fc
    .array(fc.oneof(...resources), { minLength: 5, maxLength: 40 })
    .map((all) => all.map((resource, i): Resource => ({ ...resource, id: `r${i}` })));
  return fc.tuple(PATIENTS, chart).map(([patient, rest]) => [patient, ...rest]);
}

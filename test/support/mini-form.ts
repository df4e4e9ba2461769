import { miniContent } from './mini-content.ts';
import type { Files } from './folder.ts';

/** The one form of the mini content. */
export const FORM_FILE = 'hooks/questionnaires/cough.json';

/** A library that reads the answers to questions about a cough. */
export const ASKS = `library Asks version '1.0.0'
using FHIR version '4.0.1'
include FHIRHelpers version '4.0.1'
valueset "Cough": 'urn:mini:valueset:cough'
context Patient
define "Cough Answers": [Observation: "Cough"]
`;

export const UCUM = 'http://unitsofmeasure.org';
const CORE = 'http://hl7.org/fhir/StructureDefinition/';
const SDC = 'http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-';

/** An item of a Questionnaire, right or wrong. */
export type Item = Readonly<Record<string, unknown>>;

/** A question about a cough; its linkId and type are its only mark. */
export function aQuestion(linkId: string, type: string, more: Item = {}): Item {
  const code = [{ system: 'http://snomed.info/sct', code: '49727002' }];
  return { linkId, type, text: linkId, code, ...more };
}

export const aUnit = (code: string, system = UCUM) => ({
  url: `${CORE}questionnaire-unitOption`,
  valueCoding: { system, code },
});

export const aLimit = (end: 'min' | 'max', value: number, code: string) => ({
  url: `${SDC}${end}Quantity`,
  valueQuantity: { value, system: UCUM, code },
});

export const aWholeLimit = (end: 'min' | 'max', valueInteger: number) => ({
  url: `${CORE}${end}Value`,
  valueInteger,
});

/** A form with these items, an item a line from line 3 on, as `nerveroot check` reads it. */
export function formOf(...items: readonly Item[]): Files {
  const head =
    '"resourceType":"Questionnaire","url":"urn:nerveroot:questionnaire:cough","title":"Cough","status":"draft","subjectType":["Patient"]';
  const lines = items.map((item) => JSON.stringify(item)).join(',\n');
  const text = `{${head},\n"item":[\n${lines}\n]}\n`;
  return miniContent([], { 'cql/Asks.cql': ASKS, [FORM_FILE]: text });
}

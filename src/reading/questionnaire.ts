import type { Coding } from '../engine/codes.ts';
import type { Resource } from '../fhir/resource.ts';

export type NamedCoding = Coding & { readonly display?: string | undefined };

/** A number in a unit of UCUM. @see https://hl7.org/fhir/R4/datatypes.html#Quantity */
export interface Quantity {
  readonly value: number;
  readonly unit?: string | undefined;
  readonly system: string;
  readonly code: string;
}

/** A question of a questionnaire whose answer is a fact. */
export interface Question {
  readonly linkId: string;
  readonly text: string;
  /** The code of the Observation. */
  readonly code: NamedCoding;
  /** Where on the body the question asks, like a side. */
  readonly bodySite: NamedCoding | undefined;
}

/** An answer to an earlier question that decides whether an item is asked. */
export interface EnableWhen {
  readonly question: string;
  readonly operator: 'exists' | '=' | '!=' | '>' | '<' | '>=' | '<=';
  readonly answerBoolean?: boolean | undefined;
  readonly answerInteger?: number | undefined;
  readonly answerDate?: string | undefined;
  readonly answerCoding?: NamedCoding | undefined;
  readonly answerQuantity?: Quantity | undefined;
}

/** The ending of `answer…` and `value…` for each kind of question. @see https://hl7.org/fhir/R4/valueset-item-type.html */
export const ANSWER_TYPES = {
  boolean: 'Boolean',
  choice: 'Coding',
  date: 'Date',
  integer: 'Integer',
  quantity: 'Quantity',
} as const;

export type QuestionType = keyof typeof ANSWER_TYPES;

export interface ItemExtension {
  readonly url: string;
  readonly valueCoding?: NamedCoding | undefined;
  readonly valueInteger?: number | undefined;
  readonly valueQuantity?: Quantity | undefined;
}

/** One question, or a group of them. */
export interface QuestionnaireItem {
  readonly linkId: string;
  readonly type: 'group' | 'display' | QuestionType;
  readonly text: string;
  readonly code?: NamedCoding[] | undefined;
  readonly answerOption?: { valueCoding: NamedCoding }[] | undefined;
  readonly extension?: ItemExtension[] | undefined;
  readonly enableWhen?: EnableWhen[] | undefined;
  readonly enableBehavior?: 'all' | 'any' | undefined;
  readonly item?: QuestionnaireItem[] | undefined;
}

export interface Questionnaire {
  /** The name of its file, and the end of its URL. */
  readonly name: string;
  readonly url: string;
  readonly title: string;
  readonly questions: readonly Question[];
  /** The FHIR resource, as it is shown to people. */
  readonly resource: Resource & { readonly item: readonly QuestionnaireItem[] };
}

const CORE = 'http://hl7.org/fhir/StructureDefinition/';
const SDC = 'http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-';

/**
 * The extensions that say something about a number, and the type of question they are for.
 *
 * @see https://hl7.org/fhir/uv/sdc/STU3/
 */
const ABOUT_NUMBERS = new Map([
  [`${CORE}minValue`, { says: 'min', of: 'integer' } as const],
  [`${CORE}maxValue`, { says: 'max', of: 'integer' } as const],
  [`${CORE}questionnaire-unitOption`, { says: 'unit', of: 'quantity' } as const],
  // SDC's unit of plain numbers, which none of these questions takes: check then names unitOption.
  [`${CORE}questionnaire-unit`, { says: 'unit', of: 'decimal' } as const],
  [`${SDC}minQuantity`, { says: 'min', of: 'quantity' } as const],
  [`${SDC}maxQuantity`, { says: 'max', of: 'quantity' } as const],
]);

/** What an extension says about a number, with the UCUM code of its unit; undefined for other extensions. */
export function aboutNumbers({ url, valueCoding, valueInteger, valueQuantity }: ItemExtension) {
  const meaning = ABOUT_NUMBERS.get(url);
  if (meaning === undefined) return undefined;
  const number = meaning.of === 'integer' ? valueInteger : valueQuantity?.value;
  return { ...meaning, number, unit: valueCoding?.code ?? valueQuantity?.code };
}

/** The extension that sets the least or the greatest number: a whole one, or one in a unit. */
export function limitExtension(end: 'min' | 'max', limit: number | Quantity): ItemExtension {
  return typeof limit === 'number'
    ? { url: `${CORE}${end}Value`, valueInteger: limit }
    : { url: `${SDC}${end}Quantity`, valueQuantity: limit };
}

/** The UCUM codes of the units that an answer may have. */
export function unitsOf({ extension = [] }: QuestionnaireItem): string[] {
  const said = extension.map(aboutNumbers);
  return said.flatMap((one) => (one?.says === 'unit' ? (one.unit ?? []) : []));
}

/** The least and the greatest number that an answer may be, in a unit; integers have none. */
export function limitsOf(
  { extension = [] }: QuestionnaireItem,
  unit?: string,
): { readonly min: number; readonly max: number } {
  const said = extension.map(aboutNumbers);
  const find = (end: 'min' | 'max') =>
    said.find((one) => one?.says === end && one.unit === unit)?.number;
  return { min: find('min') ?? -Infinity, max: find('max') ?? Infinity };
}

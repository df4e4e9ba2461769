export interface Coding {
  system: string;
  code: string;
  display?: string;
}

export interface Quantity {
  value: number;
  unit?: string;
  system: string;
  code: string;
}

/** An answer to an earlier question that decides whether an item is asked. */
export interface Condition {
  question: string;
  operator: string;
  answerBoolean?: boolean;
  answerInteger?: number;
  answerDate?: string;
  answerCoding?: Coding;
  answerQuantity?: Quantity;
}

/** What the form reads of a FHIR Questionnaire's item. */
export interface Item {
  linkId: string;
  type: 'group' | 'display' | 'boolean' | 'choice' | 'date' | 'integer' | 'quantity';
  text: string;
  answerOption?: { valueCoding: Coding }[];
  extension?: {
    url: string;
    valueInteger?: number;
    valueCoding?: Coding;
    valueQuantity?: Quantity;
  }[];
  enableWhen?: Condition[];
  enableBehavior?: string;
  item?: Item[];
}

export interface Card {
  summary: string;
  detail?: string;
  indicator: 'info' | 'warning' | 'critical';
  source: { label: string };
}

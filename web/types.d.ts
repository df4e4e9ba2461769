/** What the form reads of a FHIR Questionnaire's item. */
export interface Item {
  linkId: string;
  type: 'group' | 'display' | 'boolean' | 'choice' | 'date' | 'integer';
  text: string;
  answerOption?: { valueCoding: { system: string; code: string; display?: string } }[];
  extension?: { url: string; valueInteger?: number }[];
  item?: Item[];
}

export interface Card {
  summary: string;
  detail?: string;
  indicator: 'info' | 'warning' | 'critical';
  source: { label: string };
}

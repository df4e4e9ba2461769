import { UCUM } from '../../engine/units.ts';
import { DATE_FORMS, readShortDate } from './dates.ts';
import { SHORT_NAMES_FILE, type Read, type Vocabulary } from './vocabulary.ts';

/** Elements of a resource; undefined takes away what would stand there without the part. */
export type Elements = Readonly<Record<string, unknown>>;

/** One thing that an entry may say after its first part. */
export interface Part {
  /** What it says; an entry says it once, unless there may be several. */
  readonly says: string;
  readonly several?: true;
  /** How it is written. */
  readonly forms: (vocabulary: Vocabulary | undefined) => readonly string[];
  /** The elements it stands for; undefined when the text says something else. */
  readonly read: (said: string, vocabulary: Vocabulary) => Read<Elements> | undefined;
}

const QUOTED = /^"([^"]+)"$/;

/** One of the words, each standing for elements. */
export function words(says: string, meaning: Readonly<Record<string, Elements>>): Part {
  return {
    says,
    forms: () => Object.keys(meaning),
    read: (said) => (Object.hasOwn(meaning, said) ? found(meaning[said] ?? {}) : undefined),
  };
}

/** A FHIR status, in FHIR's own word. */
export function status(...codes: readonly string[]): Part {
  return words('the status', Object.fromEntries(codes.map((code) => [code, { status: code }])));
}

/** A date alone, or after a word that says of what. */
export function date(says: string, element: string, word?: string): Part {
  const lead = word === undefined ? '' : `${word} `;
  return {
    says,
    forms: () => (word === undefined ? DATE_FORMS : [`${word} 9 days ago`]),
    read: (said) => {
      if (!said.startsWith(lead)) return undefined;
      const value = readShortDate(said.slice(lead.length));
      if (value !== undefined) return found({ [element]: value });
      return word === undefined ? undefined : { problem: noDate(said.slice(lead.length)) };
    },
  };
}

/** `from 9 days ago`, `until today`, or both. */
export function period(says: string, element: string): Part {
  return {
    says,
    forms: () => ['from 9 days ago', 'until 2 days ago', 'from 9 days ago until 2 days ago'],
    read: (said) => {
      const match = /^(?:from (.+?))?(?:(?:^| )until (.+))?$/.exec(said);
      const [, from, until] = match ?? [];
      if (from === undefined && until === undefined) return undefined;
      const [start, end] = [from, until].map((text) => text && readShortDate(text));
      if (from !== undefined && start === undefined) return { problem: noDate(from) };
      if (until !== undefined && end === undefined) return { problem: noDate(until) };
      return found({ [element]: { ...(start && { start }), ...(end && { end }) } });
    },
  };
}

function noDate(said: string): string {
  return `"${said}" is no date; write one like ${DATE_FORMS.join(', ')}.`;
}

/** The logical id, where something refers to the resource. */
export const id: Part = {
  says: 'the id',
  forms: () => ['id a1'],
  read: (said) => {
    const name = /^id ([A-Za-z0-9\-.]{1,64})$/.exec(said)?.[1];
    return name === undefined ? undefined : found({ id: name });
  },
};

/** A side of the body, by the content's names. */
export function side(wrap: (site: Elements) => unknown): Part {
  return {
    says: 'the side',
    forms: (vocabulary) =>
      vocabulary && vocabulary.sides.length > 0 ? vocabulary.sides : [`one of ${SHORT_NAMES_FILE}`],
    read: (said, vocabulary) => {
      const coding = vocabulary.sideOf(said);
      return coding && found({ bodySite: wrap({ coding: [coding] }) });
    },
  };
}

/** A category of FHIR's own, by its code. */
export function category(system: string, ...codes: readonly string[]): Part {
  const meaning = codes.map((code) => [
    `category ${code}`,
    { category: [{ coding: [{ system, code }] }] },
  ]);
  return words('the category', Object.fromEntries(meaning));
}

/** What something is done for: a code, a name, words, or another resource. */
export const reason: Part = {
  says: 'the reason',
  several: true,
  forms: () => ['for <code or name>', 'for in words "…"', 'for Condition/a1'],
  read: (said, vocabulary) => {
    const what = /^for (.+)$/.exec(said)?.[1];
    if (what === undefined) return undefined;
    if (/^[A-Z][A-Za-z]+\/[A-Za-z0-9\-.]+$/.test(what)) {
      return found({ reasonReference: [{ reference: what }] });
    }
    const concept = readConcept(what, vocabulary);
    return 'problem' in concept ? concept : found({ reasonCode: [concept.value] });
  },
};

/** What an Observation found: an answer, a number, a quantity, words. */
export const value: Part = {
  says: 'the value',
  forms: () => [
    'yes',
    'no',
    '3',
    '38.4 °C',
    '<5 mg/L',
    '7 "unit in words"',
    '7 without unit',
    '"in words"',
    'answer <code or name>',
    'answer 9 days ago',
  ],
  read: (said, vocabulary) => {
    if (said === 'yes' || said === 'no') return found({ valueBoolean: said === 'yes' });
    if (/^-?\d+$/.test(said)) return found({ valueInteger: Number(said) });
    const inWords = QUOTED.exec(said)?.[1];
    if (inWords !== undefined) return found({ valueString: inWords });
    const answer = /^answer (.+)$/.exec(said)?.[1];
    return answer === undefined ? readQuantity(said, vocabulary) : readAnswer(answer, vocabulary);
  },
};

function readAnswer(answer: string, vocabulary: Vocabulary): Read<Elements> {
  const day = readShortDate(answer);
  if (day !== undefined) return found({ valueDateTime: day });
  const concept = readConcept(answer, vocabulary);
  return 'problem' in concept ? concept : found({ valueCodeableConcept: concept.value });
}

function readQuantity(said: string, vocabulary: Vocabulary): Read<Elements> | undefined {
  const match = /^(<=|>=|<|>)? ?(-?\d+(?:\.\d+)?) (\S.*)$/.exec(said);
  if (!match || said.endsWith(' ago')) return undefined;
  const [, comparator, number, written = ''] = match;
  const quantity = { ...(comparator && { comparator }), value: Number(number) };
  if (written === 'without unit') return found({ valueQuantity: quantity });
  const inWords = QUOTED.exec(written)?.[1];
  if (inWords !== undefined) return found({ valueQuantity: { ...quantity, unit: inWords } });
  const code = vocabulary.unitOf(written);
  if ('problem' in code) return code;
  const coded = { unit: written, system: UCUM, code: code.value };
  return found({ valueQuantity: { ...quantity, ...coded } });
}

/** A code or name, `in words "…"`, or a code with the display that the record has: `J20.9 "Cough"`. */
export function readConcept(said: string, vocabulary: Vocabulary): Read<Elements> {
  const inWords = /^in words "([^"]+)"$/.exec(said)?.[1];
  if (inWords !== undefined) return found({ text: inWords });
  const [, code, display] = /^(.+?) "([^"]+)"$/.exec(said) ?? [];
  const coding = vocabulary.codingOf(code ?? said);
  if ('problem' in coding) return coding;
  return found({ coding: [display === undefined ? coding.value : { ...coding.value, display }] });
}

function found(elements: Elements): { readonly value: Elements } {
  return { value: elements };
}

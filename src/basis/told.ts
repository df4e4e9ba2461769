import { readCitations, type EvidenceKind } from '../content/citations.ts';
import type { Content } from '../content/content.ts';
import type { BasisFile } from '../content/schema.ts';
import type { CitedSource } from '../content/sources.ts';
import type { Parameter } from '../dictionary/dictionary.ts';
import type { ExpressionName } from '../facts.ts';
import { readBasis, type RuleBasis } from './basis.ts';
import { tellBurden, type ToldBurden } from './tell-burden.ts';

/**
 * The clinical basis in words and figures: plain data, from which the pages in Markdown, those in
 * HTML and the JSON are written.
 */
export interface ToldBasis {
  /** The version of the content that it tells of. */
  readonly version: string;
  readonly ofAll: BasisFile | undefined;
  readonly rules: readonly ToldRule[];
  /** Every parameter that a card is decided by. */
  readonly parameters: readonly ToldParameter[];
  /** The elements that are read of each type of the record, and of the Patient. */
  readonly elements: readonly { readonly type: string; readonly names: readonly string[] }[];
  readonly sources: readonly ToldSource[];
}

export interface ToldRule extends ToldBurden {
  readonly rule: string;
  readonly title: string;
  /** What it decides, in paragraphs. */
  readonly words: readonly Text[];
  readonly decidedBy: ExpressionName | undefined;
  /** The hooks at which it is shown. */
  readonly shownAt: readonly string[];
  readonly patients: string;
  readonly guidance: string;
  readonly strength: string;
  readonly toConfirm: string | undefined;
  /** What else its card would say, were it longer. */
  readonly more: readonly string[];
  /** The source that its card names. */
  readonly source: RuleBasis['card']['source'];
  /** Kinds of evidence in its part of the CQL, in words, with the keys of sources. */
  readonly evidence: readonly { readonly known: string; readonly keys: readonly string[] }[];
  /** The keys of all sources that it rests on. */
  readonly cites: readonly string[];
  /** Names of parameters, `Library.Name`: its own, and those of what it builds on. */
  readonly ownParameters: readonly string[];
  readonly otherParameters: readonly string[];
  /** Types of the record, and elements of the Patient. */
  readonly reads: readonly string[];
  readonly patientElements: readonly string[];
  /** Libraries with facts that it asks for. */
  readonly questions: readonly string[];
}

export interface ToldParameter {
  /** `Library.Name` */
  readonly name: string;
  readonly value: string;
  readonly meaning: Text;
  /** The rules that it decides. */
  readonly rules: readonly string[];
}

export interface ToldSource extends CitedSource {
  /** The rules whose card, part of the CQL or own parameter cites it. */
  readonly rules: readonly string[];
}

/** Words of the content in pieces: as they stand there, and the keys of sources that they cite. */
export type Text = readonly (string | { readonly key: string })[];

/** How a statement is known, in words. */
const KNOWN: Readonly<Record<EvidenceKind, string>> = {
  R: 'read',
  S: 'second-hand',
  G: 'general knowledge',
  P: 'choices of this project',
};

/** Tells what each rule of the content rests on. */
export function tellBasis(content: Content): ToldBasis {
  const { rules, parameters, elements } = readBasis(content);
  const cited = new Map(parameters.map(({ name, comment }) => [name, keysIn(comment)]));
  const told = rules.map((rule) => tellRule(rule, cited, content));
  return {
    version: content.version,
    ofAll: content.ofAllRules,
    rules: told,
    parameters: parameters.map((parameter) => tellParameter(parameter, told)),
    elements: [...elements].map(([type, names]) => ({ type, names })),
    sources: [...content.sources.values()]
      .toSorted((a, b) => (a.key < b.key ? -1 : 1))
      .map((source) => ({
        ...source,
        rules: told
          .flatMap(({ rule, cites }) => (cites.includes(source.key) ? rule : []))
          .toSorted(),
      })),
  };
}

function tellRule(
  rule: RuleBasis,
  cited: ReadonlyMap<string, readonly string[]>,
  content: Content,
): ToldRule {
  const { card, words, citations, ownParameters, otherParameters } = rule;
  const { guidance, source, title } = card;
  const keys = [
    source.key ?? [],
    citations.flatMap((citation) => citation.cited.map(({ key }) => key)),
    ownParameters.flatMap((name) => cited.get(name) ?? []),
  ].flat();
  return {
    rule: card.rule,
    title,
    words: words.map(readText),
    decidedBy: rule.decidedBy,
    shownAt: rule.shownAt.map(({ hook }) => hook),
    patients: patientsOf(rule),
    ...tellBurden(card, content),
    guidance: guidance.text,
    strength: guidance.strength,
    toConfirm: guidance.toConfirm,
    more: card.more,
    source,
    evidence: Object.entries(KNOWN).flatMap(([letter, known]) => {
      const found = citations.find(({ evidence }) => evidence === letter);
      return found ? { known, keys: found.cited.map(({ key }) => key) } : [];
    }),
    cites: [...new Set(keys)].toSorted(),
    ownParameters,
    otherParameters,
    reads: rule.reads,
    patientElements: rule.patientElements,
    questions: rule.questions,
  };
}

function patientsOf({ shownAt }: RuleBasis): string {
  if (shownAt.length === 0) return 'nobody, while no service names it';
  const everybody = shownAt.filter((at) => at.everybody).map(({ hook }) => hook);
  if (everybody.length === shownAt.length)
    return 'every patient whose record shows what it asks for';
  if (everybody.length === 0) return 'patients that the gate of the service lets in';
  return `every patient at ${everybody.join(', ')}; elsewhere those that the gate lets in`;
}

function tellParameter(
  { name, value, comment }: Parameter,
  rules: readonly ToldRule[],
): ToldParameter {
  const deciding = rules.filter(
    ({ ownParameters, otherParameters }) =>
      ownParameters.includes(name) || otherParameters.includes(name),
  );
  return {
    name,
    value: value.replace(/\.0$/, ''),
    meaning: readText(comment),
    rules: deciding.map(({ rule }) => rule),
  };
}

function keysIn(comment: string): string[] {
  return readCitations(comment).citations.flatMap(({ cited }) => cited.map(({ key }) => key));
}

/** A comment in pieces. */
function readText(comment: string): Text {
  const keys = new Set(keysIn(comment));
  return comment
    .split(/\b([A-Z][A-Z0-9]+)\b/)
    .filter((part) => part !== '')
    .map((part) => (keys.has(part) ? { key: part } : part));
}

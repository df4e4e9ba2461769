import type { CardExtension } from '../cds-hooks/response.ts';
import { readFact, type ExpressionName, type Facts, type FactValue } from '../facts.ts';
import type { CardDefinition } from './definition.ts';
import { formatFact, plain } from './template.ts';

/** One fact that a card rests on: in words, its day, and the resource that says so. */
export interface CardFact {
  readonly words: string;
  readonly date: string | undefined;
  readonly source: string | undefined;
}

/** All that a card rests on, and all that is not known; its detail tells it in short. */
export interface CardEvidence {
  readonly facts: readonly CardFact[];
  readonly unknown: readonly string[];
}

/** What the CQL of a card tells, in its order. */
export function evidenceOf(
  { facts: used, unknown }: Pick<CardDefinition, 'facts' | 'unknown'>,
  facts: Facts,
): CardEvidence {
  return {
    facts: itemsOf(used, facts).map(readItem),
    unknown: itemsOf(unknown, facts).map((item) => plain(formatFact(item))),
  };
}

/**
 * The evidence as it goes beside a card, for machines and for who looks closer: each fact with its
 * resource. Nothing where there is none.
 */
export function extensionOf({ facts, unknown }: CardEvidence): { extension?: CardExtension } {
  if (facts.length === 0 && unknown.length === 0) return {};
  const told = facts.map(({ words, date, source }) => ({
    fact: words,
    ...(date === undefined ? {} : { date }),
    ...(source === undefined ? {} : { source }),
  }));
  const evidence = {
    ...(told.length > 0 ? { facts: told } : {}),
    ...(unknown.length > 0 ? { unknown: [...unknown] } : {}),
  };
  return { extension: { 'org.nerveroot.evidence': evidence } };
}

/** The evidence in lines: `2026-03-07: Numbness of saddle area (Observation/12)`. */
export function evidenceLines(extension: CardExtension | undefined): string[] {
  const { facts = [], unknown = [] } = extension?.['org.nerveroot.evidence'] ?? {};
  return [
    ...facts.map(
      ({ fact, date, source }) =>
        `${date ?? 'no date'}: ${fact}${source === undefined ? '' : ` (${source})`}`,
    ),
    ...unknown,
  ];
}

/** Types of what a record holds; of no others does content write a reference. */
const TYPES =
  'Condition|DiagnosticReport|Medication(?:Request|Statement)?|Observation|Patient|Procedure|QuestionnaireResponse|ServiceRequest';

/** A reference in brackets behind what it is about, as in `(Condition/c1)` and `(reason of ServiceRequest/mri1)`. */
const REFERENCE = new RegExp(
  String.raw`\s*\((?:reason of )?(?:${TYPES})\/(?:[A-Za-z0-9\-.]{1,64}(?:#[^\s)]*)?|without id)\)`,
  'g',
);

/** Words for a person at the bedside, to whom the id of a resource says nothing. */
export function withoutReferences(text: string): string {
  return text.replaceAll(REFERENCE, '');
}

/** Of a lack that names one resource, its type: `Condition/c1 (…)` is `Condition (…)`. */
export function withoutId(lack: string): string {
  return lack.replace(/^([A-Z][A-Za-z]+)\/\S+(?= \()/, '$1');
}

function itemsOf(name: ExpressionName | undefined, facts: Facts): readonly FactValue[] {
  const value = name === undefined ? null : readFact(facts, name);
  return Array.isArray(value) ? value.filter((item: FactValue) => item !== null) : [];
}

function readItem(item: FactValue): CardFact {
  const { fact, date, source } = item as { [name: string]: FactValue }; // content's check made it a tuple
  return {
    words: plain(formatFact(fact)),
    date: date === null || date === undefined ? undefined : formatFact(date),
    source: typeof source === 'string' ? source : undefined,
  };
}

import { readCitations, type Citation, type EvidenceKind } from '../content/citations.ts';
import type { BasisFile } from '../content/schema.ts';
import { escaped, inWords, parameterId, questionId, table, ticked } from '../dictionary/gfm.ts';
import type { Basis, RuleBasis } from './basis.ts';

/** Where links of the page lead, from its folder. */
export interface BasisLinks {
  /** Path of the content's `cql/`. */
  readonly cql: string;
  /** Path of the content's `test/rules/`. */
  readonly cases: string;
}

/** How a statement is known, in words. */
const KNOWN: Readonly<Record<EvidenceKind, string>> = {
  R: 'read',
  S: 'second-hand',
  G: 'general knowledge',
  P: 'choices of this project',
};

/** The page that tells what each rule rests on, with the number of cases by rule. */
export function writeClinicalBasis(
  { rules, parameters, elements }: Basis,
  ofAll: BasisFile | undefined,
  cases: ReadonlyMap<string, number>,
  links: BasisLinks,
): string {
  const types = [...elements].map(([type, names]) => [`\`${type}\``, ticked(names)]);
  const values = new Map(parameters.map(({ name, value }) => [name, value.replace(/\.0$/, '')]));
  const numbers = parameters.map(({ name, value, comment }) => [
    `<a id="${parameterId(name)}"></a>\`${name}\``,
    values.get(name) ?? value,
    cite(comment),
    rules
      .filter((rule) => restsOn(rule, name))
      .map(({ card }) => card.rule)
      .join(', '),
  ]);
  return `${[
    '<!-- Written by `nerveroot basis`. Change the CQL, the cards, hooks/basis.yaml or hooks/sources.yaml, not this page. -->',
    '# Clinical basis',
    `What each rule decides and what it rests on, written from the cards and the compiled CQL by \`npx nerveroot basis\`.
Keys in capitals are sources: [sources](sources.md). What a record must hold is in the [data dictionary](data-dictionary.md).`,
    ...(ofAll ? [ofAllRules(ofAll)] : []),
    `## Rules\n\n${table(
      ['rule', 'title', 'strength'],
      rules.map(({ card }) => [
        `[${card.rule}](#${card.rule.toLowerCase()})`,
        escaped(card.title),
        escaped(card.guidance.strength),
      ]),
    )}`,
    ...rules.map((rule) => section(rule, cases.get(rule.card.rule) ?? 0, links, values)),
    `## Elements read\n\nOf each type of resource, by all rules together.\n\n${table(['type', 'elements'], types)}`,
    `## Parameters\n\n${table(['parameter', 'value', 'meaning', 'rules'], numbers)}`,
  ].join('\n\n')}\n`;
}

function restsOn({ ownParameters, otherParameters }: RuleBasis, name: string): boolean {
  return ownParameters.includes(name) || otherParameters.includes(name);
}

function ofAllRules({ about, ofAllRules: rows }: BasisFile): string {
  const told = rows.map(({ attribute, regulation = '', says }) => [
    escaped(attribute),
    regulation,
    oneLine(says),
  ]);
  return `## What is the same for all rules\n\n${about.trim()}\n\n${table(['attribute', 'asked by', ''], told)}`;
}

function section(
  rule: RuleBasis,
  cases: number,
  { cql, cases: folder }: BasisLinks,
  values: ReadonlyMap<string, string>,
): string {
  const { card, words, decidedBy, shownAt, citations, ownParameters, otherParameters } = rule;
  const number = (name: string): string =>
    `[${name.replace(/^.*\./, '')}](#${parameterId(name)}) ${values.get(name) ?? ''}`;
  const { guidance, source } = card;
  const linked =
    source.url === undefined
      ? `${escaped(source.label)} (no link)`
      : `[${escaped(source.label)}](${source.url})`;
  const library = (name: string): string => `[${name}.cql](${cql}/${name}.cql)`;
  const lines: (readonly [string, string])[] = [
    [
      'Decided by',
      decidedBy
        ? `\`${decidedBy.expression}\` in ${library(decidedBy.library)}`
        : 'the engine, where something could not be looked at',
    ],
    ['Shown at', shownAt.map(({ hook }) => hook).join(', ') || 'no service'],
    ['For', patients(rule)],
    ['Guidance', escaped(guidance.text)],
    ['Strength', escaped(guidance.strength)],
    ['To be confirmed', escaped(guidance.toConfirm ?? 'nothing is named')],
    ['Source on the card', source.key === undefined ? linked : `${keyLink(source.key)}: ${linked}`],
    ['Evidence in the CQL', evidence(citations)],
    [
      'Parameters',
      [
        ownParameters.map(number).join(', ') || 'none of its own',
        ...(otherParameters.length === 0
          ? []
          : [`${otherParameters.length} more by [what it builds on](#parameters)`]),
      ].join('; '),
    ],
    ['Reads', inputs(rule)],
    ['Cases', cases === 0 ? 'none under its name' : `[${cases}](${folder}/${card.rule})`],
  ];
  return `### ${card.rule}\n\n**${escaped(card.title)}**\n\n${words.map((said) => `${cite(said)}\n\n`).join('')}${lines
    .map(([name, said]) => `- ${name}: ${said}`)
    .join('\n')}`;
}

function patients({ shownAt }: RuleBasis): string {
  if (shownAt.length === 0) return 'nobody, while no service names it';
  const everybody = shownAt.filter((at) => at.everybody).map(({ hook }) => hook);
  if (everybody.length === shownAt.length)
    return 'every patient whose record shows what it asks for';
  if (everybody.length === 0) return 'patients that the gate of the service lets in';
  return `every patient at ${everybody.join(', ')}; elsewhere those that the gate lets in`;
}

function inputs({ reads, patientElements, questions }: RuleBasis): string {
  const types = reads.length === 0 ? 'no type of the record by itself' : ticked(reads);
  const patient = ticked(patientElements.map((element) => `Patient.${element}`));
  const asked = questions.map(
    (name) => `[${inWords(name)}](data-dictionary.md#${questionId(name)})`,
  );
  return [types, patient, asked.join(', ')].filter((part) => part !== '').join('; ');
}

function evidence(citations: readonly Citation[]): string {
  const parts = Object.entries(KNOWN).flatMap(([letter, words]) => {
    const found = citations.find((citation) => citation.evidence === letter);
    if (!found) return [];
    const keys = found.cited.map(({ key }) => keyLink(key));
    return [keys.length === 0 ? words : `${words} ${keys.join(', ')}`];
  });
  return parts.join('; ') || 'none is named';
}

function keyLink(key: string): string {
  return `[${key}](sources.md#${key.toLowerCase()})`;
}

/** A comment in which the keys of its citations lead to the sources. */
function cite(comment: string): string {
  const keys = new Set(
    readCitations(comment).citations.flatMap(({ cited }) => cited.map(({ key }) => key)),
  );
  return escaped(comment).replaceAll(/\b[A-Z][A-Z0-9]+\b/g, (word) =>
    keys.has(word) ? keyLink(word) : word,
  );
}

/** As a cell of a table. */
function oneLine(text: string): string {
  return text
    .trim()
    .replaceAll('|', '\\|')
    .replaceAll(/\s*\n\s*/g, ' ');
}

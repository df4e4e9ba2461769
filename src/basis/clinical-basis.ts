import type { BasisFile } from '../content/schema.ts';
import { escaped, inWords, parameterId, questionId, table, ticked } from '../dictionary/gfm.ts';
import { burdenOf } from './tell-burden.ts';
import type { Text, ToldBasis, ToldRule } from './told.ts';

/** Where links of the page lead, from its folder. */
export interface BasisLinks {
  /** Path of the content's `cql/`. */
  readonly cql: string;
  /** Path of the content's `test/rules/`. */
  readonly cases: string;
}

/** The page that tells what each rule rests on, with the number of cases by rule. */
export function writeClinicalBasis(
  { rules, parameters, elements, ofAll }: ToldBasis,
  cases: ReadonlyMap<string, number>,
  links: BasisLinks,
): string {
  const types = elements.map(({ type, names }) => [`\`${type}\``, ticked(names)]);
  const values = new Map(parameters.map(({ name, value }) => [name, value]));
  const numbers = parameters.map(({ name, value, meaning, rules: decided }) => [
    `<a id="${parameterId(name)}"></a>\`${name}\``,
    value,
    linked(meaning),
    decided.join(', '),
  ]);
  return `${[
    '<!-- Written by `nerveroot basis`. Change the CQL, the cards, hooks/basis.yaml or hooks/sources.yaml, not this page. -->',
    '# Clinical basis',
    `What each rule decides and what it rests on, written from the cards and the compiled CQL by \`npx nerveroot basis\`.
Keys in capitals are sources: [sources](sources.md). What a record must hold is in the [data dictionary](data-dictionary.md).`,
    ...(ofAll ? [ofAllRules(ofAll)] : []),
    `## Rules\n\n${table(
      ['rule', 'title', 'strength'],
      rules.map(({ rule, title, strength }) => [
        `[${rule}](#${rule.toLowerCase()})`,
        escaped(title),
        escaped(strength),
      ]),
    )}`,
    ...rules.map((rule) => section(rule, cases.get(rule.rule) ?? 0, links, values)),
    ...(ofAll?.notInForce ? [notInForce(ofAll.notInForce)] : []),
    `## Elements read\n\nOf each type of resource, by all rules together.\n\n${table(['type', 'elements'], types)}`,
    `## Parameters\n\n${table(['parameter', 'value', 'meaning', 'rules'], numbers)}`,
  ].join('\n\n')}\n`;
}

function ofAllRules({ about, ofAllRules: rows }: BasisFile): string {
  const told = rows.map(({ attribute, regulation = '', says }) => [
    escaped(attribute),
    regulation,
    oneLine(says),
  ]);
  return `## What is the same for all rules\n\n${about.trim()}\n\n${table(['attribute', 'asked by', ''], told)}`;
}

function notInForce(rules: NonNullable<BasisFile['notInForce']>): string {
  const told = rules.map(({ rule, title, says, until }) => [
    `<a id="${rule.toLowerCase()}"></a>${rule}`,
    escaped(title),
    oneLine(says),
    oneLine(until),
  ]);
  const head = ['rule', 'title', 'what it will decide', 'not in force until'];
  return `## Stated, not in force\n\nNo card is decided, shown or held back by these yet.\n\n${table(head, told)}`;
}

function section(
  told: ToldRule,
  cases: number,
  { cql, cases: folder }: BasisLinks,
  values: ReadonlyMap<string, string>,
): string {
  const { rule, title, words, decidedBy, source, ownParameters, otherParameters } = told;
  const number = (name: string): string =>
    `[${name.replace(/^.*\./, '')}](#${parameterId(name)}) ${values.get(name) ?? ''}`;
  const named =
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
    ['Shown at', told.shownAt.join(', ') || 'no service'],
    ['For', told.patients],
    ...burdenOf(told),
    ['Guidance', escaped(told.guidance)],
    ['Strength', escaped(told.strength)],
    ['To be confirmed', escaped(told.toConfirm ?? 'nothing is named')],
    ['Source on the card', source.key === undefined ? named : `${keyLink(source.key)}: ${named}`],
    ['Evidence in the CQL', evidence(told)],
    [
      'Parameters',
      [
        ownParameters.map(number).join(', ') || 'none of its own',
        ...(otherParameters.length === 0
          ? []
          : [`${otherParameters.length} more by [what it builds on](#parameters)`]),
      ].join('; '),
    ],
    ['Reads', inputs(told)],
    ['Cases', cases === 0 ? 'none under its name' : `[${cases}](${folder}/${rule})`],
  ];
  const more = told.more.length === 0 ? '' : `Beside the card:\n\n${bullets(told.more)}\n\n`;
  const opening = words.map((said) => `${linked(said)}\n\n`).join('');
  return `### ${rule}\n\n**${escaped(title)}**\n\n${opening}${more}${lines
    .map(([name, said]) => `- ${name}: ${said}`)
    .join('\n')}`;
}

function bullets(lines: readonly string[]): string {
  return lines.map((line) => `- ${escaped(line)}`).join('\n');
}

function inputs({ reads, patientElements, questions }: ToldRule): string {
  const types = reads.length === 0 ? 'no type of the record by itself' : ticked(reads);
  const patient = ticked(patientElements.map((element) => `Patient.${element}`));
  const asked = questions.map(
    (name) => `[${inWords(name)}](data-dictionary.md#${questionId(name)})`,
  );
  return [types, patient, asked.join(', ')].filter((part) => part !== '').join('; ');
}

function evidence({ evidence: kinds }: ToldRule): string {
  const parts = kinds.map(({ known, keys }) =>
    keys.length === 0 ? known : `${known} ${keys.map(keyLink).join(', ')}`,
  );
  return parts.join('; ') || 'none is named';
}

function keyLink(key: string): string {
  return `[${key}](sources.md#${key.toLowerCase()})`;
}

/** Words in which the keys of citations lead to the sources. */
function linked(text: Text): string {
  return text
    .map((piece) => (typeof piece === 'string' ? escaped(piece) : keyLink(piece.key)))
    .join('');
}

/** As a cell of a table. */
function oneLine(text: string): string {
  return text
    .trim()
    .replaceAll('|', '\\|')
    .replaceAll(/\s*\n\s*/g, ' ');
}

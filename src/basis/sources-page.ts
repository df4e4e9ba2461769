import { readCitations } from '../content/citations.ts';
import type { CitedSource } from '../content/sources.ts';
import { escaped } from '../dictionary/gfm.ts';
import type { Basis } from './basis.ts';

/** The page on which every key of the comments and cards is found, with the rules that rest on it. */
export function writeSources(sources: ReadonlyMap<string, CitedSource>, basis: Basis): string {
  const users = usersOf(basis);
  const sections = [...sources.values()]
    .toSorted((a, b) => (a.key < b.key ? -1 : 1))
    .map((source) => section(source, users.get(source.key) ?? new Set()));
  return `${[
    '<!-- Written by `nerveroot basis` from hooks/sources.yaml. Change that file, not this page. -->',
    '# Sources',
    `What the rules cite by a key, in the comments of the CQL and on cards. "Read" says what was read: the original, a summary of
it, second-hand (another text that quotes it), or nothing. A statement that rests on what was not read itself is to be
confirmed before use. How brackets in the CQL are written: [writing rules](writing-rules.md#sources).`,
    ...sections,
  ].join('\n\n')}\n`;
}

function section(source: CitedSource, rules: ReadonlySet<string>): string {
  const { key, title, publisher, issued, doi, pmid, link, read, where } = source;
  const { supersededBy = 'nothing that is known', expires, checked = 'not recorded' } = source;
  const ids = [doi && `DOI ${doi}`, pmid && `PMID ${pmid}`].filter((id) => id);
  const lines = [
    ['Publisher', publisher],
    ['Issued', issued ?? 'not recorded'],
    [
      'Where',
      [link && `<${link}>`, ...ids].filter((part) => part).join('; ') || 'no address on record',
    ],
    ['Read', `${read}; ${escaped(where.trim())}`],
    ['Superseded by', escaped(supersededBy)],
    ['Stands until', expires ?? 'not stated'],
    ['Checked on', checked],
    ['Rules', links(rules)],
  ];
  const told = lines.map(([name = '', said = '']) => `- ${name}: ${said}`);
  return `## ${key}\n\n${escaped(title)}\n\n${told.join('\n')}`;
}

function links(rules: ReadonlySet<string>): string {
  const all = [...rules].toSorted();
  return (
    all.map((rule) => `[${rule}](clinical-basis.md#${rule.toLowerCase()})`).join(', ') ||
    'none with a card of its own'
  );
}

/** The rules by the key that their card, their part of the CQL, or one of their own parameters cites. */
function usersOf({ rules, parameters }: Basis): Map<string, Set<string>> {
  const keysOf = new Map(
    parameters.map(({ name, comment }) => [
      name,
      readCitations(comment).citations.flatMap(({ cited }) => cited.map(({ key }) => key)),
    ]),
  );
  const users = new Map<string, Set<string>>();
  for (const { card, citations, ownParameters } of rules) {
    const keys = [
      card.source.key ?? [],
      citations.flatMap(({ cited }) => cited.map(({ key }) => key)),
      ownParameters.flatMap((name) => keysOf.get(name) ?? []),
    ].flat();
    for (const key of keys) users.set(key, (users.get(key) ?? new Set()).add(card.rule));
  }
  return users;
}

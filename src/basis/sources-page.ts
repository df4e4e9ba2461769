import { escaped } from '../dictionary/gfm.ts';
import type { ToldBasis, ToldSource } from './told.ts';

/** The page on which every key of the comments and cards is found, with the rules that rest on it. */
export function writeSources({ sources }: ToldBasis): string {
  return `${[
    '<!-- Written by `nerveroot basis` from hooks/sources.yaml. Change that file, not this page. -->',
    '# Sources',
    `What the rules cite by a key, in the comments of the CQL and on cards. "Read" says what was read: the original, a summary of
it, second-hand (another text that quotes it), or nothing. A statement that rests on what was not read itself is to be
confirmed before use. How brackets in the CQL are written: [writing rules](writing-rules.md#sources).`,
    ...sources.map(section),
  ].join('\n\n')}\n`;
}

function section(source: ToldSource): string {
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
    ['Rules', links(source.rules)],
  ];
  const told = lines.map(([name = '', said = '']) => `- ${name}: ${said}`);
  return `## ${key}\n\n${escaped(title)}\n\n${told.join('\n')}`;
}

function links(rules: readonly string[]): string {
  return (
    rules.map((rule) => `[${rule}](clinical-basis.md#${rule.toLowerCase()})`).join(', ') ||
    'none with a card of its own'
  );
}

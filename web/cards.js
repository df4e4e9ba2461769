// CDS Hooks cards as elements. Their Markdown is the little that the services write: bold,
// emphasis, lists and escapes; whatever else there is shows as the text it is.

import { element } from './questions.js';

/** @typedef {import('./types.d.ts').Card} Card */

/** @param {Card[]} cards @returns {HTMLElement[]} */
export function showCards(cards) {
  if (cards.length === 0) return [element('p', {}, 'No cards.')];
  return cards.map(({ summary, detail = '', indicator, source }) =>
    element(
      'article',
      { class: `card ${indicator}` },
      element('h4', {}, summary),
      element('p', { class: 'kind' }, `${indicator} · ${source.label}`),
      element('details', {}, element('summary', {}, 'Details'), ...showMarkdown(detail)),
    ),
  );
}

/** Paragraphs and lists. @param {string} text @returns {HTMLElement[]} */
function showMarkdown(text) {
  return text.split(/\n{2,}/).flatMap((block) => {
    const lines = block.split('\n');
    const items = lines.filter((line) => line.startsWith('- '));
    const words = lines.filter((line) => !line.startsWith('- ')).join(' ');
    return [
      ...(words === '' ? [] : [element('p', {}, ...showInline(words))]),
      ...(items.length === 0
        ? []
        : [
            element(
              'ul',
              {},
              ...items.map((item) => element('li', {}, ...showInline(item.slice(2)))),
            ),
          ]),
    ];
  });
}

/** @param {string} text @returns {(Node | string)[]} */
function showInline(text) {
  return text.split(/(\*\*(?:\\.|[^*\\])+\*\*|\*(?:\\.|[^*\\])+\*)/).map((part) => {
    const bold = /^\*\*(.+)\*\*$/s.exec(part);
    if (bold) return element('strong', {}, plain(bold[1] ?? ''));
    const emphasis = /^\*(.+)\*$/s.exec(part);
    return emphasis ? element('em', {}, plain(emphasis[1] ?? '')) : plain(part);
  });
}

/** @param {string} text */
function plain(text) {
  return text
    .replaceAll(/\\([!-/:-@[-`{-~])/g, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

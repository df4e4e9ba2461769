import type { Text } from '../basis/told.ts';
import { html, type Html, type HtmlValue } from '../html.ts';

/** Pairs of a term and what is said of it. */
export function terms(pairs: readonly (readonly [HtmlValue, HtmlValue])[]): Html {
  return html`<dl>
    ${pairs.map(
      ([term, said]) =>
        html`<div>
          <dt>${term}</dt>
          <dd>${said}</dd>
        </div> `,
    )}
  </dl>`;
}

/** A list; undefined of nothing. */
export function list(items: readonly Html[]): Html | undefined {
  return items.length === 0
    ? undefined
    : html`<ul>
        ${items.map((item) => html`<li>${item}</li>`)}
      </ul>`;
}

/** Words of the content, in which keys lead to their sources on the page. */
export function inWordsOf(text: Text): Html {
  return html`${text.map((piece) => (typeof piece === 'string' ? inline(piece) : html`<a href="#${piece.key}">${piece.key}</a>`))}`;
}

/**
 * The little Markdown that content uses within a paragraph: code, and links. A link to another page
 * of the documentation, which this service does not have, is its words alone.
 */
export function inline(markdown: string): Html {
  const parts = markdown.split(/(`[^`\n]+`|\[[^\]\n]+\]\([^)\s]+\))/);
  return html`${parts.map((part) => {
    const [, code] = /^`(.+)`$/.exec(part) ?? [];
    if (code !== undefined) return html`<code>${code}</code>`;
    const [, words, url = ''] = /^\[(.+)\]\((.+)\)$/.exec(part) ?? [];
    if (words === undefined) return part;
    if (!url.startsWith('https://')) return words;
    return html`<a href="${url}" target="_blank" rel="noopener noreferrer">${words}</a>`;
  })}`;
}
